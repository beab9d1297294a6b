"""Where static files come from and how they are named: our own folder, a few npm files, hashed names."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from geeks import assets


class NpmFinder(BaseFinder):
    """Serves exactly the npm files that `assets.BROWSER_FILES` names, under `npm/`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=assets.NODE_MODULES)
        self.storage.prefix = "npm"

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        name = path.removeprefix("npm/")
        found = [self.storage.path(name)] if path != name and name in assets.BROWSER_FILES else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in assets.BROWSER_FILES:
            if self.storage.exists(name):
                yield name, self.storage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content, so browsers keep them for ever; module imports are rewritten too."""

    support_js_module_import_aggregation = True

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compresses what pages ask for only: hashed names, and MathJax's files, which its loader asks for by their
        own. It halves the time of the first start."""
        hashed = set(self.hashed_files.values())
        yield from super().compress_files(path for path in paths if path in hashed or path.startswith("npm/"))

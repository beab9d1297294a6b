"""How a method of the API is declared: its path, the objects it answers with, and its docstring as documentation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ninja import Router

from geeks.api.shapes import Error, Shape, Wrapper

View = Callable[..., Any]
WITH_TOKEN = {"security": [{"token": []}]}


def reads(router: Router, path: str, shape: type[Shape], token: bool = False) -> Callable[[View], View]:
    """Declare a view as the method at `path`. The first line of its docstring is the summary."""
    return _declared(router.get, path, shape, token)


def writes(router: Router, path: str, shape: type[Shape]) -> Callable[[View], View]:
    """Declare a view as the method at `path` that takes a form and needs an access token."""
    return _declared(router.post, path, shape, True)


def _declared(method: Any, path: str, shape: type[Shape], token: bool) -> Callable[[View], View]:
    def declared(view: View) -> View:
        summary, _, rest = (view.__doc__ or "").strip().partition("\n")
        return method(  # type: ignore[no-any-return]
            path,
            response={200: Wrapper[shape], 400: Error},  # type: ignore[valid-type]
            operation_id=view.__name__,
            summary=summary.rstrip("."),
            description=" ".join(rest.split()),
            openapi_extra=WITH_TOKEN if token else None,
        )(view)

    return declared

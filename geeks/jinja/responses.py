"""Answers that are pages of our own templates: they come as they were woven, and their bytes are put together only when
somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import loader

from geeks.rendering.parts import Woven


class PageResponse(HttpResponse):
    """`woven` is the page until its content is replaced, None afterwards."""

    woven: Woven | None = None

    def __init__(self, woven: Woven, status: int | None = None) -> None:
        super().__init__(status=status)
        self.woven = woven
        self.headers["Content-Length"] = str(woven.size)

    @property
    def content(self) -> bytes:
        if self.woven is not None:
            self.content = self.woven.content
        return super().content

    @content.setter
    def content(self, content: Any) -> None:
        self.woven = None
        self.headers.pop("Content-Length", None)
        HttpResponse.content.fset(self, content)  # type: ignore[attr-defined]

    def __iter__(self) -> Iterator[bytes]:
        return iter((self.content,))


def render(request: HttpRequest, name: str, context: dict[str, Any] | None = None, status: int | None = None) -> Any:
    """As Django's shortcut, for pages."""
    template = loader.get_template(name)
    whole = {**(context or {}), "request": request}
    for processor in template.backend.template_context_processors:
        whole.update(processor(request))
    return PageResponse(template.template.weave(whole), status)

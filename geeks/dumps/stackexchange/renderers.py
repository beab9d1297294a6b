"""Rendering in processes of their own, so that one core sanitises while another stores.

One is started only when all others are busy.
A child ends by itself when its parent is gone, also when that was killed.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import Any

from geeks.rendering import RENDER_VERSION, UNFINISHED, RenderRefused, render_comment, render_html, render_title
from geeks.rendering.results import Rendered


class Renderers:
    """`workers` processes, or none: then the work is done at once, here."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None
        if workers:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent)

    def __enter__(self) -> Renderers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        if self._pool:
            return self._pool.submit(work, *arguments)
        future: Future[Any] = Future()
        future.set_result(work(*arguments))
        return future


def posts(sources: Sequence[tuple[str, str]], host: str, quick: bool) -> list[dict[str, Any]]:
    """The rendered columns of posts, given as (title, HTML)."""
    return [_post(title, html, host, quick) for title, html in sources]


def comments(texts: Sequence[str]) -> list[str]:
    """The HTML of comments, their formulas not typeset yet."""
    return [_comment(text) for text in texts]


def abouts(sources: Sequence[str], host: str) -> list[str]:
    """What people say of themselves."""
    return [render_html(html, host, quick=True).html if html else "" for html in sources]


def _post(title: str, html: str, host: str, quick: bool) -> dict[str, Any]:
    body = render_html(html, host, quick)
    head = _title(title, quick) if title else Rendered("", "", "", "")
    return {
        "body_html": body.html,
        "text": body.text,
        "excerpt": body.excerpt,
        "excerpt_html": body.excerpt_html,
        "title_html": head.html,
        "render_version": RENDER_VERSION if body.finished and head.finished else UNFINISHED,
    }


def _title(title: str, quick: bool) -> Rendered:
    try:
        return render_title(title, 0) if quick else render_title(title)
    except RenderRefused as refusal:
        return Rendered(refusal.html, title, title, refusal.html)


def _comment(text: str) -> str:
    try:
        return render_comment(text, 0).html
    except RenderRefused as refusal:
        return refusal.html


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)

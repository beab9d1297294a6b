"""The Jinja2 environment of the site's pages: what every template may call, and nothing more.

Templates escape everything; `safe_html` is for the columns that the rendering module made safe when they were written.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from datetime import date as Day
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from django.utils import timezone
from jinja2 import Environment, Template
from markupsafe import Markup, escape

from geeks import policy
from geeks.jinja.filling import CSRF_INPUT, GLYPHS, NEW_TOKEN, Filling
from geeks.jinja.fragments import apart, apart_each, apart_together, as_read, collected, remembered
from geeks.models.tag import encoded
from geeks.rendering.parts import Woven, woven
from geeks.rendering.sanitise import safe

REPEATED = 200  # characters of a query string that may come again


class Page(Template):
    """A template whose result holds each shared outline of a formula once, links to images of other sites instead of
    loading them, and asks the browser to draw the formulas that the server could not."""

    def _get_default_module(self, ctx: Any = None) -> Any:
        """What `{% from %}` imports. Jinja compares all global names each time it is asked on behalf of a template, for
        one that was given some of its own; none is here."""
        return super()._get_default_module()

    def weave(self, context: dict[str, Any]) -> Woven:
        """The page, its long parts as they are remembered."""
        with collected() as parts:
            page = super().render(context)
        return woven(page, parts, Filling(context.get("request")), _drawing)

    def render(self, *args: Any, **kwargs: Any) -> str:
        return self.weave(dict(*args, **kwargs)).content.decode()


def _drawing(head: str) -> str:
    script = f'<script type="module" src="{static("js/maths.js")}"></script>\n</head>'
    return head.replace("</head>", script, 1)


def environment(**options: Any) -> Environment:
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    made = Environment(**options)  # noqa: S701 - Django's backend passes autoescape=True
    made.template_class = Page
    made.globals.update(
        url=url,
        static=static,
        policy=policy,
        site_name=settings.SITE_NAME,
        site_url=settings.SITE_URL,
        query=query,
        csrf_input=CSRF_INPUT,
        glyphs=GLYPHS,
        as_read=as_read,
        new_token=NEW_TOKEN,
        signup=settings.SIGNUP,
        remembered=remembered,
        apart=apart,
        apart_each=apart_each,
        apart_together=apart_together,
    )
    made.filters.update(ago=ago, date=date, day=day, count=count, safe_html=safe, tag_url=encoded)
    return made


@lru_cache(maxsize=4096)
def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Remembered: a page names fifty addresses, most of them the same on every page."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


@lru_cache(maxsize=256)
def static(name: str) -> str:
    """Names carry a hash of their content from the start of the process to its end."""
    return staticfiles_storage.url(name)


def query(**parameters: Any) -> str:
    """`?a=1&b=2` of the parameters that have a value; "?" alone resets them."""
    given = tuple([(name, str(value)) for name, value in parameters.items() if value not in (None, "")])
    # What people type differs each time, and may be long; tabs and sorts do not.
    return _query(given) if sum([len(value) for _, value in given]) < REPEATED else "?" + urlencode(given)


@lru_cache(maxsize=1024)
def _query(given: tuple[tuple[str, str], ...]) -> str:
    return "?" + urlencode(given)


def date(when: datetime, form: str = "%-d %B %Y") -> str:
    return timezone.localtime(when).strftime(form) if when else ""


def day(when: Day) -> str:
    """A day that has no time, as archives give some."""
    return when.strftime("%-d %B %Y")


def ago(when: datetime | None) -> Markup:
    """A <time> element. The page is cached, so the text is the date; a small script turns it into "3 hours ago"."""
    if when is None:
        return Markup("")
    zone = timezone.get_current_timezone()
    return _ago(when, zone, datetime.now(zone).year)


@lru_cache(maxsize=2048)
def _ago(when: datetime, zone: tzinfo, this_year: int) -> Markup:
    local = when.astimezone(zone)
    text = local.strftime("%-d %b %Y") if local.year != this_year else local.strftime("%-d %b, %H:%M")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        local.strftime("%-d %B %Y, %H:%M %Z"),
        escape(text),
    )


def count(number: int) -> str:
    """1,234,567 -> 1.2m; 12,345 -> 12k; 1,234 -> 1.2k; as Stack Exchange shows them."""
    for size, letter in ((1_000_000, "m"), (1_000, "k")):
        if abs(number) >= size:
            short = number / size
            return f"{short:.0f}{letter}" if abs(short) >= 10 else f"{short:.1f}".removesuffix(".0") + letter
    return str(number)

"""The readable end of an address, made from a title or a name."""

from __future__ import annotations

from django.utils.text import slugify

# What may stand in the same place of an address: /questions/7/answers, /users/7/feed. A title or a name that reads so
# must not hide its own page behind them.
OTHER_PAGES = frozenset({"answers", "closure", "download", "edit", "feed"})


def slug_of(text: str, otherwise: str) -> str:
    """ASCII words joined by hyphens, at most 80 characters and `otherwise`, which stands where no letter is left."""
    slug = slugify(text)[:80].strip("-") or otherwise
    return f"{otherwise}-{slug}" if slug in OTHER_PAGES else slug

"""Filters: which fields of which objects come back.

A filter made by `/filters/create` carries its fields in its own name, so it never expires and nothing is stored. Those
that Stack Exchange made for other sites cannot be read; they act as `withbody`.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from geeks.api.errors import Refused, bad
from geeks.api.shapes import TYPES, Shape

NAMES = {shape: name for name, shape in TYPES.items()}
BODIES = frozenset(f"{name}.body" for name, shape in TYPES.items() if "body" in shape.model_fields)
# The letters of the old filters: `_ba` is with body and answers, `_bca` with comments too.
OLD = re.compile(r"_([bca]{1,3})")
OF_LETTER = {
    "b": BODIES,
    "c": frozenset({"question.comments", "answer.comments", "post.comments"}),
    "a": frozenset({"question.answers"}),
}
OURS = "!gm."
LONGEST = 4_000
MOST_UNPACKED = 20_000


@dataclass(frozen=True)
class Filter:
    """`also` and `without` are names such as "question.body"; those of the wrapper begin with the dot."""

    empty: bool = False
    also: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        """Whether the field `type.field` is wanted."""
        if name in self.also:
            return True
        kind, _, field = name.partition(".")
        return not self.empty and name not in self.without and field in TYPES[kind].default_fields()

    def fields(self, shape: type[Shape]) -> tuple[str, ...]:
        return _fields(self, NAMES[shape])

    def included(self) -> list[str]:
        """Every field it lets through, as `/filters/{filters}` describes it."""
        return [
            name
            for kind, shape in sorted(TYPES.items())
            for field in shape.all_fields()
            if self.has(name := f"{kind}.{field}")
        ]


@lru_cache(maxsize=2_000)
def _fields(wanted: Filter, kind: str) -> tuple[str, ...]:
    return tuple(field for field in TYPES[kind].all_fields() if wanted.has(f"{kind}.{field}"))


WITHBODY = Filter(also=BODIES)
BUILT_IN = {
    "": Filter(),
    "default": Filter(),
    "withbody": WITHBODY,
    "none": Filter(empty=True),
    "total": Filter(empty=True, also=frozenset({".total"})),
}


@lru_cache(maxsize=500)
def filter_of(name: str) -> Filter:
    """The filter of this name; one that nobody here made acts as `withbody`. Raises Refused when it is too long."""
    if len(name) > LONGEST:
        raise bad(f"`filter` is longer than {LONGEST:,} characters.")
    if name in BUILT_IN:
        return BUILT_IN[name]
    if old := OLD.fullmatch(name):
        return Filter(also=frozenset().union(*(OF_LETTER[letter] for letter in old[1])))
    return _read(name) or WITHBODY


def is_known(name: str) -> bool:
    return name in BUILT_IN or bool(OLD.fullmatch(name)) or _read(name) is not None


def created(base: str, include: Iterable[str], exclude: Iterable[str]) -> str:
    """The name of a filter that is `base` with these fields in and those out. Raises Refused for unknown fields."""
    beneath = filter_of(base)
    also, without = _checked("include", include), _checked("exclude", exclude)
    made = Filter(beneath.empty, (beneath.also | also) - without, (beneath.without - also) | without)
    parts = [int(made.empty), sorted(made.also), sorted(made.without)]
    packed = zlib.compress(json.dumps(parts, separators=(",", ":")).encode(), 9)
    return OURS + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _checked(parameter: str, names: Iterable[str]) -> frozenset[str]:
    found = set()
    for name in names:
        kind, _, field = name.partition(".")
        if kind not in TYPES or field not in TYPES[kind].model_fields:
            raise bad(f"`{parameter}` names no field: {name[:80]}. Write type.field, such as question.body or .total.")
        found.add(name)
    return frozenset(found)


def _read(name: str) -> Filter | None:
    if not name.startswith(OURS):
        return None
    try:
        text = name.removeprefix(OURS).encode("ascii")
        packed = base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        empty, also, without = json.loads(unpacker.decompress(packed, MOST_UNPACKED))
        return Filter(bool(empty), _checked("filter", also), _checked("filter", without))
    except (ValueError, TypeError, AttributeError, binascii.Error, zlib.error, RecursionError, Refused):
        return None

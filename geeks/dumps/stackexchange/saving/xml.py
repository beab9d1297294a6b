"""One row of a dump as a line of XML: absent where there is nothing, times in UTC to the millisecond without a zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

Values = Mapping[str, Any]

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#xA;", "\r": "&#xD;", "\t": "&#x9;"}
)
# What no XML document may hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def line(row: Values) -> str:
    """The attributes in their order; None and an empty text are left out."""
    given = (f'{name}="{_text(value)}"' for name, value in row.items() if value is not None and value != "")
    return f"  <row {' '.join(given)} />\n"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return _FORBIDDEN.sub("", value).translate(_ESCAPES)
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}T00:00:00.000"
    return str(value)

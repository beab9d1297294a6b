"""What all shapes share: which fields there are, and which of them the filter `default` leaves out."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import Field

NOT_DEFAULT = "x-not-in-default-filter"


def more() -> Any:
    return Field(None, json_schema_extra={NOT_DEFAULT: True})


class Shape(Schema):
    @classmethod
    def default_fields(cls) -> tuple[str, ...]:
        return tuple(name for name, field in cls.model_fields.items() if not field.json_schema_extra)

    @classmethod
    def all_fields(cls) -> tuple[str, ...]:
        return tuple(cls.model_fields)

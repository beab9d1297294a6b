"""What a call may be asked with: Stack Exchange's parameters, their types and bounds, shared by many methods."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from ninja import Path, Schema
from pydantic import Field, WithJsonSchema

from geeks.api.errors import bad
from geeks.models.paging import LARGEST

IDS_MOST = 100
TEXT_MOST = 4_000
LAST_SECOND = 253_402_300_799  # of the year 9999
IDS = re.compile(r"-?[0-9]+")
TAGS_READ = 20
NAMES_MOST = 1_000  # characters of a list of tags

BOUND = "A bound of what `sort` sorts by: Unix seconds, a number or a name"
Seconds = Field(None, ge=0, le=LAST_SECOND, description="Unix seconds, UTC")
Ids = Annotated[
    str,
    WithJsonSchema({"type": "string", "pattern": "^-?[0-9]{1,18}(;-?[0-9]{1,18}){0,99}$", "examples": ["1;2;3"]}),
    Path(description=f"Numbers joined by `;`, at most {IDS_MOST}"),
]
Text = Field(None, max_length=TEXT_MOST)
Names = Field(None, max_length=NAMES_MOST, description="Tags, joined by `;`")


class Asked(Schema):
    """Every method takes these."""

    site: str = Field("", max_length=200, description="The name of this site, or of a category to stay within")
    key: str = Field("", max_length=200, description="Of an application; not looked at")
    filter: str = Field("", description="default, withbody, none, total, or one made by /filters/create")


class Paged(Asked):
    page: int = Field(1, ge=1, le=LARGEST)
    pagesize: int = Field(30, ge=0, le=100, description="1 to 100; 0 with the filter total")


class Dated(Paged):
    fromdate: int | None = Seconds
    todate: int | None = Seconds


class Ordered(Dated):
    order: Literal["desc", "asc"] = "desc"
    min: int | str | None = Field(None, description=BOUND)
    max: int | str | None = Field(None, description=BOUND)


class PostsAsked(Ordered):
    sort: Literal["activity", "creation", "votes"] = "activity"
    category: str = Field("", max_length=200, description="The slug of a category to stay within")


class QuestionsAsked(PostsAsked):
    sort: Literal["activity", "creation", "votes", "hot", "week", "month"] = "activity"  # type: ignore[assignment]
    tagged: str | None = Names
    nottagged: str | None = Names


def ids_of(text: str, name: str = "ids") -> list[int]:
    """The ids of `1;2;3`, each once; those beyond the database's integers name nothing and are left out."""
    parts = [part for part in text.split(";") if part]
    if not parts or not all(IDS.fullmatch(part) for part in parts):
        raise bad(f"`{name}` are numbers joined by semicolons, such as 1;2;3.")
    if len(parts) > IDS_MOST:
        raise bad(f"`{name}` may be at most {IDS_MOST}; there are {len(parts):,}.")
    return [number for part in dict.fromkeys(parts) if len(part) < 20 and abs(number := int(part)) <= LARGEST]


def names_of(text: str | None, most: int = TAGS_READ) -> list[str]:
    """The tags of `a;b`, in lower case, each once. NUL, which PostgreSQL takes in no text, is in no tag."""
    names = (name.strip().lower() for name in (text or "").replace("\x00", "").split(";"))
    return list(dict.fromkeys(name for name in names if name))[:most]


def whole_number(name: str, given: int | str | None) -> Any:
    """A number that a database can hold, or None. Raises Refused when it is no number."""
    try:
        return None if given is None else max(-LARGEST, min(LARGEST, int(given)))
    except ValueError:
        raise bad(f"`{name}` must be a whole number here.") from None


def when(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def seconds(moment: Any) -> int | None:
    """A stored time as the API tells it; None where there is none."""
    return None if moment is None else int(moment.timestamp())

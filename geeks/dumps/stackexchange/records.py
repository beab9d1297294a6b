"""The rows of each file as typed records. Attributes come and go by the year of a dump: every one but Id may be absent,
and unknown ones are passed over (and reported). A value that cannot be read makes the row bad, with a reason.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

LARGEST = 2**31 - 1
EARLIEST = 1970  # the year
_USUAL_LENGTH = len("2010-07-20T19:09:27.200")
_LICENCES = (
    (datetime(2011, 4, 8, tzinfo=UTC), "CC BY-SA 2.5"),
    (datetime(2018, 5, 2, tzinfo=UTC), "CC BY-SA 3.0"),
    (datetime.max.replace(tzinfo=UTC), "CC BY-SA 4.0"),
)


class BadRow(ValueError):
    """A row that cannot be used; the reason is short and the same for all such rows, so that they can be counted."""


def number(text: str) -> int:
    value = int(text)
    if not -LARGEST <= value <= LARGEST:
        raise ValueError
    return value


def moment(text: str) -> datetime:
    """`yyyy-MM-ddTHH:mm:ss.fff`, UTC without saying so."""
    if len(text) == _USUAL_LENGTH and text[-3:].isdecimal():
        value = datetime.fromisoformat(text + "+00:00")  # in one step
    else:
        value = datetime.fromisoformat(text)
        value = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if value.year < EARLIEST:
        raise ValueError
    return value


def day(text: str) -> date:
    return moment(text).date()


def licence(given: str, created: datetime | None) -> str:
    """What a text is under: dumps before 2020 do not say, but the date does."""
    if given or created is None:
        return given
    return next(name for until, name in _LICENCES if created < until)


def truth(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text.lower()]


def tag_names(text: str) -> tuple[str, ...]:
    """Both forms: `<a><b>` and, since 2024, `|a|b|`. Tags hold neither bars nor angle brackets."""
    return tuple(dict.fromkeys(name for name in re.split(r"[<>|\s]+", text) if name))


@dataclass(slots=True)
class TagRow:
    Id: int
    TagName: str = ""
    Count: int = 0
    ExcerptPostId: int | None = None
    WikiPostId: int | None = None
    IsModeratorOnly: bool = False
    IsRequired: bool = False


@dataclass(slots=True)
class UserRow:
    Id: int
    Reputation: int = 1
    CreationDate: datetime | None = None
    DisplayName: str = ""
    LastAccessDate: datetime | None = None
    WebsiteUrl: str = ""
    Location: str = ""
    AboutMe: str = ""
    Views: int = 0
    UpVotes: int = 0
    DownVotes: int = 0
    ProfileImageUrl: str = ""
    AccountId: int | None = None


@dataclass(slots=True)
class BadgeRow:
    Id: int
    UserId: int | None = None
    Name: str = ""
    Date: datetime | None = None
    Class: int = 3
    TagBased: bool = False


@dataclass(slots=True)
class PostRow:
    Id: int
    PostTypeId: int = 0
    AcceptedAnswerId: int | None = None
    ParentId: int | None = None
    CreationDate: datetime | None = None
    Score: int = 0
    ViewCount: int | None = None
    Body: str = ""
    OwnerUserId: int | None = None
    OwnerDisplayName: str = ""
    LastEditorUserId: int | None = None
    LastEditorDisplayName: str = ""
    LastEditDate: datetime | None = None
    LastActivityDate: datetime | None = None
    Title: str = ""
    Tags: tuple[str, ...] = ()
    AnswerCount: int | None = None
    CommentCount: int | None = None
    FavoriteCount: int | None = None
    ClosedDate: datetime | None = None
    CommunityOwnedDate: datetime | None = None
    ContentLicense: str = ""


@dataclass(slots=True)
class HistoryRow:
    Id: int
    PostHistoryTypeId: int = 0
    PostId: int | None = None
    RevisionGUID: str = ""
    CreationDate: datetime | None = None
    UserId: int | None = None
    UserDisplayName: str = ""
    Comment: str = ""
    Text: str = ""
    ContentLicense: str = ""


@dataclass(slots=True)
class CommentRow:
    Id: int
    PostId: int | None = None
    Score: int = 0
    Text: str = ""
    CreationDate: datetime | None = None
    UserDisplayName: str = ""
    UserId: int | None = None
    ContentLicense: str = ""


@dataclass(slots=True)
class LinkRow:
    Id: int
    CreationDate: datetime | None = None
    PostId: int | None = None
    RelatedPostId: int | None = None
    LinkTypeId: int = 1


@dataclass(slots=True)
class VoteRow:
    Id: int
    PostId: int | None = None
    VoteTypeId: int = 0
    UserId: int | None = None
    CreationDate: date | None = None
    BountyAmount: int | None = None


R = TypeVar("R", TagRow, UserRow, BadgeRow, PostRow, HistoryRow, CommentRow, LinkRow, VoteRow)

# How a value of a field's type is read; those of other types are texts, taken as they are.
_READERS: dict[str, Callable[[str], Any]] = {
    "int": number,
    "int | None": number,
    "datetime | None": moment,
    "date | None": day,
    "bool": truth,
    "tuple[str, ...]": tag_names,
}
# Attributes of some years that say nothing we keep; not worth a line in the report.
MOST_TOLD = 20  # unknown attributes of one file; a row can have some hundred thousand
_PASSED_OVER = frozenset({"Age", "EmailHash", "DeletionDate"})


class Form(Generic[R]):
    """How one file's rows are read into records of `kind`; `unknown` gathers some attributes that no record has."""

    def __init__(self, kind: type[R]) -> None:
        self.kind = kind
        self.unknown: set[str] = set()
        self._readers = {field.name: _READERS.get(str(field.type)) for field in dataclasses.fields(kind)}

    def read(self, row: dict[str, str]) -> R:
        """Raises BadRow."""
        if not row.get("Id"):
            raise BadRow("no Id")
        given: dict[str, Any] = {}
        readers, name = self._readers, ""
        try:
            for name, text in row.items():
                if name not in readers:
                    self._note_unknown(name)
                elif (reader := readers[name]) is None:
                    given[name] = text
                elif text:
                    given[name] = reader(text)
        except (ValueError, KeyError, OverflowError):
            raise BadRow(f"{name} cannot be read") from None
        return self.kind(**given)

    def _note_unknown(self, name: str) -> None:
        if name not in _PASSED_OVER and len(self.unknown) <= MOST_TOLD:
            self.unknown.add(name[:60])

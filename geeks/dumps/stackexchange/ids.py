"""Their numbers and ours: a number is kept when it is free here and mapped when it is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import models

from geeks.dumps.stackexchange import store
from geeks.models import Comment, Origin, Post, Source, Tag, User
from geeks.models.post import Kind

POST, USER, COMMENT, TAG = Origin.Kind.POST, Origin.Kind.USER, Origin.Kind.COMMENT, Origin.Kind.TAG
MODELS: Mapping[int, type[models.Model]] = {POST: Post, USER: User, COMMENT: Comment, TAG: Tag}


class Ids:
    """The numbers of one source, as the database knows them."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def known(self, kind: int, theirs: Iterable[int | None]) -> dict[int, int]:
        """Their numbers -> ours, of those that are here."""
        return Origin.objects.ours(self.source, kind, {number for number in theirs if number is not None})

    def questions(self, theirs: Iterable[int | None]) -> dict[int, int]:
        """Like `known`, of questions only."""
        ours = self.known(POST, theirs)
        found = set(Post.objects.filter(pk__among=ours.values(), kind=Kind.QUESTION).values_list("pk", flat=True))
        return {their: our for their, our in ours.items() if our in found}

    def give(self, kind: int, theirs: Iterable[int]) -> dict[int, int]:
        """New numbers for these rows, which are about to be written; remembered with them."""
        theirs = list(theirs)
        model = MODELS[kind]
        taken = set(model._default_manager.filter(pk__among=theirs).values_list("pk", flat=True))
        clashing = [number for number in theirs if number in taken]
        if clashing:  # a new number must be none that another of these rows keeps
            store.reserve(model, max(theirs))
        ours = {number: number for number in theirs} | dict(
            zip(clashing, store.fresh(model, len(clashing)), strict=True)
        )
        self.note(kind, ours)
        return ours

    def note(self, kind: int, ours: Mapping[int, int]) -> None:
        """Remember their numbers -> ours."""
        rows = [
            {"source_id": self.source.pk, "kind": kind, "their_id": their, "our_id": our} for their, our in ours.items()
        ]
        store.insert(Origin, rows)

    def note_questions(self, theirs: Iterable[int]) -> None:
        """The database knows what a question is."""


class DryIds(Ids):
    """For a dry run: what would be given is kept in memory, a bit a number, and nothing is written."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.given = {POST: Seen(), USER: Seen(), COMMENT: Seen()}
        self.asked = Seen()

    def known(self, kind: int, theirs: Iterable[int | None]) -> dict[int, int]:
        wanted = {number for number in theirs if number is not None}
        stored = super().known(kind, wanted) if self.source.pk else {}
        return {number: number for number in wanted if number in self.given[kind]} | stored

    def questions(self, theirs: Iterable[int | None]) -> dict[int, int]:
        wanted = {number for number in theirs if number is not None}
        stored = super().questions(wanted) if self.source.pk else {}
        return {number: number for number in wanted if number in self.asked} | stored

    def give(self, kind: int, theirs: Iterable[int]) -> dict[int, int]:
        ours = {number: number for number in theirs}
        for number in ours:
            self.given[kind].add(number)
        return ours

    def note_questions(self, theirs: Iterable[int]) -> None:
        for number in theirs:
            self.asked.add(number)


class Seen:
    """A set of numbers that mostly follow each other: a bit each, and a plain set where they are scattered."""

    SHIFT = 13
    FEW = 100

    def __init__(self) -> None:
        self.shelves: dict[int, set[int] | bytearray] = {}

    def __contains__(self, number: int) -> bool:
        shelf = self.shelves.get(number >> self.SHIFT)
        if isinstance(shelf, bytearray):
            place = number & (1 << self.SHIFT) - 1
            return bool(shelf[place >> 3] >> (place & 7) & 1)
        return shelf is not None and number in shelf

    def add(self, number: int) -> bool:
        """Whether it was not there before."""
        key = number >> self.SHIFT
        shelf = self.shelves.get(key)
        if isinstance(shelf, bytearray):
            return _mark(shelf, number & (1 << self.SHIFT) - 1)
        if shelf is None:
            shelf = self.shelves[key] = set()
        elif number in shelf:
            return False
        shelf.add(number)
        if len(shelf) > self.FEW:
            self.shelves[key] = marks = bytearray(1 << self.SHIFT - 3)
            for other in shelf:
                _mark(marks, other & (1 << self.SHIFT) - 1)
        return True


def _mark(shelf: bytearray, place: int) -> bool:
    """Set the bit; whether it was not set before."""
    bit = 1 << (place & 7)
    if shelf[place >> 3] & bit:
        return False
    shelf[place >> 3] |= bit
    return True

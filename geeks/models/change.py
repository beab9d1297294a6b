"""What changed lately, as short keys: kept pages ask whether anything they show is among it.

A row is written in the transaction that makes the change, so a page is never older than what has been committed. Rows
are only added, never updated: two people who write at once never wait for each other here. What a key has seen is the
number of its rows and the sum of their random marks; either differs after every change, in whatever order transactions
commit. Rows older than any kept page are removed by the worker.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import lru_cache

from django.db import connections, models

from geeks.models.statement import Statement
from geeks.models.writes import insert_all

# Every change; what lists depend on.
SITE = "site"
# Something that no single key tells, such as an import: nothing kept before holds.
EVERYTHING = "all"

Standing = dict[str, tuple[int, int]]


def post_key(post_id: int | None) -> str:
    return f"p{post_id}"


def person_key(user_id: int | None) -> str:
    return f"u{user_id}"


class ChangeQuerySet(models.QuerySet["Change"]):
    def note(self, *keys: str) -> None:
        """Say, in the transaction that changes them, that these look different from now on."""
        insert_all([Change(key=key, mark=random.getrandbits(30)) for key in {*keys, SITE}])

    def standing(self, keys: Iterable[str]) -> Standing:
        """What each of `keys` has seen lately, for comparing; a key without a row is not in it. One small query."""
        wanted = list(dict.fromkeys(keys))
        if not wanted:
            return {}
        # The last again up to a power of two, so that there are few statements.
        wanted += wanted[-1:] * ((1 << (len(wanted) - 1).bit_length()) - len(wanted))
        # Of the database that the request reads from: a page of a replica that is behind is then told apart from one
        # of the primary, and never given to somebody who reads there.
        rows, _ = _standing(self.db, len(wanted)).run(wanted)
        return {key: (count, int(marks)) for key, count, marks in rows}

    def site(self) -> tuple[int, int]:
        """What SITE has seen, for comparing: asked for whatever is given out again."""
        connection = connections[self.db]
        if connection.vendor != "sqlite":
            return self.standing([SITE]).get(SITE, (0, 0))
        # There one writes at a time, no number is given twice, and every change is one of SITE: the newest row tells.
        # While people write there are thousands of its rows; PostgreSQL must count them, for its numbers are given in
        # another order than that of commits.
        newest, _ = _newest(self.db).run([])
        return newest[0] if newest else (0, 0)  # type: ignore[return-value]

    def prune(self, before: int) -> int:
        """Remove rows with an id up to `before`; of SITE the newest stays, so that it never looks untouched again."""
        newest = self.filter(key=SITE).aggregate(last=models.Max("pk"))["last"]
        return self.filter(pk__lte=before).exclude(pk=newest or 0).delete()[0]

    def prune_site(self, before: int) -> int:
        """Remove all but the newest rows of SITE up to `before`: it has a row for every change."""
        newest = self.filter(key=SITE).aggregate(last=models.Max("pk"))["last"]
        return self.filter(key=SITE, pk__lte=min(before, (newest or 0) - 1)).delete()[0]

    def newest(self) -> int:
        return self.aggregate(last=models.Max("pk"))["last"] or 0


class Change(models.Model):
    key = models.CharField(max_length=24)
    mark = models.IntegerField()

    objects = ChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["key", "mark"], name="change_by_key")]

    def __str__(self) -> str:
        return f"{self.key} changed"


# By hand: they are asked for every page served, and the ORM takes longer than the database.
@lru_cache
def _standing(alias: str, keys: int) -> Statement:
    places = ",".join(["%s"] * keys)
    table = Change._meta.db_table
    return Statement(alias, f"SELECT key, COUNT(*), SUM(mark) FROM {table} WHERE key IN ({places}) GROUP BY key", True)  # noqa: S608


@lru_cache
def _newest(alias: str) -> Statement:
    return Statement(alias, f"SELECT id, mark FROM {Change._meta.db_table} ORDER BY id DESC LIMIT 1", True)  # noqa: S608

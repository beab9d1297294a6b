"""Users.xml and Badges.xml: the authors of an archive, as ghosts whom nobody can sign in as, and their badges."""

from __future__ import annotations

import re
import secrets
from concurrent.futures import Future
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.utils import timezone

from geeks.dumps.stackexchange import renderers, store
from geeks.dumps.stackexchange.ids import USER
from geeks.dumps.stackexchange.records import BadgeRow, UserRow
from geeks.dumps.stackexchange.step import Step
from geeks.models import Badge, Reputation, User
from geeks.models.reputation import IMPORTED
from geeks.rendering.source import clean_part

_WEB = re.compile(r"https?://\S+", re.IGNORECASE)


class Users(Step[UserRow]):
    file = "Users.xml"
    record = UserRow

    def begin(self, records: list[UserRow]) -> Future[Any]:
        abouts = [record.AboutMe for record in records]
        return self.into.renderers.submit(renderers.abouts, abouts, self.source.host)

    def take(self, records: list[UserRow], done: Any) -> int:
        ours = self.ids.give(USER, [record.Id for record in records])
        if self.into.dry:
            return len(records)
        names = self._usernames(records)
        people = [
            self._person(record, ours[record.Id], name, html)
            for record, name, html in zip(records, names, done, strict=True)
        ]
        store.insert(User, people)
        store.insert(Reputation, [_earned(person) for person in people if person["reputation"] > 1])
        return len(records)

    def _usernames(self, records: list[UserRow]) -> list[str]:
        """Names to file them under; somebody may have chosen such a name already."""
        wanted = [f"{record.Id}@{self.source.host}"[-150:] for record in records]
        taken = set(User.objects.filter(username__in=wanted).values_list("username", flat=True))
        return [f"{timezone.now():%Y%m%d%H%M%S%f}-{name}"[:150] if name in taken else name for name in wanted]

    def _person(self, record: UserRow, our_id: int, username: str, about_html: str) -> dict[str, Any]:
        joined = record.CreationDate or record.LastAccessDate or timezone.now()
        name = clean_part(record.DisplayName)
        website = record.WebsiteUrl if _WEB.fullmatch(record.WebsiteUrl) else ""
        if record.WebsiteUrl and not website:
            self.notes["websites that are no address"] += 1
        return {
            "id": our_id,
            "username": username,
            # As make_password(None) has it, which takes longer than all the rest of a person.
            "password": UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20),
            "ghost": True,
            "display_name": store.fit(User, "display_name", name if name.strip() else f"user{record.Id}"),
            "reputation": max(1, record.Reputation),
            "date_joined": joined,
            "last_seen": record.LastAccessDate or joined,
            "website": store.fit(User, "website", website),
            "location": store.fit(User, "location", record.Location),
            "about": record.AboutMe,
            "about_html": about_html,
            "network_id": record.AccountId,
            "image_url": store.fit(User, "image_url", record.ProfileImageUrl),
            "view_count": max(0, record.Views),
            "up_votes": max(0, record.UpVotes),
            "down_votes": max(0, record.DownVotes),
        }


def _earned(person: dict[str, Any]) -> dict[str, Any]:
    return {
        "user_id": person["id"],
        "kind": IMPORTED,
        "amount": person["reputation"] - 1,
        "created": person["date_joined"],
    }


class Badges(Step[BadgeRow]):
    file = "Badges.xml"
    record = BadgeRow

    def take(self, records: list[BadgeRow], done: Any) -> int:
        people = self.ids.known(USER, (record.UserId for record in records))
        badges = []
        for record in records:
            if record.UserId not in people:
                self.skip("its person is not here")
            elif record.Date is None or not record.Name:
                self.skip("it has no name or date")
            else:
                badges.append(
                    {
                        "user_id": people[record.UserId],
                        "name": store.fit(Badge, "name", record.Name),
                        "rank": record.Class if record.Class in Badge.Rank.values else Badge.Rank.BRONZE,
                        "tag_based": record.TagBased,
                        "date": record.Date,
                    }
                )
        if not self.into.dry:
            store.insert(Badge, badges)
        return len(badges)

"""Loads the demo content of `fixtures/demo/` through the models: the same methods, checks and rows as a person's.

A file is made of blocks. A block begins with `--- question`, `--- answer` or `--- article`, then YAML up to a line
`---`, then Markdown. `days_ago` puts it into the past; `votes` is the net score, given by people of the demo.
"""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from geeks import policy
from geeks.models import Article, Category, Comment, Post, Question, Reputation, Upload, User, Vote
from geeks.models.reputation import refresh_reputation

FOLDER = settings.BASE_DIR / "fixtures" / "demo"
SIGNED_IN = ("admin", "ada", "ben", "mod")
CATEGORIES = (
    ("Web", "web", "Browsers, servers and everything sent between them."),
    ("Android", "android", "Apps, sensors and the platform under them."),
    ("Data Science", "data-science", "Statistics, machine learning and the mathematics that carries them."),
    ("New Techniques", "new-techniques", "Ideas that are young enough to need explaining."),
    ("Linux Security", "linux-security", "Keys, permissions and the arithmetic of being careful."),
)
BLOCK = re.compile(
    r"^--- (question|answer|article)\n(.*?)^---\n(.*?)(?=^--- (?:question|answer|article)\n|\Z)", re.S | re.M
)
IMAGE = re.compile(r"\]\((images/[\w.-]+)\)")


@dataclass
class Block:
    kind: str
    given: dict[str, Any]
    body: str


@dataclass
class Loader:
    """Loads the demo once; `say` hears what is being done."""

    say: Callable[[str], None]
    folder: Path = FOLDER
    only: int = 0  # at most so many threads, taken evenly from all; 0: all of them
    now: datetime = field(default_factory=timezone.now)
    people: dict[str, User] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    # The same demo every time.
    chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311

    def load(self) -> dict[str, str]:
        """Everything; returns the passwords of those who can sign in."""
        for position, (name, slug, description) in enumerate(CATEGORIES):
            Category.objects.get_or_create(
                slug=slug, defaults={"name": name, "description": description, "position": position}
            )
        passwords = self._people()
        files = list(self._files())
        blocks = [list(read(path)) for path in files[:: -(-len(files) // self.only) if self.only else 1]]
        # Oldest first, so that numbers grow with time as on a real site.
        blocks.sort(key=lambda thread: -thread[0].given["days_ago"])
        for number, thread in enumerate(blocks, 1):
            self.say(f"{number} of {len(blocks)}: {thread[0].given['title']}")
            with transaction.atomic():
                self._thread(thread)
        for user in self.people.values():
            refresh_reputation(user)
        return passwords

    def _files(self) -> Iterator[Path]:
        yield from sorted((self.folder / "questions").glob("*.md"))
        yield from sorted((self.folder / "articles").glob("*.md"))

    def _people(self) -> dict[str, str]:
        passwords = {}
        for row in yaml.safe_load((self.folder / "people.yaml").read_text(encoding="utf-8")):
            name = row["name"]
            password = secrets.token_urlsafe(9) if name in SIGNED_IN else None
            user = User(username=name, is_moderator=name == "mod", date_joined=self.now - timedelta(days=420))
            user.is_superuser = user.is_staff = name == "admin"
            user.set_password(password) if password else user.set_unusable_password()
            user.save()
            user.describe(
                display_name=row["display_name"], about=row.get("about", ""), location=row.get("location", "")
            )
            Reputation.objects.create(user=user, kind="welcome", amount=policy.POINTS["welcome"])
            refresh_reputation(user)
            self.people[name] = user
            if password:
                passwords[name] = password
        return passwords

    def _thread(self, blocks: list[Block]) -> None:
        head, *answers = blocks
        given, author = head.given, self.people[head.given["author"]]
        make = Article.objects.write if head.kind == "article" else Question.objects.ask
        category = Category.objects.get(slug=given["category"])
        post = make(author, given["title"], self._body(head), category, given["tags"], self._when(given))
        accepted = None
        for block in answers:
            answer = post.give_answer(self.people[block.given["author"]], self._body(block), self._when(block.given))
            self._around(answer, block.given)
            accepted = answer if block.given.get("accepted") else accepted
        self._around(post, given)
        if accepted:
            post.refresh_from_db()
            post.accept(accepted, author)
        if closed := given.get("closed"):
            self._close(post, closed)
        moments = [self._when(block.given) for block in blocks]
        last = max(range(len(blocks)), key=lambda i: moments[i])
        by = self.people[blocks[last].given["author"]]
        Post.objects.filter(pk=post.pk).update(
            last_activity=moments[last], last_active_by=by, view_count=given.get("views", 0)
        )

    def _body(self, block: Block) -> str:
        return IMAGE.sub(lambda match: f"]({self._picture(match[1])})", block.body.strip())

    def _picture(self, name: str) -> str:
        if name not in self.pictures:
            file = ContentFile((self.folder / name).read_bytes(), name)
            self.pictures[name] = Upload.objects.receive(self.people["admin"], file).url
        return self.pictures[name]

    def _when(self, given: dict[str, Any]) -> datetime:
        return self.now - timedelta(days=float(given["days_ago"]))

    def _around(self, post: Post, given: dict[str, Any]) -> None:
        """Comments and votes, at moments after the post's own."""
        for row in given.get("comments") or ():
            comment = post.comments.write(self.people[row["by"]], row["text"])
            Comment.objects.filter(pk=comment.pk).update(created=self._when(row))
        wanted = int(given.get("votes", 0))
        voters = [user for user in self.people.values() if user.pk != post.author_id]
        for user in self.chance.sample(voters, min(abs(wanted), len(voters))):
            post.votes.cast(user, 1 if wanted > 0 else -1)
        Vote.objects.filter(post=post).update(created=self._when(given) + timedelta(hours=6))

    def _close(self, post: Question, given: dict[str, Any]) -> None:
        reason, original = given["reason"], None
        if reason == "duplicate":
            original = Question.objects.exclude(pk=post.pk).order_by("pk").first()
        post.refresh_from_db()
        post.close(self.people[given["by"]], reason, given.get("note", ""), original)
        when = self._when(given)
        post.closures.update(created=when)
        Post.objects.filter(pk=post.pk).update(closed_at=when)


def read(path: Path) -> Iterator[Block]:
    """The blocks of one file. Raises ValueError naming the file when it is not made of blocks."""
    text = path.read_text(encoding="utf-8")
    found = [Block(kind, yaml.safe_load(head), body) for kind, head, body in BLOCK.findall(text)]
    if not found or found[0].kind == "answer":
        raise ValueError(f"{path} does not begin with a question or an article.")
    yield from found

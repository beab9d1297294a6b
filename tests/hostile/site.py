"""A site that has one of everything, its four kinds of people, and a browser of each that forgets what it did."""

from __future__ import annotations

import gzip
import io
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import brotli
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.http.cookie import SimpleCookie
from django.test import Client
from PIL import Image

from geeks.models import AccessToken, Notification, SavedSearch, Tag, Upload
from geeks.models.counters import differences
from geeks.tasks import indexing
from tests import make
from tests.hostile import progress
from tests.hostile.values import EVERYTHING

# No worker follows the site's posts here; after a minute that is said.
EXPECTED = {(503, "/readyz")}
UNPACKED = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
ROLES = ("stranger", "member", "moderator", "superuser")


@dataclass
class Site:
    """`good` holds a value for each name of a parameter in an address; `people` those of the roles but the stranger;
    `written` the statements with which the request before this moment changed the database."""

    good: dict[str, str]
    people: dict[str, Any]
    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    browsers: dict[str, Client] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    attacks: int = 0

    def browser(self, role: str) -> Client:
        if role not in self.browsers:
            browser = Client(raise_request_exception=False)
            if role != "stranger":
                browser.force_login(self.people[role], backend="allauth.account.auth_backends.AuthenticationBackend")
            self.browsers[role] = browser
        return self.browsers[role]

    def attack(self, *request: Any, **more: Any) -> None:
        """`ask`, of which a normal run leaves out every second: on PostgreSQL those that are sent on SQLite, so that
        both together send all."""
        self.attacks += 1
        if EVERYTHING or self.attacks % 2 == (connection.vendor == "postgresql"):
            self.ask(*request, **more)

    def ask(
        self, role: str, method: str, address: str, data: Any = b"", kind: str = "", then: Any = None, **more: Any
    ) -> Any:
        """The answer; a fault is noted. `then(response)` looks at what was stored, before that is taken back: every
        request meets the same site."""
        browser = self.browser(role)
        cookies = browser.cookies.copy()
        cache.clear()  # of the counts that stop those who try too often
        self.written.clear()
        with transaction.atomic(), connection.execute_wrapper(self._note):
            response = browser.generic(method, address, data, kind or "application/octet-stream", **more)
            self.answers[response.status_code] += 1
            self._look(response, address, f"{role} {method} {address[:200]} {str(data)[:300]!r} {more or ''}")
            if then and response.status_code < 500:
                then(response)
            transaction.set_rollback(True)
        browser.cookies = SimpleCookie({name: morsel.value for name, morsel in cookies.items()})
        return response

    def _note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in sql:
            self.written.append(sql)
        return execute(sql, params, many, context)

    def _look(self, response: Any, address: str, what: str) -> None:
        if response.status_code >= 500 and (response.status_code, address.partition("?")[0]) not in EXPECTED:
            error = (getattr(response, "exc_info", None) or (None, ""))[1]
            self.fault(f"{response.status_code} {what}: {type(error).__name__} {str(error)[:300]}")
        if "X-Injected" in response.headers:
            self.fault(f"a header of its own: {what}")
        # As browsers read it: with backslashes as slashes.
        place = urljoin("http://testserver/", response.headers.get("Location", "").replace("\\", "/"))
        if urlsplit(place).hostname != "testserver":
            self.fault(f"sent to {place[:200]}: {what}")
        kind = response.headers.get("Content-Type", "")
        if address.startswith("/api/2.") and response.status_code >= 400 and "error_id" not in self._json(response):
            self.fault(f"{response.status_code} and no error object of the API but {kind}: {what}")

    def _json(self, response: Any) -> dict[str, Any]:
        unpacked = UNPACKED[response.headers.get("Content-Encoding", "")](response.content)
        try:
            return json.loads(unpacked) if unpacked else {"error_id": "a HEAD"}
        except ValueError:
            return {}

    def fault(self, what: str) -> None:
        if what not in self.faults:
            progress.found(what)
        self.faults.append(what)


def rows() -> dict[str, int]:
    """How many rows each of the site's tables has."""
    names = sorted({model._meta.db_table for model in apps.get_app_config("geeks").get_models()})
    parts = (f"SELECT '{name}', COUNT(*) FROM {name}" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def one_of_everything() -> Site:
    ada = make.person("ada", reputation=3_000)
    mod = make.person("mod", is_moderator=True)
    boss = make.person("boss", is_superuser=True, is_staff=True)
    ben = make.person("ben")
    question = make.question(ada, tags=["sums", "c++"])
    answer = make.answer(question, ada)
    other = make.answer(question, ben)
    article = make.article(ada)
    comment = make.comment(question, ada)
    other.votes.cast(ada, 1)
    question.accept(other, ada)
    question.bookmarks.keep(ada)
    closed, gone = make.question(ben), make.question(ada)
    closed.close(mod, "duplicate", "as it stands", question)
    closed.lock(mod, "for a while")
    gone.delete_by(ada)
    source = make.source()
    make.origin(question, 77)
    make.wiki()
    make.tally(question)
    search = SavedSearch.objects.save_for(ada, "", "sums", "newest")
    notice = Notification.objects.create(user=ada, text="Something new", post=question)
    token = AccessToken.objects.issue(ada, "hostile", ["write_access", "private_info"])[0]
    upload = Upload.objects.receive(ada, ContentFile(_picture(), "picture.png"))
    names = {"question": question, "answer": answer, "article": article, "post": question, "comment": comment}
    good = {f"{name}_id": str(row.pk) for name, row in names.items()} | {
        "user_id": str(ada.pk),
        "search_id": str(search.pk),
        "notification_id": str(notice.pk),
        "token_id": str(token.pk),
        "slug": question.slug,
        "names": "sums",
        "key": "a-key",
        "uidb36": "1",
        "name": upload.file.name,
        "host": source.host,
        "path": "questions/77",
        "section": "questions",
        "method": "questions",
        "content_type_id": str(ContentType.objects.get_for_model(Tag).pk),
        "app_label": "geeks",
        "url": "nowhere",
        "id": str(question.pk),
        "ids": f"{question.pk};{answer.pk}",
        "tags": "sums",
        "filters": "default",
    }
    for found in differences():
        found.repair()  # of the tally, which came past the models
    backend = indexing.writer()
    indexing.rebuild(backend)
    backend.close()
    return Site(good, {"member": ada, "moderator": mod, "superuser": boss})


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return out.getvalue()

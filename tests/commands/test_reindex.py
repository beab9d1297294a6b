"""`manage.py reindex` builds the index anew."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from geeks.search import SearchUnavailable, parse
from geeks.tasks import indexing
from tests import make

pytestmark = pytest.mark.django_db


def test_it_says_how_many_posts_can_be_found(ada):
    question = make.question(ada, title="Why does the zeta function vanish?")
    make.question(ada).delete_by(ada)
    for _ in range(2):
        out = StringIO()
        call_command("reindex", stdout=out)
        assert out.getvalue() == "The search index holds 1 posts.\n"
    backend = indexing.reader()
    try:
        assert backend.search(parse("zeta")).ids == [question.pk]
    finally:
        backend.close()


def test_what_is_wrong_with_the_index_is_said(monkeypatch):
    def broken(*args, **given):
        raise SearchUnavailable("The index is damaged.")

    monkeypatch.setattr(indexing, "rebuild", broken)
    with pytest.raises(CommandError, match="damaged"):
        call_command("reindex", stdout=StringIO())

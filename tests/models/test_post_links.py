"""Posts that name each other in their texts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geeks.models import Change, PostLink
from geeks.models.change import post_key
from tests import make

pytestmark = pytest.mark.django_db


def links():
    return list(PostLink.objects.order_by("related").values_list("post", "related", "kind"))


def naming(*addresses: str) -> str:
    return f"{make.BODY}\n\nSee " + " and ".join(f"[this](<{address}>)" for address in addresses)


@pytest.fixture
def named(ada):
    return make.question(ada)


def test_a_question_that_names_another_is_linked_to_it(named):
    for address in (
        f"/questions/{named.pk}/some-title",
        f"/q/{named.pk}",
        f"http://127.0.0.1:8000/questions/{named.pk}",
    ):
        asking = make.question(body=naming(address, address))
        assert links() == [(asking.pk, named.pk, 1)], address
        PostLink.objects.all().delete()


def test_a_link_to_an_answer_is_one_to_its_question(named):
    answer = make.answer(named)
    asking = make.question(body=naming(f"/a/{answer.pk}"))
    naming_both = make.question(body=naming(f"/questions/{named.pk}/title#{answer.pk}", f"/q/{named.pk}"))
    assert links() == [(asking.pk, named.pk, 1), (naming_both.pk, named.pk, 1)]


def test_an_article_names_and_is_named(named):
    article = make.article(body=naming(f"/q/{named.pk}"))
    asking = make.question(body=naming(f"/articles/{article.pk}/pairs"))
    assert links() == [(article.pk, named.pk, 1), (asking.pk, article.pk, 1)]


def test_nobody_is_linked_to_his_own_thread_nor_to_what_is_not_here(named, ben):
    make.answer(named, body=naming(f"/q/{named.pk}"))
    make.question(body=naming("/q/987654", "https://other.example/questions/1", f"https://x.example/q/{named.pk}"))
    make.question(body=naming("/questions/99999999999999999999999"))
    assert links() == []


def test_an_edit_makes_and_ends_links_and_leaves_those_of_an_archive(named, ada):
    from_comments, other = make.question(), make.question()
    asking = make.question(ada, body=naming(f"/q/{named.pk}"))
    PostLink.objects.create(post=asking, related=from_comments, kind=PostLink.Kind.LINKED)
    PostLink.objects.create(post=asking, related=named, kind=PostLink.Kind.DUPLICATE)
    asking.edit(ada, body=naming(f"/q/{other.pk}"))
    assert {(related, kind) for _, related, kind in links()} == {(from_comments.pk, 1), (other.pk, 1), (named.pk, 3)}


def test_the_page_of_what_is_named_changes(named, ada):
    asking = make.question(ada, body=naming(f"/q/{named.pk}"))
    assert Change.objects.filter(key=post_key(named.pk)).count() == 1 + 1  # asked, and named
    asking.edit(ada, body=make.BODY)
    assert Change.objects.filter(key=post_key(named.pk)).count() == 1 + 1 + 1


def test_a_text_that_names_many_costs_what_one_that_names_one_costs(ada):
    several = [make.question() for _ in range(20)]
    with CaptureQueriesContext(connection) as one:
        make.question(ada, body=naming(f"/q/{several[0].pk}"))
    with CaptureQueriesContext(connection) as many:
        make.question(ada, body=naming(*(f"/q/{question.pk}" for question in several)))
    assert len(many) == len(one)
    assert PostLink.objects.count() == 21

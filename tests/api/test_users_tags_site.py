"""People, tags, and what is said about the site itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from geeks.models import Reputation, Tag, User
from tests import make

pytestmark = pytest.mark.django_db


def test_the_comments_of_people_are_those_that_everybody_sees(items, ada, ben):
    question = make.question(ada)
    kept, deleted = make.comment(question, ben), make.comment(question, ben)
    make.comment(question, ada)
    deleted.delete_by(ben)
    assert [item["comment_id"] for item in items(f"users/{ben.pk}/comments")] == [kept.pk]


def test_moderators_are_told_apart(items, ada, mod):
    head = make.person("head", is_superuser=True)
    make.person("gone", is_moderator=True, is_active=False)
    found = items("users/moderators", sort="creation", order="asc")
    assert [item["user_id"] for item in found] == [mod.pk, head.pk]
    assert {item["user_type"] for item in found} == {"moderator"}


def test_a_person_has_stack_exchange_s_fields(items, ada):
    ada.describe(display_name="Ada <L>", about="I like $x$.", location="Turin", website="https://ada.example")
    Reputation.objects.create(user=ada, kind="x", amount=7, created=timezone.now() - timedelta(days=20))
    (item,) = items(f"users/{ada.pk}")
    assert item["display_name"] == "Ada &lt;L&gt;"
    assert (item["user_id"], item["account_id"], item["user_type"]) == (ada.pk, ada.pk, "registered")
    assert (item["location"], item["website_url"]) == ("Turin", "https://ada.example")
    assert item["link"] == f"http://127.0.0.1:8000{ada.get_absolute_url()}"
    assert item["badge_counts"] == {"bronze": 0, "silver": 0, "gold": 0}
    assert item["reputation"] == 500
    assert (item["reputation_change_week"], item["reputation_change_month"]) == (499, 506)
    assert "about_me" not in item


def test_more_of_a_person_comes_by_a_filter(items, ada, ben):
    ada.describe(display_name="Ada", about="I like $x$.")
    make.answer(make.question(ada), ada)
    make.question(ada).delete_by(ada)
    (made,) = items("filters/create", include="user.about_me;user.answer_count;user.question_count")
    (item,) = items(f"users/{ada.pk}", filter=made["filter"])
    assert item["about_me"] == '<p>I like <span class="math-container">$x$</span>.</p>'
    assert (item["question_count"], item["answer_count"]) == (1, 1)


def test_people_are_sorted_bounded_and_looked_for(items):
    names = {"carl": 30, "dora": 10, "emil": 20}
    made = {name: make.person(name, reputation=number) for name, number in names.items()}

    def found(**parameters) -> list[str]:
        return [item["display_name"] for item in items("users", **parameters)]

    assert found() == ["carl", "emil", "dora"]
    assert found(sort="name", order="asc") == ["carl", "dora", "emil"]
    assert found(sort="creation") == ["emil", "dora", "carl"]
    assert found(min=20) == ["carl", "emil"]
    assert found(sort="name", order="asc", min="d", max="dz") == ["dora"]
    assert found(inname="R") == ["carl", "dora"]
    User.objects.filter(pk=made["carl"].pk).update(is_active=False)
    assert found() == ["emil", "dora"]


def test_what_people_wrote_is_found_by_them(items, ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    make.question()
    assert [item["question_id"] for item in items(f"users/{ada.pk};{ben.pk}/questions")] == [question.pk]
    assert [item["answer_id"] for item in items(f"users/{ada.pk};{ben.pk}/answers")] == [answer.pk]


def test_nobody_s_mail_or_password_comes_out(stranger, ada):
    User.objects.filter(pk=ada.pk).update(email="ada@private.example")
    body = stranger.get(f"/api/2.3/users/{ada.pk}", {"filter": "withbody"}).content.decode()
    assert "private.example" not in body
    assert "md5" not in body


def test_tags_are_sorted_bounded_and_looked_for(items, ada):
    for tags in (["alpha", "beta"], ["alpha", "c++"], ["gamma"]):
        make.question(ada, tags=tags)
    Tag.objects.create(name="unused")

    def found(method="tags", **parameters) -> list[str]:
        return [item["name"] for item in items(method, **parameters)]

    assert items("tags")[0] == {
        "name": "alpha",
        "count": 2,
        "has_synonyms": False,
        "is_moderator_only": False,
        "is_required": False,
    }
    assert found(sort="name", order="asc") == ["alpha", "beta", "c++", "gamma"]
    assert found(sort="activity") == ["gamma", "c++", "alpha", "beta"] or found(sort="activity")[0] == "gamma"
    assert found(min=2) == ["alpha"]
    assert found(sort="name", order="asc", min="b", max="c++") == ["beta", "c++"]
    assert found(inname="ET") == ["beta"]
    assert found("tags/ALPHA;c%2B%2B;unused;nothing/info", sort="name") == ["unused", "c++", "alpha"]


def test_a_tag_may_tell_its_latest_activity(items, ada):
    question = make.question(ada, tags=["alpha"])
    (made,) = items("filters/create", include="tag.last_activity_date")
    assert items("tags", filter=made["filter"])[0]["last_activity_date"] == int(question.last_activity.timestamp())


def test_the_site_is_listed_first_and_its_categories_behind_it(call, ada):
    make.category("web", description="Of pages & browsers")
    answer = call("sites", pagesize=1000)
    assert [site["api_site_parameter"] for site in answer["items"]] == ["geeksmental", "web"]
    assert answer["items"][0]["name"] == "Geeks Mental"
    assert answer["items"][0]["markdown_extensions"] == ["MathJax", "Prettify"]
    assert answer["items"][1]["audience"] == "Of pages &amp; browsers"
    assert call("sites", pagesize=1)["has_more"] is True
    call("sites", 400, pagesize=1001)


def test_the_figures_of_the_site(items, ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    make.question(ada)
    make.comment(question, ben)
    question.accept(answer, ada)
    answer.votes.cast(ada, 1)
    (info,) = items("info", site="geeksmental")
    expected = {
        "total_questions": 2,
        "total_unanswered": 1,
        "total_accepted": 1,
        "total_answers": 1,
        "total_comments": 1,
        "total_votes": 1,
        "total_badges": 0,
        "total_users": 2,
        "new_active_users": 2,
        "api_revision": "2.3",
    }
    assert {name: info[name] for name in expected} == expected
    assert info["questions_per_minute"] > 0

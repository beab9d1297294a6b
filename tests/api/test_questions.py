"""Questions: their fields, their orders, and how lists of them are narrowed down."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from geeks.models import Post, Question
from tests import make

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def ids(found) -> list[int]:
    return [item["question_id"] for item in found]


def test_a_question_has_stack_exchange_s_fields(items, ada, ben):
    question = make.question(ada, title='Is "a < b" & $x<y$ the same?', tags=["order", "sums"])
    answer = make.answer(question, ben)
    question.accept(answer, ada)
    Post.objects.filter(pk=question.pk).update(score=3, view_count=7)
    (item,) = items("questions")
    assert item == {
        "question_id": question.pk,
        "title": "Is &quot;a &lt; b&quot; &amp; $x&lt;y$ the same?",
        "link": f"http://127.0.0.1:8000{question.get_absolute_url()}",
        "tags": ["order", "sums"],
        "category": "data-science",
        "owner": {
            "account_id": ada.pk,
            "user_id": ada.pk,
            "user_type": "registered",
            "display_name": "ada",
            "reputation": 502,
            "profile_image": "http://127.0.0.1:8000/favicon.ico",
            "link": f"http://127.0.0.1:8000{ada.get_absolute_url()}",
        },
        "is_answered": True,
        "accepted_answer_id": answer.pk,
        "answer_count": 1,
        "score": 3,
        "view_count": 7,
        "creation_date": int(question.created.timestamp()),
        "last_activity_date": int(answer.created.timestamp()),
        "content_license": "CC BY-SA 4.0",
    }


def test_what_has_no_value_is_left_out(items, ada):
    make.question(ada)
    (item,) = items("questions")
    assert "accepted_answer_id" not in item
    assert "last_edit_date" not in item
    assert "closed_date" not in item
    assert item["is_answered"] is False


def test_closing_locking_and_editing_have_their_dates_and_the_reason(items, ada, mod):
    first, second = make.question(ada), make.question(ada)
    second.edit(mod, body=make.PLAIN)
    second.close(mod, "duplicate", "Seen before.", first)
    second.lock(mod)
    item = next(item for item in items("questions", filter="default") if item["question_id"] == second.pk)
    assert item["closed_reason"] == "Duplicate"
    row = Question.objects.get(pk=second.pk)
    dates = {"closed_date": row.closed_at, "locked_date": row.locked_at, "last_edit_date": row.edited}
    assert {name: item[name] for name in dates} == {name: int(date.timestamp()) for name, date in dates.items()}


def test_who_is_gone_does_not_exist(items, ada):
    make.question(ada)
    Post.objects.update(author=None)
    (item,) = items("questions")
    assert item["owner"]["user_type"] == "does_not_exist"
    assert "user_id" not in item["owner"]


def test_moderators_are_shown_as_such(items, mod):
    make.question(mod)
    assert items("questions")[0]["owner"]["user_type"] == "moderator"


@pytest.mark.parametrize(
    ("sort", "order"),
    [("activity", [2, 0, 1]), ("creation", [1, 0, 2]), ("votes", [0, 2, 1]), ("hot", [1, 2, 0])],
)
def test_lists_are_sorted_both_ways(items, ada, sort, order):
    made = [make.question(ada) for _ in range(3)]
    now = timezone.now()
    for number, question in enumerate(made):
        Post.objects.filter(pk=question.pk).update(
            created=now - [2, 1, 3][number] * DAY,
            last_activity=now - [2, 3, 1][number] * DAY,
            score=[9, 1, 5][number],
            hotness=[1.0, 3.0, 2.0][number],
        )
    expected = [made[number].pk for number in order]
    assert ids(items("questions", sort=sort)) == expected
    assert ids(items("questions", sort=sort, order="asc")) == expected[::-1]


def test_week_and_month_are_the_hot_ones_of_that_time(items, ada):
    new, old, older = (make.question(ada, created=timezone.now() - days * DAY) for days in (1, 20, 40))
    Post.objects.filter(pk=old.pk).update(hotness=10**9)
    assert ids(items("questions", sort="week")) == [new.pk]
    assert ids(items("questions", sort="month")) == [old.pk, new.pk]
    assert older.pk in ids(items("questions"))


def test_dates_bound_the_creation_and_both_ends_belong(items, ada):
    moments = [datetime(2024, 5, day, 12, tzinfo=UTC) for day in (1, 2, 3)]
    made = [make.question(ada, created=moment + timedelta(milliseconds=400)) for moment in moments]
    second = int(moments[1].timestamp())
    assert ids(items("questions", fromdate=second, todate=second)) == [made[1].pk]
    assert ids(items("questions", fromdate=second, sort="creation")) == [made[2].pk, made[1].pk]
    assert ids(items("questions", todate=second, sort="creation", order="asc")) == [made[0].pk, made[1].pk]


def test_min_and_max_bound_what_is_sorted_by(items, ada):
    made = [make.question(ada, score=score) for score in (-2, 0, 5)]
    assert ids(items("questions", sort="votes", min=0)) == [made[2].pk, made[1].pk]
    assert ids(items("questions", sort="votes", min=-2, max=0)) == [made[1].pk, made[0].pk]
    when = int(made[1].created.timestamp())
    assert made[1].pk in ids(items("questions", sort="creation", min=when, max=when))
    assert items("questions", sort="activity", max=when - 10) == []


def test_tagged_asks_for_all_and_nottagged_for_none(items, ada):
    both = make.question(ada, tags=["alpha", "beta"])
    one = make.question(ada, tags=["alpha"])
    assert ids(items("questions", tagged="alpha;beta")) == [both.pk]
    assert sorted(ids(items("questions", tagged="ALPHA"))) == [both.pk, one.pk]
    assert ids(items("questions", tagged="alpha", nottagged="beta")) == [one.pk]
    assert items("questions", tagged="alpha;nothing") == []
    assert items("questions", tagged="a;b;c;d;e;f") == []
    assert sorted(ids(items("questions", nottagged="nothing"))) == [both.pk, one.pk]
    many = ";".join([*(f"t{number}" for number in range(40)), "beta"])
    assert ids(items("questions", nottagged=many)) == [one.pk]


def test_a_category_narrows_by_its_parameter_and_as_a_site(items, ada):
    here = make.question(ada, category=make.category("web"))
    make.question(ada)
    assert ids(items("questions", category="web")) == [here.pk]
    assert ids(items("questions", site="web")) == [here.pk]
    assert items("questions", category="nowhere") == []
    assert len(items("questions", site="stackoverflow")) == 2


def test_unanswered_and_without_answers(items, ada, ben):
    silent, unhelped, helped = (make.question(ada) for _ in range(3))
    make.answer(unhelped, ben)
    make.answer(helped, ben).votes.cast(ada, 1)
    assert sorted(ids(items("questions/unanswered"))) == [silent.pk, unhelped.pk]
    assert ids(items("questions/no-answers")) == [silent.pk]


def test_ids_choose_and_unknown_ones_are_passed_over(items, ada):
    made = [make.question(ada) for _ in range(3)]
    answer = make.answer(made[0])
    wanted = f"{made[2].pk};{made[0].pk};{answer.pk};987654;{made[0].pk};{10**30}"
    assert sorted(ids(items(f"questions/{wanted}"))) == [made[0].pk, made[2].pk]


def test_nobody_sees_a_deleted_question(items, ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    make.comment(answer, ada)
    question.delete_by(make.person(is_moderator=True))
    for method in (
        "questions",
        f"questions/{question.pk}",
        f"questions/{question.pk}/answers",
        f"questions/{question.pk}/comments",
        f"answers/{answer.pk}",
        "answers",
        f"answers/{answer.pk}/questions",
        f"posts/{question.pk};{answer.pk}",
        "posts",
        f"posts/{answer.pk}/comments",
        f"posts/{question.pk};{answer.pk}/revisions",
        "comments",
        f"users/{ada.pk}/questions",
        f"users/{ben.pk}/answers",
    ):
        assert items(method) == [], method


def test_the_old_filters_bring_answers_and_comments_inside_the_question(items, ada, ben):
    question = make.question(ada)
    low, high = make.answer(question, ben), make.answer(question, ada)
    high.votes.cast(ben, 1)
    remark = make.comment(question, ben)
    below = make.comment(high, ben)
    low_gone = make.answer(question)
    low_gone.delete_by(low_gone.author)
    (item,) = items(f"questions/{question.pk}", filter="_bca")
    assert [answer["answer_id"] for answer in item["answers"]] == [high.pk, low.pk]
    assert [comment["comment_id"] for comment in item["comments"]] == [remark.pk]
    assert [comment["comment_id"] for comment in item["answers"][0]["comments"]] == [below.pk]
    assert all("math-container" in answer["body"] for answer in item["answers"])
    (item,) = items(f"questions/{question.pk}", filter="_ba")
    assert "answers" in item
    assert "comments" not in item
    (item,) = items(f"questions/{question.pk}", filter="_ac")
    assert "body" not in item
    assert item["comments"][0]["comment_id"] == remark.pk


def test_the_rest_comes_by_a_filter_of_one_s_own(call, items, ada, ben, mod):
    first, question = make.question(ada), make.question(ada, body="Some **text** & $a<b$ here.")
    question.edit(mod, body="Other **text** & $a<b$ here.")
    question.votes.cast(ben, 1)
    question.votes.cast(mod, -1)
    question.close(mod, "duplicate", "Seen <before>.", first)
    names = "body_markdown up_vote_count down_vote_count closed_details last_editor share_link comment_count"
    include = ";".join(f"question.{name}" for name in names.split())
    (made,) = items("filters/create", include=include)
    item = next(i for i in items("questions", filter=made["filter"]) if i["question_id"] == question.pk)
    assert item["body_markdown"] == "Other **text** &amp; $a&lt;b$ here."
    assert (item["up_vote_count"], item["down_vote_count"], item["comment_count"]) == (1, 1, 0)
    assert item["last_editor"]["user_id"] == mod.pk
    assert item["share_link"] == f"http://127.0.0.1:8000/q/{question.pk}"
    details = item["closed_details"]
    assert details["description"] == "Seen &lt;before&gt;."
    assert details["original_questions"] == [{"question_id": first.pk, "title": first.title}]
    assert details["by_users"][0]["user_id"] == mod.pk


def test_questions_that_name_one_in_their_text_or_in_an_answers_are_linked(items, ada):
    named, other, third = make.question(ada), make.question(), make.question()
    asking = make.question(body=f"{make.BODY} See [it](/questions/{named.pk}/title).")
    make.answer(other, body=f"{make.ANSWER} As [there](/q/{named.pk}).")
    make.answer(third, body=f"{make.ANSWER} As [there](/q/{other.pk}).")
    linked = items(f"questions/{named.pk}/linked", sort="creation", order="asc")
    assert [item["question_id"] for item in linked] == [other.pk, asking.pk]

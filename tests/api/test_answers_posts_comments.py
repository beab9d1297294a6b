"""Answers, posts of any kind with their revisions, and comments."""

from datetime import timedelta

import pytest
from django.utils import timezone

from geeks.models import Comment, Post
from tests import make

pytestmark = pytest.mark.django_db


def test_an_answer_has_stack_exchange_s_fields(items, ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    question.accept(answer, ada)
    (item,) = items("answers")
    assert {name: item[name] for name in item if name != "owner"} == {
        "answer_id": answer.pk,
        "question_id": question.pk,
        "is_accepted": True,
        "score": 0,
        "creation_date": int(answer.created.timestamp()),
        "last_activity_date": int(answer.last_activity.timestamp()),
        "content_license": "CC BY-SA 4.0",
        "category": "data-science",
    }
    assert item["owner"]["user_id"] == ben.pk


def test_editing_an_answer_is_activity_of_the_answer(items, ben):
    answer = make.answer(author=ben)
    Post.objects.filter(pk=answer.pk).update(last_activity=timezone.now() - timedelta(days=3))
    answer.edit(ben, body=make.PLAIN)
    (item,) = items(f"answers/{answer.pk}")
    assert item["last_activity_date"] == item["last_edit_date"]


def test_answers_of_several_questions_come_together(items, ada, ben):
    first, second, third = (make.question(ada) for _ in range(3))
    given = [make.answer(first, ben), make.answer(second, ben)]
    make.answer(third, ben)
    Post.objects.filter(pk=given[0].pk).update(score=4)
    found = items(f"questions/{first.pk};{second.pk}/answers", sort="votes")
    assert [item["answer_id"] for item in found] == [given[0].pk, given[1].pk]
    assert [i["answer_id"] for i in items(f"answers/{given[1].pk};{given[0].pk};{first.pk}", sort="creation")] == [
        given[1].pk,
        given[0].pk,
    ]
    assert [i["question_id"] for i in items(f"answers/{given[1].pk}/questions")] == [second.pk]


def test_title_tags_and_link_of_an_answer_are_its_question_s(items, ada, ben):
    question = make.question(ada, title="What is a & b here?", tags=["sums", "order"])
    answer = make.answer(question, ben)
    (made,) = items("filters/create", include="answer.title;answer.tags;answer.link;answer.share_link")
    (item,) = items("answers", filter=made["filter"])
    assert item["title"] == "What is a &amp; b here?"
    assert item["tags"] == ["sums", "order"]
    assert item["link"] == item["share_link"] == f"http://127.0.0.1:8000/a/{answer.pk}"


def test_a_category_narrows_answers(items, ada):
    here = make.answer(make.question(ada, category=make.category("web")))
    make.answer()
    assert [item["answer_id"] for item in items("answers", category="web")] == [here.pk]


def test_posts_are_questions_answers_and_articles_together(items, ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    article = make.article(ada)
    found = items("posts", sort="creation", order="asc")
    assert [(item["post_id"], item["post_type"]) for item in found] == [
        (question.pk, "question"),
        (answer.pk, "answer"),
        (article.pk, "article"),
    ]
    assert [item["post_id"] for item in items("posts", sort="creation", pagesize=1, page=2)] == [answer.pk]
    assert len(items(f"posts/{question.pk};{answer.pk};{article.pk}")) == 3
    assert items("posts", category="nowhere") == []
    (item,) = items(f"posts/{article.pk}", filter="withbody")
    assert item["link"] == f"http://127.0.0.1:8000{article.get_absolute_url()}"
    assert "body" in item


def test_revisions_say_what_changed_and_what_was_before(items, ada, mod):
    question = make.question(ada, title="Why do sums pair up?", tags=["sums"])
    question.edit(mod, body="A new & better body.", title="Why do all sums pair up?", tags=["order"], comment="Clearer")
    (made,) = items("filters/create", include="revision.body;revision.last_body")
    second, first = items(f"posts/{question.pk}/revisions", filter=made["filter"])
    assert (first["revision_number"], second["revision_number"]) == (1, 2)
    assert second["comment"] == "Clearer"
    assert second["user"]["user_id"] == mod.pk
    assert (second["last_title"], second["title"]) == ("Why do sums pair up?", "Why do all sums pair up?")
    assert (second["last_tags"], second["tags"]) == (["sums"], ["order"])
    assert second["body"] == "<pre><code>A new &amp; better body.</code></pre>"
    assert "sum_" in second["last_body"]
    assert "last_title" not in first
    assert first["post_type"] == "question"
    assert len({first["revision_guid"], second["revision_guid"]}) == 2
    assert len(items(f"posts/{question.pk}/revisions", pagesize=1)) == 1


def test_comments_have_stack_exchange_s_fields(items, ada, ben):
    question = make.question(ada)
    remark = make.comment(question, ben, "Is $n$ *even*?")
    (made,) = items("filters/create", base="withbody", include="comment.body_markdown;comment.link;comment.post_type")
    (item,) = items("comments", filter=made["filter"])
    assert {name: item[name] for name in item if name != "owner"} == {
        "comment_id": remark.pk,
        "post_id": question.pk,
        "score": 0,
        "edited": False,
        "creation_date": int(remark.created.timestamp()),
        "content_license": "CC BY-SA 4.0",
        "body": 'Is <span class="math-container">$n$</span> <em>even</em>?',
        "body_markdown": "Is $n$ *even*?",
        "link": f"http://127.0.0.1:8000{question.get_absolute_url()}#comment-{remark.pk}",
        "post_type": "question",
    }
    assert "body" not in items("comments")[0]


def test_comments_are_found_by_their_post_and_by_their_id(items, ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    first, second = make.comment(question, ben), make.comment(answer, ada)
    gone = make.comment(question, ben)
    Comment.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())

    def numbers(method: str, **parameters) -> list[int]:
        return [item["comment_id"] for item in items(method, **parameters)]

    assert numbers("comments", order="asc") == [first.pk, second.pk]
    assert numbers(f"questions/{question.pk}/comments") == [first.pk]
    assert numbers(f"answers/{answer.pk}/comments") == [second.pk]
    assert numbers(f"posts/{question.pk};{answer.pk}/comments") == [second.pk, first.pk]
    assert numbers(f"posts/{answer.pk}/comments") == [second.pk]
    assert numbers(f"comments/{first.pk};{gone.pk}") == [first.pk]
    assert numbers(f"questions/{answer.pk}/comments") == []

"""JSON-LD: what search engines are told of a page."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geeks.models import Post, Question
from geeks.views.structured_data import article_page, breadcrumbs, qa_page, website
from geeks.views.threads import ANSWERS
from tests import make


def told(question):
    rows = ANSWERS(question.pk, sight="all").reads()
    return json.loads(qa_page(question, rows))["mainEntity"]


def on_the_page(client, path):
    text = client.get(path).content.decode()
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)[1])


@pytest.mark.django_db
def test_a_question_page_carries_a_qa_page(client, ada, ben, settings):
    question = make.question(ada, title="Why is $a<b$ & not $b<a$?")
    good, other = make.answer(question, ben), make.answer(question, ben)
    Question.objects.get(pk=question.pk).accept(good, ada)
    found = on_the_page(client, question.get_absolute_url())
    assert (found["@context"], found["@type"]) == ("https://schema.org", "QAPage")
    entity = found["mainEntity"]
    assert entity["@type"] == "Question"
    assert entity["name"] == "Why is $a<b$ & not $b<a$?"
    assert entity["answerCount"] == 2
    assert entity["author"]["name"] == "ada"
    assert entity["datePublished"] == question.created.isoformat()
    assert entity["acceptedAnswer"]["url"] == f"{settings.SITE_URL}/a/{good.pk}"
    assert [answer["url"] for answer in entity["suggestedAnswer"]] == [f"{settings.SITE_URL}/a/{other.pk}"]
    for post in (entity, entity["acceptedAnswer"]):
        assert post["text"]
        assert post["upvoteCount"] == 0
    steps = found["breadcrumb"]["itemListElement"]
    assert [step["position"] for step in steps] == [1, 2, 3]
    assert steps[1]["name"] == str(question.category)


@pytest.mark.django_db
def test_nothing_in_a_post_can_end_the_script(ada):
    evil = "</script><script>alert(1)</script><!-- & \u2028"
    post = make.question(ada)
    answer = make.answer(post, ada)
    Post.objects.filter(pk=answer.pk).update(excerpt=evil)
    post.title = post.excerpt = evil
    post.author.display_name = evil
    text = qa_page(post, ANSWERS(post.pk, sight="all").reads())
    assert not re.search(r"[<>&\u2028]", text)
    entity = json.loads(text)["mainEntity"]
    assert entity["name"] == entity["text"] == entity["author"]["name"] == entity["suggestedAnswer"][0]["text"] == evil


@pytest.mark.django_db
def test_deleted_answers_are_not_told(ada, ben):
    question = make.question(ada)
    make.answer(question, ben).delete_by(ben)
    entity = told(question)
    assert "suggestedAnswer" not in entity


@pytest.mark.django_db
def test_posts_of_people_who_left_are_somebodys(ada):
    question = make.question(ada)
    Post.objects.filter(pk=question.pk).update(author=None)
    entity = told(Question.objects.get(pk=question.pk))
    assert entity["author"] == {"@type": "Person", "name": "Somebody"}


@pytest.mark.django_db
def test_an_edit_is_told(ada):
    question = make.question(ada)
    question.edit(ada, body=question.body + " Edited to say more.")
    entity = told(question)
    assert entity["dateModified"] == question.edited.isoformat()


@pytest.mark.django_db
def test_it_asks_nothing_more_of_the_database_than_the_page_read(ada, ben):
    question = make.question(ada)
    for _ in range(3):
        make.answer(question, ben)
    question = Question.objects.select_related("author", "category").get(pk=question.pk)
    rows = ANSWERS(question.pk, sight="all").reads()
    with CaptureQueriesContext(connection) as queries:
        qa_page(question, rows)
    assert not queries.captured_queries


@pytest.mark.django_db
def test_an_article_carries_an_article(client, ada):
    article = make.article(ada, title="Pairing sums, explained at length")
    found = on_the_page(client, article.get_absolute_url())
    assert found == json.loads(article_page(article))
    assert (found["@type"], found["headline"]) == ("Article", "Pairing sums, explained at length")
    assert found["mainEntityOfPage"]["breadcrumb"]["@type"] == "BreadcrumbList"


@pytest.mark.django_db
def test_the_front_page_says_how_to_search(client, settings):
    found = on_the_page(client, "/")
    assert found == json.loads(website())
    target = found["potentialAction"]["target"]["urlTemplate"]
    assert target == f"{settings.SITE_URL}/search?q={{search_term_string}}"


def test_a_trail_is_numbered_from_the_outside_in(settings):
    found = json.loads(breadcrumbs([("Home", "/"), ("Web", "/c/web")]))
    assert found["itemListElement"][1] == {
        "@type": "ListItem",
        "position": 2,
        "name": "Web",
        "item": f"{settings.SITE_URL}/c/web",
    }

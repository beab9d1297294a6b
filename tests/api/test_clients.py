"""Clients made for Stack Exchange's API work here unmodified: they are told another address and no more."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from stackapi import StackAPI, StackAPIError

from geeks.models import AccessToken, Post
from tests import make

ROOT = Path(__file__).resolve().parent.parent.parent
QUESTIONS = 120


@pytest.fixture
def site(live_server, index):
    """A server with more questions than a page holds; gives (its address, a question with an answer)."""
    author = make.person("ada")
    question = make.question(author, title="Is pairing sums fair?", tags=["sums"])
    make.comment(make.answer(question, make.person("ben")))
    Post.objects.bulk_create(
        Post(kind=1, author=author, category=question.category, title=f"Title {n}", slug="title", body="x")
        for n in range(QUESTIONS - 1)
    )
    index()
    return live_server.url, question


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("below", ["/api", ""])
def test_stackapi_fetches_questions_answers_people_tags_and_results(site, below):
    url, question = site
    client = StackAPI("geeksmental", base_url=url + below)
    found = client.fetch("questions", sort="creation", order="asc")
    assert len({item["question_id"] for item in found["items"]}) == QUESTIONS
    assert found["has_more"] is False
    assert client.fetch("questions", filter="total")["total"] == QUESTIONS
    (item,) = client.fetch("questions/{ids}", ids=[question.pk], filter="withbody")["items"]
    assert "math-container" in item["body"]
    (answer,) = client.fetch("questions/{ids}/answers", ids=[question.pk])["items"]
    assert client.fetch("answers", ids=[answer["answer_id"]])["items"] == [answer]
    assert len(client.fetch("posts/{ids}/comments", ids=[answer["answer_id"], question.pk])["items"]) == 1
    assert [user["display_name"] for user in client.fetch("users", sort="name", order="asc")["items"]][:2] == [
        "ada",
        "ben",
    ]
    assert client.fetch("tags/{tags}/info", tags=["sums"])["items"][0]["count"] == 1
    results = client.fetch("search/advanced", q="pairing", sort="relevance")["items"]
    assert [result["question_id"] for result in results] == [question.pk]


@pytest.mark.django_db(transaction=True)
def test_stackapi_knows_our_errors_and_writes_with_a_token(site):
    url, question = site
    writer = make.person("carl")
    token = AccessToken.objects.issue(writer, "stackapi", ["write_access"])[1]
    client = StackAPI("geeksmental", base_url=f"{url}/api", access_token=token)
    with pytest.raises(StackAPIError) as refusal:
        client.fetch("questions", sort="sideways")
    assert (refusal.value.error, refusal.value.code) == (400, "bad_parameter")
    (item,) = client.send_data(f"questions/{question.pk}/upvote")["items"]
    assert item["score"] == 1


@pytest.mark.django_db(transaction=True)
def test_the_npm_package_stackexchange_reads(site):
    url, question = site
    node = shutil.which("node") or shutil.which("node", path=ROOT / ".venv" / "bin")
    if node is None:
        pytest.skip("there is no node on this machine to run the npm package stackexchange with")
    if not (ROOT / "node_modules" / "stackexchange").exists():
        pytest.skip("the npm package stackexchange is not installed: `make test` does it")
    script = Path(__file__).parent / "npm_client.js"
    arguments = [url.removeprefix("http://"), str(question.pk), str(question.author_id)]
    done = subprocess.run(
        [node, str(script), *arguments],
        env={**os.environ, "NODE_PATH": str(ROOT / "node_modules")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found["questions"]["items"]) == QUESTIONS - 100
    assert "math-container" in found["question"]["items"][0]["body"]
    assert len(found["answers"]["items"]) == len(found["all"]["items"]) == 1
    assert found["users"]["items"][0]["display_name"] == "ada"
    assert found["tags"]["items"][0]["name"] == found["info"]["items"][0]["name"] == "sums"
    assert [item["question_id"] for item in found["search"]["items"]] == [question.pk]

"""Imported posts: what the API says of them is what their archive says."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from geeks.models import Bounty, Origin, Post, User
from tests import make
from tests.dumps import small

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive(tmp_path):
    """The rows of an archive that has just been imported, by their numbers."""
    make.question()  # so that the numbers of the archive are not all free here
    files = small.site()
    call_command("import_stackexchange", str(small.write(tmp_path / small.HOST, files)), category="sums", verbosity=0)
    return {name.removesuffix(".xml"): {row["Id"]: row for row in rows} for name, rows in files.items()}


@pytest.fixture
def ours(archive):
    """Their number of a row -> ours."""
    origins = Origin.objects.values_list("kind", "their_id", "our_id")
    known = {(kind, their_id): our_id for kind, their_id, our_id in origins}
    kinds = {"post": Origin.Kind.POST, "user": Origin.Kind.USER, "comment": Origin.Kind.COMMENT}
    return lambda kind, number: known.get((kinds[kind], number), number)


def unix(stamp: object) -> int:
    return int(datetime.fromisoformat(str(stamp)).replace(tzinfo=UTC).timestamp())


def names(row) -> list[str]:
    return re.findall("<(.+?)>", str(row["Tags"]))


def test_questions_and_answers_say_what_their_rows_say(items, archive, ours):
    everything = items("questions", category="sums", pagesize=100) + items("answers", category="sums", pagesize=100)
    found = {item.get("answer_id", item["question_id"]): item for item in everything}
    rows = [row for row in archive["Posts"].values() if row["PostTypeId"] in (1, 2) and row["Id"] != 10]
    assert len(rows) == len(found) == 8
    for row in rows:
        item = found[ours("post", row["Id"])]
        assert item["score"] == row["Score"]
        assert item["creation_date"] == unix(row["CreationDate"])
        assert item["last_activity_date"] == unix(row["LastActivityDate"])
        assert item.get("last_edit_date") == (unix(row["LastEditDate"]) if "LastEditDate" in row else None)
        assert item["content_license"] == row["ContentLicense"]
        if "OwnerUserId" in row:
            assert item["owner"]["user_id"] == ours("user", row["OwnerUserId"])
        else:
            assert item["owner"]["user_type"] == "does_not_exist"
            assert item["owner"].get("display_name") == row.get("OwnerDisplayName")
        if row["PostTypeId"] == 1:
            assert html.unescape(item["title"]) == row["Title"]
            assert len(item["tags"]) == len(names(row))
            assert item["answer_count"] == row["AnswerCount"]
            assert item["view_count"] == row["ViewCount"]
            accepted = row.get("AcceptedAnswerId")
            assert item.get("accepted_answer_id") == (ours("post", accepted) if accepted else None)
            assert ("closed_date" in item) == ("ClosedDate" in row)
        else:
            assert item["question_id"] == ours("post", row["ParentId"])
            assert item["is_accepted"] == (archive["Posts"][row["ParentId"]].get("AcceptedAnswerId") == row["Id"])


def test_states_votes_and_bounties_come_too(items, archive, ours):
    include = "question.up_vote_count;question.down_vote_count;question.favorite_count;answer.awarded_bounty_amount"
    (made,) = items("filters/create", include=include)
    found = {item["question_id"]: item for item in items("questions", category="sums", filter=made["filter"])}
    first, closed, locked = (found[ours("post", number)] for number in (1, 4, 5))
    assert (first["up_vote_count"], first["down_vote_count"], first["favorite_count"]) == (4, 1, 1)
    assert closed["closed_reason"] == "Duplicate"
    assert "locked_date" in locked
    assert "protected_date" in locked
    answers = {item["answer_id"]: item for item in items("answers", category="sums", filter=made["filter"])}
    assert answers[ours("post", 2)]["awarded_bounty_amount"] == 50
    assert answers[ours("post", 3)]["community_owned_date"] == unix(small.at(3))
    assert "bounty_amount" not in first


def test_an_open_bounty_is_shown_and_featured(items, archive, ours):
    question = Post.objects.get(pk=ours("post", 1))
    today = timezone.now().date()
    Bounty.objects.create(post=question, amount=100, started=today)
    (item,) = items("questions/featured")
    assert (item["question_id"], item["bounty_amount"]) == (question.pk, 100)
    end = today + timedelta(days=7)
    assert datetime.fromtimestamp(item["bounty_closes_date"], UTC).date() == end


def test_people_keep_their_names_dates_and_badges(items, archive, ours):
    (made,) = items("filters/create", include="user.view_count;user.up_vote_count;user.down_vote_count;user.about_me")
    (item,) = items(f"users/{ours('user', 1)}", filter=made["filter"])
    row = archive["Users"][1]
    assert (item["display_name"], item["account_id"]) == (row["DisplayName"], row["AccountId"])
    assert (item["reputation"], item["creation_date"]) == (row["Reputation"], unix(row["CreationDate"]))
    assert (item["location"], item["website_url"]) == (row["Location"], row["WebsiteUrl"])
    assert (item["view_count"], item["up_vote_count"], item["down_vote_count"]) == (5, 6, 7)
    assert item["badge_counts"] == {"bronze": 1, "silver": 0, "gold": 1}
    assert item["about_me"] == row["AboutMe"]
    (info,) = items("info")
    assert info["total_badges"] == 2


def test_comments_keep_score_author_and_licence(items, archive, ours):
    found = {item["comment_id"]: item for item in items("comments", sort="votes", filter="withbody")}
    first, second = (found[ours("comment", number)] for number in (1, 2))
    assert (first["score"], first["content_license"]) == (2, "CC BY-SA 4.0")
    assert first["owner"]["user_id"] == ours("user", 2)
    assert second["owner"] == {"user_type": "does_not_exist", "display_name": "gone"}
    assert next(iter(found)) == first["comment_id"]
    assert "math-container" in first["body"]


def test_links_lead_to_linked_questions(items, archive, ours):
    def linked(number: int) -> list[int]:
        return [item["question_id"] for item in items(f"questions/{ours('post', number)}/linked", sort="rank")]

    assert linked(6) == [ours("post", 1)]
    assert linked(1) == [ours("post", 4)]
    assert linked(5) == []


def test_revisions_keep_their_guid(items, archive, ours):
    second, first = items(f"posts/{ours('post', 1)}/revisions")
    assert (first["revision_guid"], second["revision_guid"]) == (f"{1:036}", f"{7:036}")
    assert second["user"]["user_id"] == ours("user", 2)
    assert second["is_rollback"] is False


def test_texts_about_tags_are_no_posts(items, archive, ours):
    assert items(f"posts/{ours('post', 8)};{ours('post', 9)}") == []
    assert {item["post_type"] for item in items("posts", pagesize=100)} == {"question", "answer"}


def test_bodies_show_the_text_of_the_archive(items, archive, ours):
    for number in (2, 3, 4, 5, 11, 12):
        (item,) = items(f"posts/{ours('post', number)}", filter="withbody")
        assert plain(item["body"]) == plain(str(archive["Posts"][number]["Body"]))
    (item,) = items(f"questions/{ours('post', 1)}", filter="withbody")
    assert '<span class="math-container">$\\sum_k k$</span>' in item["body"]


def test_a_merged_author_is_the_account(items, archive, ours, mod):
    account = make.person("ada")
    account.absorb(User.objects.get(pk=ours("user", 1)), mod)
    (item,) = items(f"questions/{ours('post', 1)}")
    assert item["owner"]["user_id"] == account.pk


def plain(markup: str) -> str:
    return html.unescape(re.sub("<[^>]*>", "", markup)).strip()

"""What makes the long run (`python -m bench.hostile`) shorter and stoppable takes nothing away from it."""

import pytest

from tests.hostile import progress
from tests.hostile.reading import Page

pytestmark = pytest.mark.django_db


def asked_by(page, monkeypatch):
    """The parameters of each request that the page's trial makes."""
    sent, ask = [], page.ask
    monkeypatch.setattr(page, "ask", lambda parameters: sent.append(parameters) or ask(parameters))
    return sent


def test_what_a_page_reads_is_tried_alone_and_all_else_together(site, monkeypatch):
    page = Page(site, "stranger", "/questions")
    sent = asked_by(page, monkeypatch)
    page.try_all(["after", "tab", "sums", "series"], ["-1", "x"])
    for value in ("-1", "x"):
        assert {"after": value} in sent
        assert {"tab": value} in sent
        assert {"sums": value, "series": value} in sent
    assert {"sums": "x"} not in sent


def test_what_the_api_goes_through_is_tried_alone_where_it_changes_the_answer(site, monkeypatch):
    page = Page(site, "stranger", "/api/2.3/questions")
    sent = asked_by(page, monkeypatch)
    page.try_all(["pagesize", "sums", "series"], ["-7", "y"])
    assert page.through_all
    assert {"pagesize": "-7"} in sent
    assert {"sums": "y", "series": "y"} in sent


def test_an_admin_list_is_asked_again_only_for_what_it_does_not_refuse_by_name(site, monkeypatch):
    page = Page(site, "superuser", "/admin/geeks/question/")
    sent = asked_by(page, monkeypatch)
    page.try_all(["q", "author__password__startswith"], ["-7", "y"])
    assert {"q": "-7"} in sent
    assert not any("author__password__startswith" in parameters for parameters in sent if "y" in parameters.values())


def test_one_by_one_where_together_they_are_answered_otherwise(site, monkeypatch):
    page = Page(site, "stranger", "/questions")
    sent = []
    answers = {1: (200, b""), 2: (400, b"")}
    monkeypatch.setattr(page, "ask", lambda parameters: sent.append(parameters) or answers[max(1, len(parameters))])
    page.try_all(["sums", "series"], ["z"])
    assert {"sums": "z"} in sent
    assert {"series": "z"} in sent


def test_a_run_goes_on_with_what_has_not_passed(tmp_path, monkeypatch):
    monkeypatch.setenv("HOSTILE_FOLDER", str(tmp_path))
    progress.ended("a", "failed", 1.0, {200: 3})
    progress.ended("b", "passed", 1.0, {200: 3})
    assert progress.left(["a", "b", "c"]) == ["a", "c"]
    progress.ended("a", "passed", 1.0, {200: 3})
    assert progress.left(["a", "b", "c"]) == ["c"]
    monkeypatch.setenv("HOSTILE_PART", "2/2")
    assert progress.left(["a", "b", "c", "d"]) == ["d"]


def test_a_fault_is_written_down_when_it_is_found(site, tmp_path, monkeypatch):
    monkeypatch.setenv("HOSTILE_FOLDER", str(tmp_path))
    site.fault("something")
    (line,) = progress.lines(tmp_path / progress.FINDINGS)
    assert line["what"] == "something"
    assert line["test"].endswith("::test_a_fault_is_written_down_when_it_is_found")
    site.faults.clear()

"""Categories: all of them, and the list of one with its tabs."""

import pytest

from geeks.views import categories
from tests import make

pytestmark = pytest.mark.django_db


def test_the_categories_are_listed_with_how_many_questions_they_have(stranger, ada):
    web = make.category("web", description="Browsers and servers.")
    make.question(category=web)
    make.question(ada, category=web).delete_by(ada)
    make.article(category=web)
    page = stranger.get("/c").content.decode()
    assert 'href="/c/web"' in page
    assert "Browsers and servers." in page
    assert "1 question" in " ".join(page.replace("<b>", "").replace("</b>", "").split())


def test_a_large_site_counts_its_questions_now_and_then(stranger, monkeypatch):
    monkeypatch.setattr(categories, "MANY", 2)
    web = make.category("web")
    for seen in (1, 2, 2):  # the third is not counted: two are many, so what was found is remembered
        make.question(category=web)
        assert f'<p class="meta">{seen} question' in stranger.get("/c").content.decode()


def test_a_category_lists_its_questions_only(stranger):
    mine, other = make.question(category=make.category("web")), make.question(category=make.category("android"))
    page = stranger.get("/c/web").content.decode()
    assert mine.get_absolute_url() in page
    assert other.get_absolute_url() not in page


@pytest.mark.parametrize("tab", ["newest", "active", "score", "unanswered", "hot", "", "nonsense", "<script>", "\x00"])
def test_every_tab_answers_and_an_unknown_one_is_the_first(stranger, tab):
    question = make.question(category=make.category("web"))
    response = stranger.get("/c/web", {"tab": tab})
    assert response.status_code == 200
    assert question.get_absolute_url() in response.content.decode()
    assert "<script>" not in response.content.decode()


@pytest.mark.parametrize("slug", ["nowhere", "a" * 500, "%00", ".."])
def test_an_unknown_category_is_a_404(stranger, slug):
    make.category("web")
    assert stranger.get(f"/c/{slug}").status_code == 404


def test_an_empty_category_says_so(stranger):
    make.category("web")
    response = stranger.get("/c/web")
    assert response.status_code == 200
    assert 'class="empty"' in response.content.decode()

"""Posts by their tags: the same whether few posts or many carry one."""

import pytest

from geeks import policy
from geeks.models import Question, Tag
from geeks.models.post import PostQuerySet
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(ada):
    """Thirty questions of forty carry the common tag, every thirteenth the rare one."""
    for number in range(40):
        names = ["common"] * (number % 4 != 0) + ["rare"] * (number % 13 == 0)
        make.question(ada, tags=names or ["other"])
    return {tag.name: tag for tag in Tag.objects.all()}


def test_a_common_tag_is_asked_for_post_by_post_and_a_rare_one_for_its_posts(site, monkeypatch):
    # As if a page were so long that thirty posts are just enough, however many there were in other tests.
    monkeypatch.setattr(policy, "PAGE_SIZE", 800 * 25 * 3 / Question.objects.latest("pk").pk)
    assert "EXISTS" in str(Question.objects.tagged(site["common"]).query)
    assert "EXISTS" not in str(Question.objects.tagged(site["rare"]).query)


@pytest.mark.parametrize("common", [True, False])
@pytest.mark.parametrize("names", [["common"], ["rare"], ["common", "rare"]])
def test_either_way_finds_what_carries_all_of_the_tags(site, names, common, monkeypatch):
    monkeypatch.setattr(PostQuerySet, "common", lambda posts, *tags: (common,) * len(tags))
    found = Question.objects.tagged(*(site[name] for name in names))
    expected = [one.pk for one in Question.objects.order_by("pk") if set(names) <= {tag.name for tag in one.tags.all()}]
    assert [one.pk for one in found.order_by("pk")] == expected
    assert expected

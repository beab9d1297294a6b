"""Tags: reading names from text and from addresses, merging one into another."""

from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from geeks.models import Audit, Outbox, Tag, Tagging
from geeks.models.tag import clean_tag_names
from tests import make

pytestmark = pytest.mark.django_db


def test_names_are_parted_by_spaces_commas_and_semicolons_lowered_and_each_taken_once():
    assert clean_tag_names(" Sums, induction;SUMS\n[series] ,, ") == ["sums", "induction", "series"]


def test_a_name_is_one_name_however_its_letters_are_put_together():
    assert clean_tag_names("caf\u00e9 cafe\u0301 \ufb01sher fisher") == ["caf\u00e9", "fisher"]


def test_thousands_of_names_are_refused_with_the_problems_of_the_first_few():
    with pytest.raises(ValidationError) as caught:
        clean_tag_names(" ".join(f"bad/{number}" for number in range(20_000)))
    assert len(caught.value.messages) == 21
    assert caught.value.messages[-1] == "Use at most 5 tags; there are 20000 now."


@given(st.text(max_size=60))
def test_any_text_is_read_as_good_names_or_refused(text):
    with suppress(ValidationError):
        names = clean_tag_names(text)
        assert 1 <= len(names) <= 5
        assert all(0 < len(name) <= 35 and name == name.lower() for name in names)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("sums", ["sums"]),
        ("SUMS", ["sums"]),
        ("sums+induction", ["sums", "induction"]),
        ("c++", ["c++"]),
        ("c+++sums", ["c++", "sums"]),
        ("sums+c++", ["sums", "c++"]),
        ("c+sums", ["c", "sums"]),
        ("sums+sums", ["sums"]),
        ("c++17", ["c++17"]),
    ],
)
def test_a_plus_joins_tags_or_is_part_of_one(text, names):
    for name in ("sums", "induction", "c", "c++", "c++17"):
        Tag.objects.create(name=name)
    assert [tag.name for tag in Tag.objects.in_url(text)] == names


@pytest.mark.parametrize(
    "text", ["nothing", "sums+nothing", "+", "", "sums+", "\x00", "sums+\x00", "a" * 5000, "+" * 5000]
)
def test_an_address_that_names_no_tags_is_told_apart(text):
    Tag.objects.create(name="sums")
    with pytest.raises(Tag.DoesNotExist):
        Tag.objects.in_url(text)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("c++", "/questions/tagged/c%2B%2B"),
        ("c#", "/questions/tagged/c%23"),
        (".net", "/questions/tagged/.net"),
        ("数学", "/questions/tagged/%E6%95%B0%E5%AD%A6"),
    ],
)
def test_an_address_keeps_every_letter_of_a_name(name, url):
    assert Tag(name=name).get_absolute_url() == url


def test_a_merged_tag_leaves_its_posts_to_the_other_each_once(ada, mod):
    old = make.question(ada, tags=["summation"])
    both = make.question(ada, tags=["sums", "summation"])
    gone = make.question(ada, tags=["summation"])
    article = make.article(ada, tags=["summation"])
    answer = make.answer(old)
    gone.delete_by(ada)
    Outbox.objects.all().delete()
    target = Tag.objects.get(name="sums")
    assert Tag.objects.get(name="summation").merge_into(target, mod) == 4
    target.refresh_from_db()
    assert target.question_count == 2
    assert not Tag.objects.filter(name="summation").exists()
    assert Tagging.objects.filter(tag=target).count() == 4
    assert [tagging.tag.name for tagging in both.taggings.all()] == ["sums"]
    row = Audit.objects.get(action="merge tags")
    assert row.detail == {"merged": "summation", "into": "sums", "posts": 4}
    heard = set(Outbox.objects.values_list("post_id", flat=True))
    assert heard == {old.pk, both.pk, gone.pk, article.pk, answer.pk}


def test_only_moderators_merge_and_never_a_tag_into_itself(ada, mod):
    tag, other = Tag.objects.create(name="a"), Tag.objects.create(name="b")
    with pytest.raises(PermissionDenied, match="merge tags"):
        tag.merge_into(other, ada)
    with pytest.raises(ValidationError, match="into itself"):
        tag.merge_into(tag, mod)
    assert Tag.objects.count() == 2


def test_a_tag_that_somebody_has_removed_meanwhile_is_neither_merged_nor_merged_into(ada, mod):
    tag, other = Tag.objects.create(name="a"), Tag.objects.create(name="b")
    make.question(ada, tags=["a"])
    Tag.objects.filter(name="b").delete()
    for one, two in ((tag, other), (other, tag)):
        with pytest.raises(ValidationError, match="not there any more"):
            one.merge_into(two, mod)
    assert Tag.objects.get().question_count == 1


def test_tags_are_found_or_made_in_the_order_of_their_names():
    known = Tag.objects.create(name="m")
    made = Tag.objects.named(["z", "m", "a"])
    assert [tag.name for tag in made] == ["z", "m", "a"]
    assert made[1] == known
    assert Tag.objects.named(["a", "z"], also=[known.pk]) == [made[2], made[0]]
    assert Tag.objects.count() == 3

"""The admin in a real browser: every page obeys the Content-Security-Policy, and formulas stand in the preview."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import sign_in
from tests.browser.site import Site

LISTS = (
    "question",
    "answer",
    "article",
    "comment",
    "category",
    "tag",
    "user",
    "upload",
    "audit",
    "revision",
    "vote",
    "closure",
)


@pytest.fixture
def desk(page: Page, site: Site) -> Page:
    sign_in(page, "mod", site.logins["mod"])
    return page


def test_no_page_of_the_admin_breaks_the_policy_or_a_script(desk: Page) -> None:
    desk.goto("/admin/")
    for name in LISTS:
        desk.goto(f"/admin/geeks/{name}/")
        row = desk.locator("#result_list tbody th a")
        if row.count():
            row.first.click()
            desk.wait_for_load_state("load")
            assert desk.locator("#content h1").count()
    desk.goto("/admin/geeks/category/add/")
    assert desk.problems == []  # type: ignore[attr-defined]


def test_the_preview_shows_formulas_typeset_in_light_and_dark(desk: Page) -> None:
    desk.goto("/admin/geeks/question/")
    desk.locator("#result_list th a:has(.math)").first.click()
    for scheme in ("light", "dark"):
        desk.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        drawing = desk.locator(".preview .post-title .math > svg").first
        box = drawing.bounding_box()
        assert box
        assert 5 < box["height"] < 300
        ink = drawing.evaluate("element => getComputedStyle(element).color")
        assert ink == desk.locator(".preview .post-title").evaluate("element => getComputedStyle(element).color")
    assert desk.problems == []  # type: ignore[attr-defined]


def test_an_act_on_the_posts_page_and_its_undoing(desk: Page) -> None:
    desk.goto("/admin/geeks/article/")
    desk.locator("#result_list th a").first.click()
    desk.fill("#act-reason", "a look at it first")
    desk.get_by_role("button", name="Lock", exact=True).click()
    assert "a look at it first" in desk.locator(".post-panel .state").inner_text()
    assert "lock" in desk.locator(".audit").inner_text()
    desk.get_by_role("button", name="Unlock", exact=True).click()
    assert desk.locator(".post-panel .state").count() == 0
    desk.get_by_role("button", name="Move…", exact=True).click()
    assert desk.locator("select[name=category] option").count() >= 5
    assert desk.problems == []  # type: ignore[attr-defined]

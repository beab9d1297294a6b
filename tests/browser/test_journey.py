"""The main job as a person does it: sign up, ask with maths, be answered, accept, find, moderate."""

from __future__ import annotations

import re
import time
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.site import Site

BODY = """For which $a$ does the series converge?

$$\\sum_{n=1}^\\infty \\frac{a^n}{n^2} = \\int_0^a \\frac{-\\ln(1-t)}{t}\\,dt$$

I know that $|a|<1$ is enough; what of $a=-1$ and of $a=1$, where a ticket costs $5 or $10?
"""


def sign_up(page: Page, name: str) -> None:
    page.goto("/accounts/signup")
    page.fill("input[name=username]", name)
    page.fill("input[name=password1]", "a long enough pass phrase")
    page.locator("main form button:not([type=button])").first.click()
    page.wait_for_load_state()
    assert page.locator(".me").count(), page.locator("main").inner_text()


def ask(page: Page, title: str) -> str:
    page.goto("/questions/ask")
    page.fill("input[name=title]", title)
    page.select_option("select[name=category]", label="Data Science")
    page.fill("textarea[name=body]", BODY)
    page.fill("input[name=tags]", "series dilogarithm")
    return page.url


def search_until(page: Page, word: str, selector: str, seconds: float) -> float:
    """Seconds until the search page shows `selector`; reloads without pause, as an impatient person would."""
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        page.goto(f"/search?q={word}")
        if page.locator(selector).count():
            return time.monotonic() - start
    raise AssertionError(f"search did not find {word} within {seconds} s")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_whole_journey_of_a_question(browser: Browser, site: Site, scripts: bool):
    word = f"w{uuid4().hex[:10]}"
    title = f"Where does the series of $a^n/n^2$ converge? {word[:6]}"

    def person():
        context = browser.new_context(base_url=site.url, java_script_enabled=scripts)
        context.set_default_timeout(20_000)
        return context.new_page()

    asker, helper, moderator, stranger = person(), person(), person(), person()
    sign_up(asker, f"asker-{word}")
    ask(asker, title)
    shown = ""
    if scripts:
        preview = asker.locator(".post-body.preview")
        expect(preview.locator(".math")).to_have_count(5)
        shown = preview.inner_html()
    asker.locator("main form button.primary").last.click()
    asker.wait_for_url(re.compile(r"/questions/\d+/"))
    if scripts:
        assert asker.locator("#question .post-body").inner_html().strip() == shown.strip()
    assert asker.locator("#question .post-body .math > svg").count() == 5
    assert "$5 or $10" in asker.locator("#question .post-body").inner_text()
    question = asker.url

    sign_up(helper, f"helper-{word}")
    helper.goto(question)
    helper.fill(".your-answer textarea[name=body]", f"Both ends converge, by {word} comparison with $\\sum 1/n^2$.")
    helper.locator(".your-answer button.primary").click()
    helper.wait_for_url(re.compile("#answer-"))
    answer_id = helper.url.rpartition("-")[2]

    assert search_until(stranger, word, f'a[href*="/a/{answer_id}"]', 5) < 2.5

    asker.goto(question)
    asker.locator(f"#answer-{answer_id} button.accept").click()
    asker.wait_for_load_state()
    assert asker.locator(f"#answer-{answer_id}.accepted").count() == 1

    sign_in(moderator, "mod", site.logins["mod"])
    moderate(moderator, answer_id, "Delete")
    stranger.goto(question)
    assert stranger.locator(f"#answer-{answer_id}").count() == 0
    moderate(moderator, answer_id, "Restore")
    stranger.goto(question)
    assert stranger.locator(f"#answer-{answer_id}.accepted").count() == 1
    moderator.goto(f"/admin/geeks/audit/?post__id__exact={answer_id}")
    listed = moderator.locator("#result_list").inner_text()
    assert "delete" in listed
    assert "restore" in listed
    for one in (asker, helper, moderator, stranger):
        one.context.close()


def moderate(page: Page, answer_id: str, action: str) -> None:
    page.goto(f"/admin/geeks/answer/?q={answer_id}")
    page.check(f'input[name=_selected_action][value="{answer_id}"]')
    page.select_option("select[name=action]", label=action)
    page.locator("button[name=index]").first.click()
    page.wait_for_load_state()
    assert page.locator("ul.messagelist").count(), page.locator("body").inner_text()[:2000]

"""A real Chromium against a real site. Without a Chromium these tests are skipped and say how to get one."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from tests.browser.client import Client
from tests.browser.site import Site, demo_folder

ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    named = os.environ.get("CHROMIUM_PATH")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if not chromium():
                item.add_marker(pytest.mark.skip(reason="no Chromium: apt-get install chromium, or set CHROMIUM_PATH"))


@pytest.fixture(autouse=True)
def _apart() -> None:
    """These tests use a site of their own in other processes; nothing here needs Django's settings."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(demo_folder(tmp_path_factory)) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that fails the test when the browser reports an error or refuses something by policy."""
    opened = context.new_page()
    opened.problems = []  # type: ignore[attr-defined]
    opened.on("console", lambda line: opened.problems.append(line.text) if line.type == "error" else None)  # type: ignore[attr-defined]
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))  # type: ignore[attr-defined]
    return opened


def sign_in(page: Page, name: str, password: str) -> None:
    page.goto("/accounts/login")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", password)
    page.locator("main form button:not([type=button])").first.click()
    page.wait_for_load_state()
    assert page.locator(".me").count(), page.locator("main").inner_text()


@pytest.fixture(scope="session")
def places(site: Site) -> dict[str, str]:
    """A page of every kind, by name, for strangers."""
    client = Client(site.url)

    def first(page: str, pattern: str) -> str:
        found = re.search(pattern, client.get(page).text)
        assert found, f"{page} has no {pattern}"
        return found[1]

    question = first("/questions?tab=score", r'href="(/questions/\d+/[^"?#]+)"')
    return {
        "front page": "/",
        "categories": "/c",
        "category": "/c/data-science",
        "questions": "/questions?tab=hot",
        "question": question,
        "search": "/search?q=variance",
        "nothing found": "/search?q=qqqqzzzz",
        "sign-in": "/accounts/login",
        "sign-up": "/accounts/signup",
        "article": first("/articles", r'href="(/articles/\d+/[^"?#]+)"'),
        "articles": "/articles",
        "tags": "/tags",
        "tag": first("/tags", r'href="(/questions/tagged/[^"?#]+)"'),
        "people": "/users",
        "profile": first("/users", r'href="(/users/\d+/[^"?#]+)"'),
        "help": "/help",
        "help on maths": "/help/maths",
        "about": "/about",
        "history": f"/posts/{question.split('/')[2]}/revisions",
        "missing": "/questions/999999",
    }


@pytest.fixture(scope="session")
def ada(site: Site) -> Client:
    """Ada's client without a browser."""
    return Client(site.url).sign_in("ada", site.logins["ada"])


@pytest.fixture(scope="session")
def keys(browser: Browser, site: Site) -> dict[str, StorageState]:
    """The cookies of `ada` and `mod`, for contexts that begin signed in."""
    found = {}
    for name in ("ada", "mod"):
        context = browser.new_context(base_url=site.url)
        sign_in(context.new_page(), name, site.logins[name])
        found[name] = context.storage_state()
        context.close()
    return found

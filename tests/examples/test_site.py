"""The example site as visitors have it: in a real browser, served by ``funnelscript serve``."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.service.process import served

SITE = Path(__file__).parents[2] / "scripts_examples" / "site"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
"""A browser that runs as any user and speaks to nobody but the test's own server."""
PATIENCE_MS = 60_000
"""For what a busy machine has to show; the browser's own patience is a tenth of it."""
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless. Where the machine has none, the tests say what to install."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("the example site's tests need a browser: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=QUIET, timeout=PATIENCE_MS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the site is, on a store of its own."""
    folders = ("--pages", str(SITE / "pages"), "--templates", str(SITE / "templates"))
    with served(tmp_path_factory.mktemp("site"), *folders) as server:
        yield f"http://localhost:{server.port}"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A new visitor at the site's door; nothing may go wrong in the browser."""
    context = browser.new_context(base_url=address)
    context.set_default_timeout(PATIENCE_MS)
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.goto("/")
    yield page
    context.close()
    assert wrong == []


def sign_in(page: Page, email: str, name: str = "") -> None:
    page.fill("#email", email)
    page.fill("#name", name)
    page.click("button")


def save_weight(page: Page, weight: str, notes: str = "") -> None:
    page.fill("#weight", weight)
    page.fill("#notes", notes)
    page.click("button")


def test_what_is_no_email_address_is_told_of_and_stays_in_the_form(page: Page) -> None:
    sign_in(page, "nope", "Ada")
    expect(page.locator(".notice")).to_have_text("E-mail address must be an e-mail address")
    expect(page.locator("#email")).to_have_value("nope")
    expect(page.locator("#visitor")).to_have_count(0)


def test_nobody_is_sent_to_sign_in(page: Page, address: str) -> None:
    for path in ("/weight/checkin", "/weight/history", "/deals"):
        page.goto(path)
        expect(page).to_have_url(f"{address}/")


def test_a_visitor_checks_in_and_finds_the_weighins_in_the_history(page: Page, address: str) -> None:
    sign_in(page, "ada@example.com", "Ada <b>")
    expect(page).to_have_url(f"{address}/weight/checkin")
    expect(page.locator("#visitor")).to_have_text("Ada <b>")
    save_weight(page, "9")
    expect(page.locator("#answer")).to_have_text("Weight must be at least 20")
    save_weight(page, "82.5")
    expect(page.locator("#answer")).to_have_text("Saved 82.5 kg, weigh-in number 1.")
    save_weight(page, "81", "<script>alert(1)</script>")
    expect(page.locator("#answer")).to_have_text("Saved 81 kg, weigh-in number 2.")
    page.click("text=History")
    rows = [re.sub(r"^[^\t]*\t", "", row) for row in page.locator("tbody tr").all_inner_texts()]
    assert rows == ["81.0 kg\t-1.5 kg\t<script>alert(1)</script>", "82.5 kg\t\t"]
    page.click("text=Check in")
    expect(page.locator("#last")).to_have_text("Last time: 81.0 kg, just now.")


def test_a_deal_moves_from_stage_to_stage(page: Page) -> None:
    sign_in(page, "grace@example.com")
    page.click("text=Deals")
    page.fill("#title", "Ten seats")
    page.click("text=Add")
    for stage in ("qualified", "won"):
        page.click(f"text=to {stage}")
        expect(page.locator(f"#stage-{stage} .deal span")).to_have_text("Ten seats")
    expect(page.locator(".deal button")).to_have_count(0)


def test_visitors_see_their_own_data_alone(page: Page, browser: Browser, address: str) -> None:
    sign_in(page, "one@example.com")
    save_weight(page, "70")
    expect(page.locator("#answer")).to_have_text("Saved 70 kg, weigh-in number 1.")
    other = browser.new_context(base_url=address).new_page()
    other.goto("/")
    sign_in(other, "two@example.com")
    other.goto("/weight/history")
    expect(other.locator("main p")).to_have_text("No weigh-in yet. Check in.")
    other.context.close()

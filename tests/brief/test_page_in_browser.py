"""The page in a real browser: nothing loaded, nothing inaccessible, nothing cut."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.brief.conftest import Composed

pytestmark = pytest.mark.browser


@pytest.fixture(params=[(1280, 900), (390, 844)], ids=["desk", "phone"])
def opened(request: pytest.FixtureRequest, chromium: Any, grants: Composed) -> Iterator[Any]:
    """The brief, opened as a file; what it asks for and what its policy stops is noted."""
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.asked, page.said = [], []
    page.on("request", lambda asked: page.asked.append(asked.url))
    page.on("console", lambda message: page.said.append(message.text))
    page.goto((grants.run.folder / "brief.html").as_uri())
    page.wait_for_function("document.fonts.status === 'loaded'")
    yield page
    context.close()


def test_loads_nothing_from_elsewhere_and_breaks_no_policy(opened: Any) -> None:
    assert [url for url in opened.asked if not url.startswith(("file:", "data:"))] == []
    assert opened.said == []
    assert opened.evaluate("[...document.fonts].every(font => font.status === 'loaded')")


def test_nothing_is_wider_than_the_page(opened: Any) -> None:
    assert opened.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_number_opens_its_card_and_escape_returns_to_it(opened: Any) -> None:
    opened.click('.v:has([data-address="change[term=grant].change"]) >> nth=0')
    assert opened.locator(".card:target").inner_text().startswith("−22.3%")
    before = opened.evaluate("scrollY")

    opened.keyboard.press("Escape")
    opened.wait_for_function("document.activeElement.classList.contains('v')")

    assert opened.locator(".card:target").count() == 0
    assert opened.evaluate("scrollY") == before
    assert opened.evaluate("document.activeElement.textContent") == "−22.3%"


def test_a_card_opens_without_a_script(chromium: Any, grants: Composed) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((grants.run.folder / "brief.html").as_uri())

    page.click(".v >> nth=0")

    assert page.locator(".card").filter(has_text="sha256").first.is_visible()
    page.click(".card .close >> visible=true")
    assert not page.locator(".card >> visible=true").count()
    context.close()


def test_each_figure_shows_one_drawing(opened: Any) -> None:
    assert opened.locator("figure svg >> visible=true").count() == 3


@pytest.mark.parametrize("card", ["", "#v0"], ids=["closed", "open"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(chromium: Any, axe: str, grants: Composed, width: int, card: str) -> None:
    # axe is no part of the page: its script runs past the page's policy.
    context = chromium.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto((grants.run.folder / "brief.html").as_uri() + card)
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    page.evaluate(axe)

    found = page.evaluate("axe.run()")["violations"]

    context.close()
    assert [(rule["id"], rule["impact"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []


def test_prints_on_two_pages(chromium: Any, grants: Composed) -> None:
    page = chromium.new_page()
    page.goto((grants.run.folder / "brief.html").as_uri())

    printed = page.pdf(prefer_css_page_size=True)

    page.close()
    assert printed.count(b"/Type /Page\n") == 2

"""Sliders in a real browser: plans at the points of the grid, the bracket between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.brief.conftest import Composed

pytestmark = pytest.mark.browser


@pytest.fixture(params=[(1280, 900), (390, 844)], ids=["desk", "phone"])
def opened(request: pytest.FixtureRequest, chromium: Any, masks: Composed) -> Iterator[Any]:
    """The brief, opened as a file; what its policy stops is noted."""
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto((masks.run.folder / "brief.html").as_uri())
    yield page
    context.close()


def move(page: Any, label: str, to: float) -> str:
    """Put a slider somewhere and read what is said of it."""
    page.get_by_label(label).fill(str(to))
    return str(page.locator(".outcome").inner_text())


def test_starts_at_the_base_and_breaks_no_policy(opened: Any) -> None:
    assert opened.locator(".outcome").inner_text() == "25 masks missing. No plan does better."
    assert opened.get_by_label("Hours of the broker").get_attribute("aria-valuetext") == "10\u00a0hours"
    assert opened.said == []


def test_a_point_of_the_grid_shows_its_plan(opened: Any, masks: Composed) -> None:
    move(opened, "Weeks until a certificate", 0)
    for plan in masks.run.table("grid").to_pylist():
        steps = [float(part.split()[-1]) for part in plan["plan"].split(", ")]
        for label, step in zip(("Weeks until", "Hours of", "Masks in"), steps, strict=True):
            said = move(opened, label, step)

        assert said == f"{plan['objective']:.0f} masks missing. No plan does better."
        assert opened.locator(".from").inner_text() == f'grid[plan="{plan["plan"]}"].objective'


def test_between_points_there_is_the_bracket_alone(opened: Any) -> None:
    """The bound of the better corner, the plan of the worse one; back on the grid, the plan."""
    assert move(opened, "Hours of the broker", 12).startswith("Between 13 and 25 masks missing. No plan was solved")
    assert move(opened, "Masks in stock", 18).startswith("Between 3 and 25 masks missing.")
    assert opened.locator(".from").inner_text() == (
        'grid[plan="certification 1, hours 20, stockpile 25"].bound … '
        'grid[plan="certification 1, hours 10, stockpile 15"].objective'
    )

    assert move(opened, "Weeks until a certificate", 0).startswith("Between 0 and 5 masks missing.")
    assert opened.locator(".limit").inner_text() == (
        "What holds back most: hours of the broker at the worse end, nothing at the better one."
    )

    opened.get_by_role("button", name="Back to the start").click()

    assert opened.locator(".outcome").inner_text() == "25 masks missing. No plan does better."


def test_a_slider_moves_by_the_keyboard(opened: Any) -> None:
    opened.get_by_label("Hours of the broker").focus()
    opened.keyboard.press("ArrowRight")

    assert opened.locator(".lever output").nth(1).inner_text() == "11\u00a0hours"
    assert opened.locator(".outcome").inner_text().startswith("Between 13 and 25")


def test_the_bar_has_the_length_of_what_is_said(opened: Any) -> None:
    """The worst plan of the grid, 125 masks, is the whole bar."""
    move(opened, "Hours of the broker", 12)
    most = 1000 / opened.evaluate(
        "Math.max(...JSON.parse(document.querySelector('.sliders script').textContent).sizes.flat())"
    )
    ends = [float(opened.locator(f".gauge .{name}").get_attribute("width")) for name in ("sure", "open")]

    assert ends == pytest.approx([13 * most, 12 * most])


def test_nothing_is_wider_than_the_page(opened: Any) -> None:
    assert opened.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_without_a_script_the_table_of_the_ends_stands_alone(chromium: Any, masks: Composed) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((masks.run.folder / "brief.html").as_uri())

    assert not page.locator(".play").is_visible()
    assert page.get_by_text("What would it take to miss fewer masks?").last.is_visible()
    assert page.get_by_role("row", name="Hours of the broker").inner_text().split("\t")[1:] == [
        "10 hours",
        "5 hours: 105",
        "20 hours: 13",
    ]
    context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(chromium: Any, axe: str, masks: Composed, width: int) -> None:
    # axe is no part of the page: its script runs past the page's policy.
    context = chromium.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto((masks.run.folder / "brief.html").as_uri())
    page.evaluate(axe)

    found = page.evaluate("axe.run()")["violations"]

    context.close()
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []

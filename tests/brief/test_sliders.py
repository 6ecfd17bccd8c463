"""Sliders: every number they may show comes from a solved plan, and paper has the ends."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.brief.blocks import SlidersBlock
from industria.brief.check import check
from industria.brief.inline import Text, plain
from industria.brief.pdf import pdf
from industria.brief.shown import Refusal
from industria.brief.sliders import increment, sliders_block
from industria.brief.tags import SlidersUse
from industria.errors import MissingColumnError
from industria.study.load import load
from tests.brief.bound import drafted, refused
from tests.brief.conftest import MASKS, Composed

# Two sliders; more hours help, a longer test does not. The plan of 10 hours and 2 weeks has a gap.
PLANS: dict[tuple[float, float], tuple[float, float]] = {
    (5, 1): (90, 90),
    (5, 2): (100, 100),
    (10, 1): (20, 20),
    (10, 2): (40, 38.4),
}
NAMES = [f"hours {hours:g}, tests {tests:g}" for hours, tests in PLANS]


def tables(**changes: pa.Table) -> dict[str | None, pa.Table]:
    found = {
        "plans": pa.table(
            {
                "plan": NAMES,
                "base": [False, False, False, True],
                "objective": [float(high) for high, _ in PLANS.values()],
                "bound": [float(low) for _, low in PLANS.values()],
                "gap": [(high - low) / low for high, low in PLANS.values()],
            }
        ),
        "points": pa.table(
            {
                "plan": [name for name in NAMES for _ in range(2)],
                "slider": ["hours", "tests"] * 4,
                "step": [float(step) for place in PLANS for step in place],
            }
        ),
        "sliders": pa.table(
            {
                "slider": ["hours", "tests"],
                "helps": [True, False],
                "whole": [False, True],
                "base_step": [10.0, None],
                "low": [5.0, 1.0],
                "high": [10.0, 2.0],
            }
        ),
        "binding": pa.table(
            {
                "plan": [NAMES[0], NAMES[0], NAMES[1], NAMES[3]],
                "rank": [1, 2, 1, 1],
                "constraint": ["resource", "actor", "stockpile", "actor"],
                "item": ["broker_hours", None, "mask", None],
            }
        ),
        **changes,
    }
    return {None: found.pop("plans"), **found}


def block(
    language: str = "en", found: dict[str | None, pa.Table] | None = None, **words: dict[str, str]
) -> SlidersBlock:
    told = {
        name: {key: (Text(text),) for key, text in words.get(name, {}).items()} for name in ("labels", "units", "names")
    }
    texts = {"title": (Text("What helps?"),), "unit": (Text("masks"),)}
    return sliders_block(SlidersUse("grid", texts, **told, line=4), found or tables(), "descriptive", language, 3)


def data(**options: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(block(**options).data)
    return told


def test_the_ends_of_every_slider_stand_in_a_table() -> None:
    """With the others at their base, or where they have none at their low end."""
    table = block(labels={"hours": "Hours a week"}, units={"hours": "h"}).table

    assert [[plain(cell.inside) for cell in row] for row in table.rows] == [
        ["Hours a week", "10 h", "5 h: 90", "10 h: 20"],
        ["tests", "1", "1: 20", "2: 40"],
    ]
    assert plain(table.notes) == "After the colon, masks with the other levers at their start; at the start 20."
    assert table.number == 3


def test_plans_are_counted_by_their_steps() -> None:
    told = data()

    assert told["high"] == ["90", "100", "20", "40"]
    assert told["low"] == ["90", "100", "20", "38"]
    assert told["gap"] == ["", "", "", "4.2%"]
    assert told["sliders"][0] == {"steps": [5, 10], "helps": True, "digits": 1, "unit": ""}
    assert told["addresses"][3] == [f'grid[plan="{NAMES[3]}"].{column}' for column in ("objective", "bound")]


def test_what_limits_a_plan_has_a_name() -> None:
    told = data(names={"mask": "face masks"})

    assert [told["limits"][i] for i in told["limit"]] == [
        "broker hours",
        "opening stock of face masks",
        "nothing",
        "number of makers",
    ]


def test_numbers_are_those_of_the_plans() -> None:
    numbers = block().numbers

    assert len(numbers) == 3 * len(PLANS)
    assert {str(n.value.address): n.value.value for n in numbers}[f'grid[plan="{NAMES[3]}"].bound'] == 38.4


def test_writes_as_the_language_does() -> None:
    big = tables(plans=tables()[None].set_column(2, "objective", pa.array([1234.5, 2345.5, 10.5, 40.5])))

    assert data(language="pt-BR", found=big)["high"][0] == "1.234"
    assert data(language="pt-BR", found=big)["decimal"] == ","


def test_synthetic_plans_keep_their_mark() -> None:
    drawn = tables()
    drawn[None] = drawn[None].replace_schema_metadata({"synthetic": "true"})
    made = block(found=drawn)

    assert made.table.synthetic
    assert json.loads(made.data)["high"][0] == "90†"
    assert all(number.value.synthetic for number in made.numbers)


def test_no_text_closes_the_element_of_the_data() -> None:
    assert "<" not in block(names={"broker_hours": "</script><b>"}).data


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"labels": {"hour": "x"}}, "grid has no slider 'hour'; it has hours, tests. Did you mean 'hours'?"),
        ({"units": {"weeks": "x"}}, "grid has no slider 'weeks'"),
    ],
)
def test_words_for_no_slider_are_refused(words: dict[str, dict[str, str]], why: str) -> None:
    with pytest.raises(Refusal, match=re.escape(why)):
        block(**words)


def test_what_is_no_grid_is_refused() -> None:
    with pytest.raises(MissingColumnError, match=r"grid.sliders has no column 'helps'"):
        block(found=tables(sliders=tables()["sliders"].drop_columns("helps")))
    with pytest.raises(Refusal, match="no sliders to move"):
        block(found=tables(sliders=tables()["sliders"].slice(0, 0)))


@pytest.mark.parametrize(
    ("steps", "apart"),
    [
        ([30, 45, 60], 1),
        ([0, 300, 600], 50),
        ([0, 1, 2], 0.2),
        ([0.5, 1, 2], 0.1),
        ([0, 2650000, 10600000], 50000),
        ([7], 1),
    ],
)
def test_places_are_round_and_meet_every_step(steps: Sequence[float], apart: float) -> None:
    assert increment(steps) == apart


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=5, unique=True).map(sorted))
def test_every_step_is_a_place(steps: list[int]) -> None:
    apart = Fraction(increment(steps)).limit_denominator(10**6)

    assert all((Fraction(step - steps[0]) / apart).denominator == 1 for step in steps)
    assert (steps[-1] - steps[0]) / apart >= 9


@pytest.mark.parametrize(
    ("tag", "why"),
    [
        ('{% sliders "effect" %}', "{% sliders %} has no title"),
        ('{% sliders "effect" title="a" label="b" %}', "takes no 'label'"),
        ('{% sliders "effect" title="a" labels="b" %}', "labels= of {% sliders %} takes a mapping"),
        ('{% sliders "effect" title="a" unit=["b"] %}', "unit= of {% sliders %} takes a text"),
        ("{% sliders effect %}", "begins with its step in quotes"),
        ('{% sliders "effect" title="{{ effect.hours }}" %}', "needs a way to show it"),
    ],
)
def test_a_tag_that_cannot_be_is_refused(tag: str, why: str) -> None:
    assert why in refused(tag)


def test_a_tag_binds_the_values_in_its_texts() -> None:
    (use,) = drafted('{% sliders "effect" title="{{ effect.hours | number(1) }} hours", units={"a": "h"} %}').pieces

    assert isinstance(use, SlidersUse)
    assert plain(use.texts["title"]) == "34.2 hours"
    assert use.units == {"a": (Text("h"),)}


def test_the_record_has_every_number_that_a_reader_may_see(masks: Composed) -> None:
    values = {value["address"]: value for value in masks.run.record["values"]}
    plans = masks.run.table("grid").to_pylist()

    assert len(plans) == 12
    for plan in plans:
        for column in ("objective", "bound", "gap"):
            assert values[f'grid[plan="{plan["plan"]}"].{column}']["value"] == plan[column]


def test_the_page_hides_what_needs_a_script_and_shows_the_table(masks: Composed) -> None:
    html = masks.read("brief.html")

    assert '<div class="play" hidden>' in html
    assert html.count('type="range"') == 3
    assert 'min="5.0" max="20.0" step="1.0" value="10.0"' in html
    assert "with the other levers at their start" in html
    data = re.search(r'<script type="application/json">(.*?)</script>', html)
    assert data
    assert len(json.loads(data[1])["high"]) == 12


def test_paper_has_the_table(masks: Composed) -> None:
    assert pdf(masks.documents["pt-BR"]) == (masks.run.folder / "brief.pt-BR.pdf").read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Five weeks", "5 weeks", "'5' was typed by hand in notes="),
        ('"Masks in stock"', '"2 masks"', "'2' was typed by hand in labels="),
        ('sliders "grid"', 'sliders "grod"', "'grod' is no table of the study"),
        ('sliders "grid"', 'sliders "grid.points"', "'grid.points' is no grid of plans"),
    ],
)
def test_check_looks_at_the_tag(tmp_path: Path, old: str, new: str, said: str) -> None:
    shutil.copytree(MASKS, tmp_path, dirs_exist_ok=True)
    brief = tmp_path / "brief.md"
    brief.write_text(brief.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    assert said in "\n".join(map(str, check(load(tmp_path))))

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from industria.core.table import collect
from industria.ecosystems import surge_plan, surge_viability
from industria.errors import (
    DuplicateRowError,
    MissingValueError,
    NegativeValueError,
    ParameterRangeError,
    UnknownLabelError,
    WeeksError,
)
from tests.ecosystems.mini import TABLES

MADE = pa.table({"actor": ["A", "A", "B"], "product": ["mask"] * 3, "week": [0, 1, 1], "output": [50.0, 100.0, 100.0]})
COSTS = pa.table({"actor": ["A", "B"], "product": ["mask", "mask"], "unit_cost": [0.5, 0.8], "keep_cost": [20.0, 20.0]})


def prices(*each: float, demand: float | None = None, offtake: float | None = None) -> pa.Table:
    n = len(each)
    return pa.table(
        {
            "product": ["mask"] * n,
            "week": list(range(10, 10 + n)),
            "price": list(each),
            "demand": pa.array([demand] * n, pa.float64()),
            "offtake": pa.array([offtake] * n, pa.float64()),
        }
    )


WORDS = {"cash", "margin"}
EXAMPLE = ({"plan_production": MADE, "options": COSTS, "prices": prices(1.0, 1.0, 0.6, 0.6, demand=150.0)}, {})


def rows(price: pa.Table, **parameters: Any) -> dict[str, dict[str, Any]]:
    found = surge_viability(MADE, COSTS, price, **parameters)
    return {row["actor"]: row for row in found.to_arrow().to_pylist()}


def test_who_sells_everything_earns_the_margin() -> None:
    """A: (1 - .5) x 100 - 20 a week; B: (1 - .8) x 100 - 20, just enough."""
    found = rows(prices(1.0, 1.0))

    assert (found["A"]["cash"], found["A"]["exit_week"]) == (60.0, None)
    assert (found["B"]["cash"], found["B"]["exit_week"]) == (pytest.approx(0.0, abs=1e-9), None)
    assert found["A"]["capacity"] == 100.0


def test_break_even_is_keep_cost_over_the_gain() -> None:
    found = rows(prices(1.0, 1.0))

    assert found["A"]["break_even_offtake"] == pytest.approx(40)
    assert found["B"]["break_even_offtake"] == pytest.approx(100)


def test_the_dearer_leaves_and_the_other_takes_its_market() -> None:
    """Demand for one of them: shared, neither B nor, at a lower price, A can keep its line."""
    found = surge_viability(MADE, COSTS, prices(1.0, 1.0, demand=100.0))
    by_actor = {row["actor"]: row for row in found.to_arrow().to_pylist()}
    path = [row for row in collect(found.path).to_pylist() if row["actor"] == "A"]

    assert (by_actor["B"]["exit_week"], by_actor["B"]["reason"]) == (10, "cash")
    assert [row["sales"] for row in path] == [100.0, 100.0]
    assert found.stayed == 1


def test_a_reserve_buys_time_but_not_hope() -> None:
    """Without margin to come a maker leaves whatever its cash."""
    poor = rows(prices(0.6, 1.0, 1.0), reserve=0.0)["A"]  # 10 of margin, 20 to keep the line
    waits = rows(prices(0.6, 1.0, 1.0), reserve=10.0)["A"]
    hopeless = rows(prices(1.0, 0.6, 0.6), reserve=1000.0)["A"]

    assert (poor["exit_week"], poor["reason"]) == (10, "cash")
    assert waits["exit_week"] is None
    assert (hopeless["exit_week"], hopeless["reason"]) == (11, "margin")


def test_the_contract_that_would_keep_a_maker() -> None:
    """Half the market at a price of 1 leaves B 50 units; it needs 100."""
    found = rows(prices(1.0, 1.0, demand=100.0))["B"]
    kept = surge_viability(MADE, COSTS, prices(1.0, 1.0, demand=100.0, offtake=200.0))

    assert found["contract_units"] == pytest.approx(50)
    assert found["contract_cost"] == pytest.approx(50)
    assert kept.stayed == 2


def test_no_contract_makes_a_line_break_even_that_is_too_small() -> None:
    """B gains .1 a unit: it needs 200 a week and can make 100."""
    found = rows(prices(0.9, demand=100.0))["B"]

    assert found["break_even_offtake"] == pytest.approx(200)
    assert (found["contract_units"], found["contract_cost"]) == (None, None)


@pytest.mark.parametrize(
    ("demand", "offtake", "sold"),
    [(None, None, 100.0), (None, 80.0, 40.0), (None, 0.0, 0.0), (80.0, None, 40.0), (80.0, 120.0, 60.0)],
)
def test_an_offtake_alone_is_all_that_is_asked_for(demand: float | None, offtake: float | None, sold: float) -> None:
    """Two makers of one size: each sells half of what is asked for."""
    cheap = COSTS.set_column(3, "keep_cost", pa.array([0.0, 0.0]))
    found = surge_viability(MADE, cheap, prices(1.0, demand=demand, offtake=offtake))

    assert collect(found.path)["sales"].to_pylist() == pytest.approx([sold, sold])


def test_lines_of_an_actor_are_followed_apart_and_added_up() -> None:
    """A earns 30 a week with masks and loses its gowns at once; they are not kept by its masks."""
    gowns = pa.table({"actor": ["A"], "product": ["gown"], "week": [0], "output": [10.0]})
    costs = pa.table({"actor": ["A"], "product": ["gown"], "unit_cost": [0.5], "keep_cost": [20.0]})
    asked = prices(1.0, 1.0)
    after = pa.concat_tables([asked, asked.set_column(0, "product", pa.array(["gown"] * 2))])
    found = surge_viability(pa.concat_tables([MADE, gowns]), pa.concat_tables([COSTS, costs]), after)
    lines = {(row["actor"], row["product"]): row["exit_week"] for row in found.to_arrow().to_pylist()}
    a, b = collect(found.actors).to_pylist()

    assert (lines["A", "gown"], lines["A", "mask"]) == (10, None)
    assert (a["lines"], a["exit_week"], a["cash"]) == (2, None, pytest.approx(60.0))
    assert (b["lines"], b["exit_week"]) == (1, None)


def test_later_cash_counts_less() -> None:
    assert rows(prices(1.0, 1.0), discount=0.25)["A"]["present_value"] == pytest.approx(30 + 30 / 1.25)


def test_what_costs_more_than_it_brings_has_no_break_even() -> None:
    assert rows(prices(0.4))["A"]["break_even_offtake"] is None


def test_yield_is_taken_off() -> None:
    poor = COSTS.append_column("yield", pa.array([0.5, 1.0]))
    found = surge_viability(MADE, poor, prices(1.0)).to_arrow().to_pylist()

    assert [row["capacity"] for row in found] == [50.0, 100.0]


def test_it_reads_the_production_of_a_plan() -> None:
    plan = surge_plan(**TABLES)
    made = collect(plan.production)
    pairs = sorted(set(zip(made["actor"].to_pylist(), made["product"].to_pylist(), strict=True)))
    costs = pa.table(
        {
            "actor": [actor for actor, _ in pairs],
            "product": [product for _, product in pairs],
            "unit_cost": [0.1] * len(pairs),
            "keep_cost": [1.0] * len(pairs),
        }
    )
    after = pa.table({"product": ["gown", "mask"], "week": [10, 10], "price": [1.0, 1.0]})

    assert surge_viability(plan.production, costs, after).stayed == len(pairs)


@pytest.mark.parametrize(
    ("tables", "parameters", "error", "told"),
    [
        ((MADE, COSTS.slice(0, 1), prices(1.0)), {}, UnknownLabelError, "'B', which options for mask does not list"),
        ((MADE, COSTS, prices(1.0).slice(0, 0)), {}, WeeksError, "no rows"),
        ((MADE, COSTS, prices(1.0, 1.0, 1.0).take([0, 2])), {}, WeeksError, "has 12 where 11 is next"),
        ((MADE, COSTS, prices(-1.0)), {}, NegativeValueError, "price"),
        ((MADE, COSTS, pa.concat_tables([prices(1.0)] * 2)), {}, DuplicateRowError, "product = 'mask'"),
        ((MADE, COSTS, pa.table({"product": ["gown"], "week": [0], "price": [1.0]})), {}, MissingValueError, "mask"),
        ((MADE, COSTS, prices(1.0)), {"reserve": -1.0}, ParameterRangeError, "reserve"),
        ((MADE, COSTS, prices(1.0)), {"discount": -1.0}, ParameterRangeError, "discount"),
    ],
)
def test_what_cannot_be_is_named(
    tables: tuple[pa.Table, ...], parameters: dict[str, Any], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        surge_viability(*tables, **parameters)

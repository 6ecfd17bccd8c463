from __future__ import annotations

from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.core.table import collect
from industria.ecosystems import surge_grid, surge_plan
from industria.ecosystems.surge_grid import SurgeGrid
from industria.errors import ChoiceError, DuplicateRowError, ParameterRangeError, UnknownLabelError, UsageError
from industria.kernels import surge_solution
from tests.ecosystems.mini import OPTIONS, PRODUCTS, TABLES, WEEKS, changed, resources

Steps = list[tuple[str, float, str, str | None, float, float]]


def rows(steps: Steps) -> pa.Table:
    """Slider, step, quantity, item, factor, add."""
    columns = ("slider", "step", "quantity", "item", "factor", "add")
    return pa.table(dict(zip(columns, map(list, zip(*steps, strict=True)), strict=True)))


BUDGET: Steps = [("budget", float(x), "resource", "budget", x / 300, 0.0) for x in (0, 300, 600)]
HOURS: Steps = [("hours", float(x), "resource", "broker_hours", x / 30, 0.0) for x in (30, 60)]
STOCK: Steps = [("stock", float(x), "stockpile", None, float(x), 0.0) for x in (1, 2)]
TESTS: Steps = [("certification", float(x), "certification_weeks", None, 1.0, float(x - 2)) for x in (1, 2)]
ASKED: Steps = [("asked", float(x), "demand", None, float(x), 0.0) for x in (0.5, 1)]

WORDS = {"broker_hours", "budget", "hours", "resource"}
EXAMPLE = ({**TABLES, "sliders": rows(BUDGET[::2])}, {"solver": "rounded"})
PRINTED = 1e-6  # the golden values have six decimals
ROUNDING = 1e-6  # the solver keeps its limits to seven digits, and losses are some hundreds


def grid(steps: Steps, parameters: dict[str, Any] | None = None, **tables: Any) -> SurgeGrid:
    return surge_grid(**{**TABLES, **tables}, sliders=rows(steps), **(parameters or {}))


@cache
def all_ways() -> SurgeGrid:
    return grid([*BUDGET[::2], *HOURS, *STOCK, *TESTS])


def told(found: SurgeGrid) -> dict[str, dict[str, Any]]:
    return {row["plan"]: row for row in found.to_arrow().to_pylist()}


def test_meets_the_mini_plan() -> None:
    """The optimum of each case of the mini plan, as the statement by the book finds it."""
    plans = told(grid([*BUDGET, *HOURS]))

    assert {name: plan["objective"] for name, plan in plans.items() if name != "budget 600, hours 60"} == pytest.approx(
        {
            "budget 0, hours 30": 1105,
            "budget 0, hours 60": 1105,
            "budget 300, hours 30": 547,
            "budget 300, hours 60": 502,
            "budget 600, hours 30": 474,
        },
        abs=PRINTED,
    )
    assert [name for name, plan in plans.items() if plan["base"]] == ["budget 300, hours 30"]


def test_what_limits_most_comes_first() -> None:
    limits = collect(grid(BUDGET).binding).to_pylist()
    first = {row["plan"]: (row["constraint"], row["item"]) for row in limits if row["rank"] == 1}

    assert first["budget 300"] == ("resource", "budget")
    assert first["budget 600"] == ("input", "fabric")
    for plan in first:
        assert sum(row["value_share"] for row in limits if row["plan"] == plan) == pytest.approx(1)


def test_unmet_by_product_adds_up_to_the_objective() -> None:
    found = grid(BUDGET)
    weight = dict(zip(*(PRODUCTS[name].to_pylist() for name in ("product", "weight")), strict=True))
    sums: dict[str, float] = {}
    for row in collect(found.by_product).to_pylist():
        sums[row["plan"]] = sums.get(row["plan"], 0.0) + weight[row["product"]] * row["unmet"]

    assert sums == pytest.approx({name: plan["objective"] for name, plan in told(found).items()})


def test_every_slider_tells_its_way_and_its_base() -> None:
    found = collect(grid([*ASKED, *HOURS, *TESTS]).sliders).to_pylist()

    assert [tuple(row.values()) for row in found] == [
        ("asked", False, False, 1, 0.5, 1, 2),
        ("certification", False, True, 2, 1, 2, 2),
        ("hours", True, False, 30, 30, 60, 2),
    ]


@given(
    budget=st.floats(0, 600),
    hours=st.floats(30, 60),
    stock=st.floats(1, 2),
    certification=st.sampled_from([1.0, 1.5, 2.0]),
)
def test_no_plan_in_between_leaves_its_bracket(budget: float, hours: float, stock: float, certification: float) -> None:
    """The least loss at any place, solved afresh, lies in the bracket of the grid."""
    low, high = all_ways().bracket({"budget": budget, "hours": hours, "stock": stock, "certification": certification})
    weeks = [max(0.0, w - (certification == 1)) for w in OPTIONS["certification_weeks"].to_pylist()]
    plan = surge_plan(
        **TABLES
        | {
            "resources": resources(hours, budget),
            "products": changed(PRODUCTS, "stockpile", pc.multiply(PRODUCTS["stockpile"], stock)),
            "options": changed(OPTIONS, "certification_weeks", weeks),
        }
    )

    assert low - ROUNDING <= plan.objective <= high + ROUNDING


@pytest.mark.parametrize("solver", ["exact", "rounded"])
def test_help_never_makes_a_plan_or_its_bound_worse(solver: str) -> None:
    """Along every slider, and a grid point's own bracket is its bound and objective."""
    found = grid([*BUDGET, *ASKED], {"solver": solver})
    plans = told(found)
    for asked in (0.5, 1):
        line = [plans[f"asked {asked}, budget {budget}"] for budget in (0, 300, 600)]
        for key in ("objective", "bound"):
            assert line[0][key] >= line[1][key] >= line[2][key]
        assert found.bracket({"asked": asked, "budget": 300}) == (line[1]["bound"], line[1]["objective"])
    for budget in (0, 300, 600):
        assert plans[f"asked 1, budget {budget}"]["bound"] >= plans[f"asked 0.5, budget {budget}"]["bound"]


def test_a_plan_of_a_worse_step_is_taken_where_it_loses_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that fails at the better step leaves what was found at the worse one."""
    search = surge_solution._rounded
    calls: list[float] = []

    def failing(*arguments: Any) -> Any:
        found = search(*arguments)
        calls.append(found.bound)
        if len(calls) == 1:
            return found
        return type(found)(method="rounded", bound=found.bound, a=found.a[:0], q=found.q[:0])

    monkeypatch.setattr(surge_solution, "_rounded", failing)
    worse, better = told(grid(HOURS, {"solver": "rounded"})).values()

    assert len(calls) == 2
    assert better["objective"] == pytest.approx(worse["objective"])
    assert better["bound"] == pytest.approx(calls[1])


def test_a_plan_that_is_near_enough_is_not_searched_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the plan of a worse step is within the gap, it stands."""
    search = surge_solution._rounded
    calls: list[object] = []
    monkeypatch.setattr(surge_solution, "_rounded", lambda *given: calls.append(given) or search(*given))
    plans = told(grid(HOURS, {"solver": "rounded", "gap": 0.5}))

    assert len(calls) == 1
    assert all(plan["gap"] <= 0.5 for plan in plans.values())


def test_rows_of_one_step_are_one_package() -> None:
    both = [("both", *row[1:]) for row in (*HOURS[1:], ("", 60.0, *BUDGET[2][2:]))]
    apart = told(grid([*BUDGET[1:], *HOURS]))["budget 600, hours 60"]

    assert told(grid(both))["both 60"]["objective"] == pytest.approx(apart["objective"])


def test_without_sliders_there_is_the_plan_alone() -> None:
    (plan,) = grid_of_nothing().to_arrow().to_pylist()

    assert plan["plan"] == "base"
    assert plan["base"]
    assert plan["objective"] == pytest.approx(547)


def grid_of_nothing() -> SurgeGrid:
    return surge_grid(**TABLES, sliders=rows(HOURS).slice(0, 0))


@pytest.mark.parametrize(
    ("at", "error", "said"),
    [
        ({"budget": 300}, ParameterRangeError, "place, for certification 1 to 2"),
        ({"budget": 300, "hours": 61, "stock": 1, "certification": 1}, ParameterRangeError, "for hours 30 to 60"),
        ({"budgets": 300}, UnknownLabelError, "Did you mean 'budget'"),
    ],
)
def test_a_place_off_the_grid_is_refused(at: dict[str, float], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        all_ways().bracket(at)


MIXED: Steps = [*HOURS, ("hours", 60.0, "demand", None, 1.1, 0.0)]
BACK: Steps = [*HOURS, ("hours", 90.0, "resource", "broker_hours", 1.5, 0.0)]
SHARED: Steps = [*STOCK, ("masks", 1.0, "stockpile", "mask", 3.0, 0.0)]
RETOOLING: Steps = [("retooling", float(x), "retool_weeks", None, float(x), 0.0) for x in (1, 2)]
MANY: Steps = [(f"s{k}", float(x), "capacity", None, 1.0, 0.0) for k in range(3) for x in range(28)]
SLOTS = pa.table({"resource": ["tests"], "per_certification": [1.0]})
TESTERS = pa.concat_tables(
    [resources(), pa.table({"resource": ["tests"] * 10, "week": WEEKS, "available": [1.0] * 10, "actor": ["lab"] * 10})]
)
FALLING = pa.table({"age": [0, 1, 2], "share": [0.4, 1.0, 0.7]})


@pytest.mark.parametrize(
    ("steps", "tables", "error", "said"),
    [
        (MIXED, {}, UsageError, r"'hours' helps \(resource from 30 to 60\) and hurts \(demand from 30 to 60\)"),
        (BACK, {}, UsageError, r"and hurts \(resource from 60 to 90\)"),
        (SHARED, {}, UsageError, "'masks' and 'stock' both move stockpile of product = 'mask'"),
        (RETOOLING, {"uses": SLOTS, "resources": TESTERS}, UsageError, "Move certification_weeks instead"),
        (TESTS, {"ramp": FALLING}, UsageError, "a ramp falls with age"),
        (MANY, {}, UsageError, "28 x 28 x 28 steps make 21,952 plans; at most 20,000"),
        ([("a", 1.0, "stockpiles", None, 1.0, 0.0)], {}, ChoiceError, "Did you mean 'stockpile'"),
        ([("a", 1.0, "stockpile", "masks", 1.0, 0.0)], {}, UnknownLabelError, "sliders.item.*slider 'a 1'.*'mask'"),
        ([*STOCK, STOCK[0]], {}, DuplicateRowError, "slider = 'stock', step = 1.0"),
    ],
)
def test_sliders_that_cannot_be_are_named(
    steps: Steps, tables: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        grid(steps, **tables)


def test_a_relaxation_is_no_plan() -> None:
    with pytest.raises(ChoiceError, match="'relaxed'"):
        grid(HOURS, {"solver": "relaxed"})

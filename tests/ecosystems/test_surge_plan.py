from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from industria.core.table import collect
from industria.ecosystems import surge_plan
from industria.errors import (
    ChoiceError,
    ColumnTypeError,
    DuplicateRowError,
    MissingValueError,
    NegativeValueError,
    OutsideRangeError,
    ParameterRangeError,
    UnknownLabelError,
    UsageError,
    WeeksError,
)
from tests.ecosystems.checker import shortfalls
from tests.ecosystems.mini import INPUTS, OPTIONS, PRODUCTS, TABLES, WEEKS, changed, resources


def times(table: pa.Table, column: str, factor: float) -> pa.Table:
    return changed(table, column, pc.multiply(table[column], factor))


def plan(parameters: dict[str, Any] | None = None, **tables: Any) -> Any:
    return surge_plan(**{**TABLES, **tables}, **(parameters or {}))


TESTS = pa.table({"resource": ["tests"], "per_certification": [1.0]})


def with_tests(slots: list[float]) -> pa.Table:
    rows = pa.table({"resource": ["tests"] * 10, "week": WEEKS, "available": slots, "actor": ["laboratory"] * 10})
    return pa.concat_tables([resources(), rows])


MELTBLOWN = changed(
    INPUTS,
    "supply",
    [
        0.0 if name == "meltblown" else n
        for name, n in zip(*map(pa.ChunkedArray.to_pylist, (INPUTS["input"], INPUTS["supply"])), strict=True)
    ],
)

CURVES = pa.table({"ramp": ["slow", "slow", "fast"], "age": [0, 1, 0], "share": [0.5, 1.0, 1.0]})
WORDS = {"broker_hours", "budget"}
EXAMPLE = (TABLES, {})
# The optimum of each case and its relaxation, solved by a textbook statement with output by
# option (scipy.optimize.milp and linprog, HiGHS); printed to six decimals.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], float, float]] = {
    "base": ({}, {}, 547, 457.942708),
    "no budget": ({}, {"resources": resources(budget=0)}, 1105, 1105),
    "twice the budget": ({}, {"resources": resources(budget=600)}, 474, 441.662909),
    "twice the broker hours": ({}, {"resources": resources(hours=60)}, 502, 411.226415),
    "half as much input again": ({}, {"inputs": times(INPUTS, "supply", 1.5)}, 547, 457.942708),
    "twice the stockpile": ({}, {"products": times(PRODUCTS, "stockpile", 2)}, 477, 387.942708),
    "certification a week shorter": (
        {},
        {"options": changed(OPTIONS, "certification_weeks", [1, 1, 0, 1, 0, 0])},
        437,
        368.378451,
    ),
    "certification in parallel": ({"certification": "in_parallel"}, {}, 462, 398.518004),
    "a test slot a week": ({}, {"resources": with_tests([1.0] * 10), "uses": TESTS}, 547, 507.734375),
    "a test slot every other week": ({}, {"resources": with_tests([0.0, 1.0] * 5), "uses": TESTS}, 694, 685.117647),
    "a yield of four fifths": ({}, {"options": OPTIONS.append_column("yield", pa.array([0.8] * 6))}, 622.2, 543.548467),
    "half the broker hours": ({}, {"resources": resources(hours=15)}, 630.5, 556.71375),
    "no meltblown": ({}, {"inputs": MELTBLOWN}, 863, 858.2),
}
PRINTED = 1e-6  # the golden values have six decimals


@pytest.mark.parametrize("case", CASES)
def test_meets_the_mini_plan(case: str) -> None:
    """Optimum, proof and relaxation of thirteen small surges."""
    parameters, tables, optimum, relaxed = CASES[case]
    found = plan(parameters, **tables)
    bound = plan({**parameters, "solver": "relaxed"}, **tables)

    assert found.objective == pytest.approx(optimum, abs=PRINTED)
    assert found.bound == pytest.approx(optimum, abs=1e-3)
    assert found.gap <= 1e-6
    assert found.method == "exact"
    assert bound.objective == pytest.approx(relaxed, abs=PRINTED)
    assert bound.bound == bound.objective


@pytest.mark.parametrize("case", CASES)
def test_a_plan_keeps_every_limit(case: str) -> None:
    """An independent checker, which knows the tables alone, finds nothing wrong."""
    parameters, tables, _, _ = CASES[case]

    assert shortfalls({**TABLES, **tables}, plan(parameters, **tables), **parameters) == []


def test_the_plan_in_words() -> None:
    assert plan().summary() == (
        "objective 547.0, bound 547.0, gap 0 (exact)\n"
        "B gown starts in week 0\nD mask starts in week 0\nA mask starts in week 1"
    )
    assert plan({"solver": "relaxed"}).summary().startswith("objective 457.942708, bound 457.942708, gap 0 (relaxed)")


def test_unmet_by_product() -> None:
    rows = plan().to_pandas().groupby("product")["unmet"].sum()

    assert rows["mask"] == pytest.approx(326)
    assert rows["gown"] == pytest.approx(44.2)


def test_the_order_of_rows_is_irrelevant() -> None:
    rng = np.random.default_rng(3)
    shuffled = {name: table.take(pa.array(rng.permutation(table.num_rows))) for name, table in TABLES.items()}
    first, second = plan(), plan(**shuffled)

    assert first.to_arrow().equals(second.to_arrow())
    for name, table in first.tables().items():
        assert collect(table).equals(collect(second.tables()[name])), name


def test_a_provision_in_two_rows_is_one() -> None:
    halves = times(INPUTS, "supply", 0.5)

    assert plan(inputs=pa.concat_tables([halves, halves])).objective == pytest.approx(547, abs=PRINTED)


def test_scaled_quantities_scale_the_loss() -> None:
    tables = {
        "demand": times(TABLES["demand"], "demand", 10),
        "options": times(OPTIONS, "capacity", 10),
        "products": times(times(PRODUCTS, "stockpile", 10), "incumbent_capacity", 10),
        "inputs": times(INPUTS, "supply", 10),
    }

    assert plan(**tables).objective == pytest.approx(5470, abs=10 * PRINTED)


@pytest.mark.parametrize("change", [-6.0, -1.0, 1.0, 6.0])
@pytest.mark.parametrize("week", [2, 5])
def test_a_price_is_a_slope_of_a_convex_value(change: float, week: int) -> None:
    """V(b) - p D <= V(b + D) for changes of either sign; duals need not be unique, this must hold."""
    relaxed = {"solver": "relaxed"}
    base = plan(relaxed)
    prices = {(r["constraint"], r["item"], r["week"]): r["price"] for r in collect(base.prices).to_pylist()}
    supply = [
        n + change * (name == "meltblown" and when == week)
        for name, when, n in zip(*(INPUTS[c].to_pylist() for c in ("input", "week", "supply")), strict=True)
    ]
    moved = plan(relaxed, inputs=changed(INPUTS, "supply", supply)).objective

    assert base.objective - prices["input", "meltblown", week] * change <= moved + 1e-7


def test_what_is_slack_has_no_price() -> None:
    found = plan({"solver": "relaxed"}, resources=resources(budget=1e6))
    prices = {(r["constraint"], r["item"]): r["price"] for r in collect(found.prices).to_pylist() if r["week"] is None}

    assert prices["resource", "budget"] == 0


def test_shares_of_what_binds_add_up_in_every_week() -> None:
    rows = collect(plan().binding).to_pandas().groupby("week")["value_share"].sum()

    np.testing.assert_allclose(rows, 1.0, atol=1e-6)


def test_zero_demand_starts_nothing() -> None:
    found = plan(demand=times(TABLES["demand"], "demand", 0))

    assert found.objective == 0
    assert collect(found.pivots).num_rows == 0


@pytest.mark.parametrize("solver", ["exact", "rounded"])
@pytest.mark.parametrize("limits", [resources(), resources(1e6, 1e6)], ids=["few starts", "any number of starts"])
@pytest.mark.parametrize("share", [0.05, 0.2, 0.3, 1.0])
def test_a_pivot_that_makes_nothing_is_not_started(share: float, limits: Any, solver: str) -> None:
    few = {"demand": times(TABLES["demand"], "demand", share), "resources": limits}
    found = plan({"solver": solver}, **few)

    assert all(output > 0 for output in collect(found.pivots)["output"].to_pylist())
    assert shortfalls({**TABLES, **few}, found) == []


def test_one_week_works() -> None:
    demand = pa.table({"product": ["mask"], "week": [0], "demand": [50.0]})
    found = surge_plan(demand, OPTIONS, PRODUCTS)

    assert found.objective == pytest.approx(0)  # a stockpile of 40 and 12 a week are enough


def test_without_options_nobody_pivots() -> None:
    assert plan(options=OPTIONS.slice(0, 0)).objective == pytest.approx(1105)


def test_dates_are_weeks() -> None:
    """The same plan, told in Mondays."""
    monday = dt.date(2020, 3, 30)

    def dated(table: pa.Table) -> pa.Table:
        weeks = [None if w is None else monday + dt.timedelta(7 * w) for w in table["week"].to_pylist()]
        return changed(table, "week", pa.array(weeks, pa.date32()))

    found = plan(demand=dated(TABLES["demand"]), inputs=dated(INPUTS), resources=dated(resources()))

    assert found.objective == pytest.approx(547, abs=PRINTED)
    assert {row["start_week"] for row in collect(found.pivots).to_pylist()} == {monday, monday + dt.timedelta(7)}


def test_a_backlog_waits_and_counts_every_week() -> None:
    """Ten are asked for in week 0, five a week are made: five wait one week."""
    demand = pa.table({"product": ["mask", "mask"], "week": [0, 1], "demand": [10.0, 0.0]})
    products = pa.table({"product": ["mask"], "weight": [1.0], "incumbent_capacity": [5.0]})
    found = surge_plan(demand, OPTIONS.slice(0, 0), products, unmet="backlog")

    assert found.objective == pytest.approx(5)
    assert found.to_arrow()["delivered"].to_pylist() == [5.0, 5.0]


def test_what_spoils_is_not_kept() -> None:
    """Masks that keep one week cannot be made ahead."""
    demand = pa.table({"product": ["mask", "mask"], "week": [0, 1], "demand": [0.0, 10.0]})
    products = pa.table({"product": ["mask"], "weight": [1.0], "incumbent_capacity": [5.0], "shelf_life_weeks": [1]})

    assert surge_plan(demand, OPTIONS.slice(0, 0), products).objective == pytest.approx(5)
    assert surge_plan(demand, OPTIONS.slice(0, 0), products.drop(["shelf_life_weeks"])).objective == pytest.approx(0)


def test_a_later_loss_counts_less() -> None:
    demand = pa.table({"product": ["mask", "mask"], "week": [0, 1], "demand": [10.0, 10.0]})
    products = pa.table({"product": ["mask"], "weight": [1.0]})

    assert surge_plan(demand, OPTIONS.slice(0, 0), products, discount=0.25).objective == pytest.approx(10 + 8)


def test_of_actors_that_are_alike_the_first_by_name_starts() -> None:
    demand = pa.table({"product": ["mask"] * 3, "week": [0, 1, 2], "demand": [10.0] * 3})
    products = pa.table({"product": ["mask"], "weight": [1.0]})
    alike = {"capacity": [5.0] * 3, "retool_weeks": [0] * 3, "certification_weeks": [0] * 3, "pivot_cost": [1.0] * 3}
    options = pa.table({"actor": ["Z", "B", "A"], "product": ["mask"] * 3, **alike})
    money = pa.table({"resource": ["budget"], "available": [1.0]})

    assert collect(surge_plan(demand, options, products, resources=money).pivots)["actor"].to_pylist() == ["A"]


def test_a_plan_out_of_time_keeps_its_bound() -> None:
    found = plan({"solver": "exact", "time_limit": 1e-6})

    assert found.stopped
    assert found.bound >= 457.942708 - PRINTED
    assert found.objective < 1105  # without any pivot


def test_what_nobody_limits_is_told() -> None:
    assert collect(plan(resources=None).unlimited)["resource"].to_pylist() == ["broker_hours", "budget"]


def test_a_resource_of_some_weeks_warns() -> None:
    some = pa.table({"resource": ["broker_hours"], "week": [0], "available": [30.0]})

    with pytest.warns(UserWarning, match="'broker_hours' for 1 of 10 weeks"):
        plan(resources=some)


def test_the_earliest_week_is_obeyed() -> None:
    late = OPTIONS.append_column("earliest_week", pa.array([4] * 6))

    assert min(row["start_week"] for row in collect(plan(options=late).pivots).to_pylist()) >= 4


def test_a_rounded_plan_tells_its_gap() -> None:
    """A look at all starts that a better plan could have raises the bound of the relaxation."""
    found = plan({"solver": "rounded"})

    assert found.method == "rounded"
    assert 457.942708 + 1 < found.bound <= 547 + PRINTED
    assert found.objective >= 547 - PRINTED
    assert found.gap == pytest.approx((found.objective - found.bound) / found.bound, abs=PRINTED)


def of_many(n: int) -> dict[str, Any]:
    """The tables of the mini plan with options of n actors, no two of which are alike."""
    actors = [f"actor {i}" for i in range(n)]
    sizes = [5.0 + i / n for i in range(n)]
    return {
        "options": pa.table(
            {
                "actor": actors,
                "product": ["mask"] * n,
                "capacity": sizes,
                "retool_weeks": [0] * n,
                "certification_weeks": [1] * n,
                "broker_hours": [10.0] * n,
            }
        )
    }


def test_a_proof_over_too_many_starts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("industria.ecosystems._planned.MOST_WHOLE", 50)

    with pytest.raises(UsageError, match=r"90 possible starts \(10 options in 10 weeks\).*Use solver='rounded'"):
        plan({"solver": "exact"}, **of_many(10))
    assert plan(**of_many(10)).method == "exact"


def test_too_many_ways_to_make_are_refused_by_what_to_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("industria.ecosystems._planned.MOST_CLASSES", 50)
    yields = pa.array([0.9 + i / 1000 for i in range(10)])
    tables = {"options": of_many(10)["options"].append_column("yield", yields)}

    with pytest.raises(UsageError, match=r"the 10 options differ in 10 ways.*Round options\.yield"):
        plan(**tables)
    assert plan(**of_many(10)).gap == 0


def test_uses_of_an_actor_and_its_product_are_charged_to_them_alone() -> None:
    """Four rows: for all, for a product, for an actor, for an actor's product; each takes an hour a start."""
    rows = {"actor": [None, None, "B", "B"], "product": [None, "gown", None, "mask"], "per_start": [1.0] * 4}
    uses = pa.table({"resource": ["desk"] * 4, **rows})
    desk = pa.table({"resource": ["desk"], "week": pa.array([None], pa.int64()), "available": [100.0], "actor": ["x"]})
    found = plan(resources=pa.concat_tables([resources(), desk]), uses=uses)
    used = next(row["used"] for row in collect(found.resources).to_pylist() if row["resource"] == "desk")
    charged = {"B gown": 3, "D mask": 1, "A mask": 1}

    assert used == sum(charged.values())


DAYS = [dt.date(2020, 4, 1) + dt.timedelta(weeks=week) for week in WEEKS]
MIDNIGHTS = [dt.datetime.combine(day, dt.time()) for day in DAYS]


def in_weeks(weeks: list[Any]) -> dict[str, pa.Table]:
    """The tables that name weeks, with others in place of 0 to 9."""
    rows = {name: TABLES[name] for name in ("demand", "inputs", "resources")}
    return {
        name: changed(table, "week", [None if week is None else weeks[week] for week in table["week"].to_pylist()])
        for name, table in rows.items()
    }


@pytest.mark.parametrize("held", [lambda rows: rows, pa.Table.to_pandas])
@pytest.mark.parametrize("weeks", [MIDNIGHTS, [day.isoformat() for day in DAYS]])
def test_midnights_and_iso_text_are_dates(weeks: list[Any], held: Any) -> None:
    found = plan(**{name: held(rows) for name, rows in in_weeks(weeks).items()}).to_arrow()

    assert found.equals(plan(**in_weeks(DAYS)).to_arrow())
    assert found["week"].to_pylist()[:10] == DAYS


@pytest.mark.parametrize(
    "weeks", [[when + dt.timedelta(hours=1) for when in MIDNIGHTS], [f"week {week}" for week in WEEKS]]
)
def test_hours_and_other_text_are_no_weeks(weeks: list[Any]) -> None:
    with pytest.raises(ColumnTypeError, match=r"demand\.week holds"):
        plan(**in_weeks(weeks))


MONDAY = dt.date(2020, 4, 6)


@pytest.mark.parametrize(
    ("weeks", "told"),
    [
        ([0, 1, MONDAY], r"demand\.week holds 2020-04-06 in row 3 and 0 in row 1"),
        ([MONDAY, None, 1], r"demand\.week holds 1 in row 3 and 2020-04-06 in row 1"),
        (["2020-03-30", "2020-04-06", "2"], r"demand\.week holds the text '2' in row 3, where one kind of week"),
    ],
)
def test_weeks_of_two_kinds_are_told_by_row_and_value(weeks: list[Any], told: str) -> None:
    demand = pd.DataFrame({"product": ["mask"] * 3, "week": pd.Series(weeks, dtype=object), "demand": [1.0, 2.0, 3.0]})

    with pytest.raises(ColumnTypeError, match=told):
        plan(demand=demand)


@pytest.mark.parametrize(
    ("tables", "error", "told"),
    [
        (
            {"options": changed(OPTIONS, "capacity", [45.0, -1.0, 8.0, 12.0, 25.0, 6.0])},
            NegativeValueError,
            "actor = 'B'",
        ),
        (
            {"options": changed(OPTIONS, "capacity", [45.0, None, 8.0, 12.0, 25.0, 6.0])},
            MissingValueError,
            "capacity is missing in 1 of 6",
        ),
        ({"options": changed(OPTIONS, "retool_weeks", [1.5, 2, 1, 1, 0, 0])}, OutsideRangeError, "whole number"),
        (
            {"options": pa.concat_tables([OPTIONS, OPTIONS.slice(0, 1)])},
            DuplicateRowError,
            "actor = 'A', product = 'mask'",
        ),
        (
            {"options": changed(OPTIONS, "product", ["mask", "mask", "gowns", "gown", "mask", "gown"])},
            UnknownLabelError,
            "Did you mean 'gown'",
        ),
        ({"ramp": pa.table({"age": [0, 2], "share": [0.4, 1.0]})}, OutsideRangeError, "without a hole"),
        ({"ramp": pa.table({"age": [0, 1], "share": [0.4, 1.2]})}, OutsideRangeError, "1.2"),
        (
            {"bill": pa.table({"product": ["mask"], "input": ["meltblow"], "quantity": [1.0]})},
            UnknownLabelError,
            "Did you mean 'meltblown'",
        ),
        ({"products": PRODUCTS.slice(0, 1)}, UnknownLabelError, "'gown', which products does not list"),
        (
            {"ramp": None, "options": OPTIONS.append_column("ramp", pa.array(["slow"] * 6))},
            UnknownLabelError,
            "options.ramp has 'slow', which ramp does not list",
        ),
        (
            {"ramp": CURVES, "options": OPTIONS.append_column("ramp", pa.array(["slow", None, *["fast"] * 4]))},
            MissingValueError,
            "ramp is missing in 1 of 6 rows, first where",
        ),
        ({"ramp": CURVES}, MissingValueError, "ramp is missing in 6 of 6 rows"),
        ({"demand": TABLES["demand"].slice(0, 0)}, WeeksError, "no rows"),
        (
            {"demand": pa.table({"product": ["mask"] * 2, "week": [0, 2], "demand": [1.0, 1.0]})},
            WeeksError,
            "has 2 where 1 is next",
        ),
        (
            {
                "demand": pa.table(
                    {"product": ["mask"] * 2, "week": [dt.date(2020, 4, 1), dt.date(2020, 4, 9)], "demand": [1.0, 1.0]}
                )
            },
            WeeksError,
            "7 days apart",
        ),
        ({"inputs": changed(INPUTS, "week", [dt.date(2020, 4, 1)] * 20)}, WeeksError, "whole numbers"),
        ({"inputs": changed(INPUTS, "week", [99] * 20)}, WeeksError, "no week of demand"),
        ({"products": changed(PRODUCTS, "weight", ["a", "b"])}, ColumnTypeError, "numbers"),
        (
            {"products": PRODUCTS.append_column("shelf_life_weeks", pa.array([1, 0]))},
            OutsideRangeError,
            "product = 'gown'; it should be 1 or more: what is made keeps at least the week it is made in",
        ),
    ],
)
def test_what_cannot_be_is_named(tables: dict[str, Any], error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        plan(**tables)


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"solver": "best"}, ChoiceError),
        ({"unmet": "gone"}, ChoiceError),
        ({"certification": "never"}, ChoiceError),
        ({"unlisted_inputs": "free"}, ChoiceError),
        ({"gap": -1.0}, ParameterRangeError),
        ({"time_limit": 0.0}, ParameterRangeError),
        ({"pivots_per_actor": -1}, ParameterRangeError),
        ({"pivots_per_actor": 1.5}, ParameterRangeError),
        ({"discount": -1.0}, ParameterRangeError),
        ({"discount": float("inf")}, ParameterRangeError),
    ],
)
def test_parameters_out_of_range_are_named(parameters: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error, match=next(iter(parameters))):
        plan(parameters)


def test_unlisted_inputs_may_be_unlimited() -> None:
    bill = pa.table({"product": ["mask"], "input": ["elastic"], "quantity": [1.0]})

    with pytest.raises(UnknownLabelError, match="elastic"):
        plan(bill=bill)
    assert plan({"unlisted_inputs": "unlimited"}, bill=bill).objective <= 547 + PRINTED


MORE: dict[str, dict[str, Any]] = {
    "an option": {"options": pa.concat_tables([OPTIONS, changed(OPTIONS.slice(0, 1), "actor", ["F"])])},
    "an hour a week": {"resources": resources(hours=31)},
    "money": {"resources": resources(budget=301)},
    "input": {"inputs": times(INPUTS, "supply", 1.05)},
    "stock": {"products": times(PRODUCTS, "stockpile", 1.05)},
}


@pytest.mark.parametrize("solver", ["exact", "relaxed"])
@pytest.mark.parametrize("more", MORE)
def test_more_of_anything_never_raises_the_loss(more: str, solver: str) -> None:
    parameters = {"solver": solver}

    assert plan(parameters, **MORE[more]).objective <= plan(parameters).objective + PRINTED


@pytest.mark.parametrize("solver", ["exact", "relaxed"])
@pytest.mark.parametrize("column", ["retool_weeks", "certification_weeks"])
@pytest.mark.parametrize("option", range(3))
def test_a_longer_lead_never_lowers_the_loss(option: int, column: str, solver: str) -> None:
    weeks = OPTIONS[column].to_pylist()
    longer = [n + (i == option) for i, n in enumerate(weeks)]
    parameters = {"solver": solver}

    assert plan(parameters, options=changed(OPTIONS, column, longer)).objective >= (
        plan(parameters).objective - PRINTED
    )

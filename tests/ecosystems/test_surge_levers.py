from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from industria.core.table import collect
from industria.ecosystems import surge_levers
from industria.errors import ChoiceError, DuplicateRowError, UnknownLabelError, UsageError
from tests.ecosystems.mini import TABLES

LEVERS = pa.Table.from_pylist(
    [
        {"lever": "budget twice", "quantity": "resource", "item": "budget", "factor": 2.0},
        {"lever": "brokers twice", "quantity": "resource", "item": "broker_hours", "factor": 2.0},
        {"lever": "inputs half again", "quantity": "input_supply", "item": None, "factor": 1.5},
        {"lever": "stockpile twice", "quantity": "stockpile", "item": None, "factor": 2.0},
        {"lever": "certification", "quantity": "certification_weeks", "item": None, "factor": 1.0, "add": -1.0},
    ],
    pa.schema(
        [("lever", pa.string()), ("quantity", pa.string()), ("item", pa.string())]
        + [(name, pa.float64()) for name in ("factor", "add", "floor")]
    ),
)
STOCK = LEVERS.filter(pa.compute.equal(LEVERS["quantity"], "stockpile"))
WORDS = {"broker_hours", "budget", "input_supply", "stockpile"}
EXAMPLE = ({**TABLES, "levers": LEVERS.slice(2, 2)}, {"solver": "relaxed"})
PRINTED = 1e-6  # the golden values have six decimals


def compared(levers: pa.Table = LEVERS, **parameters: Any) -> dict[str, dict[str, Any]]:
    found = surge_levers(**TABLES, levers=levers, **parameters)
    return {row["lever"]: row for row in found.to_arrow().to_pylist()}


def test_meets_the_levers_of_the_mini_plan() -> None:
    """The optimum of each case of the mini plan, as the statement by the book finds it."""
    rows = compared()

    assert {name: row["objective"] for name, row in rows.items()} == pytest.approx(
        {
            "base": 547,
            "no_pivots": 1105,
            "certification": 437,
            "budget twice": 474,
            "stockpile twice": 477,
            "brokers twice": 502,
            "inputs half again": 547,
        },
        abs=PRINTED,
    )
    assert rows["no_pivots"]["bound"] == pytest.approx(1105, abs=PRINTED)
    assert rows["certification"]["change"] == pytest.approx(-110)
    assert rows["certification"]["change_share"] == pytest.approx(-110 / 547)


def test_the_best_lever_comes_first() -> None:
    assert list(compared())[:4] == ["base", "no_pivots", "certification", "budget twice"]


def test_relaxations_are_bounds() -> None:
    rows = compared(solver="relaxed")

    assert rows["brokers twice"]["objective"] == pytest.approx(411.226415, abs=PRINTED)
    assert rows["certification"]["objective"] == pytest.approx(368.378451, abs=PRINTED)


def test_unmet_by_product_adds_up_to_the_objective() -> None:
    found = surge_levers(**TABLES, levers=STOCK)
    weight = {"mask": 1.0, "gown": 5.0}
    sums: dict[str, float] = {}
    for row in collect(found.by_product).to_pylist():
        sums[row["lever"]] = sums.get(row["lever"], 0.0) + weight[row["product"]] * row["unmet"]

    assert sums == pytest.approx({row["lever"]: row["objective"] for row in found.to_arrow().to_pylist()})


def test_rows_of_one_lever_are_one_package() -> None:
    both = LEVERS.slice(0, 2).set_column(0, "lever", pa.array(["both", "both"]))
    apart, together = compared(), compared(both)

    assert together["both"]["objective"] <= min(apart[x]["objective"] for x in ("budget twice", "brokers twice"))


def test_a_row_that_names_an_item_wins_over_the_one_for_all() -> None:
    def stock(items: list[str | None], factors: list[float]) -> float:
        n = len(items)
        rows = {"lever": ["a"] * n, "quantity": ["stockpile"] * n, "factor": factors}
        table = pa.table({**rows, "item": pa.array(items, pa.string())})
        return float(compared(table, solver="relaxed")["a"]["objective"])

    assert stock([None, "mask"], [3.0, 2.0]) == pytest.approx(stock(["gown", "mask"], [3.0, 2.0]))
    assert stock([None, "mask"], [3.0, 2.0]) > stock([None], [3.0])


def test_an_actor_and_its_product_may_not_both_be_moved() -> None:
    rows = pa.table({"lever": ["a", "a"], "quantity": ["capacity"] * 2, "item": ["A", "mask"], "factor": [2.0, 3.0]})

    with pytest.raises(UsageError, match="'A' and 'mask' of lever 'a' both move capacity of actor = 'A'"):
        compared(rows, solver="relaxed")


def test_a_lever_on_an_empty_table_warns() -> None:
    tables = {name: rows for name, rows in TABLES.items() if name != "resources"}
    rows = pa.table({"lever": ["more"], "quantity": ["resource"], "factor": [2.0]})

    with pytest.warns(UserWarning, match="lever 'more' moves no resource: resources has no rows"):
        surge_levers(**tables, levers=rows, solver="relaxed")


def test_nothing_comes_of_nothing() -> None:
    """A quantity that is 0 is not there: nothing is added to it."""
    none = TABLES["products"].set_column(3, "stockpile", pa.array([0.0, 0.0]))
    more = pa.table({"lever": ["more"], "quantity": ["stockpile"], "add": [50.0]})
    rows = surge_levers(**{**TABLES, "products": none}, levers=more).to_arrow().to_pylist()

    assert rows[2]["change"] == 0


@pytest.mark.parametrize(
    ("rows", "error", "told"),
    [
        ({"lever": ["a"], "quantity": ["stockpiles"]}, ChoiceError, "Did you mean 'stockpile'"),
        ({"lever": ["a"], "quantity": ["stockpile"], "item": ["masks"]}, UnknownLabelError, "Did you mean 'mask'"),
        ({"lever": ["base"], "quantity": ["stockpile"]}, UsageError, "another name"),
        ({"lever": ["a", "a"], "quantity": ["stockpile"] * 2, "item": ["mask"] * 2}, DuplicateRowError, "lever = 'a'"),
    ],
)
def test_a_lever_that_cannot_be_is_named(rows: dict[str, Any], error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        surge_levers(**TABLES, levers=pa.table(rows))

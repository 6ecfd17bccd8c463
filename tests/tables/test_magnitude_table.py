"""Amounts by cell: margins, who stands behind them, and what is refused."""

from __future__ import annotations

from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.core.result import Cells
from industria.core.table import collect
from industria.errors import (
    ChoiceError,
    ColumnTypeError,
    ExcludedParameterError,
    HierarchyError,
    InfiniteValueError,
    MissingValueError,
    NegativeWeightError,
    ParameterRangeError,
    RepeatedColumnError,
    ReservedNameError,
    UnsteadyUnitError,
)
from industria.tables import magnitude_table
from tests.tables._cubes import COUNTIES, TREES, Row, alike, by_hand, contributions, rows_of

PLANTS = pa.table(
    {
        "firm": ["a", "a", "b", "c", "d", "d"],
        "group": ["G", "G", None, "G", None, None],
        "region": ["A", "K", "A", "B", "L", "L"],
        "industry": ["x", "y", "x", "y", "x", "x"],
        "sales": [60.0, 30.0, 50.0, 40.0, 7.0, 3.0],
        "weight": [1.0, 1.0, 2.0, 1.5, 1.0, 1.0],
        "waives": [False, False, True, False, True, True],
        "asks": [False, True, False, False, False, False],
    }
)
EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {"records": PLANTS, "hierarchies": COUNTIES},
    {
        "variable": "sales",
        "by": ["region", "industry"],
        "unit": "firm",
        "holding": "group",
        "weight": "weight",
        "waiver": "waives",
        "request": "asks",
        "counts": True,
    },
)
WORDS = frozenset({"region", "Total"})


def table(records: Any = PLANTS, hierarchies: Any = TREES, **options: Any) -> dict[tuple[str, ...], dict[str, Any]]:
    told = {"variable": "sales", "by": ["region"], "unit": "firm"} | options
    return rows_of(magnitude_table(records, hierarchies, **told), told["by"])


def test_a_unit_of_several_cells_is_one_contributor_of_their_margin() -> None:
    cells = table(holding="group")

    assert {codes: cell["value"] for (codes,), cell in cells.items()} == {
        **dict.fromkeys(["A", "small"], 110),
        **dict.fromkeys(["B", "c2"], 40),
        "K": 30,
        "L": 10,
        "c1": 150,
        "big": 80,
        "Total": 190,
    }
    total = cells[("Total",)]
    assert (total["support_units"], total["support_holdings"]) == (4, 3)
    assert (total["support_value_largest"], total["support_value_second"]) == (90.0, 50.0)
    assert (total["support_value_holding_largest"], total["support_value_holding_second"]) == (130.0, 50.0)
    big = cells[("big",)]  # a in K, c in B, d in L: a and c are of one group
    assert (big["support_value_largest"], big["support_value_holding_largest"]) == (40.0, 70.0)


def test_contributors_are_the_units_of_the_leaves() -> None:
    found = magnitude_table(PLANTS, TREES, **(EXAMPLE[1] | {"by": ["region"], "counts": False}))

    assert sorted(collect(found.contributors).to_pylist(), key=lambda row: (row["region"], row["unit"])) == [
        _contributor("A", "a", "G", 60.0, 1.0, False, False),
        _contributor("A", "b", None, 50.0, 2.0, True, False),
        _contributor("B", "c", "G", 40.0, 1.5, False, False),
        _contributor("K", "a", "G", 30.0, 1.0, False, True),
        _contributor("L", "d", None, 10.0, 1.0, True, False),
    ]
    facts = {name: value for name, value in found.facts().items() if name != "population"}
    assert facts == {"variable": "sales", "unit": "firm", "period": None, "total": "Total"}
    first = collect(found.hierarchies).sort_by([("code", "ascending")]).to_pylist()[0]
    assert list(first.values()) == ["region", "county", "A", "c1"]


def _contributor(region: str, unit: str, holding: str | None, amount: float, *rest: Any) -> Row:
    known = {"region": region, "unit": unit, "holding": holding, "contribution_value": amount}
    return known | dict(zip(("weight", "waived", "requested"), rest, strict=True))


def test_weights_multiply_the_sum_and_leave_contributions_alone() -> None:
    total = table(weight="weight")[("Total",)]

    assert total["value"] == 90 + 2 * 50 + 1.5 * 40 + 10
    assert (total["support_value_largest"], total["support_value_second"]) == (90.0, 50.0)


def test_means_and_shares_tell_the_sums_that_they_are_made_of() -> None:
    mean = table(statistic="mean", weight="weight")[("c1",)]
    assert mean["value"] == pytest.approx((60 + 2 * 50 + 1.5 * 40) / 4.5, rel=1e-15)
    assert (mean["support_value"], mean["support_count"]) == (220.0, 4.5)
    assert "count" not in mean

    for margins in (True, False):
        shares = table(hierarchies=None, statistic="share", margins=margins)
        assert shares[("A",)]["value"] == pytest.approx(110 / 190, rel=1e-15)
        assert shares[("A",)]["support_value"] == 110.0
    assert magnitude_table(PLANTS, variable="sales", by="region", statistic="share").units == {"value": "fraction"}


def test_nothing_to_divide_by_is_null() -> None:
    nothing = pa.table({"region": ["A", "A"], "sales": [5.0, -5.0], "weight": [0.0, 0.0]})

    assert table(nothing, None, unit=None, statistic="share")[("A",)]["value"] is None
    assert table(nothing, None, unit=None, weight="weight", statistic="mean")[("A",)]["value"] is None


def test_without_margins_there_are_leaves_alone() -> None:
    found = magnitude_table(PLANTS, variable="sales", by="region", unit="firm", margins=False)

    assert found.to_arrow()["region"].to_pylist() == ["A", "B", "K", "L"]
    assert found.total is None
    assert collect(found.hierarchies).num_rows == 0


def test_alike_records_without_a_unit_are_units_of_their_own() -> None:
    twins = pa.table({"region": ["A", "A", "B"], "sales": [5.0, 5.0, 5.0]})
    found = magnitude_table(twins, variable="sales", by="region")

    assert len(set(collect(found.contributors)["unit"].to_pylist())) == 3
    assert table(twins, None, unit=None)[("A",)]["support_units"] == 2


def test_the_population_is_that_of_the_records_whatever_the_cells() -> None:
    def population(records: pa.Table, **options: Any) -> str:
        return magnitude_table(records, **({"variable": "sales", "by": "region", "unit": "firm"} | options)).population

    same = {
        population(PLANTS),
        population(PLANTS.take([5, 4, 3, 2, 1, 0])),
        population(PLANTS, by=["industry"], weight="weight"),
        population(PLANTS.drop_columns(["asks"])),
    }
    assert len(same) == 1
    assert population(PLANTS.slice(1)) not in same
    assert population(PLANTS, unit=None) == population(PLANTS.take([5, 4, 3, 2, 1, 0]), unit=None)


def test_the_period_is_that_of_all_records() -> None:
    def period(years: list[int]) -> str | None:
        dated = PLANTS.append_column("year", pa.array(years))
        return magnitude_table(dated, variable="sales", by="region", unit="firm").period

    assert period([2019] * 6) == "2019"
    assert period([2019] * 5 + [2020]) is None


# sdcTools/UserSupport #160 (reference, golden case c): enterprises E1 to E7 and thirty others.
LARGE = {"B05": {"E1": 9000, "E2": 300, "E3": 200}, "B06": {"E4": 400, "E5": 30, "E6": 20}}
LARGE |= {"B07": {"E7": 300, "E8": 25, "E9": 15}, "B08": {f"F{i}": 450 for i in range(20)}}
LARGE |= {"B09": {f"G{i}": 12 for i in range(10)}}
SPLIT = LARGE | {"B05": {"E1": 3000, "E2": 500, "E3": 200}, "B06": {"E1": 3000, "E4": 400, "E5": 200}}
SPLIT |= {"B07": {"E1": 3000, "E6": 450, "E7": 150}}


def enterprises(cells: dict[str, dict[str, int]]) -> pa.Table:
    rows = [(cell, unit, float(x)) for cell, units in cells.items() for unit, x in units.items()]
    return pa.table(dict(zip(("code", "enterprise", "sales"), map(list, zip(*rows, strict=True)), strict=True)))


def test_usersupport_160_tells_who_dominates_each_cell_and_the_total() -> None:
    cells = table(enterprises(LARGE), None, by=["code"], unit="enterprise")

    assert cells[("Total",)]["value"] == 19_410
    two = {code: cell["support_value_largest"] + cell["support_value_second"] for (code,), cell in cells.items()}
    dominated = {code for (code,), cell in cells.items() if two[code] > 0.80 * cell["value"]}
    assert dominated == {"B05", "B06", "B07"}
    # What is known of B05 to B07 together, and with B09: the parts that the thread prints.
    below = {"B05": "u", "B06": "u", "B07": "u", "B08": "v", "B09": "v", "u": "Total", "v": "Total"}
    union = table(enterprises(LARGE), trees("code", below), by=["code"], unit="enterprise")[("u",)]
    assert union["value"] == 10_290
    assert union["support_value_largest"] / union["value"] == pytest.approx(0.875, abs=5e-4)


def test_usersupport_160_split_over_three_cells_is_one_contributor_of_their_sum() -> None:
    below = {"B05": "u", "B06": "u", "B07": "u", "B08": "v", "B09": "v", "u": "Total", "v": "Total"}
    union = table(enterprises(SPLIT), trees("code", below), by=["code"], unit="enterprise")[("u",)]

    assert union["value"] == 10_900
    largest, second = union["support_value_largest"], union["support_value_second"]
    assert (largest, second) == (9000.0, 500.0)
    assert (largest + second) / union["value"] == pytest.approx(0.872, abs=5e-4)


def trees(dimension: str, parents: dict[str, str]) -> pa.Table:
    return pa.table({"dimension": [dimension] * len(parents), "code": list(parents), "parent": list(parents.values())})


# Laws


@settings(max_examples=25)
@given(
    records=contributions(),
    unit=st.sampled_from([None, "firm"]),
    holding=st.sampled_from([None, "group"]),
    by=st.sampled_from([["region"], ["industry", "region"], ["year", "region", "industry"]]),
)
def test_every_cell_is_what_adding_up_by_hand_makes_of_it(
    records: pa.Table, unit: str | None, holding: str | None, by: list[str]
) -> None:
    found = magnitude_table(records, TREES, variable="sales", by=by, unit=unit, holding=holding, counts=True)
    cells = rows_of(found, by)
    wanted = by_hand(records.to_pylist(), by, unit, holding)

    assert cells.keys() == wanted.keys()
    for codes, cell in wanted.items():
        assert alike(cells[codes], cell), codes


@settings(max_examples=10)
@given(records=contributions())
def test_margins_are_the_sums_of_what_is_below_them(records: pa.Table) -> None:
    found = magnitude_table(
        records, TREES, variable="sales", by=["region", "industry"], unit="firm", weight="weight", counts=True
    )
    cells = rows_of(found, ["region", "industry"])
    below = [row for row in collect(found.hierarchies).to_pylist() if row["dimension"] == "region"]
    for (region, industry), cell in cells.items():
        for tree in {row["hierarchy"] for row in below}:
            codes = [row["code"] for row in below if row["parent"] == region and row["hierarchy"] == tree]
            parts = [cells[code, industry] for code in codes if (code, industry) in cells]
            for column in ("value", "count"):
                assert not codes or cell[column] == pytest.approx(sum(part[column] for part in parts), abs=1e-9)


@settings(max_examples=5)
@given(records=contributions(), order=st.randoms(use_true_random=False))
def test_neither_order_nor_engine_matters_and_holdings_only_make_contributors_larger(
    records: pa.Table, order: Any
) -> None:
    places = list(range(records.num_rows))
    order.shuffle(places)
    options: dict[str, Any] = {"by": ["region", "year"], "holding": "group"}
    plain = table(records, **options)
    assert {**plain} == {**table(pl.from_arrow(records.take(places)).lazy(), **options)}  # type: ignore[union-attr]

    positive = records.filter(pa.compute.greater(records["sales"], 0.0))
    merged = positive.set_column(1, "group", pa.array([g or "G" for g in positive["group"].to_pylist()]))
    before, after = table(positive, **options), table(merged, **options)
    for codes, cell in before.items():
        assert after[codes]["support_value_holding_largest"] >= cell["support_value_holding_largest"] - 1e-9
        assert after[codes]["support_holdings"] <= cell["support_holdings"]


# What is refused


def changed(column: str, values: list[Any]) -> pa.Table:
    return PLANTS.set_column(PLANTS.column_names.index(column), column, pa.array(values))


NAMED = PLANTS.rename_columns(["firm", "group", "unit", *PLANTS.column_names[3:]])


@pytest.mark.parametrize(
    ("records", "options", "error", "message"),
    [
        (changed("sales", [1.0, None, 2.0, 3.0, 4.0, 5.0]), {}, MissingValueError, "sales is missing in 1 of 6"),
        (changed("sales", [1.0, float("inf"), 2.0, 3.0, 4.0, 5.0]), {}, InfiniteValueError, "sales is infinite in 1"),
        (changed("region", ["A", None, "A", "B", "L", "L"]), {}, MissingValueError, "records.region is missing in 1"),
        (changed("firm", ["a", None, "b", "c", "d", "d"]), {}, MissingValueError, "records.firm is missing in 1"),
        (changed("firm", ["a", "a", "b", "b", "d", "d"]), {"holding": "group"}, UnsteadyUnitError, "records.group"),
        (PLANTS, {"weight": "sales"}, UnsteadyUnitError, "records.sales has several values within 1 of the units"),
        (changed("weight", [1.0, 1.0, -0.5, 1.0, 1.0, 1.0]), {"weight": "weight"}, NegativeWeightError, "weight"),
        (PLANTS, {"variable": "group"}, ColumnTypeError, "records.group holds string"),
        (PLANTS, {"waiver": "group"}, ColumnTypeError, "truth values"),
        (PLANTS, {"statistic": "means"}, ChoiceError, "Did you mean 'mean'"),
        (PLANTS, {"margins": False}, ExcludedParameterError, "hierarchies has no place in margins=False"),
        (PLANTS, {"margins": False, "hierarchies": None, "total": "All"}, ExcludedParameterError, "total has no place"),
        (PLANTS, {"by": ["region", "region"]}, RepeatedColumnError, "'region'"),
        (PLANTS, {"by": []}, ParameterRangeError, "one column or more"),
        (NAMED, {"by": ["unit"]}, ReservedNameError, "records.unit bears a name of the result"),
        (changed("region", ["A", "K", "A", "B", "L", "Kk"]), {}, HierarchyError, "Did you mean 'K'"),
        (changed("region", ["A", "K", "A", "B", "L", "c1"]), {}, HierarchyError, "'c1', which others add up to"),
        (changed("region", ["A", "K", "A", "B", "L", "Total"]), {}, HierarchyError, "'Total', the code of margins"),
    ],
)  # fmt: skip
def test_bad_input_is_told(records: pa.Table, options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        table(records, **options)
    assert message in str(caught.value)


def test_messages_tell_no_value_of_a_record() -> None:
    strange = changed("region", ["A", "K", "A", "B", "L", "Confidential Ltd"])
    with pytest.raises(HierarchyError, match="1 of the 5 codes of records stand in no tree") as caught:
        table(strange)
    assert "Confidential" not in str(caught.value)


def test_no_records_make_no_cells() -> None:
    found = magnitude_table(PLANTS.slice(0, 0), TREES, variable="sales", by=["region", "industry"], unit="firm")

    assert isinstance(found, Cells)
    assert found.to_arrow().num_rows == 0
    assert collect(found.contributors).num_rows == 0

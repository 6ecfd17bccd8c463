from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.core.table import collect
from industria.ecosystems import milestone_replay, surge_ensemble
from industria.errors import (
    DuplicateRowError,
    EmptyTableError,
    MissingValueError,
    NegativeValueError,
    UnknownLabelError,
    WeeksError,
)
from tests.ecosystems.mini import TABLES

MONDAY = date(2020, 4, 6)


def draws(*outputs: list[list[float]], **parameters: list[float]) -> pa.Table:
    """One list a draw: of one list a product, with the output of each week."""
    rows: list[dict[str, Any]] = []
    for i, products in enumerate(outputs):
        for product, weeks in zip(("mask", "gown"), products, strict=False):
            for week, output in enumerate(weeks):
                told = {name: values[i] for name, values in parameters.items()}
                row = {
                    "draw": i,
                    "product": product,
                    "week": MONDAY + timedelta(days=7 * week),
                    "output": float(output),
                }
                rows.append(row | told)
    return pa.Table.from_pylist(rows)


def milestones(*rows: tuple[int, int, str | None, float | None, float | None]) -> pa.Table:
    """Dates in days since the first Monday."""
    made = [
        {
            "date_from": MONDAY + timedelta(days=first),
            "date_to": MONDAY + timedelta(days=last),
            "product": product,
            "at_least": least,
            "at_most": most,
            "source": "somebody",
        }
        for first, last, product, least, most in rows
    ]
    kinds = [("date_from", pa.date32()), ("date_to", pa.date32()), ("product", pa.string())]
    kinds += [("at_least", pa.float64()), ("at_most", pa.float64()), ("source", pa.string())]
    return pa.Table.from_pylist(made, pa.schema(kinds))


# Cumulated masks after one, two, three weeks: 7 14 21, 14 28 42, 0 0 70. Gowns: one a day, in all draws.
DRAWS = draws([[7, 7, 7], [7, 7, 7]], [[14, 14, 14], [7, 7, 7]], [[0, 0, 70], [7, 7, 7]], lead=[2.0, 1.0, 3.0])
MILESTONES = milestones((0, 14, "mask", 10.0, None), (21, 21, None, None, 70.0), (14, 50, None, 1.0, None))
MASKS = DRAWS.filter(pa.compute.equal(DRAWS["product"], "mask")).drop_columns("product")
EXAMPLE = ({"draws": MASKS, "milestones": milestones((0, 14, None, 10.0, 90.0), (21, 21, None, 1.0, 70.0))}, {})


def test_bounds_by_hand() -> None:
    """Ten masks by day 14: not draw 2. At most 70 pieces on day 21: draws 0 (42) and 1 (63), not 2 (91)."""
    found = milestone_replay(DRAWS, MILESTONES)
    told = collect(found.milestones).to_pylist()

    assert (found.n_draws, found.n_surviving, found.n_untested) == (3, 2, 1)
    assert collect(found.draws).to_pylist() == [
        {"draw": 0, "survives": True, "missed": 0},
        {"draw": 1, "survives": True, "missed": 0},
        {"draw": 2, "survives": False, "missed": 2},
    ]
    assert [(row["at_least"], row["tested"], row["satisfied"]) for row in told] == [
        (10.0, True, pytest.approx(2 / 3)),
        (1.0, False, None),
        (None, True, pytest.approx(2 / 3)),
    ]
    assert found.share_surviving == pytest.approx(2 / 3)
    assert found.share_low < 2 / 3 < found.share_high


def test_output_grows_evenly_within_a_week() -> None:
    """Three days after the first Monday draw 0 has 3 masks, draw 1 has 6."""
    for bound, left in ((3.0, 2), (3.1, 1), (6.0, 1), (6.1, 0)):
        assert milestone_replay(DRAWS, milestones((3, 3, "mask", bound, None))).n_surviving == left


def test_a_span_of_dates_binds_weakly() -> None:
    """At least by its last day, at most on its first."""
    span = milestone_replay(DRAWS, milestones((0, 14, "mask", 14.0, None), (7, 21, "mask", None, 7.0)))

    assert collect(span.draws)["survives"].to_pylist() == [True, False, False]


def test_curves_and_parameters_of_what_is_left() -> None:
    found = milestone_replay(DRAWS, milestones((21, 21, "mask", 42.0, None)))
    (lead,) = collect(found.parameters).to_pylist()
    curve = {(row["product"], row["week"]): row for row in found.to_arrow().to_pylist()}
    second = curve["mask", MONDAY + timedelta(days=7)]

    assert (lead["parameter"], lead["prior_mean"], lead["mean"]) == ("lead", 2.0, 2.0)
    assert (lead["prior_sd"], lead["sd"], lead["q50"]) == (1.0, pytest.approx(2**0.5), 2.0)
    assert (second["prior_q50"], second["q50"]) == (14.0, 14.0)
    assert curve[None, MONDAY]["prior_q50"] == 14.0  # 14, 21 and 7 pieces
    assert curve[None, MONDAY]["q50"] == 14.0  # 21 and 7


def test_the_decisive_milestone_is_that_without_which_most_would_be_left() -> None:
    found = milestone_replay(DRAWS, milestones((14, 14, "mask", 1.0, None), (21, 21, "mask", 60.0, None)))

    assert found.n_surviving == 0
    assert found.decisive == "at least 60 by 2020-04-27 (mask)"
    assert [row["share_without"] for row in collect(found.milestones).to_pylist()] == pytest.approx([1 / 3, 2 / 3])
    assert {row["q50"] for row in found.to_arrow().to_pylist()} == {None}
    assert milestone_replay(DRAWS, milestones((21, 21, "mask", 1.0, None))).decisive is None


outputs = st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3).map(lambda one: [one]), min_size=1, max_size=8)


@settings(max_examples=10)
@given(outputs, st.integers(0, 21), st.integers(0, 100), st.integers(0, 100))
def test_a_stricter_bound_never_leaves_more(weeks: list[list[list[float]]], day: int, one: float, other: float) -> None:
    """And with both bounds as many are left as with the stricter."""
    low, high = sorted((float(one), float(other)))
    table = draws(*weeks)
    weak, strict, both = (
        milestone_replay(table, milestones(*((day, day, None, bound, None) for bound in bounds))).n_surviving
        for bounds in ([low], [high], [low, high])
    )

    assert strict == both <= weak


@settings(max_examples=10)
@given(outputs, st.integers(0, 21), st.integers(0, 100))
def test_a_bound_and_its_opposite_part_the_draws(weeks: list[list[list[float]]], day: int, bound: int) -> None:
    table = draws(*weeks)
    above = milestone_replay(table, milestones((day, day, None, bound + 0.5, None))).n_surviving
    below = milestone_replay(table, milestones((day, day, None, None, bound + 0.5))).n_surviving
    exactly = milestone_replay(table, milestones((day, day, None, bound + 0.5, bound + 0.5))).n_surviving

    assert above + below - exactly == len(weeks)


def test_draws_of_an_ensemble_are_held_to_facts() -> None:
    """Draws that made fewer masks by the sixth week go, and with them those in which the yield was low."""

    def dated(rows: pa.Table) -> pa.Table:
        weeks = [week if week is None else MONDAY + timedelta(days=7 * week) for week in rows["week"].to_pylist()]
        return rows.set_column(rows.column_names.index("week"), "week", pa.array(weeks, pa.date32()))

    tables = {name: dated(rows) if "week" in rows.column_names else rows for name, rows in TABLES.items()}
    doubts = pa.table({"quantity": ["yield"], "distribution": ["beta"], "mean": [0.8], "sd": [0.1]})
    ensemble = surge_ensemble(**tables, uncertainty=doubts, draws=12, rng=1)
    by_draw: dict[int, float] = {}
    for row in collect(ensemble.draws).to_pylist():
        if row["week"] < MONDAY + timedelta(days=42) and row["product"] == "mask":
            by_draw[row["draw"]] = by_draw.get(row["draw"], 0.0) + row["output"]
    bound = sorted(by_draw.values())[6]
    found = milestone_replay(ensemble.draws, milestones((42, 42, "mask", bound, None)))

    assert found.n_surviving == sum(made >= bound for made in by_draw.values())
    assert [row["parameter"] for row in collect(found.parameters).to_pylist()] == ["drawn_yield"]


def test_what_cannot_be_is_refused() -> None:
    weeks = DRAWS.set_column(DRAWS.column_names.index("week"), "week", pa.array(list(range(3)) * 6))
    with pytest.raises(WeeksError, match=r"draws.week has 0, which is no date"):
        milestone_replay(weeks, MILESTONES)
    with pytest.raises(WeeksError, match=r"draws.week goes from 2020-04-06 to 2020-04-20"):
        milestone_replay(DRAWS.filter(pa.compute.not_equal(DRAWS["week"], MONDAY + timedelta(days=7))), MILESTONES)
    with pytest.raises(WeeksError, match=r"milestones.date_to has 2020-04-06, before date_from 2020-04-07"):
        milestone_replay(DRAWS, milestones((1, 0, None, 1.0, None)))
    with pytest.raises(UnknownLabelError, match=r"milestones.product has 'masks'.*Did you mean 'mask'"):
        milestone_replay(DRAWS, milestones((0, 7, "masks", 1.0, None)))
    with pytest.raises(MissingValueError, match="at_most is missing too"):
        milestone_replay(DRAWS, milestones((0, 7, None, None, None)))
    with pytest.raises(NegativeValueError, match=r"milestones.at_least"):
        milestone_replay(DRAWS, milestones((0, 7, None, -1.0, None)))
    with pytest.raises(DuplicateRowError):
        milestone_replay(pa.concat_tables([DRAWS, DRAWS]), MILESTONES)
    for empty in ((DRAWS.slice(0, 0), MILESTONES), (DRAWS, MILESTONES.slice(0, 0))):
        with pytest.raises(EmptyTableError):
            milestone_replay(*empty)

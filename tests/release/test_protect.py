"""Tables of which as little as possible is withheld, attacked by a program of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.errors import (
    DuplicateRowError,
    HierarchyError,
    MissingColumnError,
    MissingValueError,
    NeededParameterError,
    NotAdditiveError,
    PolicyError,
    RequiredIntervalError,
    ReservedNameError,
    UnprotectableError,
)
from industria.release import Policy, Protection, attack, protect
from tests.release.independent_attack import Trees, attacked, table_of

OPEN = Policy(concentration="none")


def frame(table: dict[Any, float], names: list[str], sensitive: dict[Any, Any]) -> pd.DataFrame:
    """Cells with the levels of the sensitive ones, None where they must only not be exact."""
    rows = []
    for cell, x in table.items():
        level = sensitive.get(cell)
        ends = (None, None) if level is None else (max(x - level, 0.0), x + level)
        rows.append((*cell, x, cell in sensitive, *ends))
    columns = [*names, "value", "primary", "required_low", "required_high"]
    return pd.DataFrame(rows, columns=columns).astype({"required_low": float, "required_high": float})


def hierarchies(names: list[str], trees: Trees) -> pd.DataFrame:
    rows = [
        (name, code, parent, str(k))
        for name, of in zip(names, trees, strict=True)
        for k, tree in enumerate(of)
        for code, parent in tree.items()
    ]
    return pd.DataFrame(rows, columns=["dimension", "code", "parent", "hierarchy"])


def flat(*codes: str) -> list[dict[str, str]]:
    return [dict.fromkeys(codes, "Total")]


def status(found: Protection, of: str) -> set[Any]:
    rows = found.to_pandas()
    rows = rows[rows["status"] == of]
    return set(rows.drop(columns=["value", "status", "low", "high"]).itertuples(index=False, name=None))


ROWS = {"w": [30, 47, 64, 89], "x": [90, 124, 5, 31], "y": [92, 100, 59, 85], "z": [800, 991, 651, 685]}
LEAVES = {(row, column): float(x) for row, line in ROWS.items() for column, x in zip("abcd", line, strict=True)}
TREES = [flat(*"wxyz"), flat(*"abcd")]
NINE = ("wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd")


def test_four_by_four() -> None:
    """An example of sdcTable, of which the cheapest repair is known: xd (31)."""
    cells = frame(table_of(LEAVES, TREES), ["row", "column"], dict.fromkeys(tuple(map(tuple, NINE))))
    found = protect(cells, by=["row", "column"], policy=OPEN)

    assert status(found, "secondary") == {("x", "d")}
    assert status(found, "primary") == set(map(tuple, NINE))
    assert (found.cost, found.bound, found.method) == (31, 31, "optimal")
    assert (found.n_cells, found.n_withheld, found.n_primary, found.n_secondary) == (25, 10, 9, 1)
    rows = found.to_pandas()
    assert rows["value"].isna().sum() == 10
    assert rows.loc[rows["status"] == "published", ["low", "high"]].isna().all(axis=None)


def test_costs_are_those_of_the_policy() -> None:
    table = table_of({("a",): 10.0, ("b",): 4.0, ("c",): 5.0, ("d",): 0.0}, [flat(*"abcd")])
    cells = frame(table, ["code"], {("a",): 3.0})

    def besides(cells: pd.DataFrame, **fields: Any) -> set[Any]:
        return status(protect(cells, by="code", policy=Policy(concentration="none", **fields)), "secondary")

    assert besides(cells) == {("b",)}
    assert besides(cells, keep=[{"code": "b"}]) == {("c",)}
    assert besides(cells.assign(cost=[9.0, 1.0, 9.0, 9.0, 9.0])) == besides(cells, cost="log") == {("b",)}
    assert besides(cells.assign(cost=9.0), cost="one", total_weight=0.1) in ({("b",)}, {("c",)})
    assert besides(cells, total_weight=0.01) == {("Total",)}
    with pytest.raises(NeededParameterError, match="a column 'cost'"):
        besides(cells, cost="units")


def test_zeros_are_published_where_the_policy_says_so() -> None:
    """A zero that is withheld hides a value from above only; the policy may say that none is."""
    table = table_of({("a",): 3.0, ("b",): 0.0, ("c",): 9.0}, [flat(*"abc")])
    cells = frame(table, ["code"], {("a",): None})

    assert status(protect(cells, by="code", policy=OPEN), "secondary") == {("c",)}
    held = protect(cells, by="code", policy=OPEN.model_copy(update={"zeros": "withhold"}))
    assert status(held, "secondary") == {("b",)}


@pytest.mark.parametrize("sides", ["symmetric", "upper", "sliding"])
def test_sides(sides: Any) -> None:
    """Of 4 + 2 + 9 the first needs 2 each way, 2 upward only, or 4 in all."""
    table = table_of({("a",): 4.0, ("b",): 2.0, ("c",): 9.0}, [flat(*"abc")])
    cells = frame(table, ["code"], {("a",): 2.0})
    found = protect(cells, by="code", policy=Policy(concentration="none", protection=sides))
    low, high = found.to_pandas().set_index("code").loc["a", ["low", "high"]]

    assert high >= 6 or sides == "sliding"
    assert low <= 2 or sides != "symmetric"
    assert high - low >= 4 or sides == "upper"


def test_prior_knowledge_asks_for_more() -> None:
    """Who knows each value within a half of it can exclude more: b = 4 can only fall by 2."""
    table = table_of({("a",): 10.0, ("b",): 4.0, ("c",): 7.0}, [flat(*"abc")])
    cells = frame(table, ["code"], {("a",): 3.0})

    assert status(protect(cells, by="code", policy=OPEN), "secondary") == {("b",)}
    narrow = Policy(concentration="none", prior=(0.5, 1.5))
    assert status(protect(cells, by="code", policy=narrow), "secondary") == {("c",)}
    bounds = cells.assign(lower=[np.nan, 0.0, 2.0, np.nan], upper=np.nan)
    assert status(protect(bounds, by="code", policy=OPEN), "secondary") == {("c",)}


def test_sums_that_are_not_shown_cost_nothing() -> None:
    """Without its margins a table tells nothing of a cell."""
    inside = frame(LEAVES, ["row", "column"], dict.fromkeys(map(tuple, NINE)))
    found = protect(inside, by=["row", "column"], policy=OPEN)

    assert (found.n_secondary, found.cost) == (0, 0)


def test_values_below_zero_have_no_floor() -> None:
    table = table_of({("a",): -3.0, ("b",): 4.0, ("c",): 5.0}, [flat(*"abc")])
    cells = frame(table, ["code"], {("a",): None}).assign(required_low=[np.nan, -13.0, np.nan, np.nan])
    cells = cells.assign(required_high=[np.nan, 7.0, np.nan, np.nan])

    assert status(protect(cells, by="code", policy=OPEN), "secondary") == {("b",)}


def test_row_order_does_not_matter() -> None:
    cells = frame(table_of(LEAVES, TREES), ["row", "column"], {("w", "a"): 5.0, ("x", "c"): 1.0, ("z", "d"): 90.0})
    one, other = (protect(rows, by=["row", "column"], policy=OPEN).to_pandas() for rows in (cells, cells.iloc[::-1]))

    pd.testing.assert_frame_equal(one, other)


def test_nothing_sensitive_nothing_withheld() -> None:
    found = protect(frame(table_of(LEAVES, TREES), ["row", "column"], {}), by=["row", "column"], policy=OPEN)

    assert (found.n_withheld, found.cost, found.bound) == (0, 0, 0)


SMALL = frame(table_of({("a",): 3.0, ("b",): 4.0, ("c",): 5.0}, [flat(*"abc")]), ["code"], {("a",): 1.0})


@pytest.mark.parametrize(
    ("cells", "more", "error", "message"),
    [
        (
            SMALL.assign(value=[13.0, 3.0, 4.0, 5.0]),
            {},
            NotAdditiveError,
            "'Total', added up by 'code', has a gap of 1",
        ),
        (SMALL.assign(value=[12.0, np.inf, 4.0, 5.0]), {}, NotAdditiveError, "infinite in row 2"),
        (SMALL.assign(value=[12.0, np.nan, 4.0, 5.0]), {}, MissingValueError, "row 2"),
        (SMALL.assign(primary=[None, True, False, False]), {}, MissingValueError, "primary"),
        (SMALL.drop(columns="primary"), {}, MissingColumnError, "primary"),
        (pd.concat([SMALL, SMALL]), {}, DuplicateRowError, "2 times"),
        (
            SMALL.assign(required_high=2.0),
            {},
            RequiredIntervalError,
            "code = 'a' has a required interval that does not",
        ),
        (
            SMALL.assign(required_low=-1.0),
            {},
            RequiredIntervalError,
            "'a' is required to reach further than the bounds",
        ),
        (SMALL.assign(lower=99.0), {}, RequiredIntervalError, "has bounds that do not hold its value; so do 3 others"),
        (SMALL.assign(cost=-1.0), {}, RequiredIntervalError, "a cost that is missing or below 0"),
        (SMALL, {"policy": Policy(concentration="none", keep=[{"cod": "a"}])}, PolicyError, "Did you mean 'code'"),
        (SMALL, {"policy": Policy(concentration="none", keep=[{"code": "z"}])}, PolicyError, "no code 'z'"),
        (SMALL, {"policy": Policy(concentration="none", keep=[{"code": "a"}])}, PolicyError, "which is sensitive"),
        (
            SMALL,
            {"policy": Policy(concentration="none", keep=[{"code": code} for code in ("b", "c", "Total")])},
            UnprotectableError,
            "code = 'a' cannot be protected: in the sum of code = 'Total', added up by 'code', too little",
        ),
        (SMALL.rename(columns={"code": "status"}), {"by": "status"}, ReservedNameError, "status"),
        (SMALL, {"hierarchies": pd.DataFrame(columns=["dimension", "code", "parent"])}, None, ""),
        (
            SMALL,
            {"hierarchies": pd.DataFrame({"dimension": ["code"], "code": ["a"], "parent": ["Total"]})},
            HierarchyError,
            "'b', which stands in no tree",
        ),
    ],
)
def test_bad_tables(cells: Any, more: Any, error: Any, message: str) -> None:
    if error is None:
        protect(cells, **{"by": "code", "policy": OPEN, **more})
        return
    with pytest.raises(error, match=message) as told:
        protect(cells, **{"by": "code", "policy": OPEN, **more})
    if error in (RequiredIntervalError, UnprotectableError):
        assert not any(digit in str(told.value).replace("3 others", "").replace("below 0", "") for digit in "123456789")


def a_tree(draw: st.DrawFn, leaves: list[str], mark: str) -> dict[str, str]:
    """A flat tree, or one with two groups."""
    if len(leaves) < 3 or draw(st.booleans()):
        return dict.fromkeys(leaves, "Total")
    cut = draw(st.integers(1, len(leaves) - 1))
    groups = {leaf: mark + ("1" if i < cut else "2") for i, leaf in enumerate(leaves)}
    return groups | {mark + "1": "Total", mark + "2": "Total"}


@st.composite
def releases(draw: st.DrawFn) -> tuple[dict[Any, float], Trees, dict[Any, Any], Policy]:
    """Tables of one to four dimensions, with one or two trees each, zeros and holes."""
    sizes = draw(st.sampled_from([(4,), (6,), (3, 4), (4, 4), (2, 3, 3), (2, 2, 2, 2)]))
    trees = []
    for d, size in enumerate(sizes):
        leaves = [f"{'pqrs'[d]}{i}" for i in range(size)]
        of = [a_tree(draw, leaves, "g")]
        if draw(st.booleans()) and size > 2:
            of.append(a_tree(draw, leaves[1:] + leaves[:1], "h"))
        trees.append(of)
    inside = draw(st.lists(st.integers(-1, 40), min_size=int(np.prod(sizes)), max_size=int(np.prod(sizes))))
    unit = draw(st.sampled_from([1.0, 0.1, 1000.0]))
    names = [tuple(f"{'pqrs'[d]}{i}" for d, i in enumerate(at)) for at in np.ndindex(*sizes)]
    # Below zero a cell is not there.
    table = table_of({cell: x * unit for cell, x in zip(names, inside, strict=True) if x >= 0}, trees)
    keys = sorted(table)
    chosen = draw(st.lists(st.sampled_from(keys), max_size=6, unique=True)) if keys else []
    share = draw(st.sampled_from([None, 0.05, 0.2, 1.0]))
    sensitive = {cell: None if share is None else share * table[cell] for cell in chosen}
    cost = draw(st.sampled_from(["value", "one", "log"]))
    policy = Policy(concentration="none", cost=cost, secondary=draw(st.sampled_from(["heuristic", "auto"])))
    return table, trees, sensitive, policy


def judged(table: dict[Any, float], trees: Trees, sensitive: dict[Any, Any], policy: Policy) -> Protection:
    """Protect a table, attack what is left of it by other means, and hold it to what was required."""
    names = [f"dimension-{d}" for d in range(len(trees))]
    found = protect(frame(table, names, sensitive), hierarchies(names, trees), by=names, policy=policy)
    rows = found.to_pandas()
    published = {
        tuple(row[:-1]): None if np.isnan(row[-1]) else row[-1]
        for row in rows[[*names, "value"]].itertuples(index=False, name=None)
    }
    others = [cell for cell, x in published.items() if x is None and cell not in sensitive][:2]
    told = attacked(published, trees, [*sensitive, *others])
    reached = {tuple(row[: len(names)]): row[-2:] for row in rows.itertuples(index=False, name=None)}
    for cell, level in sensitive.items():
        x, size = table[cell], max(1.0, table[cell])
        low, high = told[cell]
        assert high - low > 1e-6 * size, "exact"
        if level is not None:
            assert high >= x + level - 1e-6 * size, "too low"
            assert low <= max(x - level, 0.0) + 1e-6 * size, "too high"
        # The certificate claims no more than is true.
        assert low - 1e-6 * size <= reached[cell][0]
        assert np.isnan(reached[cell][1]) or reached[cell][1] <= high + 1e-6 * size
    ours = attack(rows[[*names, "value"]], hierarchies(names, trees), by=names).to_pandas()
    for row in ours.itertuples(index=False, name=None):
        if tuple(row[: len(names)]) not in told:
            continue
        ends = told[tuple(row[: len(names)])]
        for mine, other in zip(row[len(names) : len(names) + 2], ends, strict=True):
            assert (np.isnan(mine) and np.isinf(other)) or mine == pytest.approx(other, rel=1e-6, abs=1e-5)
    return found


@settings(max_examples=15)
@given(releases())
def test_an_independent_attack_finds_no_cell_too_narrow(case: Any) -> None:
    table, *rest = case
    if table and max(table.values()) > 0:
        judged(table, *rest)


@pytest.mark.slow
@settings(max_examples=250)
@given(releases())
def test_an_independent_attack_finds_no_cell_too_narrow_in_many(case: Any) -> None:
    table, *rest = case
    if table and max(table.values()) > 0:
        judged(table, *rest)


@settings(max_examples=15)
@given(releases())
def test_the_optimum_is_never_dearer(case: Any) -> None:
    table, trees, sensitive, policy = case
    # In larger tables of four dimensions a proof takes a solver of mixed programs half a minute.
    if not table or not max(table.values()) or len(table) > 60:
        return
    quick, best = (
        judged(table, trees, sensitive, policy.model_copy(update={"secondary": how}))
        for how in ("heuristic", "optimal")
    )

    assert best.cost <= quick.cost * (1 + 1e-9)
    assert quick.bound <= best.cost * (1 + 1e-9)
    assert best.method == "optimal"

"""Tables that offices thought were protected, and what an outsider makes of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from industria.errors import (
    DuplicateRowError,
    EmptyTableError,
    HierarchyError,
    MissingColumnError,
    MissingValueError,
    NotAdditiveError,
    ParameterRangeError,
    RepeatedColumnError,
    ReservedNameError,
    UsageError,
)
from industria.release import attack


def grid(values: Any, rows: str, columns: str) -> pd.DataFrame:
    """A table of two dimensions, one letter a code, with its margins; the last of each is the total."""
    names = [[*codes[:-1], "Total"] for codes in (rows, columns)]
    return pd.DataFrame(
        [(r, c, x) for r, line in zip(names[0], values, strict=True) for c, x in zip(names[1], line, strict=True)],
        columns=["row", "column", "value"],
    )


def intervals(table: pd.DataFrame, hierarchies: Any = None, **more: Any) -> dict[Any, tuple[float, float]]:
    by = [column for column in table.columns if column != "value"]
    found = attack(table, hierarchies, by=by, **more).to_pandas()
    keys = found[by].itertuples(index=False, name=None) if len(by) > 1 else iter(found[by[0]])
    return dict(zip(keys, zip(found["low"], found["high"], strict=True), strict=True))


X = None


def test_geurts() -> None:
    """Handbook on Statistical Disclosure Control, 2nd ed., example 3."""
    table = grid([[X, X, 7], [X, X, 3], [3, 3, 6], [9, 7, 16]], "123T", "12T")

    assert intervals(table) == {
        ("1", "1"): pytest.approx((3, 6)),
        ("1", "2"): pytest.approx((1, 4)),
        ("2", "1"): pytest.approx((0, 3)),
        ("2", "2"): pytest.approx((0, 3)),
    }


SIZES = pd.DataFrame(
    [("place", code, "county-1", "county") for code in "ABIJ"]
    + [("place", code, "county-2", "county") for code in "KLMN"]
    + [("place", code, "big", "size") for code in "LM"]
    + [("place", code, "small", "size") for code in "ABIJKN"]
    + [("place", group, "Total", "county") for group in ("county-1", "county-2")]
    + [("place", group, "Total", "size") for group in ("big", "small")],
    columns=["dimension", "code", "parent", "hierarchy"],
)


def linked(withheld: str) -> pd.DataFrame:
    counts = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}
    sums = {"county-1": 20, "county-2": 16, "big": 6, "small": 30, "Total": 36}
    rows = [(code, X if code in withheld else count) for code, count in (counts | sums).items()]
    return pd.DataFrame(rows, columns=["place", "value"])


def test_usersupport_136() -> None:
    """Each of two linked tables hides K well; together they tell it: small less county-1 is K and N."""
    table = linked("ABKLM")
    county = SIZES[SIZES["hierarchy"] == "county"]
    size = SIZES[SIZES["hierarchy"] == "size"]

    assert intervals(table[~table["place"].isin(["big", "small"])], county)["K"] == pytest.approx((0, 9))
    assert intervals(table[~table["place"].isin(["county-1", "county-2"])], size)["K"] == pytest.approx((0, 7))
    assert intervals(table, SIZES)["K"] == pytest.approx((3, 3))
    assert intervals(linked("ABIKLM"), SIZES)["K"] == pytest.approx((3, 3))
    assert intervals(linked("ABKLMN"), SIZES)["K"] == pytest.approx((0, 10))
    assert intervals(linked("ABKLMN"), SIZES, lower=1)["K"] == pytest.approx((1, 9))


def test_usersupport_194() -> None:
    """15 = 10 + 3 + 1 + 1, both ones withheld: where zeros are published they are just that."""
    table = pd.DataFrame({"code": [*"abcd", "Total"], "value": [10, 3, X, X, 15]})

    assert intervals(table, lower=1) == {"c": (1, 1), "d": (1, 1)}
    assert intervals(table) == {"c": (0, 2), "d": (0, 2)}


def test_usersupport_135() -> None:
    """Three cells of one contributor: with a lower bound of 1 all seven withheld cells are exact."""
    table = grid([[X, X, 7, X, 0, 10], [X, 0, 0, X, 8, 11], [X, X, 7, 3, 8, 21]], "12T", "ABHMWT")

    widths = [high - low for low, high in intervals(table).values()]
    assert len(widths) == 7
    assert max(widths) == pytest.approx(3)
    assert attack(table, by=["row", "column"], lower=1).n_exact == 7


FOUR = [[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]]


def four_by_four(*withheld: str, zb: float = 991) -> pd.DataFrame:
    x = np.array(FOUR, float)
    x[3, 1] = zb
    whole = np.block([[x, x.sum(1, keepdims=True)], [x.sum(0, keepdims=True), x.sum()]])
    table = grid(whole.tolist(), "wxyzT", "abcdT")
    hidden = (table["row"] + table["column"]).isin(withheld)
    return table.assign(value=table["value"].where(~hidden))


def test_two_in_every_row_and_column_need_not_do() -> None:
    """An example of sdcTable: rows w and x less columns a and c give wb."""
    nine = ("wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd")

    assert intervals(four_by_four(*nine))["w", "b"] == pytest.approx((47, 47))
    assert intervals(four_by_four(*nine, "xd"))["w", "b"] == pytest.approx((0, 78))


@pytest.mark.parametrize("zb", [1e9, 1e11, 1e12, 1e12 + 7, 9e12, 1e12 + 0.25])
def test_a_huge_cell_beside_tens_hides_nothing(zb: float) -> None:
    """The same table with one cell ten digits larger than the others: 47 is 47 all the same."""
    nine = ("wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd")
    found = attack(four_by_four(*nine, zb=zb), by=["row", "column"])

    assert intervals(four_by_four(*nine, zb=zb))["w", "b"] == (47, 47)
    # Of the huge cell itself an interval of 185 is less than a millionth.
    assert found.to_pandas().query("exact")[["row", "column"]].values.tolist() == [["w", "b"], ["z", "b"]]
    assert intervals(four_by_four(*nine, "xd", zb=zb))["w", "b"] == pytest.approx((0, 78))


def test_rounded_numbers_are_intervals() -> None:
    """3 = 1 + 1 + c, each within a half: c lies between 2.5 - 3 and 3.5 - 1, and not below 0."""
    table = pd.DataFrame({"code": [*"abc", "Total"], "value": [1.0, 1.0, np.nan, 3.0]})

    assert intervals(table, digits=0)["c"] == pytest.approx((0, 2.5))
    assert intervals(table.assign(value=table["value"] * 1000), digits=-3)["c"] == pytest.approx((0, 2500))
    with pytest.raises(NotAdditiveError, match="say digits"):
        attack(table.assign(value=[1.0, 1.0, 0.0, 3.0]), by="code")
    assert attack(table.assign(value=[1.0, 1.0, 0.0, 3.0]), by="code", digits=0).n_attacked == 0


def test_one_rounded_number_is_the_same_in_all_its_sums() -> None:
    """18 = G + 5 says that G is 12 or more, 12 that it is 12.5 or less: a = G - 7 is 4.5 to 6, not 4 to 6."""
    codes = tree(("a", "G"), ("b", "G"), ("G", "Total"), ("c", "Total"))
    table = pd.DataFrame({"code": ["a", "b", "G", "c", "Total"], "value": [X, 7, 12, 5, 18]})

    assert intervals(table, codes, digits=0)["a"] == pytest.approx((4.5, 6))


def test_counts_are_whole() -> None:
    """3 = a + b with 2.6 at most for each leaves 1 and 2."""
    table = pd.DataFrame({"code": ["a", "b", "Total"], "value": [X, X, 3.0]})

    assert intervals(table, upper=2.6) == {"a": pytest.approx((0.4, 2.6)), "b": pytest.approx((0.4, 2.6))}
    assert intervals(table, upper=2.6, counts=True) == {"a": (1, 2), "b": (1, 2)}
    found = attack(table.assign(value=[X, X, 2.0]), by="code", lower=0.2, upper=1.8, counts=True)
    assert (found.n_exact, found.to_pandas()["low"].tolist()) == (2, [1, 1])
    with pytest.raises(NotAdditiveError, match="no value of it fits"):
        attack(table.assign(value=[X, X, 1.0]), by="code", lower=0.2, upper=0.8, counts=True)
    with pytest.raises(NotAdditiveError, match="is no count"):
        attack(table.assign(value=[X, X, 1.5]), by="code", counts=True)


def test_who_is_alone_in_a_cell_knows_the_other() -> None:
    """Handbook, example 3: if the contributor of X12 is alone in it, X11 is exact for them."""
    table = grid([[X, X, 7], [X, X, 3], [3, 3, 6], [9, 7, 16]], "123T", "12T")
    alone = pd.DataFrame({"row": ["1"], "column": ["2"], "value": [2.0]})
    found = attack(table, by=["row", "column"], insiders=alone)
    assert found.insiders is not None
    beside = found.insiders.collect("pandas").to_native()

    assert (found.n_exact, found.n_exact_to_insiders) == (0, 3)
    assert beside.loc[beside["row"] == "1", ["insider", "low", "high"]].values.tolist() == [["1", 5, 5]]


def test_insiders_know_their_cells_together() -> None:
    table = pd.DataFrame({"code": [*"abc", "Total"], "value": [X, X, X, 6.0]})
    known = pd.DataFrame({"code": ["a", "b"], "value": [1.0, 2.0]})

    each = attack(table, by="code", insiders=known)
    both = attack(table, by="code", insiders=known.assign(insider="firm"))
    assert (each.n_exact_to_insiders, both.n_exact_to_insiders) == (0, 1)
    assert attack(table, by="code", insiders=known.assign(code=["c", "Total"], value=[1, 6])).n_exact_to_insiders == 0
    with pytest.raises(NotAdditiveError, match="'z' is no cell of the table"):
        attack(table, by="code", insiders=known.assign(code=["a", "z"]))
    with pytest.raises(NotAdditiveError, match="fits"):
        attack(table, by="code", insiders=known.assign(value=[9.0, 2.0]))


def test_no_end_is_a_zero_from_below() -> None:
    table = pd.DataFrame({"code": [*"ab", "Total"], "value": [X, X, 3.0]})
    low = attack(table, by="code", lower=-0.0).to_pandas()["low"]

    assert not np.signbit(low).any()


def test_decimals_that_leave_rounding_are_no_gap() -> None:
    """0.3 - 0.1 - 0.2 is not 0 to a machine, and c is nothing all the same."""
    table = pd.DataFrame({"code": ["a", "b", "c", "Total"], "value": [0.1, 0.2, np.nan, 0.3]})

    assert intervals(table)["c"] == pytest.approx((0, 0), abs=1e-12)


def test_what_would_be_overwritten_or_is_endless_is_refused() -> None:
    with pytest.raises(ReservedNameError, match="low"):
        attack(FLAT.rename(columns={"code": "low"}), by="low")
    with pytest.raises(NotAdditiveError, match="value is infinite in row 1"):
        attack(FLAT.assign(value=[np.inf, np.nan, 3.0]), by="code")


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    """A site may keep what is printed, and --json is read by programs; solvers like to tell their names."""
    attack(four_by_four("wa", "wb", "xa", "xb"), by=["row", "column"])

    assert capfd.readouterr() == ("", "")


def test_without_margins_nothing_is_known() -> None:
    inside = four_by_four("wa", "wb")
    inside = inside[(inside["row"] != "Total") & (inside["column"] != "Total")]
    found = attack(inside, by=["row", "column"])

    assert found.n_attacked == 2
    assert found.to_pandas()["high"].isna().all()
    assert found.to_pandas()["low"].tolist() == [0, 0]


def test_margins_alone_are_joined_by_the_total_they_do_not_show() -> None:
    """Both margins add up to the same, though neither the total nor the inside is there."""
    table = four_by_four("zTotal")
    margins = table[(table["row"] == "Total") ^ (table["column"] == "Total")]

    assert intervals(margins)["z", "Total"] == pytest.approx((3127, 3127))


def test_bounds_that_everybody_knows_narrow() -> None:
    table = pd.DataFrame({"code": [*"abc", "Total"], "value": [X, X, 5.0, 15.0]})

    assert intervals(table, upper=8)["a"] == pytest.approx((2, 8))
    assert attack(table, by="code", lower=None).to_pandas()[["low", "high"]].isna().all(axis=None)


def test_a_table_that_withholds_nothing_is_attacked_for_nothing() -> None:
    found = attack(four_by_four(), by=["row", "column"])

    assert (found.n_cells, found.n_attacked, found.n_exact) == (25, 0, 0)
    assert found.to_pandas().empty


def tree(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame([("code", *row) for row in rows], columns=["dimension", "code", "parent"])


FLAT = pd.DataFrame({"code": ["a", "b", "Total"], "value": [1.0, None, 3.0]})


@pytest.mark.parametrize(
    ("table", "hierarchies", "more", "error", "message"),
    [
        (
            FLAT,
            tree(("a", "Total"), ("a", "b"), ("b", "Total")),
            {},
            HierarchyError,
            "'a' adds up to 'Total' and to 'b'",
        ),
        (FLAT, tree(("a", "b"), ("b", "a")), {}, HierarchyError, "'a' is part of itself: a < b < a"),
        (FLAT, tree(("a", "a"), ("b", "Total")), {}, HierarchyError, "'a' is part of itself: a < a"),
        (FLAT, tree(("a", "Totl"), ("b", "Total")), {}, HierarchyError, "leads to no 'Total'. Did you mean 'Total'"),
        (FLAT, tree(("a", "Total")), {}, HierarchyError, "target holds 'b', which stands in no tree"),
        (FLAT, tree(("a", "Total"), ("Total", "b"), ("b", "Total")), {}, HierarchyError, "'Total' is the total"),
        (FLAT, tree(("a", "Total")).assign(dimension="cod"), {}, HierarchyError, "Did you mean 'code'"),
        (FLAT, tree(("a", "Total")).assign(parent=None), {}, MissingValueError, "parent"),
        (
            FLAT.assign(value=[1.0, 1.0, 3.0]),
            None,
            {},
            NotAdditiveError,
            "code = 'Total' is 3, but its parts by code add up to 2, 1 less",
        ),
        (
            FLAT.assign(value=[5.0, np.nan, 3.0]),
            None,
            {},
            NotAdditiveError,
            "code = 'b' is withheld, and no value of it fits",
        ),
        (FLAT.iloc[:0], None, {}, EmptyTableError, "target"),
        (pd.concat([FLAT, FLAT]), None, {}, DuplicateRowError, "first 'Total', 2 times"),
        (FLAT.assign(code=np.array(["a", None, "Total"], object)), None, {}, MissingValueError, "row 2"),
        (FLAT.rename(columns={"value": "sum"}), None, {}, MissingColumnError, "value"),
        (FLAT, None, {"lower": 5.0, "upper": 1.0}, ParameterRangeError, "at most upper=1"),
        (FLAT, None, {"lower": np.nan}, ParameterRangeError, "lower=nan"),
        (FLAT, None, {"upper": np.nan}, ParameterRangeError, "upper=nan"),
        (FLAT, None, {"by": []}, ParameterRangeError, "one column or more"),
        (FLAT, None, {"by": ["code", "code"]}, ParameterRangeError, "'code' stands twice"),
        (FLAT, None, {"by": ["code", "value"]}, RepeatedColumnError, "'value' is a dimension and the value"),
        (FLAT.assign(value=[-1.0, np.nan, 3.0]), None, {}, NotAdditiveError, "code = 'a' is -1, below lower=0"),
        (FLAT, None, {"upper": 0.5}, NotAdditiveError, "code = 'a' is 1, above upper=0.5"),
    ],
)
def test_bad_tables(table: Any, hierarchies: Any, more: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        attack(table, hierarchies, **{"by": "code", **more})


@st.composite
def tables(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """A table with its margins, and what is withheld of it."""
    r, c = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    unit = draw(st.sampled_from([1.0, 0.1, 0.01, 1 / 3]))
    x = unit * np.array(draw(st.lists(st.integers(0, 9), min_size=r * c, max_size=r * c)), float).reshape(r, c)
    whole = np.block([[x, x.sum(1, keepdims=True)], [x.sum(0, keepdims=True), x.sum()]])
    hidden = draw(st.lists(st.booleans(), min_size=whole.size, max_size=whole.size))
    return whole, np.array(hidden).reshape(whole.shape)


def solved(whole: np.ndarray, hidden: np.ndarray, at: tuple[int, int]) -> list[float]:
    """Least and largest value of a cell over all insides that add up to what is published: no system, only sums."""
    r, c = whole.shape[0] - 1, whole.shape[1] - 1

    def parts(i: int, j: int) -> np.ndarray:
        part = np.zeros((r, c))
        part[slice(None) if i == r else i, slice(None) if j == c else j] = 1
        return part.ravel()

    shown = [(i, j) for i in range(r + 1) for j in range(c + 1) if not hidden[i, j]]
    A = np.array([parts(i, j) for i, j in shown]).reshape(-1, r * c)
    b = [whole[i, j] for i, j in shown]
    ends = []
    for sign in (1.0, -1.0):
        done = linprog(sign * parts(*at), A_eq=A if len(b) else None, b_eq=b or None, method="highs")
        ends.append(sign * done.fun if done.status == 0 else np.nan)
    return ends


@given(tables())
def test_an_attack_on_the_inside_alone_comes_to_the_same(case: tuple[np.ndarray, np.ndarray]) -> None:
    whole, hidden = case
    names = [[*"abc"[: n - 1], "Total"] for n in whole.shape]
    rows = [
        (p, q, None if hidden[i, j] else whole[i, j]) for i, p in enumerate(names[0]) for j, q in enumerate(names[1])
    ]
    table = pd.DataFrame(rows, columns=["row", "column", "value"])
    found = intervals(table.astype({"value": float}))
    told = {(names[0][i], names[1][j]): solved(whole, hidden, (i, j)) for i, j in np.argwhere(hidden)}

    assert found.keys() == told.keys()
    for cell, ends in told.items():
        np.testing.assert_allclose(found[cell], ends, atol=1e-6)


@given(tables())
def test_the_truth_lies_in_every_interval(case: tuple[np.ndarray, np.ndarray]) -> None:
    whole, hidden = case
    names = [[*"abc"[: n - 1], "Total"] for n in whole.shape]
    cells = {(p, q): whole[i, j] for i, p in enumerate(names[0]) for j, q in enumerate(names[1])}
    rows = [
        (*cell, None if hidden[i] else x) for i, (cell, x) in zip(np.ndindex(whole.shape), cells.items(), strict=True)
    ]
    table = pd.DataFrame(rows, columns=["row", "column", "value"]).astype({"value": float})
    for cell, (low, high) in intervals(table).items():
        assert low - 1e-6 <= cells[cell]
        assert np.isnan(high) or cells[cell] <= high + 1e-6


CODES = pd.DataFrame({"code": ["a", "b", "c", "Total"], "value": [np.nan, np.nan, 3.0, 10.0]})


def test_a_further_table_of_the_same_cells_is_put_beside_the_first() -> None:
    """What another table tells of a cell is known, and a dimension that it lacks is the total."""
    wide = CODES.assign(region="Total")
    other = pd.DataFrame({"code": ["a"], "value": [2.0]})

    alone = attack(wide, by=["code", "region"]).to_pandas()
    both = attack(wide, by=["code", "region"], earlier=[other]).to_pandas()

    assert alone["high"].tolist() == [7.0, 7.0]
    assert both[["code", "low", "exact"]].to_numpy().tolist() == [["b", 5.0, True]]


def test_two_tables_that_tell_a_cell_differently_are_refused() -> None:
    other = pd.DataFrame({"code": ["c"], "value": [4.0]})

    with pytest.raises(NotAdditiveError, match="earlier table 1: c is 4, and 3 elsewhere"):
        attack(CODES, by="code", earlier=[other])


def test_a_supposed_value_is_known_and_nothing_of_the_table_is_changed() -> None:
    told = attack(CODES, by="code", suppose={"[a]": 1.5}).to_pandas()

    assert told[["code", "low", "exact"]].to_numpy().tolist() == [["b", 5.5, True]]
    assert CODES["value"].isna().sum() == 2


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_supposed_value_has_an_end(value: float) -> None:
    """Without one nothing would be supposed, and the answer would be that nothing falls."""
    for suppose in ({"[a]": value}, {f"[a]={value}": None}):
        with pytest.raises(UsageError, match="a cell is not published as"):
            attack(CODES, by="code", suppose=suppose)

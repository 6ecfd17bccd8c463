"""Patterns that hide sensitive cells, and what they cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

from industria.errors import UnprotectableError
from industria.kernels.suppression import Suppression, suppression

METHODS = pytest.mark.parametrize("method", ["heuristic", "optimal"])


class Sums:
    """Cells by name, and sums of them: `total = "abc"` says that total is a + b + c."""

    def __init__(self, values: dict[str, float], *sums: tuple[str, Any]) -> None:
        self.names = list(values)
        self.x = np.array(list(values.values()), float)
        self.A = np.zeros((len(sums), len(values)))
        for i, (parent, children) in enumerate(sums):
            self.A[i, self.names.index(parent)] = 1
            self.A[i, [self.names.index(child) for child in children]] = -1

    def protect(self, primary: Any, up: Any = 0.0, down: Any = 0.0, low: Any = 0.0, **more: Any) -> Suppression:
        n = len(self.x)
        by_name = {"up": up, "down": down, "low": low, "width": more.pop("width", 0.0), "cost": more.pop("cost", {})}
        otherwise = {"cost": self.x}
        told = {}
        for word, said in by_name.items():
            if isinstance(said, dict):
                told[word] = np.array(otherwise.get(word, np.zeros(n)), float)
                for name, value in said.items():
                    told[word][self.names.index(name)] = value
            else:
                told[word] = np.full(n, float(said))
        mask = np.array([name in primary for name in self.names])
        return suppression(csr_array(self.A), self.x, primary=mask, high=np.full(n, np.inf), **told, **more)

    def besides(self, found: Suppression, primary: Any) -> set[str]:
        return {name for name, one in zip(self.names, found.withheld, strict=True) if one and name not in primary}

    def interval(self, name: str, withheld: Any, low: float = 0.0) -> tuple[float, float]:
        """What an outsider reckons."""
        j = self.names.index(name)
        ends = []
        for sign in (1.0, -1.0):
            bounds = [(low if w else x, None if w else x) for w, x in zip(withheld, self.x, strict=True)]
            c = sign * (np.arange(len(self.x)) == j)
            done = linprog(c, A_eq=self.A, b_eq=np.zeros(len(self.A)), bounds=bounds, method="highs")
            ends.append(sign * done.fun if done.status == 0 else -sign * np.inf)
        return ends[0], ends[1]


LINKED = Sums(
    {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}
    | {"county-1": 20, "county-2": 16, "big": 6, "small": 30, "all": 36},
    ("county-1", "ABIJ"),
    ("county-2", "KLMN"),
    ("big", "LM"),
    ("small", "ABIJKN"),
    ("all", ["county-1", "county-2"]),
    ("all", ["big", "small"]),
)


@METHODS
def test_linked_tables(method: str) -> None:
    """UserSupport 136: of two linked tables each hides K, together they tell it; N (7) is the cheapest remedy."""
    found = LINKED.protect("ABKLM", up=1, down=1, method=method)

    assert LINKED.besides(found, "ABKLM") == {"N"}
    assert found.cost == 7
    assert LINKED.interval("K", found.withheld) == pytest.approx((0, 10))
    assert found.certified.sum() == 5
    if method == "optimal":
        assert (found.bound, found.method) == (7, "optimal")


FOUR = np.array([[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]], float)


def grid(x: Any) -> Sums:
    r, c = x.shape
    rows, columns = "wxyzuv"[:r] + "T", "abcdef"[:c] + "T"
    whole = np.block([[x, x.sum(1, keepdims=True)], [x.sum(0, keepdims=True), x.sum()]])
    values = {p + q: whole[i, j] for i, p in enumerate(rows) for j, q in enumerate(columns)}
    across = [(p + "T", [p + q for q in columns[:-1]]) for p in rows]
    return Sums(values, *across, *[("T" + q, [p + q for p in rows[:-1]]) for q in columns])


@METHODS
def test_two_in_every_row_and_column_need_not_do(method: str) -> None:
    """An example of sdcTable: wb is exactly 47; xd (31) is the cheapest repair, though no level asks for any."""
    nine = ["wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd"]
    found = grid(FOUR).protect(nine, method=method)

    assert grid(FOUR).besides(found, nine) == {"xd"}
    assert found.cost == 31
    assert grid(FOUR).interval("wb", found.withheld) == pytest.approx((0, 78))


@METHODS
def test_zeros_hide_nothing_below_them(method: str) -> None:
    """UserSupport 194: a zero of 15 = 10 + 5 + 0 + 0 needs a partner that can fall; the other zero cannot."""
    sums = Sums({"a": 10, "b": 5, "c": 0, "d": 0, "all": 15}, ("all", "abcd"))
    keep = {"all": np.inf, "d": 0.1, "c": 0.1}
    found = sums.protect("c", up=1, cost=keep, method=method)

    assert sums.besides(found, "c") == {"b"}
    nothing = Sums({"a": 0, "b": 0, "c": 0, "all": 0}, ("all", "abc"))
    with pytest.raises(UnprotectableError, match="cell 0 cannot be protected: in the sum of relation 0"):
        nothing.protect("a", up=1, cost={"a": 1, "b": 1, "c": 1, "all": np.inf}, method=method)


@METHODS
def test_ones_need_a_third(method: str) -> None:
    """UserSupport 194: 15 = 10 + 3 + 1 + 1; where zeros are published both ones are known, unless 3 is withheld."""
    sums = Sums({"a": 10, "b": 3, "c": 1, "d": 1, "all": 15}, ("all", "abcd"))
    found = sums.protect("cd", up=1, low=1.0, method=method)

    assert sums.besides(found, "cd") == {"b"}
    assert sums.interval("c", found.withheld, low=1.0) == pytest.approx((1, 3))


@METHODS
def test_three_singletons(method: str) -> None:
    """UserSupport 135: with the lower bound 1 all seven cells are exact; what is added makes each at least 2 wide."""
    sums = grid(np.array([[1, 1, 7, 1, 0], [1, 0, 0, 2, 8]], float))
    seven = ["wa", "wb", "wd", "xa", "xd", "Ta", "Tb"]
    zeros = dict.fromkeys(["we", "xb", "xc"], np.inf)
    bounds = {name: 0.0 if x == 0 else 1.0 for name, x in zip(sums.names, sums.x, strict=True)}
    found = sums.protect(seven, up=1, width=2.0, low=bounds, cost=zeros, method=method)

    for name in seven:
        low, high = sums.interval(name, found.withheld & (sums.x > 0), low=1.0)
        assert high >= sums.x[sums.names.index(name)] + 1 - 1e-6
        assert high - low >= 2 - 1e-6
    assert not found.withheld[[sums.names.index(name) for name in zeros]].any()


@pytest.mark.parametrize(("sensitive", "level"), [((9500, 450, 340), 9400 / 0.8), ((9500, 600, 800), 9500 / 0.8)])
@METHODS
def test_a_sum_that_one_firm_dominates(sensitive: Any, level: float, method: str) -> None:
    """UserSupport 160: three sensitive cells, and their sum, which is known; only B08 (20 firms of 450) hides it."""
    values = dict(zip(["B05", "B06", "B07"], sensitive, strict=True)) | {"B08": 9000, "B09": 120}
    block = float(sum(sensitive))
    values |= {"all": block + 9120, "block": block}
    sums = Sums(values, ("all", ["B05", "B06", "B07", "B08", "B09"]), ("block", ["B05", "B06", "B07"]))
    three = ["B05", "B06", "B07"]
    alone = sums.protect(three, cost={"block": 0, "all": np.inf}, method=method)
    found = sums.protect([*three, "block"], up={"block": level - block}, cost={"all": np.inf}, method=method)

    assert sums.besides(alone, three) == {"block"}
    assert sums.besides(found, [*three, "block"]) == {"B08"}


def test_what_must_be_published_is() -> None:
    sums = Sums({"a": 3, "b": 4, "c": 5, "all": 12}, ("all", "abc"))

    assert sums.besides(sums.protect("a", up=1), "a") == {"b"}
    assert sums.besides(sums.protect("a", up=1, cost={"b": np.inf}), "a") == {"c"}
    with pytest.raises(UnprotectableError) as told:
        sums.protect("a", up=1, cost={"b": np.inf, "c": np.inf, "all": np.inf})
    assert (told.value.cell, told.value.relation) == (0, 0)


def test_what_is_not_shown_hides_for_nothing() -> None:
    sums = Sums({"a": 3, "b": 4, "c": 5, "all": 12}, ("all", "abc"))
    found = sums.protect("a", up=1, cost={"c": 0})

    assert (found.cost, sums.besides(found, "a")) == (0, {"c"})


def test_either_side_will_do_for_a_width() -> None:
    """15 = 10 + 3 + 1 + 1: the width of 4 of the first one needs 3 as well."""
    sums = Sums({"a": 10, "b": 3, "c": 1, "d": 1, "all": 15}, ("all", "abcd"))

    assert sums.besides(sums.protect("c", width=2.0), "c") == {"d"}
    assert sums.besides(sums.protect("c", width=4.0, method="optimal"), "c") == {"b"}


def test_a_cell_that_joins_nothing_is_hidden_by_what_nobody_knows() -> None:
    sums = Sums({"a": 3, "b": 4, "all": 4}, ("all", "b"))

    assert sums.protect("a", up=10, down=3).certified[0]
    with pytest.raises(UnprotectableError, match="nothing may be withheld"):
        sums.protect("a", down=4)


@st.composite
def cubes(draw: st.DrawFn) -> tuple[Sums, list[str], Any, Any]:
    """A table with sensitive cells and what they need."""
    x = np.array(draw(st.lists(st.integers(0, 30), min_size=9, max_size=9)), float).reshape(3, 3)
    sums = grid(x * draw(st.sampled_from([1.0, 0.1, 1e6])))
    chosen = draw(st.lists(st.sampled_from(sums.names), min_size=1, max_size=5, unique=True))
    share = draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))
    return sums, chosen, share, draw(st.integers(0, 3))


@settings(max_examples=100)
@given(cubes())
def test_patterns_protect_and_the_optimum_is_not_dearer(case: Any) -> None:
    sums, chosen, share, seed = case
    levels = {name: share * x for name, x in zip(sums.names, sums.x, strict=True) if name in chosen}
    cost = {name: max(x, sums.x.max() / 1e3) for name, x in zip(sums.names, sums.x, strict=True)}
    if sums.x.max() == 0:
        return
    quick, best = (
        sums.protect(chosen, up=levels, down=levels, cost=cost, method=m, seed=seed) for m in ("heuristic", "optimal")
    )

    assert best.method == "optimal"
    assert best.cost <= quick.cost * (1 + 1e-9)
    assert quick.bound <= best.cost * (1 + 1e-9)
    for found in (quick, best):
        for name in chosen:
            i = sums.names.index(name)
            low, high = sums.interval(name, found.withheld)
            size = max(1.0, sums.x[i])
            assert found.certified[i]
            assert high >= sums.x[i] + levels[name] - 1e-6 * size
            assert low <= sums.x[i] - levels[name] + 1e-6 * size
            assert high - low > 1e-6 * size, "never exact"
            # What witnesses reach nobody can exclude.
            assert low - 1e-6 * size <= found.low[i]
            assert found.high[i] <= high + 1e-6 * size


@settings(max_examples=10)
@given(cubes())
def test_the_same_is_found_again(case: Any) -> None:
    sums, chosen, share, seed = case
    one, other = (sums.protect(chosen, up=share, cost=dict.fromkeys(sums.names, 1.0), seed=seed) for _ in range(2))

    assert (one.withheld == other.withheld).all()
    assert (one.low == other.low).all()

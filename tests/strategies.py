"""Things to try measures on: what hypothesis draws for every room."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import strategies as st
from scipy.sparse import csr_array

from industria.core.bridge import Bridge

CELLS = st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False, width=32))
FIRMS = st.sampled_from(["a", "b", "c", "d"])
INDUSTRIES = st.sampled_from(["food", "metal", None])

bare_keys = st.text(st.characters(exclude_characters=' []",=\\', exclude_categories=("Z", "C")), min_size=1)
"""Texts that a value address may show without quotes."""

any_keys = st.text(st.characters(exclude_categories=("Cs",)), min_size=0, max_size=12)
"""Texts that may stand in a column, quotes, brackets and all."""

names = st.from_regex(r"[^\W\d]\w{0,8}", fullmatch=True)
"""Names of steps, tables and columns."""


@st.composite
def plants(draw: st.DrawFn) -> pa.Table:
    """Plants of a few firms: several rows a firm, gaps in the figures, an industry that may be unknown."""
    n = draw(st.integers(1, 25))

    def column(values: st.SearchStrategy[Any], kind: pa.DataType) -> pa.Array:
        return pa.array(draw(st.lists(values, min_size=n, max_size=n)), kind)

    return pa.table(
        {
            "firm": column(FIRMS, pa.string()),
            "industry": column(INDUSTRIES, pa.string()),
            "sales": column(CELLS, pa.float64()),
            "jobs": column(st.one_of(st.none(), st.integers(0, 1000)), pa.int64()),
        }
    )


@st.composite
def bridge_matrices(draw: st.DrawFn, n: int, k: int) -> csr_array:
    """Links at random with weights that sum to 1; some rows, and some columns, have none."""
    weight = st.one_of(st.just(0.0), st.floats(0.01, 10))
    W = np.array(draw(st.lists(st.lists(weight, min_size=k, max_size=k), min_size=n, max_size=n)))
    sums = W.sum(axis=1, keepdims=True)
    return csr_array(np.divide(W, sums, out=np.zeros_like(W), where=sums > 0))


@st.composite
def bridges_in_a_row(draw: st.DrawFn, length: int) -> list[Bridge]:
    """Bridges of which each starts at the codes where the one before ends; each keeps something."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=length + 1, max_size=length + 1))
    chain = []
    for step, (n, k) in enumerate(pairwise(sizes)):
        weights = draw(bridge_matrices(n, k))
        chain.append(
            Bridge(
                origin=f"v{step}",
                destination=f"v{step + 1}",
                origin_codes=tuple(f"{step}{i}" for i in range(n)),
                destination_codes=tuple(f"{step + 1}{d}" for d in range(k)),
                weights=weights,
                partial=csr_array((n, k), dtype=bool),
                basis=f"v{step} -> v{step + 1}: given",
            )
        )
    return chain


def plain(rows: pd.DataFrame) -> pa.Table:
    """Take a pandas frame as a table of plain numbers and texts, whatever its version holds texts in."""
    return pa.table({name: rows[name].tolist() for name in rows})


def simulated_firms(
    design: int, seed: int, *, persistence: float = 0.7, firms: int = 500, years: int = 10, spin_up: int = 90
) -> pa.Table:
    """Firms of Ackerberg, Caves & Frazer (2015): output in logs is .6 labor + .4 capital + productivity + noise.

    Productivity is AR(1) with standard deviation .3. In designs 1 and 3 labor is chosen half a period early, at wages
    that are AR(1) with .3 and standard deviation .1; in designs 2 and 3 it errs by .37. Investment solves the problem
    of a firm with quadratic adjustment costs of its own: returns are constant, so that a unit of capital is worth the
    discounted sum of what it earns, a lognormal mean in each future period. Materials are in proportion to output
    without noise and without the errors in labor.
    """
    rng = np.random.default_rng(seed)
    early, wage_sd, error = {1: (0.5, 0.1, 0.0), 2: (0.0, 0.0, 0.37), 3: (0.5, 0.1, 0.37)}[design]
    labor, capital, sd, wage_persistence, depreciation, discount = 0.6, 0.4, 0.3, 0.3, 0.2, 0.95
    known, left = persistence**early, sd**2 * (1 - persistence ** (2 * early))
    steps = np.arange(1, 101)
    # What is known of productivity when labor is chosen, and the wage, so many periods ahead.
    ahead = sd**2 * (known**2 - persistence ** (2 * steps))
    wages_ahead = wage_sd**2 * (1 - wage_persistence ** (2 * steps))
    fixed = left / 2 / capital + (ahead + labor**2 * wages_ahead) / 2 / capital**2
    present = discount**steps * (1 - depreciation) ** (steps - 1) * capital * labor ** (labor / capital)
    ease = np.exp(rng.normal(0, 0.6, firms))
    w, wage, K = rng.normal(0, sd, firms), rng.normal(0, wage_sd, firms), np.full(firms, 1.0)
    rows = []
    for year in range(spin_up + years):
        before = w
        # Productivity when labor is chosen, and then in the period itself; both have standard deviation sd.
        first = persistence ** (1 - early)
        seen = first * before + rng.normal(0, sd * np.sqrt(1 - first**2), firms)
        w = known * seen + rng.normal(0, np.sqrt(left), firms)
        wage = wage_persistence * wage + rng.normal(0, wage_sd * np.sqrt(1 - wage_persistence**2), firms)
        k = np.log(K)
        planned = k + (np.log(labor) + known * seen + left / 2 - wage) / capital
        used = planned + rng.normal(0, error, firms)
        y = labor * used + capital * k + w + rng.normal(0, 0.1, firms)
        if year >= spin_up:
            m = labor * planned + capital * k + w
            rows.append([np.arange(firms), np.full(firms, year - spin_up), y, used, k, m])
        means = np.outer(w, persistence**steps) - labor * np.outer(wage, wage_persistence**steps)
        K = (1 - depreciation) * K + ease * (np.exp(means / capital + fixed) @ present)
    firm, period, y, used, k, m = np.concatenate([np.array(one) for one in rows], axis=1)
    columns = {"firm": firm.astype(np.int64), "year": period.astype(np.int64) + 2001}
    return pa.table(columns | {"y": y, "l": used, "k": k, "m": m})

"""Industries and economies in the model of Hsieh and Klenow: what is lost, how far units spread, and its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.result import SUPPORT
from industria.core.table import Table
from industria.errors import OutsideRangeError, ParameterRangeError, SeveralValuesError
from industria.kernels.distributions import moments, quantiles
from industria.kernels.misallocation import Wedges, kept, tfp_ratios, wedges
from industria.productivity._accounts import beside
from industria.productivity._cells import contributions
from industria.productivity._intervals import drawn
from industria.productivity._panel import Array, Codes, Panel

__all__ = [
    "FOUND",
    "Economy",
    "Found",
    "capital_shares",
    "economies",
    "reckoned",
    "redrawn",
    "stacked",
    "support",
    "wedge_table",
]

FOUND: Final = ("tfp_ratio", "gain", "sd_tfpr", "p90_p10_tfpr")
TAILS: Final = np.array([0.1, 0.9])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Economy:
    """Units with their industries.

    Attributes
    ----------
    PY, K, wL, h : array, shape (n,)
        Revenue, capital, cost of labor, units stood for.
    alpha : array, shape (industries,)
        Capital's share.
    unit, industry : array, shape (n,)
        Who and where.
    economy : array, shape (industries,)
        What the industry is of.
    """

    PY: Array
    K: Array
    wL: Array
    alpha: Array
    h: Array
    unit: Codes
    industry: Codes
    economy: Codes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """What is found under one elasticity.

    Attributes
    ----------
    stays : array, shape (n,)
        Whether a unit was not trimmed.
    wedges : Wedges
        Of those that were not.
    industries, economies : array, shapes (industries, 4) and (economies, 4)
        Ratio, gain, standard deviation and gap of percentiles.
    """

    stays: npt.NDArray[np.bool_]
    wedges: Wedges
    industries: Array
    economies: Array


def capital_shares(panel: Panel, share: str | float) -> Array:
    """Return the one share of capital of each industry.

    Raises
    ------
    ParameterRangeError, OutsideRangeError
        If a share does not lie between 0 and 1.
    SeveralValuesError
        If an industry has several.
    """
    n = int(panel.cell.max()) + 1
    if not isinstance(share, str):
        if not 0 < share < 1:
            raise ParameterRangeError("capital_share", share, "a share between 0 and 1, or a column of them")
        return np.full(n, float(share))
    values = panel[share]
    odd = np.flatnonzero((values <= 0) | (values >= 1))
    if len(odd):
        first = int(odd[0])
        raise OutsideRangeError(panel.name, share, float(values[first]), panel.where(first), "lies between 0 and 1")
    first_of = np.searchsorted(panel.cell, np.arange(n))
    told = values[first_of]
    other = np.flatnonzero(values != told[panel.cell])
    if len(other):
        row = int(other[0])
        cell = panel.cells.slice(int(panel.cell[row]), 1).to_pylist()
        where = ", ".join(f"{column} = {label!r}" for column, label in (cell[0] if cell else {}).items())
        several = np.unique(values[panel.cell == panel.cell[row]])
        raise SeveralValuesError(panel.name, share, several.tolist(), where or "there are no industries")
    return np.asarray(told, np.float64)


def reckoned(x: Economy, sigma: float, trim: float, h: Array) -> Found:
    """Trim the tails, and reckon what is lost under weights h, shape (n,)."""
    s, n = x.industry, len(x.alpha)
    stays = h > 0
    if trim:
        # Industries without weight have nothing to trim.
        rows = np.flatnonzero(stays)
        first = wedges(x.PY[rows], x.K[rows], x.wL[rows], x.alpha, sigma, h[rows], s[rows], n)
        stays[rows] = kept(first, sigma, h[rows], s[rows], x.economy[s[rows]], trim)
    h = h * stays
    w = wedges(x.PY, x.K, x.wL, x.alpha, sigma, h, s, n)
    ratio = tfp_ratios(w, sigma, h, s)
    revenue = np.bincount(s, h * x.PY, n)
    economies = int(x.economy.max()) + 1
    weight = np.bincount(x.economy, revenue, economies)
    logs = np.where(revenue > 0, np.log(np.where(revenue > 0, ratio, 1.0)), 0.0)
    whole = np.exp(np.bincount(x.economy, revenue * logs, economies) / np.where(weight > 0, weight, np.nan))
    relative = w.tfpr - w.mean[s]
    return Found(
        stays=stays,
        wedges=w,
        industries=_columns(ratio, relative, h, s, n),
        economies=_columns(whole, relative, h, x.economy[s], economies),
    )


def _columns(ratio: Array, relative: Array, h: Array, cell: Codes, cells: int) -> Array:
    made = np.full((cells, len(FOUND)), np.nan)
    made[:, 0], made[:, 1] = ratio, 1 / ratio - 1
    equal = bool(np.isin(h, (0, 1)).all())
    rows = np.flatnonzero(h > 0)
    rows = rows[np.lexsort((h[rows], relative[rows], cell[rows]))]
    x, w, start = relative[rows], h[rows], np.searchsorted(cell[rows], np.arange(cells + 1))
    for one, (a, b) in enumerate(pairwise(start.tolist())):
        if a < b:
            weights = None if equal else w[a:b]
            made[one, 2] = moments(x[a:b], weights)[1]
            low, high = quantiles(x[a:b], TAILS, weights)
            made[one, 3] = high - low
    return made


def redrawn(rng: np.random.Generator, x: Economy, sigmas: Sequence[float], trim: float, n_units: int) -> Array:
    """Return the gains of all industries, then of all economies, after a draw of units; shape (sigmas, both)."""
    h = x.h * drawn(rng, n_units)[x.unit]
    found = [reckoned(x, sigma, trim, h) for sigma in sigmas]
    return np.array([np.concatenate([one.industries[:, 1], one.economies[:, 1]]) for one in found])


def economies(
    found: Sequence[Found], industries: int, economies: int, intervals: tuple[Array, Array] | None, x: Economy
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """List the columns of both tables, an entry an elasticity."""
    tables = []
    for part, (a, b) in enumerate(((0, industries), (industries, industries + economies))):
        columns: dict[str, list[Any]] = {}
        for i, one in enumerate(found):
            values = (one.industries, one.economies)[part]
            cell = (x.industry, x.economy[x.industry])[part][one.stays]
            ends = [np.full(b - a, np.nan)] * 2 if intervals is None else [end[i, a:b] for end in intervals]
            row = dict(zip(FOUND, values.T, strict=True)) | dict(zip(("low", "high"), ends, strict=True))
            row["n_units"] = np.bincount(cell, minlength=b - a)
            if part:
                filled = np.unique(x.industry[one.stays])
                row["n_industries"] = np.bincount(x.economy[filled], minlength=economies)
            for name, of in row.items():
                columns.setdefault(name, []).append(of)
        tables.append(columns)
    return tables[0], tables[1]


def support(found: Sequence[Found], x: Economy) -> dict[str, list[Any]]:
    """List what stands behind each industry, an entry an elasticity: units that stay, and their revenue."""
    n = len(x.alpha)
    columns: dict[str, list[Any]] = {
        f"{SUPPORT}units": [np.bincount(x.industry[one.stays], minlength=n) for one in found]
    }
    for one in found:
        size = np.where(one.stays, x.PY * x.h, 0.0)
        for name, of in contributions(size, x.industry, n, "revenue").items():
            columns.setdefault(name, []).append(of)
    return columns


def stacked(keys: pa.Table, sigmas: Sequence[float], columns: Mapping[str, Sequence[Array]]) -> Table:
    """Lay elasticities of a cell one under the other."""
    cells, k = len(next(iter(columns.values()))[0]), len(sigmas)
    rows = keys.take(pa.array(np.repeat(np.arange(cells), k))) if keys.num_columns else keys
    made = {name: np.array(of).T.ravel() for name, of in columns.items()}
    return beside(rows, {"sigma": np.tile(np.array(sigmas, np.float64), cells), **made})


def wedge_table(panel: Panel, found: Found, sigma: float) -> Table:
    """List every unit with its productivity relative to its industry."""
    s, w, h = panel.cell, found.wedges, panel.weights * found.stays
    n = len(w.mean)
    top = np.full(n, -np.inf)
    np.maximum.at(top, s, np.where(h > 0, w.tfpq, -np.inf))
    power = sigma - 1
    sums = np.bincount(s, h * np.exp(power * np.where(h > 0, w.tfpq - np.where(h > 0, top[s], 0.0), -np.inf)), n)
    with np.errstate(divide="ignore", invalid="ignore"):
        best = top + np.log(sums) / power
        relative = {"tfpr": np.exp(w.tfpr - w.mean[s]), "tfpq": np.exp(w.tfpq - best[s])}
    told = {name: np.where(np.isfinite(of), of, np.nan) for name, of in relative.items()}
    return beside(panel.keys, {**told, "trimmed": ~found.stays})

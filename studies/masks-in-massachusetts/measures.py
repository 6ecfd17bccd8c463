"""Measures of this study alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, collect, from_arrays
from industria.ecosystems import surge_levers
from industria.kernels.binomial import exact_interval


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SyntheticFirms(Result):
    """Firms that are drawn, and what they declare.

    Attributes
    ----------
    table : Table
        `actor, name, kind, naics, employment, state`: those that offered.
    capabilities : Table
        `actor, type, code, scale, evidence, confidence`: of those that declare, and everybody's staff.
    n_drawn : int
        All establishments drawn, those that did not offer too.
    share_declared : float
        Part of the firms that declares what it can do.
    """

    capabilities: Table
    n_drawn: int
    share_declared: float


@measure(
    gives={
        "actor": "number of a firm that is drawn, larger ones first [code]",
        "name": "its trade [name]",
        "employment": "persons employed, drawn so that a trade adds up to its official number [persons]",
        "scale": "of staff, persons that can be moved [persons]",
    },
    cites="US Census Bureau (2011), County Business Patterns: Definitions",
    design="descriptive",
    synthetic=True,
)
def synthetic_firms(
    establishments: TableLike,
    profiles: TableLike,
    *,
    offer: int,
    declare: float,
    moved: float,
    crew: float,
    dispersion: float = 1.2,
    rng: int,
) -> SyntheticFirms:
    """Draw firms that might have offered help: none of them is a real one.

    Every trade gets as many establishments as the census counts. Their sizes are lognormal and add up
    to the employment of the trade, which is drawn within its range where it is withheld.

    Parameters
    ----------
    establishments : Table
        `cell, establishments, employment_low, employment_high`: one row a trade.
    profiles : Table
        `cell, naics, trade, type, code, low, high`: what part of a trade can do what.
    offer : int
        How many firms offer; any establishment is as likely as another.
    declare : float
        Part of them that declares what it can do.
    moved : float
        Part of the staff that can be moved.
    crew : float
        Persons that a line takes at the most.
    dispersion : float
        Standard deviation of the logarithm of sizes.
    rng : int
        Seed.

    Returns
    -------
    SyntheticFirms
        The same for one seed.
    """
    cells = collect(as_table(establishments, "establishments", "cell", "establishments").sort("cell")).to_pylist()
    told = collect(as_table(profiles, "profiles", "cell", "type", "code", "low", "high").sort("cell", "type", "code"))
    draw = np.random.default_rng(rng)
    drawn = []
    for cell in cells:
        mine = [row for row in told.to_pylist() if row["cell"] == cell["cell"]]
        employment = draw.uniform(cell["employment_low"], cell["employment_high"])
        sizes = draw.lognormal(0.0, dispersion, cell["establishments"])
        sizes = np.maximum(1, np.round(sizes / sizes.sum() * employment)).astype(int)
        shares = [draw.uniform(row["low"], row["high"]) for row in mine]
        held = draw.random((len(sizes), len(mine))) < np.array(shares)
        for size, holds in zip(sizes.tolist(), held.tolist(), strict=True):
            codes = [(row["type"], row["code"]) for row, has in zip(mine, holds, strict=True) if has]
            drawn.append((size, mine[0]["naics"], mine[0]["trade"], codes))
    chosen = np.sort(draw.choice(len(drawn), size=min(offer, len(drawn)), replace=False))
    declares = draw.random(len(chosen)) < declare
    firms = sorted(
        ((drawn[i], bool(says)) for i, says in zip(chosen.tolist(), declares.tolist(), strict=True)),
        key=lambda firm: -firm[0][0],
    )
    actors, capabilities = [], []
    for n, ((size, naics, trade, codes), says) in enumerate(firms, 1):
        actor = f"F{n:03d}"
        actors.append(
            {"actor": actor, "name": trade, "kind": "firm", "naics": str(naics), "employment": size, "state": "MA"}
        )
        capabilities += [_row(actor, "labor", "staff", min(size * moved, crew))]
        capabilities += [_row(actor, kind, code, None) for kind, code in codes if says]
    return SyntheticFirms(
        table=as_table(pa.Table.from_pylist(actors), "firms"),
        capabilities=as_table(pa.Table.from_pylist(capabilities, CAPABILITIES), "capabilities"),
        n_drawn=len(drawn),
        share_declared=float(declares.mean()),
    )


CAPABILITIES = pa.schema(
    [
        ("actor", pa.string()),
        ("type", pa.string()),
        ("code", pa.string()),
        ("scale", pa.float64()),
        ("evidence", pa.string()),
        ("confidence", pa.float64()),
    ]
)


def _row(actor: str, kind: str, code: str, scale: float | None) -> dict[str, object]:
    return {"actor": actor, "type": kind, "code": code, "scale": scale, "evidence": "declared", "confidence": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LeversOverDraws(Result):
    """Levers solved again for draws of what is not known.

    Attributes
    ----------
    table : Table
        `lever, median, low, high, first, among_three, mean_rank`: one row a lever, the best first.
    draws : Table
        `draw, lever, change_share, rank`.
    n_draws : int
        How many.
    confidence : float
        Share of the draws between `low` and `high`.
    stability : Table
        `what, share, low, high`: part of the draws in which the best lever is that of the table (`first`), the
        best three are its best three (`three`), and stand in its order (`order`), with exact intervals of
        the same confidence.
    """

    draws: Table
    stability: Table
    n_draws: int
    confidence: float


CONFIDENCE: Final = 0.9
# What a range of the parameters moves: a table of the plan, its column, and the rows.
MOVES: Mapping[str, tuple[str, str, str, str]] = {
    "office_hours": ("resources", "available", "actor", "state office"),
    "other_hours": ("resources", "available", "actor", "associations"),
    "house_tests": ("resources", "available", "actor", "test houses"),
    "meltblown_local": ("inputs", "supply", "actor", "meltblown mill"),
    "film": ("inputs", "supply", "input", "film"),
    "gown_fabric": ("inputs", "supply", "input", "gown_fabric"),
}


@measure(
    gives={
        "median": "change of the loss by the lever over the loss without it, median over the draws [fraction]",
        "low": "quantile 5 percent over the draws [fraction]",
        "high": "quantile 95 percent over the draws [fraction]",
        "first": "part of the draws in which it is the best [fraction]",
        "among_three": "part of the draws in which it is among the best three [fraction]",
        "mean_rank": "mean rank over the draws, 1 for the best [rank]",
        "draw": "number of the draw of the ensemble [count]",
        "change_share": "change of the loss over the loss without the lever [fraction]",
        "rank": "1 for the lever that avoids most [rank]",
        "what": "what is compared with the table: the first, the best three, their order [name]",
        "share": "part of the draws that agree [fraction]",
    },
    cites="Saltelli, Tarantola, Campolongo & Ratto (2004), Sensitivity Analysis in Practice, ch. 1",
    design="descriptive",
)
def levers_over_draws(
    demand: TableLike,
    options: TableLike,
    products: TableLike,
    levers: TableLike,
    drawn: TableLike,
    parameters: TableLike,
    ramp: TableLike | None = None,
    bill: TableLike | None = None,
    inputs: TableLike | None = None,
    resources: TableLike | None = None,
    uses: TableLike | None = None,
    *,
    draws: int,
    rng: int,
    unmet: Literal["lost", "backlog"] = "lost",
) -> LeversOverDraws:
    """Compare levers again in the worlds of an ensemble, and tell whether their order is stable.

    In each draw demand, output, leads and deliveries are those of the ensemble; hours, test slots and
    inputs are drawn within their own ranges besides. A lever is judged by the bound that no plan beats.

    Parameters
    ----------
    demand, options, products, levers, ramp, bill, inputs, resources, uses : Table
        As `ecosystems.surge_levers` takes them.
    drawn : Table
        `draw, quantity, item, value`, as `ecosystems.surge_ensemble` gives it.
    parameters : Table
        `parameter, low, high`.
    draws : int
        How many of the ensemble's draws.
    rng : int
        Seed of what is drawn besides.
    unmet : {"lost", "backlog"}
        As `ecosystems.surge_levers` takes it.

    Returns
    -------
    LeversOverDraws
        The best lever first, by its median.
    """
    tables = {
        name: collect(as_table(table, name))
        for name, table in {
            "demand": demand,
            "options": options,
            "products": products,
            "levers": levers,
            "ramp": ramp,
            "bill": bill,
            "inputs": inputs,
            "resources": resources,
            "uses": uses,
        }.items()
        if table is not None
    }
    told = collect(as_table(drawn, "drawn", "draw", "quantity", "value").sort("draw", "quantity")).to_pylist()
    ranges = {row["parameter"]: row for row in collect(as_table(parameters, "parameters")).to_pylist()}
    rows: list[dict[str, Any]] = []
    for draw in sorted({row["draw"] for row in told})[:draws]:
        values = {row["quantity"]: row["value"] for row in told if row["draw"] == draw}
        world = _world(tables, values, ranges, np.random.default_rng([rng, draw]))
        found = surge_levers(**world, solver="relaxed", unmet=unmet).to_arrow().to_pylist()
        named = [row for row in found if row["lever"] not in ("base", "no_pivots")]
        best = sorted(named, key=lambda row: (row["change"], row["lever"]))
        rows += [
            {"draw": draw, "lever": row["lever"], "change_share": row["change_share"], "rank": rank}
            for rank, row in enumerate(best, 1)
        ]
    return _in_order(rows)


def _world(
    tables: Mapping[str, pa.Table], values: Mapping[str, float], ranges: Mapping[str, Any], rng: np.random.Generator
) -> dict[str, pa.Table]:
    """Move the tables of the plan as a draw has it."""
    moved = dict(tables)
    moved["demand"] = _scaled(moved["demand"], "demand", values["demand"])
    moved["options"] = _scaled(moved["options"], "capacity", rng.uniform(0.5, 1.5))
    moved["options"] = moved["options"].set_column(
        moved["options"].column_names.index("yield"),
        "yield",
        pa.array(np.full(moved["options"].num_rows, values["yield"])),
    )
    for column in ("retool_weeks", "certification_weeks"):
        weeks = np.maximum(0, np.round(moved["options"][column].to_numpy() + values[column]))
        moved["options"] = moved["options"].set_column(
            moved["options"].column_names.index(column), column, pa.array(weeks.astype(np.int64))
        )
    moved["inputs"] = _scaled(moved["inputs"], "supply", values["input_supply"])
    for parameter, (table, column, key, label) in MOVES.items():
        middle = (ranges[parameter]["low"] + ranges[parameter]["high"]) / 2
        factor = rng.uniform(ranges[parameter]["low"], ranges[parameter]["high"]) / middle
        moved[table] = _scaled(moved[table], column, factor, key, label)
    return moved


def _scaled(rows: pa.Table, column: str, factor: float, key: str | None = None, label: str | None = None) -> pa.Table:
    """Multiply a column, of the rows of one label or of all."""
    by = np.full(rows.num_rows, factor)
    if key is not None:
        by = np.where([value == label for value in rows[key].to_pylist()], factor, 1.0)
    return rows.set_column(rows.column_names.index(column), column, pc.multiply(rows[column].cast(pa.float64()), by))


def _in_order(rows: Sequence[Mapping[str, Any]]) -> LeversOverDraws:
    """Tell quantiles and ranks by lever, and in how many draws the order is the same."""
    draws = sorted({row["draw"] for row in rows})
    ranked = [[row["lever"] for row in rows if row["draw"] == draw] for draw in draws]
    by = {
        lever: np.array([row["change_share"] for row in rows if row["lever"] == lever])
        for lever in sorted({row["lever"] for row in rows})
    }
    best = sorted(by, key=lambda lever: (np.median(by[lever]), lever))
    table = pa.Table.from_pylist(
        [
            {
                "lever": lever,
                "median": float(np.median(by[lever])),
                "low": float(np.quantile(by[lever], (1 - CONFIDENCE) / 2)),
                "high": float(np.quantile(by[lever], (1 + CONFIDENCE) / 2)),
                "first": float(np.mean([order[0] == lever for order in ranked])),
                "among_three": float(np.mean([lever in order[:3] for order in ranked])),
                "mean_rank": float(np.mean([order.index(lever) + 1 for order in ranked])),
            }
            for lever in best
        ],
        pa.schema(
            [
                ("lever", pa.string()),
                *((name, pa.float64()) for name in ("median", "low", "high", "first", "among_three", "mean_rank")),
            ]
        ),
    )
    return LeversOverDraws(
        table=as_table(table, "levers"),
        draws=as_table(
            pa.Table.from_pylist(
                list(rows),
                pa.schema(
                    [("draw", pa.int64()), ("lever", pa.string()), ("change_share", pa.float64()), ("rank", pa.int64())]
                ),
            ),
            "draws",
        ),
        n_draws=len(draws),
        confidence=CONFIDENCE,
        stability=as_table(_stability(best, ranked), "stability"),
    )


def _stability(best: Sequence[str], ranked: Sequence[Sequence[str]]) -> pa.Table:
    """Count the draws that agree with the table."""
    agree = {
        "first": sum(order[:1] == best[:1] for order in ranked),
        "three": sum(set(order[:3]) == set(best[:3]) for order in ranked),
        "order": sum(order[:3] == best[:3] for order in ranked),
    }
    n = len(ranked)
    low, high = (
        exact_interval(np.array(list(agree.values()), float), np.full(3, float(n)), CONFIDENCE)
        if n
        else ([0.0] * 3, [1.0] * 3)
    )
    return pa.table({"what": list(agree), "share": [k / max(n, 1) for k in agree.values()], "low": low, "high": high})


@measure(
    gives={
        "flag": "what is counted [name]",
        "share": "part of the draws in which it is so [fraction]",
        "low": "lower end of its exact interval of 95 percent [fraction]",
        "high": "upper end [fraction]",
    },
    cites="Clopper & Pearson (1934), The use of confidence or fiducial limits, Biometrika 26(4), 404-413",
    design="descriptive",
)
def share_of_draws(draws: TableLike, *, flag: Column) -> Result:
    """Count the draws in which something is so, with the error of drawing.

    Parameters
    ----------
    draws : Table
        One row a draw, with the column of `flag`.
    flag : column
        Whether it is so.

    Returns
    -------
    Result
        One row.
    """
    told = collect(as_table(draws, "draws", flag).select(flag))[flag].to_pylist()
    n, k = float(len(told)), float(sum(map(bool, told)))
    low, high = exact_interval(np.array([k]), np.array([n]), 0.95) if n else (np.zeros(1), np.ones(1))
    return Result(table=from_arrays({"flag": [flag], "share": [k / max(n, 1.0)], "low": low, "high": high}))

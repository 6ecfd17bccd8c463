"""Tables of firms that no random library draws: the same on every machine, with the cells that break a rule."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pandas as pd

GOLDEN, FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def uniforms(units, k, stream=1):
    """Splitmix64 of unit 64 i + k in a stream, as numbers between 0 and 1."""
    z = np.arange(units, dtype=np.uint64) * np.uint64(64) + np.uint64(k + 1000003 * stream)
    with np.errstate(over="ignore"):
        z += np.uint64(GOLDEN)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(FIRST)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(SECOND)
    z ^= z >> np.uint64(31)
    return ((z >> np.uint64(11)).astype(float) + 0.5) / 2.0**53


def firms(n, divisions, groups, classes, states, counties):
    """Industry DDgc, region Sk, size class and turnover of n firms."""
    u = [uniforms(n, k) for k in range(9)]
    division, group, kind = (np.floor(a).astype(int) for a in (divisions * u[0] ** 1.5, groups * u[1], classes * u[2]))
    state, county = (np.floor(a).astype(int) for a in (states * u[3] ** 1.3, counties * u[4]))
    size = np.minimum(np.ceil(2 * u[5] ** (-1 / 0.9)), 50_000)
    turnover = np.maximum(np.round(20 * size * np.exp(2.4 * (u[6] + u[7] + u[8] - 1.5)), 1), 1)
    return pd.DataFrame(
        {
            "industry": [f"{d:02d}{g}{c}" for d, g, c in zip(division, group, kind, strict=True)],
            "region": [f"{s}{c}" for s, c in zip(state, county, strict=True)],
            "size": np.digitize(size, [10, 50, 100, 250]).astype(str),
            "turnover": turnover,
        }
    )


LEVELS = {"industry": (4, 3, 2, 0), "region": (2, 1, 0), "size": (1, 0)}


def cells(rows, by, threshold=3, p=0.10, dominance=()):
    """Cells with all margins: value, units, whether they break a rule, and the interval they need.

    With `dominance`, of the one or the two largest as (n, k), these rules hold instead of the one with p.
    """
    tables = []
    for lengths in product(*(LEVELS[name] for name in by)):
        codes = rows.assign(**{n: rows[n].str[:k] if k else "Total" for n, k in zip(by, lengths, strict=True)})
        codes = codes.sort_values("turnover", ascending=False, kind="stable")
        grouped = codes.groupby(by, sort=True)["turnover"]
        place = grouped.cumcount()
        found = pd.DataFrame({"value": grouped.sum(), "units": grouped.size()})
        for name, rank in (("largest", 0), ("second", 1)):
            found[name] = codes[place == rank].set_index(by)["turnover"]
        tables.append(found.fillna(0.0).reset_index())
    table = pd.concat(tables).drop_duplicates(by, ignore_index=True)
    table["value"] = table["value"].round(1)
    few = table["units"] < threshold
    lacks = p * table["largest"] - (table["value"] - table["largest"] - table["second"])
    if dominance:
        largest = {1: table["largest"], 2: table["largest"] + table["second"]}
        lacks = np.max([largest[n] / k - table["value"] for n, k in dominance], axis=0)
    table["primary"] = few | (lacks > 1e-9)
    level = np.maximum(np.where(few, 0.1 * table["value"], 0.0), np.maximum(lacks, 0.0))
    table["required_high"] = (table["value"] + level).where(table["primary"])
    table["required_low"] = (table["value"] - np.minimum(level, table["value"])).where(table["primary"])
    return table


def hierarchies(rows, by):
    """The trees of the codes above."""
    found = set()
    for name in by:
        for code in rows[name].unique():
            chain = [code[:k] if k else "Total" for k in LEVELS[name]]
            found |= {(name, child, parent) for child, parent in pairwise(chain)}
    return pd.DataFrame(sorted(found), columns=["dimension", "code", "parent"])

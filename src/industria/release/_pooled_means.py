"""Means, variances and correlations of all sites, from their sums of products."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.table import columns_of
from industria.kernels.pooling import mean_and_variance
from industria.release._part import Part, filled
from industria.release._pooled_sums import STATUS, TOLD, WITHHELD_BY, summed

__all__ = ["PRODUCTS", "pooled_means"]

PRODUCTS: Final = ("row", "column", "value")
"""How sums of products are written down, beside the keys of their groups."""
ROWS: Final = ("n", "n")
WEIGHT: Final = ("1", "1")
ONE: Final = "1"
CORRELATION: Final = {"unit": "1", "meaning": "correlation of the two columns"}

Group = dict[tuple[str, str], dict[str, Any]]


def pooled_means(step: Mapping[str, Any], sites: Mapping[str, pa.Table | None], schema: pa.Schema) -> Part:
    """Put the moments of sites together: means, variances and correlations of all their rows.

    Parameters
    ----------
    step : mapping
        What the manifests say; its parameters name `columns` and, where one was agreed, their `center`.
    sites : mapping of str to pyarrow.Table or None
        Keys of groups, `row`, `column`, `value` of each site, null where withheld; None where all are.
    schema : pyarrow.Schema
        Of the sites' tables of means and variances.

    Returns
    -------
    Part
        The columns of the measure and `withheld_by`, with the tables `moments`, the sums, and `correlations`.
    """
    keys = [name for name in schema.names if name in columns_of(step["parameters"].get("by") or (), "by")]
    marked = {site: None if table is None else _marked(table) for site, table in sites.items()}
    sums = summed(step["name"], marked, by=[*keys, "row", "column"], additive=["value"])
    groups = _groups(sums, keys)
    columns = columns_of(step["parameters"]["columns"], "columns")
    center = step["parameters"].get("center") or {}
    told = pa.field(WITHHELD_BY, pa.string(), metadata=TOLD)
    fields = [field for field in schema if field.name != STATUS]
    correlated = [*(schema.field(key) for key in keys), pa.field("row", pa.string()), pa.field("column", pa.string())]
    correlated += [pa.field("value", pa.float64(), metadata=CORRELATION), told]
    return Part(
        filled(list(_described(groups, keys, columns, center)), [*fields, told]),
        tables={
            "moments": sums.drop_columns([STATUS]),
            "correlations": filled(list(_correlated(groups, keys, columns)), correlated),
        },
    )


def _marked(table: pa.Table) -> pa.Table:
    """Say of each product whether it is withheld, by itself: there is none without a value."""
    gone = pc.if_else(pc.is_null(table["value"]), "withheld", "published")
    plain = table.drop_columns([STATUS]) if STATUS in table.column_names else table
    return plain.append_column(STATUS, gone)


def _groups(sums: pa.Table, keys: Sequence[str]) -> dict[tuple[Any, ...], Group]:
    groups: dict[tuple[Any, ...], Group] = {}
    for row in sums.to_pylist():
        groups.setdefault(tuple(row[key] for key in keys), {})[row["row"], row["column"]] = row
    return groups


def _described(
    groups: Mapping[tuple[Any, ...], Group], keys: Sequence[str], columns: Sequence[str], center: Mapping[str, float]
) -> Iterable[dict[str, Any]]:
    for key, group in groups.items():
        for column in columns:
            asked = (ROWS, WEIGHT, (ONE, column), (column, column))
            n, w, s, ss = (_value(group, pair) for pair in asked)
            mean, variance = (float(one[0]) for one in mean_and_variance(*(np.array([x]) for x in (n, w, s, ss))))
            yield {
                **dict(zip(keys, key, strict=True)),
                "column": column,
                "n": None if math.isnan(n) else int(n),
                "mean": None if math.isnan(mean) else mean + float(center.get(column, 0.0)),
                "variance": None if math.isnan(variance) else variance,
                WITHHELD_BY: _withheld(group, asked),
            }


def _correlated(
    groups: Mapping[tuple[Any, ...], Group], keys: Sequence[str], columns: Sequence[str]
) -> Iterable[dict[str, Any]]:
    pairs = [(one, other) for i, one in enumerate(columns) for other in columns[i + 1 :]]
    for key, group in groups.items():
        for one, other in pairs:
            asked = (WEIGHT, (ONE, one), (ONE, other), (one, one), (other, other), (one, other))
            w, a, b, aa, bb, ab = (_value(group, pair) for pair in asked)
            spread = (aa - a * a / w) * (bb - b * b / w) if w > 0 else math.nan
            yield {
                **dict(zip(keys, key, strict=True)),
                "row": one,
                "column": other,
                "value": (ab - a * b / w) / math.sqrt(spread) if spread > 0 else None,
                WITHHELD_BY: _withheld(group, asked),
            }


def _value(group: Group, pair: tuple[str, str]) -> float:
    found = group.get(pair)
    return math.nan if found is None or found["value"] is None else float(found["value"])


def _withheld(group: Group, pairs: Iterable[tuple[str, str]]) -> str | None:
    names = {site for pair in pairs if pair in group for site in (group[pair][WITHHELD_BY] or "").split(", ")}
    return ", ".join(sorted(filter(None, names))) or None

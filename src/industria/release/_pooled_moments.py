"""Regressions of sites, put together exactly from their sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from industria.core.table import columns_of
from industria.evaluation._inference import LEAST, t_columns
from industria.kernels.moments_in_rows import from_long
from industria.kernels.normal_equations import solved
from industria.release._part import Part, filled
from industria.release._pooled_sums import SITE, TOLD, WITHHELD_BY

__all__ = ["LONG", "pooled_regression"]

LONG: Final = ("kind", "row", "column", "value")
"""How normal equations are written down."""
WITH_CLUSTERS: Final = "parts_with_cluster_sums"
ENDS: Final = {"low": "lower", "high": "upper"}


def pooled_regression(
    parameters: Mapping[str, Any], sites: Mapping[str, pa.Table | None], schema: pa.Schema, confidence: float
) -> Part:
    """Put normal equations of sites together: the slopes and errors of one run over all of their rows.

    Parameters
    ----------
    parameters : mapping
        Of the step; `regressors` are the terms.
    sites : mapping of str to pyarrow.Table or None
        `kind, row, column, value` of each site; None where a site withholds them. Sums over clusters alone may be
        left out: then there are slopes without errors.
    schema : pyarrow.Schema
        Of the sites' estimates.
    confidence : float
        Of the intervals.

    Returns
    -------
    Part
        With the table `leave_one_out`: what each site's absence changes. All null where a site withholds its sums.
    """
    terms = columns_of(parameters["regressors"], "regressors")
    fields = [_of_interval(field, confidence) for field in schema if field.name != "status"]
    told = pa.field(WITHHELD_BY, pa.string(), metadata=TOLD)
    withheld = sorted(site for site, moments in sites.items() if moments is None)
    if withheld:
        names = ", ".join(withheld)
        rows = [{"term": term, WITHHELD_BY: names} for term in terms]
        return Part(filled(rows, [*fields, told]), said=[f"{names} tells no sums; nothing is pooled"])
    there = {site: moments for site, moments in sites.items() if moments is not None}
    silent = [site for site, moments in there.items() if WITH_CLUSTERS not in moments["row"].to_pylist()]
    said = [f"no errors: {', '.join(sorted(silent))} withholds its sums over clusters"] if silent else []
    rows, facts = _solved(list(there.values()), terms, confidence)
    without = []
    for site in sorted(there):
        others = [moments for other, moments in there.items() if other != site]
        without += [{SITE: site, **row} for row in _solved(others, terms, confidence)[0]]
    left_out = filled(without, [pa.field(SITE, pa.string()), *fields])
    outcome = {"outcome": parameters.get("outcome"), "confidence": confidence}
    pooled = filled(rows, [*fields, told])
    return Part(pooled, facts={**outcome, **facts}, tables={"leave_one_out": left_out}, said=said)


def _solved(
    sites: Sequence[pa.Table], terms: Sequence[str], confidence: float
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    long = pa.concat_tables([moments.select(LONG) for moments in sites])
    sums = from_long(*(long[name].to_pylist() for name in LONG))
    found = solved(sums, terms)
    told = t_columns(found.b, found.V, max(int(found.df), 1), confidence)
    if sums.counts["clusters"] < LEAST:
        told |= dict.fromkeys(("p_value", "low", "high"), np.full(len(found.names), np.nan))
    of_term = {
        name: {column: float(cells[i]) for column, cells in told.items() if np.isfinite(cells[i])}
        for i, name in enumerate(found.names)
    }
    facts = {
        "n_obs": int(sums.counts["rows"]),
        "n_units": int(sums.counts["units"]),
        "n_clusters": int(sums.counts["clusters"]),
        "df": float(found.df),
    }
    behind = {"support_df": float(found.df), "support_units": facts["n_units"]}
    return [{"term": term, **of_term.get(term, {}), **behind} for term in terms], facts


def _of_interval(field: pa.Field, confidence: float) -> pa.Field:
    if field.name not in ENDS:
        return field
    meaning = f"{ENDS[field.name]} end of the {100 * confidence:g} % interval"
    return field.with_metadata({**(field.metadata or {}), b"meaning": meaning.encode()})

"""Estimates of sites, pooled where no sums of theirs can travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from industria.core.measure import record
from industria.core.table import Table, collect
from industria.core.units import meaning_of, unit_of
from industria.evaluation.meta_analysis import MetaAnalysis, meta_analysis
from industria.kernels.meta_analysis import Method, Test
from industria.release._part import Part, filled
from industria.release._pooled_sums import SITE, TOLD, WITHHELD_BY, labeled_by_site

__all__ = ["ESTIMATE", "pooled_estimates"]

ESTIMATE: Final = ("estimate", "standard_error")
WHOLE: Final = ("n_sites", "df")
Key = tuple[Any, ...]


def pooled_estimates(
    sites: Mapping[str, pa.Table | None],
    *,
    by: Sequence[str],
    method: Method,
    test: Test,
    confidence: float,
) -> Part:
    """Pool estimates and standard errors of sites, as `evaluation.meta_analysis` does.

    A row whose estimate or error a site withholds, or could not tell, is null, and the site is named.

    Parameters
    ----------
    sites : mapping of str to pyarrow.Table or None
        The released estimates of each site; None where all of them are withheld.
    by : sequence of str
        Columns that make a row, such as `term`.
    method, test, confidence
        As `evaluation.meta_analysis` takes them.

    Returns
    -------
    Part
        With the tables `leave_one_out` and `weights`.
    """
    rows = labeled_by_site({site: table for site, table in sites.items() if table is not None})
    whole = [site for site, table in sites.items() if table is None]
    lacking = _lacking(rows, by, whole)
    keys = [tuple(key.values()) for key in rows.select(by).to_pylist()] if by else [()] * rows.num_rows
    usable = rows.filter(pa.array([not lacking[key] for key in keys], pa.bool_()))
    fields = _fields(rows.schema, by)
    if not usable.num_rows:
        return Part(filled([_withheld(by, key, lacking[key]) for key in lacking], fields), said=_said(lacking, by))
    found = meta_analysis(usable.select([SITE, *by, *ESTIMATE]), by=by, method=method, test=test, confidence=confidence)
    pooled = {tuple(row[name] for name in by): row for row in collect(found.table).to_pylist()}
    told = [pooled.get(key) or _withheld(by, key, lacking[key]) for key in lacking]
    return Part(
        filled(told, fields),
        facts={"method": found.method, "test": found.test, "confidence": confidence, "caution": found.caution},
        tables=_further(found, fields),
        said=[*_said(lacking, by), *([found.caution] if found.caution else [])],
    )


def _lacking(rows: pa.Table, by: Sequence[str], whole: Sequence[str]) -> dict[Key, list[str]]:
    """Tell of every row, in the order of its key, which sites have no estimate that could be pooled."""
    found: dict[Key, list[str]] = {}
    for row in rows.select([SITE, *by, *ESTIMATE]).to_pylist():
        sites = found.setdefault(tuple(row[name] for name in by), list(whole))
        if row["estimate"] is None or not (row["standard_error"] or 0.0) > 0.0:
            sites.append(row[SITE])
    return {key: sorted(found[key]) for key in sorted(found, key=str)}


def _withheld(by: Sequence[str], key: Key, sites: Sequence[str]) -> dict[str, Any]:
    return {**dict(zip(by, key, strict=True)), WITHHELD_BY: ", ".join(sites)}


def _said(lacking: Mapping[Key, Sequence[str]], by: Sequence[str]) -> list[str]:
    reason = "no estimate, or none with an error, from"
    return [
        f"{' '.join(map(str, key)) or 'the estimate'}: {reason} {', '.join(sites)}; not pooled"
        for key, sites in lacking.items()
        if sites
    ]


def _fields(schema: pa.Schema, by: Sequence[str]) -> list[pa.Field]:
    """Name the columns of pooled estimates; theirs is the unit of the sites' estimates."""
    unit = (schema.field("estimate").metadata or {}).get(b"unit", b"1").decode()
    fields = [schema.field(name) for name in by]
    for name, told in record(meta_analysis).gives.items():
        if name == "weight":
            continue
        own = str(unit_of(told))
        words = {"unit": unit if own == "unit of estimate" else own, "meaning": meaning_of(told)}
        fields.append(pa.field(name, pa.int64() if name in WHOLE else pa.float64(), metadata=words))
    return [*fields, pa.field(WITHHELD_BY, pa.string(), metadata=TOLD)]


def _further(found: MetaAnalysis, fields: Sequence[pa.Field]) -> dict[str, pa.Table]:
    known = {field.name: field for field in fields}
    return {
        name: _labeled(table, known)
        for name, table in (("leave_one_out", found.leave_one_out), ("weights", found.weights))
    }


def _labeled(table: Table, known: Mapping[str, pa.Field]) -> pa.Table:
    rows = collect(table)
    fields = [known.get(field.name, field).with_type(field.type) for field in rows.schema]
    return pa.table(rows.columns, schema=pa.schema(fields))

"""The steps of several sites, each put together by what its measure says of it."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from industria.kernels.meta_analysis import Method, Test
from industria.release._agreement import Tables, agree_on_columns
from industria.release._part import Part
from industria.release._pooled_estimates import ESTIMATE, pooled_estimates
from industria.release._pooled_means import PRODUCTS, pooled_means
from industria.release._pooled_moments import LONG, pooled_regression
from industria.release._pooled_sums import STATUS, WITHHELD_BY, Off, labeled_by_site, summed
from industria.release._relations import MEMBER, read_relations
from industria.release._sound import unless_sums_are_sound
from industria.release.sealed import Sealed

__all__ = ["Ways", "pooled_step", "with_status"]

HIERARCHIES: Final = "hierarchies"


@dataclass(frozen=True, slots=True)
class Ways:
    """How estimates are pooled."""

    method: Method
    test: Test
    confidence: float


def pooled_step(
    step: Mapping[str, Any], releases: Sequence[Sealed], ways: Ways, codes: Mapping[str, Collection[str]]
) -> Part | str:
    """Put one step of all sites together.

    Parameters
    ----------
    step : mapping
        What the manifests say of it; they agree.
    releases : sequence of Sealed
        Of the sites.
    ways : Ways
        For estimates.
    codes : mapping of str to collection of str
        Codes that the contract of the pack lists, by column.

    Returns
    -------
    Part or str
        What it became; or why it is not pooled.

    Raises
    ------
    ReleaseRefusedError
        If the tables of sites differ in columns, types, units or codes, or hold what no data have.
    """
    name = step["name"]
    tables = {release.site: release.table(name) if release.leaves(name) else None for release in releases}
    if all(table is None for table in tables.values()):
        return "every site withholds it"
    by = [column for column in step["by"] if column != STATUS]
    agree_on_columns(name, tables, by, _with_parents(step, releases, codes))
    schema = next(table.schema for table in tables.values() if table is not None)
    match step["pools"]:
        case "sums":
            reaches = {release.site: reaches_of(release, name) for release in releases}
            return Part(summed(name, tables, by=by, additive=step["additive"], reaches=reaches))
        case "moments":
            return _from_moments(step, tables, schema, releases, ways)
        case "estimates" if set(ESTIMATE) <= set(schema.names):
            return _estimates(tables, by, ways)
        case "estimates":
            return "it tells no estimate with a standard error; look at its sites side by side"
    return "its figures do not add up over sites; look at them side by side"


def reaches_of(release: Sealed, step: str) -> dict[str, Off]:
    """Tell of the columns that a site rounds how far below and above a number the true one may lie."""
    found: dict[str, Off] = {}
    for system in read_relations(release.members[MEMBER]) if MEMBER in release.members else ():
        if system.reach is not None:
            # Whole numbers lie strictly within the reach; a half that was rounded up is its lower end.
            whole = math.ceil(system.reach) - 1.0
            below = (math.floor(system.reach) if system.halves else whole) if system.counts else system.reach
            off = (float(below), whole if system.counts else system.reach)
            found |= {one.column: off for one in system.shown if one.release is None and one.step == step}
    return found


def with_status(table: pa.Table) -> pa.Table:
    """Add the column `status` of a released table, where it has none: withheld if a site withholds it."""
    if STATUS in table.column_names:
        return table
    told = pc.if_else(pc.is_null(table[WITHHELD_BY]), "published", "withheld")
    return table.append_column(STATUS, told)


def _with_parents(
    step: Mapping[str, Any], releases: Sequence[Sealed], codes: Mapping[str, Collection[str]]
) -> dict[str, set[str]]:
    """Add the codes of the step's hierarchies and of its margins: a site without a unit in them has none of these."""
    found = {column: {*known, str(step["parameters"].get("total"))} for column, known in codes.items()}
    for release in releases:
        if HIERARCHIES in release.tables(step["name"]):
            for row in release.table(step["name"], HIERARCHIES).to_pylist():
                found.setdefault(row["dimension"], set()).update(filter(None, (row["code"], row["parent"])))
    return {column: known for column, known in found.items() if column in codes}


def _from_moments(
    step: Mapping[str, Any], tables: Tables, schema: pa.Schema, releases: Sequence[Sealed], ways: Ways
) -> Part | str:
    moments = {release.site: release.moments(step["name"]) for release in releases}
    for release in releases:
        unless_sums_are_sound(release, step, moments[release.site], tables[release.site])
    told = [found for found in moments.values() if found is not None]
    if not told:
        return "no site tells its sums; look at them side by side"
    if set(PRODUCTS) <= set(told[0].column_names) and "kind" not in told[0].column_names:
        return pooled_means(step, moments, schema)
    if not set(LONG) <= set(told[0].column_names):
        return "its sums are of a kind that is not put together"
    moments = {site: _whole(table) for site, table in moments.items()}
    whole = pooled_regression(step["parameters"], moments, schema, ways.confidence)
    beside = _estimates(tables, ["term"], ways)
    further = {"meta_analysis": beside.table, "weights": beside.tables.get("weights")}
    whole.tables.update({name: table for name, table in further.items() if table is not None})
    whole.tables["sites"] = beside.tables["sites"]
    return whole


def _whole(moments: pa.Table | None) -> pa.Table | None:
    """Take moments of which a number is withheld for none: a sum without it would be another one."""
    return moments if moments is not None and not any(column.null_count for column in moments.columns) else None


def _estimates(tables: Tables, by: Sequence[str], ways: Ways) -> Part:
    part = pooled_estimates(tables, by=by, method=ways.method, test=ways.test, confidence=ways.confidence)
    part.tables["sites"] = labeled_by_site({site: table for site, table in tables.items() if table is not None})
    return part

"""Whether what a site tells can be true: sums that no data have, or that are not those of its estimates."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.table import columns_of
from industria.errors import ReleaseRefusedError
from industria.kernels.moments_in_rows import from_long
from industria.kernels.normal_equations import Moments, solved
from industria.release._certificate import DIGITS
from industria.release._pooled_means import PRODUCTS, pooled_means
from industria.release._pooled_moments import LONG
from industria.release.sealed import Sealed

__all__ = ["copies", "unless_of_one_name", "unless_sums_are_sound"]

NOISE: Final = 1e-6
"""Part of a trace by which an eigenvalue may lie below zero."""
OFF: Final = 0.01
"""Standard errors, and part of a number, by which that of a site may differ from what its sums give."""
OF_SUMS: Final = ("n", "mean", "variance")


def unless_of_one_name(releases: Sequence[Sealed]) -> None:
    """Refuse two sites whose names a reader takes for one, as in capital and small letters.

    Raises
    ------
    ReleaseRefusedError
        With both.
    """
    names: dict[str, str] = {}
    for release in releases:
        plain = unicodedata.normalize("NFKC", release.site).casefold()
        if plain in names:
            raise ReleaseRefusedError(f"site {release.site}", f"it bears the name of site {names[plain]}")
        names[plain] = release.site


def copies(releases: Sequence[Sealed]) -> list[str]:
    """Name sites that released the same tables to the last bit: one of them may have been given the other's data."""
    first: dict[str, str] = {}
    found = []
    for release in releases:
        files = release.manifest["files"]
        told = {name: of["sha256"] for name, of in files.items() if name.startswith(("tables/", "moments/"))}
        other = first.setdefault(str(sorted(told.items())), release.site)
        if told and other != release.site:
            found.append(f"{release.site} tells the same tables as {other}, to the last bit; are its units others?")
    return found


def unless_sums_are_sound(
    release: Sealed, step: Mapping[str, Any], moments: pa.Table | None, table: pa.Table | None
) -> None:
    """Refuse sums of products that no rows have, and estimates or means that are not those of their own sums.

    Parameters
    ----------
    release : Sealed
        Of the site.
    step : mapping
        What the manifest says of it.
    moments, table : pyarrow.Table, optional
        The sums, and what the site tells of them; with fewer digits, these are not held against each other.

    Raises
    ------
    ReleaseRefusedError
        With site and step.
    """
    if moments is None or "value" not in moments.column_names:
        return
    rules = release.certificate.get("rules")
    shortened = isinstance(rules, list) and any(str(rule).startswith(DIGITS) for rule in rules)
    try:
        wrong = _wrong_in_sums(release.site, step, moments, None if shortened else table)
    except (KeyError, ValueError, np.linalg.LinAlgError):
        wrong = "its sums are not those of its measure"
    if wrong:
        raise ReleaseRefusedError(f"site {release.site}", f"step {step['name']!r}: {wrong}")


def _wrong_in_sums(site: str, step: Mapping[str, Any], moments: pa.Table, table: pa.Table | None) -> str:
    if not _all(pc.is_finite(pc.drop_null(moments["value"]).cast(pa.float64()))):
        return "its sums have numbers without end"
    if set(LONG) <= set(moments.column_names):
        if moments["value"].null_count:
            return ""
        sums = from_long(*(moments[name].to_pylist() for name in LONG))
        return _of_no_data(sums) or ("" if table is None else _other_estimates(step, sums, table))
    if table is not None and set(PRODUCTS) <= set(moments.column_names):
        return _other_means(step, pooled_means(step, {site: moments}, table.schema).table, table)
    return ""


def _of_no_data(sums: Moments) -> str:
    """Tell whether no rows have such sums: squares below zero, or products larger than squares allow."""
    if min(sums.counts.values()) < 0:
        return "its sums count fewer than nobody"
    whole = np.block([[sums.S, sums.s[:, None]], [sums.s[None, :], np.array([[sums.yy]])]])
    # Each in units of its own: a regressor in millions hides nothing that another does.
    size = np.sqrt(np.maximum(np.diag(whole), 0.0))
    scale = np.where(size > 0, size, 1.0)
    if (np.diag(whole) < 0).any() or np.linalg.eigvalsh(whole / np.outer(scale, scale))[0] < -NOISE * len(whole):
        return "its sums of products are of no data"
    return ""


def _other_estimates(step: Mapping[str, Any], sums: Moments, table: pa.Table) -> str:
    found = solved(sums, columns_of(step["parameters"]["regressors"], "regressors"))
    told = {row["term"]: row for row in table.to_pylist()}
    for name, b in zip(found.names, found.b, strict=True):
        row = told.get(name, {})
        if row.get("estimate") is None:
            continue
        if abs(row["estimate"] - b) > OFF * max(abs(b), row.get("standard_error") or 0.0) + NOISE:
            return f"its estimate of {name!r} is not that of its own sums"
    return ""


def _other_means(step: Mapping[str, Any], found: pa.Table, table: pa.Table) -> str:
    keys = [name for name in step["by"] if name in found.column_names and name in table.column_names]
    told = {tuple(row[key] for key in keys): row for row in table.to_pylist()}
    for row in found.to_pylist():
        own = told.get(tuple(row[key] for key in keys), {})
        spread = (row["variance"] or 0.0) ** 0.5
        if row["variance"] is not None and row["variance"] < -NOISE * max(1.0, (row["mean"] or 0.0) ** 2):
            return f"its sums of {row['column']!r} are of no data"
        for word in OF_SUMS:
            if row[word] is None or own.get(word) is None:
                continue
            if abs(own[word] - row[word]) > OFF * max(abs(row[word]), spread) + NOISE:
                return f"the {word} of {row['column']!r} is not that of its own sums"
    return ""


def _all(told: pa.ChunkedArray) -> bool:
    return bool(pc.all(told, min_count=0).as_py())

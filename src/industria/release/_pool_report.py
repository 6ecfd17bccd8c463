"""What a pool says in words: which code ran where, what is withheld, and how far the sites differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow.compute as pc

from industria.release._part import Part
from industria.release._pooled_sums import WITHHELD_BY
from industria.release.sealed import Sealed

__all__ = ["report"]

FEW: Final = 5
HASH: Final = 12
SHOWN: Final = ("duckdb", "industria", "python")
TERMS: Final = 20
"""Rows of a step that are put in words."""


def report(
    releases: Sequence[Sealed], parts: Mapping[str, Part], left: Mapping[str, str], cautions: Sequence[str]
) -> str:
    """Write a pool in plain lines.

    Parameters
    ----------
    releases : sequence of Sealed
        Of the sites.
    parts : mapping of str to Part
        The steps that were pooled.
    left : mapping of str to str
        Those that were not, and why.
    cautions : sequence of str
        What is no reason to refuse.
    """
    lines = [f"{len(releases)} sites, one study, one code", ""]
    lines += [line for release in releases for line in _site(release)]
    if len(releases) == 2:
        lines.append("two sites: each can read the other's figures out of a sum; both releases stand alone")
    lines += [f"note: {caution}" for caution in cautions]
    steps = {step["name"]: step for step in releases[0].manifest["steps"]}
    for name, part in parts.items():
        told = steps.get(name)
        code = f"{told['measure']}, code {str(told['code'])[:HASH]} at all sites" if told else "made of pooled tables"
        lines += ["", f"{name}: {code}"]
        lines += [f"  {line}" for line in (*_withheld(part), *_differences(part), *part.said)]
    lines += [""] if left else []
    lines += [f"{name} is not pooled: {reason}" for name, reason in left.items()]
    return "\n".join(map(_in_one_line, lines)) + "\n"


def _in_one_line(line: str) -> str:
    """Keep what a site says of itself in its line: with line breaks it could speak for another, or for the pool."""
    return "".join(letter if letter.isprintable() else " " for letter in line)


def _site(release: Sealed) -> list[str]:
    told = release.manifest
    versions = ", ".join(f"{name} {version}" for name, version in sorted(told["software"].items()) if name in SHOWN)
    synthetic = ", synthetic" if told["synthetic"] else ""
    approved = f", approved {release.approval['time']}" if release.approval else ", not approved by a second person"
    sealed = f"sealed {told['created']} with key {told['public_key'][:HASH]}"
    lines = [
        f"{release.site}{synthetic}: {sealed}{approved}; {versions}",
        f"  sha256 {release.sha256}",
    ]
    lines += [f"  {question}: {answer}" for question, answer in sorted(told.get("definitions", {}).items())]
    shares = sorted(told.get("coverage", {}).items())
    return lines + [f"  coverage of {of}: {'withheld' if share is None else _short(share)}" for of, share in shares]


def _withheld(part: Part) -> list[str]:
    if WITHHELD_BY not in part.table.column_names:
        return []
    names = part.table[WITHHELD_BY]
    number = len(names) - names.null_count
    sites = ", ".join(sorted({site for name in pc.unique(names).to_pylist() if name for site in name.split(", ")}))
    rows = f"{len(names)} row{'s' if len(names) != 1 else ''}"
    return [f"{rows}, {number} withheld by {sites}" if number else f"{rows}, none withheld"]


def _differences(part: Part) -> list[str]:
    """Put estimates in words: the common one, how far sites differ, and what hangs on a single one."""
    pooled = part.tables.get("meta_analysis")
    exact = [_exactly(row) for row in part.table.to_pylist()[:TERMS] if pooled is not None]
    table = part.table if pooled is None else pooled
    if "prediction_low" not in table.column_names:
        return []
    keys = table.column_names[: table.column_names.index("estimate")]
    lines = []
    for row in table.to_pylist()[:TERMS]:
        if row["estimate"] is not None:
            what = " ".join(str(row[key]) for key in keys) or "estimate"
            lines.append(f"{what}, from estimates: {_meta(row)}")
            lines += _hanging(part, keys, row) if pooled is None else []
    return [line for line in exact if line] + lines


def _exactly(row: Mapping[str, Any]) -> str:
    if row["estimate"] is None:
        return ""
    interval = f" [{_short(row['low'])}, {_short(row['high'])}]" if row["low"] is not None else ""
    return f"{row['term']}, from sums: {_short(row['estimate'])}{interval}, as one run over all rows"


def _meta(row: Mapping[str, Any]) -> str:
    few = ", few sites" if row["n_sites"] < FEW else ""
    words = f"{_short(row['estimate'])} [{_short(row['low'])}, {_short(row['high'])}] of {row['n_sites']} sites{few}"
    if row["i2"] is not None:
        words += f"; {100 * row['i2']:.0f} % of the variance is between sites"
    if row["tau2"] is not None:
        words += f" (τ² {_short(row['tau2'])})"
    if row["prediction_low"] is not None:
        words += f"; another site would lie in [{_short(row['prediction_low'])}, {_short(row['prediction_high'])}]"
    return words


def _hanging(part: Part, keys: Sequence[str], row: Mapping[str, Any]) -> list[str]:
    """Name the site whose absence moves the estimate most."""
    without = part.tables.get("leave_one_out")
    rows = [] if without is None else without.to_pylist()
    own = [one for one in rows if all(one[key] == row[key] for key in keys) and one["estimate"] is not None]
    if len(own) < 3:
        return []
    most = max(own, key=lambda one: abs(one["estimate"] - row["estimate"]))
    return [f"  without {most['site']} it is {_short(most['estimate'])}"]


def _short(value: float) -> str:
    return format(value, "z.4g")

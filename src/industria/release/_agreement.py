"""Whether releases of sites are of one study, made by one code, and may be put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from industria.errors import ReleaseRefusedError, listing
from industria.release._bytes import json_bytes
from industria.release._clock import moment
from industria.release._packed import Pack
from industria.release.sealed import Sealed

__all__ = ["Tables", "agree", "agree_on_columns"]

OF_A_STEP: Final = {
    "measure": "measure",
    "code": "code of the measure",
    "parameters": "parameters",
    "pools": "way of pooling",
    "by": "columns that make a row",
    "additive": "columns that add up",
    "population_period": "period",
}
ENGINES: Final = ("duckdb", "industria", "python")

Tables = Mapping[str, pa.Table | None]
"""The table of each site; None where it is withheld."""


def agree(releases: Sequence[Sealed], pack: Pack | None, *, earlier: Mapping[str, str], allow_older: bool) -> list[str]:
    """Refuse releases that cannot be put together.

    Parameters
    ----------
    releases : sequence of Sealed
        Opened, so that signatures and digests are right.
    pack : Pack, optional
        What was sent to the sites; without it, what most of them say is taken for right.
    earlier : mapping of str to str
        By site: when the release was made that was pooled before.
    allow_older : bool
        Whether a release may be older than that one.

    Returns
    -------
    list of str
        What is no reason to refuse, and a reader should know.

    Raises
    ------
    ReleaseRefusedError
        With the site and what differs.
    """
    if len(releases) < 2:
        raise ReleaseRefusedError("pool", "one release is no pool; releases of two sites or more are put together")
    _each_once(releases)
    sites = {release.site: release for release in releases}
    _same({site: one.manifest["synthetic"] for site, one in sites.items()}, "synthetic, and others are real", None)
    _same({site: one.manifest["study"] for site, one in sites.items()}, "study", pack and pack.manifest["study"])
    _same({site: one.manifest["pack"] for site, one in sites.items()}, "pack", pack and pack.sha256)
    _same_steps(sites, pack)
    for release in releases:
        _stands_alone(release, two=len(releases) == 2)
        _not_older(release, earlier, allow_older)
    return _engines(sites)


def agree_on_columns(step: str, tables: Tables, by: Sequence[str], codes: Mapping[str, Collection[str]]) -> None:
    """Refuse tables of one step that differ in columns, their types, their units, or their codes.

    Parameters
    ----------
    step : str
        The step.
    tables : mapping of str to pyarrow.Table or None
        Of each site.
    by : sequence of str
        Columns that make a row.
    codes : mapping of str to collection of str
        Codes that the contract of the pack lists, by column. Others, such as totals, stand at all sites or at none.

    Raises
    ------
    ReleaseRefusedError
        With the site, the step and the column.
    """
    there = {site: table for site, table in tables.items() if table is not None}
    _same({site: table.column_names for site, table in there.items()}, f"step {step!r}: columns", None)
    first = next(iter(there.values()))
    for field in first.schema:
        if field.name == "status":
            continue
        kinds = {site: str(table.schema.field(field.name).type) for site, table in there.items()}
        words = "codes" if field.name in by else "type"
        _same(kinds, f"step {step!r}: {words} of column {field.name!r}", None)
        units = {site: _unit(table.schema.field(field.name)) for site, table in there.items()}
        _same(units, f"step {step!r}: unit of column {field.name!r}", None)
        if field.name in by and field.name in codes:
            _same_codes(step, field.name, there, codes[field.name])


def _same_codes(step: str, column: str, tables: Mapping[str, pa.Table], known: Collection[str]) -> None:
    used = {site: {str(code) for code in pc.unique(table[column]).to_pylist()} for site, table in tables.items()}
    everywhere = set.intersection(*used.values())
    for site, codes in used.items():
        if strange := sorted(codes - set(known) - everywhere):
            what = f"step {step!r}: {listing(strange)} in column {column!r}"
            raise ReleaseRefusedError(f"site {site}", f"{what}: no code of the pack's contract, and not at all sites")


def _unit(field: pa.Field) -> str:
    return str((field.metadata or {}).get(b"unit", b"").decode()) or "not told"


def _each_once(releases: Sequence[Sealed]) -> None:
    by_site: dict[str, Sealed] = {}
    by_key: dict[str, str] = {}
    for release in releases:
        site, key = release.site, str(release.manifest["public_key"])
        if site in by_site:
            both = f"{by_site[site].path.name} and {release.path.name}"
            raise ReleaseRefusedError(f"site {site}", f"it stands there twice, in {both}; its firms would count twice")
        if key in by_key:
            raise ReleaseRefusedError(f"site {site}", f"it is sealed with the key of site {by_key[key]}")
        by_site[site], by_key[key] = release, site


def _same_steps(sites: Mapping[str, Sealed], pack: Pack | None) -> None:
    """Refuse sites of which one lacks a step, or made it otherwise than the pack says or most others did."""
    names = list(dict.fromkeys(step["name"] for release in sites.values() for step in release.manifest["steps"]))
    for site, release in sites.items():
        lacks = [name for name in names if name not in {step["name"] for step in release.manifest["steps"]}]
        if lacks:
            raise ReleaseRefusedError(f"site {site}", f"it has no step {lacks[0]!r}, which others released")
    sent: Mapping[str, Mapping[str, Any]] = pack.manifest["measures"] if pack else {}
    steps = {site: {step["name"]: step for step in release.manifest["steps"]} for site, release in sites.items()}
    for name in names:
        told = {site: of_site[name] for site, of_site in steps.items()}
        for word, meaning in OF_A_STEP.items():
            found, right = {site: step[word] for site, step in told.items()}, sent.get(name, {}).get(word)
            if word == "parameters":
                found, right = _where_they_differ(found, right)
            _same(found, f"step {name!r}: {meaning}", right)


def _where_they_differ(found: Mapping[str, Any], right: Any) -> tuple[dict[str, Any], Any]:
    """Leave out the parameters that all have alike: the one that differs is what a reader looks for."""
    every = [*found.values(), *([] if right is None else [right])]
    names = {name for one in every for name in one}
    differ = {name for name in names if any(name not in one or one[name] != every[0].get(name) for one in every)}
    told = [{name: value for name, value in one.items() if name in differ} for one in every]
    return dict(zip(found, told, strict=False)), None if right is None else told[-1]


def _same(found: Mapping[str, Any], what: str, right: Any) -> None:
    """Refuse the first site that says something else than what is right, or than most say."""
    first = next(iter(found.values()))
    if all(value == first for value in found.values()) and right in (None, first):
        return
    written = {site: _written(value) for site, value in found.items()}
    common = Counter(written.values()).most_common(1)[0][0]
    wanted = common if right is None else _written(right)
    for site, value in written.items():
        if value != wanted:
            right_ones = [site for site, told in written.items() if told == wanted]
            others = "the pack" if right is not None else listing(right_ones)
            verb = "have" if right is None and len(right_ones) > 1 else "has"
            raise ReleaseRefusedError(f"site {site}", f"{what}: {value}, where {others} {verb} {wanted}")


def _written(value: Any) -> str:
    words = value if isinstance(value, str) else " ".join(json_bytes(value).decode().split())
    return words if len(words) <= 400 else f"{words[:400]}…"


def _stands_alone(release: Sealed, *, two: bool) -> None:
    """Refuse a release that does not protect its own cells; of two sites, one reads the other out of the sum.

    So with two, no cell of either may be exact: what the sum less the own figures tells is what is published anyway.
    """
    attack = release.certificate.get("attack")
    told = attack if isinstance(attack, Mapping) else {}
    for word in ("under_protected", *(("exact",) if two else ())):
        cells = told.get(word)
        if cells is None:
            raise ReleaseRefusedError(f"site {release.site}", f"its certificate does not tell attack.{word}")
        if cells:
            only = "; of two sites, each reads the other out of the sum" if word == "exact" else ""
            raise ReleaseRefusedError(f"site {release.site}", f"its certificate counts {cells} cells as {word}{only}")
    for word in ("site", "study"):
        if release.certificate.get(word, release.manifest[word]) != release.manifest[word]:
            raise ReleaseRefusedError(f"site {release.site}", f"its certificate is of another {word}")


def _not_older(release: Sealed, earlier: Mapping[str, str], allow_older: bool) -> None:
    before = earlier.get(release.site)
    if before is None or allow_older:
        return
    created = moment(release.manifest["created"], release.path, "its date")
    if created < moment(before, release.path, "the date of the release that was pooled before"):
        reason = f"its release of {release.manifest['created']} is older than that of {before}, which was pooled before"
        raise ReleaseRefusedError(f"site {release.site}", f"{reason}; --allow-older takes it all the same")


def _engines(sites: Mapping[str, Sealed]) -> list[str]:
    """Tell engines whose minor versions differ: figures can, in their last digits."""
    found = []
    for name in ENGINES:
        versions = {site: release.manifest["software"].get(name) for site, release in sorted(sites.items())}
        minor = {str(version).rsplit(".", 1)[0] for version in versions.values() if version is not None}
        if len(minor) > 1:
            found.append(f"{name} differs: {', '.join(f'{version} at {site}' for site, version in versions.items())}")
    return found

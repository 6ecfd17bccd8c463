"""Where a number of a sealed release comes from, told from its file alone."""

from __future__ import annotations

from typing import Any

from industria.core.measure import find
from industria.core.value import Address
from industria.errors import UnknownMeasureError, UnknownStepError
from industria.release.sealed import Sealed
from industria.study.record import STATUS

__all__ = ["explained"]


def explained(sealed: Sealed, address: str | Address) -> dict[str, Any]:
    """Trace a value of a sealed release as far as it was released.

    Parameters
    ----------
    sealed : Sealed
        The release; nothing of the site is needed.
    address : str or Address
        As `effect[term=grant].estimate`.

    Returns
    -------
    dict
        address, value (None where it is withheld), withheld, unit, meaning, low, high, measure, title, cites, code,
        parameters, rows (of the released table), site, created, rules and release (the sha256 of the file).

    Raises
    ------
    UsageError, UnknownStepError
        If the address is of another form, or no step of the release.
    """
    place = Address.parse(address) if isinstance(address, str) else address
    step = sealed.step(place.step)
    told = next((one for one in sealed.values if one["address"] == str(place)), None)
    row, label = _row(sealed, place)
    value = row.get(place.column) if told is None else told["value"]
    return {
        "address": str(place),
        "value": value,
        "withheld": value is None and row.get(STATUS, "withheld") == "withheld",
        "unit": (told or label).get("unit"),
        "meaning": label.get("meaning"),
        **{end: row.get(end) if place.column == "estimate" else None for end in ("low", "high")},
        **_measure(step["measure"]),
        **{word: step[word] for word in ("code", "parameters", "rows")},
        "site": sealed.site,
        "created": sealed.manifest["created"],
        "rules": sealed.certificate["rules"],
        "release": sealed.sha256,
    }


def _row(sealed: Sealed, place: Address) -> tuple[dict[str, Any], dict[str, str]]:
    """Find the one row that an address selects; what did not leave selects none."""
    try:
        rows = sealed.table(place.step, place.table)
    except UnknownStepError:
        return {}, {}
    keys = dict(place.keys)
    if not {*keys, place.column} <= set(rows.column_names):
        return {}, {}
    field = rows.schema.field(place.column)
    label = {key.decode(): word.decode() for key, word in (field.metadata or {}).items()}
    found = [row for row in rows.to_pylist() if all(str(row[name]) == text for name, text in keys.items())]
    return (found[0] if len(found) == 1 else {}), label


def _measure(name: str) -> dict[str, str]:
    """Say what a measure does, where it is installed here."""
    try:
        known = find(name)
    except UnknownMeasureError:
        # A measure of the study's own folder.
        return {"measure": name, "title": "", "cites": ""}
    return {"measure": name, "title": known.title, "cites": known.cites}

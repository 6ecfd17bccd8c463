"""What a release was not held against: steps that stay, equations, and earlier releases that nobody named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow.parquet as pq

from industria.release._given import Given
from industria.release._names import in_one_list
from industria.release._site import LEDGER

__all__ = ["forgotten", "not_looked_at", "strangers"]

LETTERS: Final = 12
"""Of the digest of a release that a person reads."""
IN_COMMON: Final = 0.5
"""Part of the units of the smaller of two releases that are in the other, but for other populations and spellings."""


def forgotten(site_folder: Path | None, named: Sequence[str]) -> list[str]:
    """List releases that the ledger of the site knows, but that nobody named as earlier ones, by their digests."""
    place = None if site_folder is None else site_folder / LEDGER
    if place is None or not place.is_file():
        return []
    known = pq.read_table(place, columns=["release"], filters=[("kind", "==", "release")])["release"].to_pylist()
    return [digest[:LETTERS] for digest in dict.fromkeys(known) if digest not in named]


def not_looked_at(refused: Mapping[str, str], unnamed: Sequence[str], *, equations: bool) -> list[str]:
    """Say what was not looked at.

    Parameters
    ----------
    refused : mapping of str to str
        Steps of which nothing leaves, and why.
    unnamed : sequence of str
        Releases that were not named as earlier ones.
    equations : bool
        Whether equations between variables were left aside.
    """
    notes = [f"step {name!r}, of which nothing leaves: {why}" for name, why in refused.items()]
    notes += [f"differences to release {one} of this site, which was not named as an earlier one" for one in unnamed]
    return [*notes, *["equations between variables of the study"] * equations]


def strangers(givens: Sequence[Given], before: Sequence[Given]) -> list[str]:
    """Say of which earlier releases few units are in this one: spelled otherwise, they would all be others."""
    notes: dict[str, None] = {}
    for told in before:
        here = [
            one for one in givens if (one.counts, one.variable, one.unit) == (told.counts, told.variable, told.unit)
        ]
        if not here or not told.unit or not told.has_contributors:
            continue
        _, places = in_one_list([told.who.names, *(one.who.names for one in here)])
        old = np.unique(told.who.placed(places[0]))
        new = np.unique(np.concatenate([one.who.placed(at) for one, at in zip(here, places[1:], strict=True)]))
        if len(np.intersect1d(old, new)) < IN_COMMON * min(len(old), len(new)):
            release = told.step.rpartition(" of ")[2][:LETTERS]
            notes[
                f"differences to release {release} of units of {told.unit!r} that are spelled otherwise: "
                "less than half are in both"
            ] = None
    return list(notes)

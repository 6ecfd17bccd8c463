"""Words that a person types at a site and that leave with a release: they hold no number that is withheld."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from industria.errors import ReleaseRefusedError
from industria.release._protected import Protected

__all__ = ["secrets_of", "secrets_of_site", "unless_words_tell"]

Array = npt.NDArray[np.float64]

NUMBER: Final = re.compile(r"\d(?:[\d.,'’\u00a0\u202f ]*\d)?")
GROUPS: Final = re.compile(r"[,.'’\u00a0\u202f ](?=\d{3}(?!\d))")
APART: Final = re.compile(r"[^\d.,]")
MARK: Final = re.compile(r"[.,]")
WRITTEN: Final = 3
"""Digits from which on a number in a sentence is taken for a value; smaller ones are of every sentence."""


def secrets_of(several: Iterable[Protected]) -> Array:
    """List the values of cells that stay, or leave in another shape, and that no published cell has."""
    stay, leave = [np.zeros(0)], [np.zeros(0)]
    for one in several:
        hidden = one.withheld | (one.altered.moved if one.altered is not None else False)
        shown = one.joint.rows > 0
        stay.append(one.joint.x[hidden & shown])
        leave.append(one.joint.x[~hidden & shown])
    return np.setdiff1d(np.concatenate(stay), np.concatenate(leave))


def secrets_of_site(folder: Path) -> Array:
    """List the same from what stays at the site of one release.

    Raises
    ------
    ReleaseRefusedError
        If nothing of it is there.
    """
    tables = [pq.read_table(file, columns=["value", "status"]) for file in sorted(folder.glob("*.parquet"))]
    if not (folder / "certificate.json").is_file():
        raise ReleaseRefusedError(
            folder, "the folder of the site holds nothing of this release; name the one beside it"
        )
    rows = [(row["value"], row["status"] == "published") for one in tables for row in one.to_pylist()]
    stay, leave = (np.array([x for x, there in rows if there is kind and x is not None]) for kind in (False, True))
    return np.setdiff1d(stay, leave)


def unless_words_tell(words: Mapping[str, str | None], secrets: Array) -> None:
    """Refuse words with a number of three digits or more that is withheld, or that one rounded to its last digit.

    Digits may stand in groups, with a mark or a space between them. Words beside a number, as "million", are not read.

    Parameters
    ----------
    words : mapping of str to str
        By where they stand.
    secrets : array
        Values that stay.

    Raises
    ------
    ReleaseRefusedError
        With where they stand, and not with the number.
    """
    for where, text in words.items():
        for value, step in _numbers(text or ""):
            if (np.abs(np.abs(secrets) - value) <= 0.5 * step * (1 + 1e-9)).any():
                raise ReleaseRefusedError(where, "it holds a number that is withheld, and would leave as it was typed")


def _numbers(text: str) -> Iterator[tuple[float, float]]:
    """Read each number in whatever way it may be meant, with the step of its last digit."""
    for found in NUMBER.findall(text):
        for word in {*APART.split(GROUPS.sub("", found)), *APART.split(found)}:
            whole, mark, part = max(word.rpartition("."), word.rpartition(","), key=lambda of: len(of[0]))
            digits = MARK.sub("", whole + part)
            if len(digits.lstrip("0")) >= WRITTEN:
                places = len(part) if mark else 0
                yield float(digits) / 10.0**places, 10.0**-places

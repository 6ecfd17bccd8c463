"""What is no code, told by its look before it is lost in a join."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

import narwhals.stable.v2 as nw

from industria.core.hierarchy import Hierarchy
from industria.core.table import Table, TableLike
from industria.errors import (
    CodeCaseError,
    ColumnTypeError,
    FootnoteCodeError,
    LostZerosError,
    MangledCodeError,
    NumericCodeError,
    PaddedCodeError,
    RangeCodeError,
    ReservedNameError,
    TotalAmongDetailsError,
    VintageError,
)

RowOf = Callable[[str], int | None]

POWER: Final = re.compile(r"\d(\.\d+)?[eE]\+\d+")
NOTE: Final = re.compile(r"(\*|source|note|footnote)\W.*|.*\S\s\S+\s\S.{16,}", re.I | re.S)
RANGE: Final = re.compile(r"\d\d-\d\d")
TOTALS: Final = ("TOTAL", "_T", "00-0000", "000000")

# How much better the other side must fit: codes that both vintages share fit both.
BETTER: Final = 0.02
# A total meets its details but for withheld cells, which a tenth of it may be.
WITHHELD: Final = 0.9


def check_kinds(table: Table | Mapping[str, Any], name: str, codes: Sequence[str], numbers: Sequence[str] = ()) -> None:
    """Refuse codes that are not text, and figures that are no numbers, by a table or the types of its columns."""
    schema = table if isinstance(table, Mapping) else table.collect_schema()
    for column in codes:
        if schema[column] in (nw.Int64, nw.Float64):
            raise NumericCodeError(name, column, "numbers")
        if schema[column] != nw.String:
            raise ColumnTypeError(name, column, "codes as text", str(schema[column]).lower())
    for column in numbers:
        if schema[column] not in (nw.Int64, nw.Float64):
            raise ColumnTypeError(name, column, "numbers", str(schema[column]).lower())


def check_names(name: str, columns: Sequence[str], made: Collection[str]) -> None:
    """Refuse columns of the caller that bear names which the result needs."""
    for column in columns:
        if column in made:
            raise ReservedNameError(name, column, sorted(made))


def rows_of(data: TableLike, column: str) -> RowOf:
    """Return how to find the first row, counted from one, that has a code; a lazy table's rows have no order."""

    def row(code: str) -> int | None:
        frame = nw.from_native(data, eager_only=True, pass_through=True)
        if not isinstance(frame, nw.DataFrame):
            return None
        cells = frame[column].to_list()
        return cells.index(code) + 1 if code in cells else None

    return row


def nowhere(_: str) -> None:
    """Find no row: what is checked is no column of the caller's."""


def check_form(labels: Sequence[str], table: str, column: str, row: RowOf = nowhere) -> None:
    """Refuse blanks around codes, powers of ten, notes, and one code in two cases."""
    for error, wrong in (
        (PaddedCodeError, [code for code in labels if code != code.strip()]),
        (MangledCodeError, [code for code in labels if POWER.fullmatch(code)]),
        (FootnoteCodeError, [code for code in labels if NOTE.fullmatch(code)]),
    ):
        if wrong:
            raise error(table, column, wrong[0], len(wrong), row(wrong[0]))
    seen: dict[str, str] = {}
    for code in labels:
        if seen.setdefault(code.lower(), code) != code:
            raise CodeCaseError(table, column, seen[code.lower()], code)


def check_zeros(labels: Sequence[str], table: str, column: str, listed: Collection[str], row: RowOf = nowhere) -> None:
    """Refuse codes that a correspondence lists with zeros before them."""
    known = set(listed)
    lengths = sorted({len(code) for code in known})
    lost = {
        code: whole
        for code in labels
        if code.isdigit() and code not in known
        for whole in (code.zfill(length) for length in lengths if 0 < length - len(code) <= 2)
        if whole in known
    }
    if lost:
        code, whole = next(iter(lost.items()))
        raise LostZerosError(table, column, code, whole, len(lost), row(code))


def check_totals(
    masses: Mapping[str, float],
    table: str,
    column: str,
    listed: Collection[str],
    tree: Hierarchy | None,
    row: RowOf = nowhere,
) -> None:
    """Refuse totals beside what they add up; `masses` holds the mass of every code over all groups."""
    others = [code for code in masses if code not in listed]
    for code in others:
        if code.upper() in TOTALS and len(masses) > 1:
            raise TotalAmongDetailsError(table, column, code, [], row(code))
    if tree is None:
        return
    below = tree.descendants(list(masses))
    for code in others:
        details = [detail for detail in below.get(tree.canonical(code), []) if detail != code]
        part = sum(masses[detail] for detail in details)
        if details and WITHHELD * masses[code] <= part <= (1 + 1e-9) * masses[code] and part > 0:
            raise TotalAmongDetailsError(table, column, code, details, row(code))


def check_ranges(labels: Sequence[str], table: str, column: str, row: RowOf = nowhere) -> None:
    """Refuse ranges such as 31-33 that nothing resolves."""
    for code in labels:
        if RANGE.fullmatch(code):
            raise RangeCodeError(table, column, code, row(code))


def check_vintage(
    masses: Mapping[str, float],
    found: Collection[str],
    ends: Collection[str],
    table: str,
    column: str,
    names: tuple[str, str],
    row: RowOf = nowhere,
) -> None:
    """Refuse codes of which more mass is in `ends` than in `found`; `names` has the classifications of both."""
    total, found, ends = sum(masses.values()), set(found), set(ends)
    strangers = [code for code in masses if code not in found and code in ends]
    if not strangers or not total > 0:
        return
    here = sum(mass for code, mass in masses.items() if code in found) / total
    there = sum(mass for code, mass in masses.items() if code in ends) / total
    if there > here + BETTER:
        worst = max(strangers, key=lambda code: masses[code])
        raise VintageError(table, column, worst, (names[0], here), (names[1], there), row(worst))


def sides(basis: str) -> tuple[str, str]:
    """Read the names of both classifications from a basis, through compositions."""
    named = [re.match(r"(.+?) -> (.+?):", part) for part in basis.split(" | ")]
    first, last = named[0], named[-1]
    return (first[1] if first else "the origin"), (last[2] if last else "the destination")

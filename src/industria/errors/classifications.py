"""Codes, the classifications that they are of, and the correspondences between these."""

from __future__ import annotations

from collections.abc import Sequence

from industria.errors.tree import DataError, UsageError
from industria.errors.wording import hint, listing

__all__ = [
    "CodeCaseError",
    "CodeError",
    "FootnoteCodeError",
    "InfeasibleTotalError",
    "LostZerosError",
    "MangledCodeError",
    "NumericCodeError",
    "PaddedCodeError",
    "RangeCodeError",
    "TotalAmongDetailsError",
    "UnknownClassificationError",
    "UnknownCodeError",
    "VintageError",
    "WeightSumError",
]


class CodeError(DataError):
    """A column of codes holds what is no code of its classification.

    Attributes
    ----------
    row : int or None
        The first row that has it, counted from one; None for a lazy table, whose rows have no order.
    """

    row: int | None = None


def _at(row: int | None) -> str:
    return "" if row is None else f" in row {row}"


class NumericCodeError(CodeError):
    """Codes came as numbers, which have no leading zeros."""

    def __init__(self, table: str, column: str, kind: str) -> None:
        super().__init__(
            f"{table}.{column} holds {kind}, and codes are text: a number has lost its leading zeros. "
            "Read the column as text where it comes from."
        )


class MangledCodeError(CodeError):
    """A spreadsheet wrote a code as a power of ten."""

    def __init__(self, table: str, column: str, code: str, found: int, row: int | None = None) -> None:
        self.row = row
        super().__init__(
            f"{table}.{column} has {code!r}{_at(row)}, in {found} {'code' if found == 1 else 'codes'}: a spreadsheet "
            "took it for a number and rounded it. Take the column from the publisher's file, as text."
        )


class PaddedCodeError(CodeError):
    """A code has blanks around it."""

    def __init__(self, table: str, column: str, code: str, found: int, row: int | None = None) -> None:
        self.row = row
        super().__init__(
            f"{table}.{column} has {code!r}{_at(row)}, with blanks around it, as "
            f"{found} {'code' if found == 1 else 'codes'} in all; it would match nothing. "
            "Strip the column before this step."
        )


class FootnoteCodeError(CodeError):
    """A line of text stands among the codes."""

    def __init__(self, table: str, column: str, code: str, found: int, row: int | None = None) -> None:
        self.row = row
        super().__init__(
            f"{table}.{column} has {code[:60]!r}{_at(row)}, a note and no code, as {found} in all. Leave such rows out."
        )


class LostZerosError(CodeError):
    """Codes have lost their leading zeros."""

    def __init__(self, table: str, column: str, code: str, whole: str, found: int, row: int | None = None) -> None:
        self.row = row
        super().__init__(
            f"{table}.{column} has {code!r}{_at(row)} where the correspondence has {whole!r}: leading zeros are lost "
            f"in {found} {'code' if found == 1 else 'codes'}. Read the column as text, or pad it with zeros."
        )


class CodeCaseError(CodeError):
    """One code stands in capitals and in small letters."""

    def __init__(self, table: str, column: str, one: str, other: str) -> None:
        super().__init__(f"{table}.{column} has {one!r} and {other!r}, which differ in case alone; write one of them.")


class RangeCodeError(CodeError):
    """A range of codes stands where a code should."""

    def __init__(self, table: str, column: str, code: str, row: int | None = None) -> None:
        self.row = row
        super().__init__(
            f"{table}.{column} has {code!r}{_at(row)}, a range that the correspondence does not list. "
            "hierarchy='NAICS' resolves it to its codes."
        )


class TotalAmongDetailsError(CodeError):
    """A total stands among the codes that it adds up."""

    def __init__(self, table: str, column: str, code: str, details: Sequence[str], row: int | None = None) -> None:
        self.row = row
        among = f"its own details {listing(details, 4)}" if details else "details"
        super().__init__(
            f"{table}.{column} has {code!r}{_at(row)}, a total, among {among}: they would count twice. Keep one."
        )


class VintageError(CodeError):
    """Codes fit the other side of a correspondence better."""

    def __init__(
        self,
        table: str,
        column: str,
        code: str,
        fits: tuple[str, float],
        better: tuple[str, float],
        row: int | None = None,
    ) -> None:
        self.row = row
        super().__init__(
            f"{table}.{column} has {code!r}{_at(row)}, which {fits[0]} does not have: "
            f"{100 * fits[1]:.1f} % of its mass is in codes of {fits[0]}, "
            f"{100 * better[1]:.1f} % in codes of {better[0]}. "
            f"It looks like {better[0]}; take the correspondence of that vintage, or the other direction."
        )


class UnknownCodeError(CodeError):
    """A code is not of the form that its classification has."""

    def __init__(
        self, table: str, column: str, code: str, classification: str, form: str, row: int | None = None
    ) -> None:
        self.row = row
        super().__init__(f"{table}.{column} has {code!r}{_at(row)}, which is no code of {classification}: {form}.")


class UnknownClassificationError(UsageError):
    """No hierarchy has this name."""

    def __init__(self, name: str, available: Sequence[str]) -> None:
        super().__init__(f"{name!r} is no classification; there is {listing(available, 40)}.{hint(name, available)}")


class WeightSumError(DataError):
    """The weights of a code do not sum to one."""

    def __init__(self, table: str, code: str, total: float, found: int) -> None:
        super().__init__(
            f"{table}: the weights of {code!r} sum to {total:.6g}, not 1, as those of {found} "
            f"{'code' if found == 1 else 'codes'} in all do not. classifications.correspondence(weights='given') "
            "brings them to 1 and tells how many it changed."
        )


class InfeasibleTotalError(DataError):
    """No weights on the links meet the totals of both sides.

    Attributes
    ----------
    side : str
        "origin" or "destination".
    index : int
        Which of them, counted from zero.
    """

    def __init__(self, side: str, code: str, wanted: float, reached: float, index: int = -1) -> None:
        self.side, self.index, self.wanted, self.reached = side, index, wanted, reached
        super().__init__(
            f"mass: the {side} code {code!r} has {wanted:g}, and its links bring {reached:g} at best: "
            "no weights meet the totals of both sides. Check that both count the same and that no link is missing."
        )

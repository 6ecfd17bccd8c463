"""Firms and workers, and gaps between groups of workers."""

from __future__ import annotations

from collections.abc import Sequence

from industria.errors.tree import DataError, UsageError
from industria.errors.wording import listing

__all__ = [
    "CollinearTermError",
    "ConstantColumnError",
    "FormulaError",
    "GroupCountError",
    "NoLeaveOutSetError",
    "NoMoversError",
    "OneSidedCategoryError",
    "SeparationError",
    "SeveralJobsError",
    "SmallGroupError",
    "ZeroWeightError",
]


class NoMoversError(DataError):
    """Nobody changes firms, so what firms pay is not told from whom they employ."""

    def __init__(self, table: str, worker: str, firm: str, workers: int, firms: int) -> None:
        super().__init__(
            f"none of the {workers} workers of {table} is seen with two values of {firm} among {firms}: effects of "
            f"{firm} cannot be told from those of {worker}. At least 2 movers between the same two are missing; "
            "take more periods."
        )


class NoLeaveOutSetError(DataError):
    """No two firms stay tied whichever worker is left out."""

    def __init__(self, table: str, firms: int, movers: int, alone: int) -> None:
        super().__init__(
            f"the {firms} firms of the largest connected set of {table} are tied by {movers} movers, of whom {alone} "
            f"hold some of them alone, and without these nothing is left. {alone} movers are missing, one beside each, "
            f"to keep all {firms} firms; one between two firms that have a mover makes the least set. Take more "
            "periods, or larger employers."
        )


class SeveralJobsError(DataError):
    """A worker has two jobs in one period, and no rule says which counts."""

    def __init__(self, table: str, worker: str, period: str, label: object, when: object, found: int) -> None:
        super().__init__(
            f"{table} has several rows of {worker} {label!r} in {period} {when!r}, as in {found} cases in all. "
            'Choose which one counts: main_job="wage" takes the best paid, "weight" the heaviest.'
        )


class FormulaError(UsageError):
    """A formula cannot be read, or asks for more than columns, categories and plain functions of them."""

    def __init__(self, formula: str, why: str, advice: str = "") -> None:
        super().__init__(f"formula {formula!r}: {why}.{advice and ' ' + advice}")


class GroupCountError(DataError):
    """A column that must make two groups makes another number of them."""

    def __init__(self, table: str, column: str, found: Sequence[str]) -> None:
        super().__init__(
            f"{table}.{column} has {len(found)} {'value' if len(found) == 1 else 'values'} among the rows that can be "
            f"used, {listing(found)}; a gap is between two. Keep the rows of two groups."
        )


class SmallGroupError(DataError):
    """A group has too few rows for the model that it is to carry."""

    def __init__(self, table: str, column: str, group: str, rows: int, least: int) -> None:
        super().__init__(
            f"{table} has {rows} {'row' if rows == 1 else 'rows'} with {column} = {group!r} that can be used; "
            f"the model needs at least {least}. Take a shorter formula or a larger group."
        )


class ZeroWeightError(DataError):
    """The weights of a group are all zero."""

    def __init__(self, table: str, column: str, where: str) -> None:
        super().__init__(f"{table}.{column} sums to zero{where}; a mean needs a row with a weight above zero.")


class OneSidedCategoryError(DataError):
    """A category of a term has rows in one of two groups only."""

    def __init__(self, table: str, column: str, category: str, rows: int, group: str, other: str) -> None:
        super().__init__(
            f"{table}.{column} = {category!r} has {rows} {'row' if rows == 1 else 'rows'} where {group} and none where "
            f"{other}, so there is nobody to compare with. Merge the category with another, or leave its rows out and "
            "say so."
        )


class ConstantColumnError(DataError):
    """A column that should tell rows apart holds one value."""

    def __init__(self, table: str, column: str, value: float, rows: int) -> None:
        super().__init__(
            f"{table}.{column} is {value:g} in all {rows} rows that can be used, so nothing goes with it; leave it out."
        )


class CollinearTermError(DataError):
    """A column of a formula repeats the columns before it."""

    def __init__(self, table: str, term: str, others: Sequence[str], where: str) -> None:
        super().__init__(
            f"among the rows of {table} where {where}, the term {term!r} is a combination of {listing(others, 40)}. "
            "Leave one of them out."
        )


class SeparationError(DataError):
    """A logit tells some rows from the other group without fail, so its coefficients run away."""

    def __init__(self, table: str, cell: str, rows: int, group: str) -> None:
        super().__init__(
            f"the terms tell the group without fail for {rows} {'row' if rows == 1 else 'rows'} of {table}, first "
            f"where {cell}: all are of {group}, and no reweighting finds them a counterpart. Merge categories, "
            "leave out a term, or leave these rows out and say so."
        )

"""What an outsider can reckon of withheld cells from the published ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, overload

from industria.core.table import Column, TableLike
from industria.errors import ExcludedParameterError, NeededParameterError
from industria.release._attack_sealed import ReleaseAttack, attack_release
from industria.release._attack_table import Attack, attack_table
from industria.release._published import dimensions_of
from industria.release._release import Release
from industria.release.sealed import Sealed

__all__ = ["Attack", "attack"]


@overload
def attack(
    target: TableLike,
    hierarchies: TableLike | None = None,
    *,
    by: Column | Sequence[Column],
    value: Column = "value",
    lower: float | None = 0.0,
    upper: float | None = None,
    digits: int | None = None,
    counts: bool = False,
    insiders: TableLike | None = None,
    total: str = "Total",
    earlier: Sequence[TableLike] = (),
    suppose: Mapping[str, float | None] | None = None,
) -> Attack: ...


@overload
def attack(
    target: str | Path | Sealed | Release,
    *,
    earlier: Sequence[str | Path | Sealed] = (),
    site: str | Path | None = None,
    suppose: Mapping[str, float | None] | None = None,
) -> ReleaseAttack: ...


def attack(
    target: TableLike | str | Path | Sealed | Release,
    hierarchies: TableLike | None = None,
    *,
    by: Column | Sequence[Column] | None = None,
    value: Column = "value",
    lower: float | None = 0.0,
    upper: float | None = None,
    digits: int | None = None,
    counts: bool = False,
    insiders: TableLike | None = None,
    total: str = "Total",
    earlier: Sequence[Any] = (),
    site: str | Path | None = None,
    suppose: Mapping[str, float | None] | None = None,
) -> Attack | ReleaseAttack:
    """Solve every sum of a published table, or of a sealed release, for the cells that it withholds.

    For each withheld cell its least and largest value are reckoned that are compatible with
    all published cells: each total is the sum of its parts, in each dimension, and each cell
    lies between `lower` and `upper`. Parts that have no row are taken to be nothing.
    Nobody needs to know how the cells were chosen; whoever has the table can do it. Beside sums 10^14
    times as large a cell is below what programs resolve; it is called exact.

    Parameters
    ----------
    target : Table, path, Sealed or Release
        The columns of `by` and `value`, null where a cell is withheld; or a release that was sealed, whose file
        tells all but `earlier` and `site`.
    hierarchies : Table, optional
        `dimension, code, parent` and, where codes of a dimension add up in several ways, `hierarchy`; each tree
        ends in `total`. A dimension without a tree is flat: all its codes add up to `total`.
    by : column or sequence of columns
        The dimensions.
    value : column
        What is published.
    lower, upper : float or None
        Bounds that everybody knows; None for no bound. Counts of which zeros are published are 1 or more.
    digits : int, optional
        Decimals that the published numbers were rounded to, -3 for thousands: each is known within half a unit,
        and totals need not be the sums of their parts. Without it they are what they say.
    counts : bool
        Whether all values are whole numbers, as counts are: ends are rounded inward.
    insiders : Table, optional
        What contributors know: the columns of `by` and `value`, and `insider`; rows of one insider are known
        together, and each row is known to another without that column. The attack is repeated for each of them.
    total : str
        Code of the total in each dimension.
    earlier : sequence
        What its reader has, too: of a table, further ones of the same cells, where a dimension that one lacks is
        the total; of a sealed release, those before it.
    site : path, optional
        Of a sealed release: the folder that stays at the site, with values and required intervals.
    suppose : mapping of str to float or None, optional
        Withheld cells that are taken for published, as `step[code,code]`, or `[code,code]` of a table, and
        their values: what would fall with them? None takes the value from the folder of the site.

    Returns
    -------
    Attack or ReleaseAttack
        One row a withheld cell, in the order of its codes; of a release `step, cell, low, high, exact, method`, and
        with `site` `value, required_low, required_high, protected`.

    Raises
    ------
    MissingColumnError, MissingValueError, EmptyTableError
        If a column, a code or all rows lack.
    DuplicateRowError
        If a cell stands twice.
    HierarchyError
        If codes make no tree, or the table holds one that stands in none.
    NotAdditiveError
        If a published total is not the sum of its published parts, a value is infinite, outside the bounds or no
        whole number where all are, or no values of the withheld cells fit.
    RepeatedColumnError, ReservedNameError
        If a dimension is the value, or is called as a column made.
    ParameterRangeError
        If there is no dimension or one twice, a bound is no number, or `lower` lies above `upper`.
    NeededParameterError, ExcludedParameterError
        If a table comes without `by`, or with what only a sealed release has, or the other way round.
    ReleaseRefusedError
        If a file is no sealed release, or was changed.
    UsageError
        If a supposed cell is written in another form.

    Examples
    --------
    Two regions withheld in a row and a column each, and one of four is known to the last digit:

    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "size": ["small", "small", "large", "large", "Total", "Total", "small", "large", "Total"],
    ...     "region": ["north", "south", "north", "south", "north", "south", "Total", "Total", "Total"],
    ...     "value": [None, None, 5, None, 6, 12, 8, 10, 18],
    ... })
    >>> print(attack(table, by=["size", "region"]).to_pandas().to_string(index=False))
     size region  low  high  exact method
    large  south  5.0   5.0   True   tree
    small  north  1.0   1.0   True   tree
    small  south  7.0   7.0   True   tree
    """
    if isinstance(target, str | Path | Sealed | Release):
        if by is not None or hierarchies is not None or insiders is not None:
            what = "by, hierarchies or insiders"
            raise ExcludedParameterError(what, "the attack on a sealed release", "its file tells dimensions and trees")
        return attack_release(_as_sealed(target), earlier=earlier, site=site, suppose=suppose)
    if site is not None or any(isinstance(one, str | Path | Sealed) for one in earlier):
        advice = "they go with a sealed release; further tables may stand beside a table"
        raise ExcludedParameterError("earlier releases or site", "the attack on a table", advice)
    if by is None:
        raise NeededParameterError("the attack on a table", "`by`, the columns that make a cell")
    return attack_table(
        target,
        hierarchies,
        names=dimensions_of(by, value, "target"),
        value=value,
        lower=lower,
        upper=upper,
        digits=digits,
        counts=counts,
        insiders=insiders,
        total=total,
        earlier=earlier,
        suppose=suppose,
    )


def _as_sealed(target: str | Path | Sealed | Release) -> str | Path | Sealed:
    """Return a release as it was sealed."""
    if not isinstance(target, Release):
        return target
    if target.path is None:
        raise NeededParameterError("the attack on a release that was not sealed", "`.table(step)` of it, and `by`")
    return target.path

"""Links between two classifications, with stated weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, get_args

from industria.classifications._links import LINK, read_pattern
from industria.classifications._rows import link_table
from industria.classifications._weights import Weights, read_masses, weigh
from industria.core.codes import check_names, rows_of
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, TableLike, as_table, columns_of
from industria.errors import ChoiceError

__all__ = ["Correspondence", "correspondence"]

LACKING: Final = {
    "equal": "",
    "given": "equal, no weight given",
    "destination": "equal, no destination mass",
    "both": "equal, no origin mass",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Correspondence(Result):
    """Where every code goes, and by which weights.

    Attributes
    ----------
    table : Table
        One row a group and link.
    origin, destination : str
        Names of the two classifications.
    weights : str
        How links are weighed.
    renormalized_share : float
        Part of the origins whose given weights did not sum to 1 and were brought to it.
    equal_share : float
        Part of the links that are equal for want of mass or of given weights.
    unlinked_mass : float
        Mass at codes that no link reaches.
    """

    origin: str
    destination: str
    weights: str
    renormalized_share: float
    equal_share: float
    unlinked_mass: float


@measure(
    gives={
        "origin_code": "code that is left [code]",
        "destination_code": "code that is reached; null for what a composition lost [code]",
        "weight": "part of the origin code that goes there [fraction]",
        "partial": "whether the publisher marks the link as covering a part of the code [1]",
        "basis": "the two classifications and where the weight comes from [name]",
    },
    cites="Dingel & Neiman (2020), How many jobs can be done at home?, Journal of Public Economics 189, 104235",
    design="descriptive",
)
def correspondence(
    links: TableLike,
    mass: TableLike | None = None,
    *,
    origin: str,
    destination: str,
    origin_code: Column = "origin_code",
    destination_code: Column = "destination_code",
    weights: Weights = "equal",
    by: Sequence[Column] = (),
    partial: Column | None = None,
) -> Correspondence:
    """Give the links between two classifications weights that sum to one.

    A code with several links says nothing of how much goes where: that is a choice,
    and it stands in `basis`. `equal` knows nothing; `destination` takes the mass of the
    destinations in each group, as Dingel and Neiman do; `both` fits masses on both
    sides (iterative proportional fitting, 1e-10); `given` takes the column `weight` of
    the links and brings it to a sum of one.

    Parameters
    ----------
    links : Table
        Codes of both sides, one row a link; `weight` where it is to be taken.
    mass : Table, optional
        `destination_code`, `mass` (jobs, value) and the columns of `by`. For `both` also
        rows with `origin_code`, or rows that are coded on both sides.
    origin, destination : str
        Names of the classifications with their vintages: "soc2010", "isco08".
    origin_code, destination_code : column
        The columns of `links` that hold the codes, as text.
    weights : {"equal", "destination", "both", "given"}
        How links are weighed. Where an origin's destinations carry no mass in a
        group, its links are equal, and `basis` says so.
    by : sequence of columns
        Groups with masses of their own: countries, regions. Columns of `links` if it
        has them all, else of `mass`.
    partial : column, optional
        Marks of links that cover a part of a code; `partial` where `links` has it.

    Returns
    -------
    Correspondence
        One row a group and link; without links, none. Weights are never null.

    Raises
    ------
    MissingColumnError
        If a table lacks a column.
    ColumnTypeError
        If masses or weights are no numbers, or a group is of two types.
    CodeError
        If codes are numbers, padded, mangled by a spreadsheet, notes, in two cases, or have lost zeros.
    MissingValueError
        If a code, a mass or a given weight is missing.
    DuplicateRowError
        If a link stands twice.
    NegativeWeightError, NegativeValueError, InfiniteValueError
        If a weight or a mass is below zero, or a mass infinite.
    InfeasibleTotalError
        If no weights meet the totals of both sides; it names one that cannot be met.
    ConvergenceError
        If the fit to both sides does not settle.
    ReservedNameError, RepeatedColumnError
        If a column of `by` bears a name of the result or another role.
    ChoiceError, UsageError
        If `weights` is none of the four, or needs a mass that is not there.
    ParameterRangeError
        If `by` is no list of columns.
    """
    by = columns_of(by, "by")
    row_of = [rows_of(links, column) for column in (origin_code, destination_code)]
    links = as_table(links, "links", origin_code, destination_code)
    inside = mass is None or set(by) <= set(links.collect_schema().names())
    if weights not in get_args(Weights):
        raise ChoiceError("weights", weights, get_args(Weights))
    check_names("links" if inside else "mass", by, LINK)
    masses = read_masses(mass, by, weights, "correspondence")
    pattern = read_pattern(
        links,
        origin_code=origin_code,
        destination_code=destination_code,
        by=by if inside else (),
        partial=partial,
        given=weights == "given",
        row_of=row_of,
    )

    weighed = weigh(pattern, masses, weights, by)
    basis = [f"{origin} -> {destination}: {weights}", f"{origin} -> {destination}: {LACKING[weights]}"]
    return Correspondence(
        table=link_table(weighed.links, basis, weighed.equal),
        origin=origin,
        destination=destination,
        weights=weights,
        renormalized_share=weighed.changed,
        equal_share=float(weighed.equal.mean()) if len(weighed.equal) else 0.0,
        unlinked_mass=weighed.unlinked,
    )

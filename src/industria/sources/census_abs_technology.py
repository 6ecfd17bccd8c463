"""Tables of the Annual Business Survey on technology, published by NCSES."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from industria.errors import ParameterRangeError
from industria.sources.carried import from_mirror
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["abs_technology"]

NCSES: Final = Publisher(
    name="ncses",
    title="National Center for Science and Engineering Statistics and US Census Bureau",
    license="US Government work, public domain",
    homepage="https://ncses.nsf.gov/surveys/annual-business-survey",
)
KEPT: Final = "ncses_abs_technology_long.csv"
NOTE: Final = "Put together by others from 52 published tables, one file each; percentages are read as fractions."


@reader(
    columns={
        "table": "number of the table in the publisher's addresses [code]",
        "title": "title of the table, with the years that it is about [name]",
        "year": "last year of the data [date]",
        "row": "the row, from the widest group to the narrowest, with -> between [name]",
        "industry": "NAICS code or range of the row, null where rows are no industries [code]",
        "measure": "header of the column in the published table [name]",
        "value": "companies, or the share of them that the measure is true of; null where withheld",
        "value_flag": "null, revised, or withheld [name]",
        "unit": "firms, or fraction [name]",
    },
    example={"tables": ["5698"]},
)
def abs_technology(*, tables: Sequence[str] | None = None, as_of: str | None = None) -> Source:
    """Read how many US companies use which technology, why, and with which effect on workers.

    Data of 2018 (reference 2016-18) to 2021: use of artificial intelligence, cloud computing,
    software, robotics and equipment (5698 to 5707, by industry and by size of company in
    turn), motives and effects on workers and skills (5708 to 5722), what hinders (5723 to
    5727), government programs (7458, 7459), and later tables.

    Parameters
    ----------
    tables : sequence of str, optional
        Numbers of tables; all of them without.
    as_of : str, optional
        A day: only a file that was written no later.

    Returns
    -------
    Source
        `table`, `title`, `year`, `row`, `industry`, `measure`, `value`, `value_flag`, `unit`.
        Percentages of companies are fractions, rounded to a thousandth as published; a
        withheld one is null.

    Raises
    ------
    ParameterRangeError
        If the list of tables is empty.
    UnknownGroupError
        If there is no such table; when it is read.
    NotMirroredError
        If the mirror lacks the file.

    Examples
    --------
    In a study::

        [sources.robots]
        use = "census.abs_technology"
        tables = ["5704"]
    """
    if tables is not None and not tables:
        raise ParameterRangeError("tables", [], "one number or more, or None for all")
    file = from_mirror(NCSES, (KEPT,), page=NCSES.homepage, as_of=as_of)
    listed = None if tables is None else list(tables)

    def load() -> Table:
        from industria.sources.formats.abs_technology import read_abs_technology

        return read_abs_technology(file.path, file.name, listed)

    return file.source(
        "census.abs_technology",
        load,
        {"tables": listed, "as_of": as_of},
        title="Annual Business Survey, technology",
        vintage="data of 2018 to 2021",
        documentation=NCSES.homepage,
        notes=(NOTE,),
    )

"""Employment Projections of the US Bureau of Labor Statistics."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from industria.errors import ChoiceError, UsageError
from industria.sources.bls_oews import FILES_OF_BLS
from industria.sources.published import had
from industria.sources.reader import reader
from industria.sources.source import Source

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["TABLES", "projections"]

TABLES: Final = (*(f"1.{i}" for i in range(1, 13)), "5.3", "5.4")

# The publisher replaces its workbook every year; a mirror keeps an older one under a name of its own.
KEPT: Final = {"2022-32": ("occupation_2023_final.xlsx",)}


@reader(
    columns={
        "occupation": "code of the National Employment Matrix [code]",
        "industry": "code of the industry, in tables 1.9 and 1.12 [code]",
        "title": "name of the occupation, or of the industry in table 1.9 [name]",
        "industry_title": "name of the industry, in table 1.12 [name]",
        "group": "Summary, or Line item [name]",
        "naics": "codes of NAICS that make up the industry, in table 1.9 [code]",
        "national_employment_matrix_link": "address of the publisher's page [name]",
        "employment_change_fraction_<years>": "change of employment over employment in the first year [fraction]",
        "employment_change_numeric_<years>": "change of employment, in thousands [jobs]",
        "employment_distribution_fraction_<year>": "share of all employment [fraction]",
        "employment_<year>": "employment, in thousands [jobs]",
        "fraction_self_employed_<year>": "share of the employed who work for themselves [fraction]",
        "median_annual_wage_<year>_flag": "null, or top_coded [name]",
        "median_annual_wage_<year>": "median wage, US dollars a year [currency]",
        "occupational_openings_<years>_annual_average": "openings a year, in thousands [jobs]",
        "labor_force_exit_rate_<years>_annual_average": "who retire or leave, over employment [fraction]",
        "occupational_transfer_rate_<years>_annual_average": "who change it, over employment [fraction]",
        "total_occupational_separations_rate_<years>_annual_average": "both, over employment [fraction]",
        "labor_force_exits_<years>_annual_average": "who retire or leave in a year, in thousands [persons]",
        "occupational_transfers_<years>_annual_average": "who change the occupation in a year, in thousands [persons]",
        "total_occupational_separations_<years>_annual_average": "both in a year, in thousands [persons]",
        "typical_education_needed_for_entry": "education that most need for entry [name]",
        "work_experience_in_a_related_occupation": "experience that most need [name]",
        "typical_on_the_job_training_needed_to_attain_competency_in_the_occupation": "training on the job [name]",
        "factors_affecting_occupational_utilization": "why more or less of the occupation is used, in words [name]",
        "less_than_high_school_diploma": "share of the workers with this education, in table 5.3 [fraction]",
        "high_school_diploma_or_equivalent": "share of the workers with this education [fraction]",
        "some_college_no_degree": "share of the workers with this education [fraction]",
        "associate_s_degree": "share of the workers with this education [fraction]",
        "bachelor_s_degree": "share of the workers with this education [fraction]",
        "master_s_degree": "share of the workers with this education [fraction]",
        "doctoral_or_professional_degree": "share of the workers with this education [fraction]",
    },
    example={"table": "1.2", "vintage": "2022-32"},
)
def projections(*, table: str = "1.2", vintage: str = "2022-32", as_of: str | None = None) -> Source:
    """Read a table of employment by occupation, now and projected in ten years.

    Summary rows and their line items stand among each other; `group` tells them
    apart in the tables that say so, and is left out where the table does not.

    Parameters
    ----------
    table : str
        1.1 to 1.12, 5.3 or 5.4: 1.2 has employment and openings, 1.7 education and
        training, 1.10 separations, 1.12 the factors that change how much an
        occupation is used, 5.3 educational attainment.
    vintage : str
        The years, as 2022-32.
    as_of : str, optional
        A day: the newest workbook that was had no later.

    Returns
    -------
    Source
        `occupation`, `title`, `group`, then the table's own columns in snake case.
        Employment and openings are in thousands, shares and rates fractions, wages in
        US dollars a year, with a `_flag` that tells which are `top_coded`. A dash is null.
        Titles have lost the blanks that indent them.

    Raises
    ------
    ChoiceError
        If there is no such table.
    UsageError
        If the vintage is no pair of years ten apart.
    NotMirroredError
        If the workbook is nowhere and the network is closed.
    """
    if table not in TABLES:
        raise ChoiceError("table", table, TABLES)
    years = re.fullmatch(r"(\d{4})-(\d\d)", vintage)
    if years is None or (int(years[1]) + 10) % 100 != int(years[2]):
        raise UsageError(f"bls.projections: vintage={vintage!r}; it is a pair of years ten apart, as 2022-32.")
    first = int(years[1])
    file = had(
        FILES_OF_BLS,
        "occupation.xlsx",
        "https://www.bls.gov/emp/ind-occ-matrix/occupation.xlsx",
        page="https://www.bls.gov/emp/tables.htm",
        as_of=as_of,
        otherwise=KEPT.get(vintage, ()),
    )

    def load() -> Table:
        from industria.sources.formats.projections import read_projections

        return read_projections(file.path, file.name, table, first, first + 10)

    return file.source(
        "bls.projections",
        load,
        {"table": table, "vintage": vintage, "as_of": as_of},
        title=f"Employment Projections {vintage}, table {table}",
        vintage=vintage,
        documentation="https://www.bls.gov/emp/documentation/projections-methods.htm",
    )

"""Total factor productivity by KLEMS of US industries, of the Bureau of Labor Statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from industria.errors import ChoiceError
from industria.sources.bls_oews import FILES_OF_BLS
from industria.sources.published import had
from industria.sources.reader import reader
from industria.sources.source import Source

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["klems"]

PAGE: Final = "https://www.bls.gov/productivity/tables/"


@dataclass(frozen=True, slots=True)
class Release:
    """One year's edition: its file, the index's base, and the sheet."""

    file: str
    url: str
    base: int
    sheet: str | None
    kept: tuple[str, ...] = ()


CURRENT: Final = "major-industry-total-factor-productivity-klems.xlsx"
RELEASES: Final = {
    2018: Release(
        "klemscombinedbymeasure.xlsx",
        "https://www.bls.gov/mfp/special_requests/klemscombinedbymeasure.xlsx",
        2012,
        None,
        ("klemscombinedbymeasure.csv", "bls_klems_1987_2018_inputs.csv"),
    ),
    # The publisher replaces one workbook every year: the years in it tell which it is.
    2022: Release(CURRENT, f"{PAGE}{CURRENT}", 2017, "Annual"),
    2023: Release(CURRENT, f"{PAGE}{CURRENT}", 2017, "Annual"),
}
AVERAGES: Final = "Averages over several years, which follow from the years, are left out."
SUBSET: Final = "This copy leaves out the publisher's own productivity, combined inputs and contributions."


@reader(
    columns={
        "industry": "NAICS code or range, as 311,312; MN, DM and ND are manufacturing, durable and not [code]",
        "title": "name of the industry [name]",
        "year": "year [date]",
        "variable": "the measure in snake case; a change on the year before ends with _growth [name]",
        "measure": "the measure in the publisher's words [name]",
        "value": "the number, in the unit that stands beside it; changes and shares are fractions",
        "unit": "unit of the number, with its scale [name]",
    },
    example={"vintage": 2018},
)
def klems(*, vintage: int = 2018, as_of: str | None = None) -> Source:
    """Read outputs, inputs, their prices, costs and productivity of US industries, a number a row.

    Industries and the aggregates over them stand among each other: 42, 44,45 and their
    sum 42,44-45; do not add them up.

    Parameters
    ----------
    vintage : {2018, 2022, 2023}
        The last year that the release covers.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `industry`, `title`, `year`, `variable`, `measure`, `value`, `unit`. Percent changes
        are fractions. A year without a change (the first) is null.

    Raises
    ------
    ChoiceError
        If the release is not known.
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.industries]
        use = "bls.klems"
        vintage = 2018
    """
    if vintage not in RELEASES:
        raise ChoiceError("vintage", vintage, [str(year) for year in RELEASES])
    release = RELEASES[vintage]
    file = had(FILES_OF_BLS, release.file, release.url, page=PAGE, as_of=as_of, otherwise=release.kept)

    def load() -> Table:
        from industria.sources.formats.klems import read_klems

        return read_klems(file.path, file.name, base=release.base, last=vintage, sheet=release.sheet)

    return file.source(
        "bls.klems",
        load,
        {"vintage": vintage, "as_of": as_of},
        title=f"Major Industry Total Factor Productivity (KLEMS), 1987-{vintage}",
        vintage=f"1987-{vintage}",
        documentation="https://www.bls.gov/opub/hom/msp/home.htm",
        facts={"base_year": release.base},
        notes=(AVERAGES, SUBSET) if file.name.endswith("inputs.csv") else (AVERAGES,) if release.kept else (),
    )

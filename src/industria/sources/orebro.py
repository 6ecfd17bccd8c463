"""Örebro University and the Ratio Institute: how the reach of artificial intelligence grew, year by year."""

from __future__ import annotations

from typing import Final

from industria.sources.formats.score_table import Cells, ScoreTable, Stack
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.score_files import Repository, ScoreFile, scores
from industria.sources.source import Source

__all__ = ["daioe"]

LAB: Final = Publisher(
    name="orebro",
    title="AI-Econ Lab, Örebro University and Ratio Institute",
    license="CC BY 4.0",
    homepage="https://github.com/Magnus-L/daioe-pipeline",
)
THERE: Final = Repository(
    publisher=LAB,
    raw="https://raw.githubusercontent.com/Magnus-L/daioe-pipeline/main/",
    page="https://github.com/Magnus-L/daioe-pipeline/blob/main/",
    citation=(
        "Lodefalk & Engberg (2026), DAIOE: Dynamic AI Occupational Exposure, data set, doi:10.5281/zenodo.21873968"
    ),
    documentation="https://github.com/Magnus-L/daioe-pipeline/blob/main/DOCUMENTATION.md",
)
APPLICATIONS: Final = (
    "allapps",
    "stratgames",
    "videogames",
    "imgrec",
    "imgcompr",
    "imggen",
    "readcompr",
    "lngmod",
    "translat",
    "speechrec",
    "genai",
)

PANEL: Final = ScoreFile(
    path="mapping/raw_data/daioe_onetsoc2010.csv",
    title="Dynamic AI Occupational Exposure, O*NET-SOC 2010",
    vintage="frozen window 2010-2023",
    table=ScoreTable(
        columns={
            "occ_code_onetsoc2010": Cells(name="occupation", form=r"\d\d-\d{4}\.\d\d", shape="11-1011.00"),
            "occ_title_onetsoc2010": Cells(name="title"),
            "year": Cells(name="year", kind="whole", least=2010, most=2023),
        },
        stack=Stack(
            key=Cells(name="application"),
            labels=APPLICATIONS,
            values={
                "daioe_{}": Cells(name="score", kind="number", least=0, lacking=True),
                "pctl_rank_{}": Cells(name="percentile", kind="number", least=0, most=100, per=100, lacking=True),
            },
        ),
        edition="the frozen window 2010-2023",
        counts={"rows": 148_764, "occupation": 966, "year": 14},
        delimiter="\t",
    ),
    notes=(
        "Tabs stand between the cells, although the file ends in .csv.",
        "A score is empty before the first benchmark of its application.",
        "Codes are of O*NET-SOC 2010, not of 2019.",
    ),
)


@reader(
    columns={
        "occupation": "code of O*NET-SOC 2010, as 11-1011.00 [code]",
        "title": "name of the occupation [name]",
        "year": "the year [date]",
        "application": "allapps and genai for all, and for generative AI; else one of nine applications [name]",
        "score": "exposure up to the year, added over years; it has no natural unit [index]",
        "percentile": "rank among the occupations of the year, from 0 to 1 [fraction]",
    },
    example={},
)
def daioe(*, as_of: str | None = None) -> Source:
    """Read how far artificial intelligence reached each occupation, year by year.

    Progress on public benchmarks, by application, through the abilities that an
    occupation needs. Scores have no unit: compare occupations of a year by percentile,
    and years by scores over the largest of the whole window; standardize with moments
    of 2010 to 2020 alone. Scores of two applications do not compare.

    Parameters
    ----------
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `occupation`, `title`, `year`, `application` (allapps, genai, stratgames,
        videogames, imgrec, imgcompr, imggen, readcompr, lngmod, translat, speechrec),
        `score` as published, `percentile` (the file's percent over 100). Both are
        empty in years before an application has a benchmark.

    Raises
    ------
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.exposure]
        use = "orebro.daioe"
    """
    return scores("orebro.daioe", THERE, PANEL, {}, as_of=as_of)

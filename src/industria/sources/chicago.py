"""University of Chicago: which occupations can be done at home."""

from __future__ import annotations

from typing import Final, Literal

from industria.sources.formats.score_table import Cells, ScoreTable
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.score_files import Repository, ScoreFile, scores
from industria.sources.source import Source

__all__ = ["teleworkability"]

Table = Literal["occupations_workathome", "onet_teleworkable_blscodes"]
CHICAGO: Final = Publisher(
    name="chicago",
    title="Dingel and Neiman, University of Chicago",
    license="GPL-3.0 (the repository); the flags are facts, to be cited",
    homepage="https://github.com/jdingel/DingelNeiman-workathome",
)
THERE: Final = Repository(
    publisher=CHICAGO,
    raw="https://raw.githubusercontent.com/jdingel/DingelNeiman-workathome/master/",
    page="https://github.com/jdingel/DingelNeiman-workathome/blob/master/",
    citation=("Dingel & Neiman (2020), How many jobs can be done at home?, Journal of Public Economics 189, 104235"),
    documentation="https://github.com/jdingel/DingelNeiman-workathome#readme",
)
VINTAGE: Final = "2020, O*NET 24.2"

FILES: Final[dict[str, ScoreFile]] = {
    "occupations_workathome": ScoreFile(
        path="occ_onet_scores/output/occupations_workathome.csv",
        title="Teleworkability of occupations of O*NET",
        vintage=VINTAGE,
        table=ScoreTable(
            columns={
                "onetsoccode": Cells(name="occupation", form=r"\d\d-\d{4}\.\d\d", shape="11-1011.00"),
                "title": Cells(name="title"),
                "teleworkable": Cells(name="teleworkable", kind="number", least=0, most=1),
            },
            edition="2020",
            counts={"rows": 968, "occupation": 968},
        ),
        notes=("Codes are of O*NET-SOC 2010, not of 2019.",),
    ),
    "onet_teleworkable_blscodes": ScoreFile(
        path="onet_to_BLS_crosswalk/output/onet_teleworkable_blscodes.csv",
        title="Teleworkability of occupations of the OES estimates",
        vintage=f"{VINTAGE}, codes of the OES estimates of 2018",
        table=ScoreTable(
            columns={
                "OCC_CODE": Cells(name="occupation", form=r"\d\d-\d{4}", shape="11-1011"),
                "OES_TITLE": Cells(name="title"),
                "teleworkable": Cells(name="teleworkable", kind="number", least=0, most=1),
            },
            edition="2020",
            counts={"rows": 764, "occupation": 764},
        ),
        notes=(
            "Codes are of the OES estimates of May 2018, of the SOC 2010: most fit later years, and not all.",
            "Occupations that O*NET does not describe, most of them All Other, are absent.",
        ),
    ),
}


@reader(
    columns={
        "occupation": "code of O*NET-SOC 2010, or of the OES estimates of 2018 [code]",
        "title": "name of the occupation [name]",
        "teleworkable": "1 if it can be done at home; a mean where one code has several occupations [fraction]",
    },
    example={"table": "onet_teleworkable_blscodes"},
)
def teleworkability(*, table: Table = "occupations_workathome", as_of: str | None = None) -> Source:
    """Read which occupations can be done at home entirely.

    An occupation can, unless one of fifteen conditions of its work context or its
    activities holds, such as work outdoors every day. It tells what is feasible, not
    what is done.

    Parameters
    ----------
    table : {"occupations_workathome", "onet_teleworkable_blscodes"}
        The publisher's file: by occupation of O*NET, or by the codes that US
        employment is published by.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `occupation`, `title`, `teleworkable`: 0 or 1 by occupation of O*NET; by OES code
        the mean over these, weighted by respondents within a code of the SOC.

    Raises
    ------
    ChoiceError
        If there is no such table; the message has the nearest.
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.telework]
        use = "chicago.teleworkability"
        table = "onet_teleworkable_blscodes"
    """
    return scores("chicago.teleworkability", THERE, FILES[table], {"table": table}, as_of=as_of)

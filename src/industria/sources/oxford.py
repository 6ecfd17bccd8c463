"""University of Oxford: how workers move between occupations."""

from __future__ import annotations

from typing import Final, Literal

from industria.sources.formats.score_table import Cells, ScoreTable
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.score_files import Repository, ScoreFile, scores
from industria.sources.source import Source

__all__ = ["mobility"]

Table = Literal["asec_to_bls_mobility_edgelist", "career_changers_mobility_edgelist", "occ_names_bls_minor_major"]
OXFORD: Final = Publisher(
    name="oxford",
    title="del Rio-Chanona and others, Institute for New Economic Thinking, University of Oxford",
    license="CC BY 4.0",
    homepage="https://github.com/RMariaDelRioChanona/CanadaLaborApplication",
)
THERE: Final = Repository(
    publisher=OXFORD,
    raw="https://raw.githubusercontent.com/RMariaDelRioChanona/CanadaLaborApplication/main/",
    page="https://github.com/RMariaDelRioChanona/CanadaLaborApplication/blob/main/",
    citation=(
        "del Rio-Chanona, Mealy, Beguerisse-Díaz, Lafond & Farmer (2021), Occupational mobility and automation: "
        "a data-driven network model, Journal of the Royal Society Interface 18, 20200898"
    ),
    documentation="https://doi.org/10.1098/rsif.2020.0898",
)
FOLDER: Final = "labour_abm_canada/data/ONET/"
VINTAGE: Final = "2021, employment of May 2018"
SOC: Final = r"\d\d-\d{4}"


def _probability(name: str, most: float = 1.0) -> Cells:
    return Cells(name=name, kind="number", least=0, most=most)


def _whole(name: str) -> Cells:
    return Cells(name=name, kind="whole", least=0)


MIXED: Final = "Codes are of the SOC 2010 as the CPS tells them: broad ones (11-1010) beside detailed ones (13-2051)."
FILES: Final[dict[str, ScoreFile]] = {
    "asec_to_bls_mobility_edgelist": ScoreFile(
        path=f"{FOLDER}asec_to_bls_mobility_edgelist.csv",
        title="Transitions between occupations in the CPS, fitted to employment",
        vintage=VINTAGE,
        table=ScoreTable(
            columns={
                "OCC_source": Cells(name="from_occupation", form=SOC, shape="11-1010"),
                "OCC_target": Cells(name="to_occupation", form=SOC, shape="11-1010"),
                "OCC_TITLE_OCCLY": Cells(name="from_title"),
                "OCC_TITLE_OCC": Cells(name="to_title"),
                "transition_prob_BLS_ASECnorm_corr": _probability("probability"),
                "transition_prob_BLS_ASECnorm_in_corr": _probability("probability_in", 2.0),
                "TOT_EMP_OCCLY": _whole("from_employment"),
                "TOT_EMP_OCC": _whole("to_employment"),
                "A_MEAN_OCC": _whole("to_annual_mean"),
            },
            edition="2021",
            counts={"rows": 15_426, "from_occupation": 539, "to_occupation": 539},
        ),
        notes=(
            MIXED,
            "Staying is a row as well: the probabilities of an origin add to one, but for less than 0.004.",
            "The probabilities of a destination, probability_in, do not add to one.",
            "The file's OCC_TITLE_OCC is the title of the destination, and OCC_TITLE_OCCLY that of the origin.",
        ),
    ),
    "career_changers_mobility_edgelist": ScoreFile(
        path=f"{FOLDER}career_changers_mobility_edgelist.csv",
        title="Transitions between occupations that O*NET names for career changers",
        vintage=VINTAGE,
        table=ScoreTable(
            columns={
                "OCC_source": Cells(name="from_occupation", form=SOC, shape="11-1010"),
                "OCC_target": Cells(name="to_occupation", form=SOC, shape="11-1010"),
                "out_degree": _whole("out_degree"),
                "trans_prob_cc": _probability("probability"),
                "trans_prob_cc_in": _probability("probability_in", 2.0),
            },
            edition="2021",
            counts={"rows": 8_793, "from_occupation": 521, "to_occupation": 521},
        ),
        notes=(
            MIXED,
            "Not observed: everybody stays with probability 0.93585.",
            "The rest of an origin is spread evenly over the occupations that O*NET names for it.",
        ),
    ),
    "occ_names_bls_minor_major": ScoreFile(
        path=f"{FOLDER}occ_names_bls_minor_major.csv",
        title="Occupations of the transitions, with employment and wages",
        vintage=VINTAGE,
        table=ScoreTable(
            columns={
                "OCC_CODE": Cells(name="occupation", form=SOC, shape="11-1010"),
                "OCC_TITLE": Cells(name="title"),
                "TOT_EMP": _whole("employment"),
                "A_MEAN": _whole("annual_mean"),
                "OCC_CODE_minor": Cells(name="minor_group", form=SOC, shape="11-1010"),
                "OCC_TITLE_minor": Cells(name="minor_title"),
                "OCC_CODE_major": Cells(name="major_group", form=SOC, shape="11-1010"),
                "OCC_TITLE_major": Cells(name="major_title"),
            },
            edition="2021",
            counts={"rows": 539, "occupation": 539},
        ),
        notes=(MIXED,),
    ),
}


@reader(
    columns={
        "from_occupation": "occupation a year before [code]",
        "to_occupation": "occupation now; the same one where people stay [code]",
        "from_title": "name of the origin [name]",
        "to_title": "name of the destination [name]",
        "probability": "share of the workers of the origin who are in the destination a year later [fraction]",
        "probability_in": "the same over the workers of the destination, not made to add to one [1]",
        "from_employment": "employment in the origin [jobs]",
        "to_employment": "employment in the destination [jobs]",
        "to_annual_mean": "mean wage in the destination, US dollars a year [currency]",
        "out_degree": "destinations that O*NET names [count]",
        "occupation": "code of the SOC 2010, broad or detailed [code]",
        "title": "name of the occupation [name]",
        "employment": "employment [jobs]",
        "annual_mean": "mean wage, US dollars a year [currency]",
        "minor_group": "minor group of the SOC [code]",
        "minor_title": "name of the minor group [name]",
        "major_group": "major group of the SOC [code]",
        "major_title": "name of the major group [name]",
    },
    example={"table": "asec_to_bls_mobility_edgelist"},
)
def mobility(*, table: Table = "asec_to_bls_mobility_edgelist", as_of: str | None = None) -> Source:
    """Read how US workers move between occupations within a year.

    Observed moves of the Current Population Survey, fitted to employment; or the
    moves that O*NET finds plausible, where nothing was observed. Observed moves tell
    where people went, not where they could go.

    Parameters
    ----------
    table : {"asec_to_bls_mobility_edgelist", "career_changers_mobility_edgelist", "occ_names_bls_minor_major"}
        The publisher's file: observed moves, plausible moves, or the occupations with
        their employment, wages and groups.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        asec_to_bls_mobility_edgelist: `from_occupation`, `to_occupation`, `from_title`,
        `to_title`, `probability`, `probability_in`, `from_employment`, `to_employment`,
        `to_annual_mean`; staying is a row. Left out are the counts of the CPS, which
        repeat among occupations.
        career_changers_mobility_edgelist: `from_occupation`, `to_occupation`,
        `out_degree`, `probability`, `probability_in`.
        occ_names_bls_minor_major: `occupation`, `title`, `employment`, `annual_mean`,
        `minor_group`, `minor_title`, `major_group`, `major_title`.

    Raises
    ------
    ChoiceError
        If there is no such table; the message has the nearest.
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.moves]
        use = "oxford.mobility"
    """
    return scores("oxford.mobility", THERE, FILES[table], {"table": table}, as_of=as_of)

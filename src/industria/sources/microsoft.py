"""Microsoft Research: what generative artificial intelligence is used for at work."""

from __future__ import annotations

from typing import Final, Literal

from industria.sources.formats.score_table import Cells, ScoreTable, Stack
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.score_files import Repository, ScoreFile, scores
from industria.sources.source import Source

__all__ = ["applicability"]

Table = Literal["iwa_metrics", "soc_iwa_weights", "soc_to_iwas", "soc_ai_applicability_scores", "soc_metrics"]
MICROSOFT: Final = Publisher(
    name="microsoft",
    title="Microsoft Research",
    license="CC BY 4.0",
    homepage="https://github.com/microsoft/working-with-ai",
)
THERE: Final = Repository(
    publisher=MICROSOFT,
    raw="https://raw.githubusercontent.com/microsoft/working-with-ai/main/",
    page="https://github.com/microsoft/working-with-ai/blob/main/",
    citation=(
        "Tomlinson, Jaffe, Wang, Counts & Suri (2025), Working with AI: Measuring the applicability of generative AI "
        "to occupations, arXiv:2507.07935"
    ),
    documentation="https://github.com/microsoft/working-with-ai#readme",
)
EDITION: Final = "2025, Bing Copilot of January to September 2024, O*NET 29.0"

OCCUPATION: Final = Cells(name="occupation", form=r"\d\d-\d{4}", shape="11-1011")
ACTIVITY: Final = Cells(name="activity", form=r"4\.A\.\d\.[a-z]\.\d+\.I\d\d", shape="4.A.1.a.1.I01")
TITLE: Final = Cells(name="title")
SIDE: Final = Cells(name="side")
SIDES: Final = ("user", "ai")
WHERE_RATED: Final = "A share without a conversation to rate is empty; the authors count its product as zero."
CODES: Final = (
    "Codes are of the National Employment Matrix, as in the OEWS tables: twelve are broad, such as 31-1120. "
    "Military occupations, and 74 without tasks, are absent."
)


def _share(name: str) -> Cells:
    return Cells(name=name, kind="number", least=0, most=1 + 1e-12, lacking=True)


FILES: Final[dict[str, ScoreFile]] = {
    "iwa_metrics": ScoreFile(
        path="iwa_metrics.csv",
        title="Use of Bing Copilot by intermediate work activity",
        vintage=EDITION,
        table=ScoreTable(
            columns={"IWA": ACTIVITY, "title": TITLE},
            stack=Stack(
                key=SIDE,
                labels=SIDES,
                values={
                    f"{name}_{{}}": _share(name)
                    for name in (
                        "share",
                        "completion",
                        "impact_scope",
                        "feedback_positive_fraction",
                        "completion_x_scope_x_coverage",
                    )
                },
            ),
            edition="2025",
            counts={"rows": 664, "activity": 332},
        ),
        notes=(WHERE_RATED,),
    ),
    "soc_iwa_weights": ScoreFile(
        path="soc_iwa_weights.csv",
        title="Weights of intermediate work activities in occupations",
        vintage=EDITION,
        table=ScoreTable(
            columns={"SOC Code": OCCUPATION},
            stack=Stack(key=ACTIVITY, values={"{}": Cells(name="weight", kind="number", least=0)}),
            edition="2025",
            counts={"rows": 260_620, "occupation": 785, "activity": 332},
        ),
        notes=(CODES, "Every pair has a row; a weight of zero means that the occupation lacks the activity."),
    ),
    "soc_to_iwas": ScoreFile(
        path="soc_to_iwas.csv",
        title="Intermediate work activities of occupations",
        vintage=EDITION,
        table=ScoreTable(
            columns={"SOC Code": OCCUPATION, "IWA": ACTIVITY},
            edition="2025",
            counts={"rows": 13_698, "occupation": 785, "activity": 332},
        ),
        notes=(CODES, "The weight of 160 of these pairs is zero."),
    ),
    "soc_ai_applicability_scores": ScoreFile(
        path="soc_ai_applicability_scores.csv",
        title="Applicability of generative AI to occupations",
        vintage=EDITION,
        table=ScoreTable(
            columns={
                "SOC Code": OCCUPATION,
                "title": TITLE,
                "ai_applicability_score": _share("ai_applicability_score"),
            },
            edition="2025",
            counts={"rows": 785, "occupation": 785},
        ),
        notes=(CODES,),
    ),
    "soc_metrics": ScoreFile(
        path="soc_metrics.csv",
        title="Use of Bing Copilot by occupation",
        vintage=EDITION,
        table=ScoreTable(
            columns={"SOC Code": OCCUPATION, "title": TITLE},
            stack=Stack(
                key=SIDE,
                labels=SIDES,
                values={
                    f"{name}_{{}}": _share(name)
                    for name in (
                        "coverage",
                        "completion",
                        "impact_scope",
                        "feedback_positive_fraction",
                        "ai_applicability_score",
                    )
                },
            ),
            edition="2025",
            counts={"rows": 1_570, "occupation": 785},
        ),
        notes=(CODES,),
    ),
}


@reader(
    columns={
        "occupation": "code of the National Employment Matrix, most of them of the SOC 2018 [code]",
        "activity": "intermediate work activity of O*NET [code]",
        "title": "name of the activity, or of the occupation [name]",
        "side": "user for what people ask for, ai for what the assistant does [name]",
        "share": "share of conversations; the shares of a side add to one [fraction]",
        "completion": "share of conversations that complete what was asked [fraction]",
        "impact_scope": "share of conversations of moderate scope or more [fraction]",
        "feedback_positive_fraction": "share of thumbs that are up [fraction]",
        "completion_x_scope_x_coverage": (
            "completion times scope where the share is above 0.0005, zero elsewhere [fraction]"
        ),
        "weight": "weight of the activity in the occupation, by relevance and importance in O*NET 29.0 [1]",
        "coverage": "weighted share of activities whose share of conversations is above 0.0005 [fraction]",
        "ai_applicability_score": "weighted mean of the product; without a side, the mean of both [fraction]",
    },
    example={"table": "iwa_metrics"},
)
def applicability(*, table: Table = "iwa_metrics", as_of: str | None = None) -> Source:
    """Read what a general assistant was used for, and how well, by activity and occupation.

    The score of an occupation is the mean over both sides of its activities' products
    of completion and scope, by their weights; activities that hardly occur count zero.
    It tells how useful an assistant may be, from consumers' use, and forecasts no job.

    Parameters
    ----------
    table : {"iwa_metrics", "soc_iwa_weights", "soc_to_iwas", "soc_ai_applicability_scores", "soc_metrics"}
        The publisher's file: metrics by activity and side, weights of activities in
        occupations, pairs of both, scores of occupations, their metrics by side.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        iwa_metrics: `activity`, `title`, `side`, `share`, `completion`, `impact_scope`,
        `feedback_positive_fraction`, `completion_x_scope_x_coverage`; two rows an activity.
        soc_iwa_weights: `occupation`, `activity`, `weight`, one row a pair, zeros too.
        soc_to_iwas: `occupation`, `activity`.
        soc_ai_applicability_scores: `occupation`, `title`, `ai_applicability_score`.
        soc_metrics: `occupation`, `title`, `side`, `coverage`, `completion`,
        `impact_scope`, `feedback_positive_fraction`, `ai_applicability_score`.

    Raises
    ------
    ChoiceError
        If there is no such table; the message has the nearest.
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.weights]
        use = "microsoft.applicability"
        table = "soc_iwa_weights"
    """
    return scores("microsoft.applicability", THERE, FILES[table], {"table": table}, as_of=as_of)

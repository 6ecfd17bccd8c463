"""Exposure of the tasks of ISCO-08 to generative artificial intelligence, by the ILO."""

from __future__ import annotations

from typing import Final

from industria.sources.formats.score_table import Cells, ScoreTable
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.score_files import Repository, ScoreFile, scores
from industria.sources.source import Source

__all__ = ["task_scores"]

AUTHORS: Final = Publisher(
    name="ilo",
    title="International Labour Organization (Gmyrek and others)",
    license="CC BY 4.0 (Working Paper 140)",
    homepage="https://github.com/pgmyrek/2025_GenAI_scores_ISCO08",
)
THERE: Final = Repository(
    publisher=AUTHORS,
    raw="https://raw.githubusercontent.com/pgmyrek/2025_GenAI_scores_ISCO08/main/",
    page="https://github.com/pgmyrek/2025_GenAI_scores_ISCO08/blob/main/",
    citation=(
        "Gmyrek, Berg, Kamiński, Konopczyński, Ładna, Nafradi, Rosłaniec & Troszyński (2025), Generative AI and jobs: "
        "A refined global index of occupational exposure, ILO Working Paper 140"
    ),
    documentation="https://www.ilo.org/publications/generative-ai-and-jobs-refined-global-index-occupational-exposure",
)


def _score(name: str, *, lacking: bool = False) -> Cells:
    return Cells(name=name, kind="number", least=0, most=1, lacking=lacking)


SCORES: Final = ScoreFile(
    path="Final_Scores_ISCO08_Gmyrek_et_al_2025.xlsx",
    title="Refined global index of occupational exposure to generative AI, scores of tasks",
    vintage="2025, with the scores of 2023",
    table=ScoreTable(
        columns={
            "ISCO_08": Cells(name="occupation", form=r"\d{4}", shape="1111", digits=4),
            "Title": Cells(name="title"),
            "taskID": Cells(name="task_id", identifier=True),
            "Task_ISCO": Cells(name="task"),
            "score_2025": _score("score_2025"),
            "score_2023": _score("score_2023", lacking=True),
            "predicted_score_2025_gpt4o": _score("score_2025_gpt4o", lacking=True),
            "predicted_score_2025_gemini": _score("score_2025_gemini", lacking=True),
            "source": Cells(name="origin", among=("predicted", "reconciled")),
            "mean_score_2025": _score("mean_2025"),
            "SD_2025": _score("sd_2025"),
            "potential25": Cells(
                name="class_2025",
                among=(
                    "Not Exposed",
                    "Minimal Exposure",
                    "Exposed: Gradient 1",
                    "Exposed: Gradient 2",
                    "Exposed: Gradient 3",
                    "Exposed: Gradient 4",
                ),
            ),
            "mean_score_2023": _score("mean_2023"),
            "SD_2023": _score("sd_2023"),
            "potential23": Cells(name="class_2023"),
        },
        edition="2025",
        counts={"rows": 3_266, "occupation": 427},
    ),
    notes=(
        "The working paper is under CC BY 4.0; the repository of the workbook states no license.",
        "Means and deviations are of unit groups, rounded to two decimals by the authors, and repeat on each task.",
        "Three tasks have no score of 2023.",
        "Nine unit groups are absent: 0110, 0210, 0310 of the armed forces, 1439, 3139, 3435, 5249, 7319 and 8189.",
        "class_2023 is as published, with its spelling: 'The Big Uknown'.",
    ),
)


@reader(
    columns={
        "occupation": "unit group of ISCO-08 [code]",
        "title": "name of the unit group [name]",
        "task_id": "number of the task within its unit group [code]",
        "task": "the task, in words [name]",
        "score_2025": "exposure of the task to generative AI, from 0 to 1, the final score of 2025 [index]",
        "score_2023": "exposure of the task by the index of 2023 [index]",
        "score_2025_gpt4o": "exposure of the task as GPT-4o predicts it from human scores [index]",
        "score_2025_gemini": "exposure of the task as Gemini predicts it from human scores [index]",
        "origin": "predicted: mean of both models; reconciled: settled where they lay apart [name]",
        "mean_2025": "mean score of the unit group, two decimals [index]",
        "sd_2025": "standard deviation of the scores of the unit group, two decimals [index]",
        "class_2025": "Not Exposed, Minimal Exposure, or Exposed: Gradient 1 to 4, of the unit group [name]",
        "mean_2023": "mean score of the unit group by the index of 2023, two decimals [index]",
        "sd_2023": "standard deviation by the index of 2023, two decimals [index]",
        "class_2023": "class of the unit group by the index of 2023 [name]",
    },
    example={},
)
def task_scores(*, as_of: str | None = None) -> Source:
    """Read how far generative AI exposes each task of ISCO-08, in 2025 and in 2023.

    Scores are of tasks; means, deviations and classes are of unit groups, and stand on
    each of their tasks. A class follows from the rounded mean and deviation: worked out
    from unrounded ones, a dozen unit groups fall into another.

    Parameters
    ----------
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        One row a task: `occupation`, `title`, `task_id` (it begins anew in each unit
        group), `task`; `score_2025`, `score_2023`, `score_2025_gpt4o`,
        `score_2025_gemini`, `origin`; `mean_2025`, `sd_2025`, `class_2025` (the
        workbook's `potential25`), `mean_2023`, `sd_2023`, `class_2023`. Left out are the
        models' justifications in words.

    Raises
    ------
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.scores]
        use = "ilo.task_scores"
    """
    # Nobody said whether the workbook may be passed on.
    return scores("ilo.task_scores", THERE, SCORES, {}, as_of=as_of, redistributable=None)

"""OpenAI: how far large language models could help with the tasks of occupations."""

from __future__ import annotations

from typing import Final

from industria.sources.formats.score_table import Cells, ScoreTable
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.score_files import Repository, ScoreFile, scores
from industria.sources.source import Source

__all__ = ["task_labels"]

OPENAI: Final = Publisher(
    name="openai",
    title="OpenAI (Eloundou, Manning, Mishkin and Rock)",
    license="MIT; tasks from O*NET, CC BY 4.0",
    homepage="https://github.com/openai/GPTs-are-GPTs",
)
THERE: Final = Repository(
    publisher=OPENAI,
    raw="https://raw.githubusercontent.com/openai/GPTs-are-GPTs/main/",
    page="https://github.com/openai/GPTs-are-GPTs/blob/main/",
    citation=(
        "Eloundou, Manning, Mishkin & Rock (2024), GPTs are GPTs: Labor market impact potential of LLMs, "
        "Science 384(6702), 1306-1308"
    ),
    documentation="https://arxiv.org/abs/2303.10130",
)
EXPOSURES: Final = ("E0", "E1", "E2")

LABELS: Final = ScoreFile(
    path="data/full_labelset.tsv",
    title="Exposure labels of O*NET tasks to large language models",
    vintage="2023, tasks of O*NET 27.2",
    table=ScoreTable(
        columns={
            "O*NET-SOC Code": Cells(name="occupation", form=r"\d\d-\d{4}\.\d\d", shape="11-1011.00"),
            "Title": Cells(name="title"),
            "Task ID": Cells(name="task_id", identifier=True),
            "Task": Cells(name="task"),
            "Task Type": Cells(name="task_type", among=("Core", "Supplemental"), lacking=True),
            "human_exposure_agg": Cells(name="label", among=EXPOSURES),
            "gpt4_exposure": Cells(name="label_gpt4", among=EXPOSURES),
            "gpt4_exposure_alt_rubric": Cells(name="label_gpt4_alternative", among=EXPOSURES),
            "gpt4_automation": Cells(name="automation_label_gpt4", among=("T0", "T1", "T2", "T3", "T4")),
            "alpha": Cells(name="alpha", kind="number", least=0, most=1),
            "beta": Cells(name="beta", kind="number", least=0, most=1),
            "gamma": Cells(name="gamma", kind="number", least=0, most=1),
            "automation": Cells(name="automation", kind="number", least=0, most=1),
        },
        edition="2023",
        counts={"rows": 19_265, "occupation": 923, "task_id": 19_265},
        delimiter="\t",
    ),
    notes=(
        "The type of 1,312 tasks is empty; the authors count these tasks with weight 1, as supplemental ones.",
        "alpha, beta, gamma and automation are made of the labels of GPT-4, not of those of people.",
        "Codes are of O*NET-SOC 2019, with eight digits.",
    ),
)


@reader(
    columns={
        "occupation": "code of O*NET-SOC 2019, as 11-1011.00 [code]",
        "title": "name of the occupation [name]",
        "task_id": "identifier of the task in the O*NET database [code]",
        "task": "the task, in words [name]",
        "task_type": "Core or Supplemental; empty where O*NET does not say [name]",
        "label": "exposure by human annotators: E0 none, E1 direct, E2 with software built on the model [name]",
        "label_gpt4": "exposure by GPT-4, as E0, E1 or E2 [name]",
        "label_gpt4_alternative": "exposure by GPT-4 under another rubric, as E0, E1 or E2 [name]",
        "automation_label_gpt4": "how far a task could be automated, by GPT-4: T0 not at all to T4 in full [name]",
        "alpha": "1 where GPT-4 says E1 [fraction]",
        "beta": "1 where GPT-4 says E1, one half where it says E2 [fraction]",
        "gamma": "1 where GPT-4 says E1 or E2 [fraction]",
        "automation": "0 for T0 to 1 for T4, in quarters [fraction]",
    },
    example={},
)
def task_labels(*, as_of: str | None = None) -> Source:
    """Read how far a language model exposes each task of O*NET, by people and by GPT-4.

    A label says whether a model could halve the time that the task takes, alone (E1)
    or with software built on it (E2). It is no forecast, and no count of jobs.
    An occupation's exposure is the mean over its tasks, where `Core` weighs 2, and
    `Supplemental` 1, as does a task whose type is empty. Codes are those of O*NET-SOC
    2019, eight digits: map them before they meet employment, which has six.

    Parameters
    ----------
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        One row a task: `occupation`, `title`, `task_id`, `task`, `task_type`; `label`
        (the file's `human_exposure_agg`), `label_gpt4` (`gpt4_exposure`),
        `label_gpt4_alternative` (`gpt4_exposure_alt_rubric`), `automation_label_gpt4`
        (`gpt4_automation`); `alpha`, `beta`, `gamma` and `automation`, which the
        authors made of the labels of GPT-4. Left out are the row's number,
        `human_labels`, which repeats `human_exposure_agg`, and `gpt_3_relevant`.

    Raises
    ------
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.labels]
        use = "openai.task_labels"
    """
    return scores("openai.task_labels", THERE, LABELS, {}, as_of=as_of)

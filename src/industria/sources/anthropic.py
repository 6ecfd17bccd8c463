"""Anthropic: which tasks of O*NET people bring to an assistant."""

from __future__ import annotations

from typing import Final

from industria.sources.formats.score_table import Cells, ScoreTable
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.score_files import Repository, ScoreFile, scores
from industria.sources.source import Source

__all__ = ["task_shares"]

ANTHROPIC: Final = Publisher(
    name="anthropic",
    title="Anthropic",
    license="CC BY",
    homepage="https://huggingface.co/datasets/Anthropic/EconomicIndex",
)
THERE: Final = Repository(
    publisher=ANTHROPIC,
    raw="https://huggingface.co/datasets/Anthropic/EconomicIndex/raw/main/",
    page="https://huggingface.co/datasets/Anthropic/EconomicIndex/blob/main/",
    citation=(
        "Handa and others (2025), Which economic tasks are performed with AI? Evidence from millions of Claude "
        "conversations, arXiv:2503.04761; Anthropic Economic Index, release of 27 March 2025"
    ),
    documentation="https://huggingface.co/datasets/Anthropic/EconomicIndex/tree/main/release_2025_03_27",
)

SHARES: Final = ScoreFile(
    path="release_2025_03_27/task_pct_v2.csv",
    title="Anthropic Economic Index, shares of conversations by task",
    vintage="release of 27 March 2025, tasks of O*NET 20.1",
    table=ScoreTable(
        columns={
            "task_name": Cells(name="task"),
            "pct": Cells(name="share", kind="number", least=0, most=100, per=100),
        },
        edition="27 March 2025",
        counts={"rows": 3_365, "task": 3_365},
    ),
    notes=(
        "Tasks are known by their statements in O*NET 20.1, in lower case; there is no identifier.",
        "The row 'none' holds conversations that fit no task.",
        "A task that several occupations share has one row: its share is not of any one of them.",
    ),
)


@reader(
    columns={
        "task": "statement of the task in O*NET 20.1, in lower case; none where nothing fits [name]",
        "share": "share of conversations; all add to one [fraction]",
    },
    example={},
)
def task_shares(*, as_of: str | None = None) -> Source:
    """Read which tasks of O*NET the conversations with an assistant are about.

    Shares are of conversations with one assistant, not of work: a task with a small
    share may be common at work, and tasks that nobody brought are absent. Join it to
    statements in lower case, of O*NET 20.1, and decide how a task that several
    occupations share is divided among them.

    Parameters
    ----------
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `task`, `share` (the file's percent over 100).

    Raises
    ------
    NotMirroredError
        If the file is nowhere and the network is closed.

    Examples
    --------
    In a study::

        [sources.use]
        use = "anthropic.task_shares"
    """
    return scores("anthropic.task_shares", THERE, SHARES, {}, as_of=as_of)

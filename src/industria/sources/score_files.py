"""Scores that their authors keep as files in a public repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from industria.sources.formats.score_table import ScoreTable
from industria.sources.published import had
from industria.sources.publisher import Publisher
from industria.sources.source import Source

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["Repository", "ScoreFile", "scores"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Where files of scores are published.

    Attributes
    ----------
    publisher : Publisher
        Who, under which license.
    raw : str
        Address of its files: the path of a file follows.
    page : str
        Address of a person's view of them: the path of a file follows.
    citation : str
        How the authors want to be named.
    documentation : str
        Where the scores are explained.
    """

    publisher: Publisher
    raw: str
    page: str
    citation: str
    documentation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFile:
    """A file of scores.

    Attributes
    ----------
    path : str
        In the repository; its last part is the name that a mirror has it by.
    table : ScoreTable
        What it holds.
    title, vintage : str
        What it is called.
    notes : tuple of str
        What a reader of the numbers should know.
    """

    path: str
    table: ScoreTable
    title: str
    vintage: str
    notes: tuple[str, ...] = ()


def scores(
    use: str,
    there: Repository,
    file: ScoreFile,
    request: Mapping[str, Any],
    *,
    as_of: str | None,
    **about: Any,
) -> Source:
    """Have a file of scores as a source.

    Parameters
    ----------
    use : str
        The reader, as a study names it.
    there : Repository
        Where it is published.
    file : ScoreFile
        Which one.
    request : mapping
        The parameters that it was asked for with, besides `as_of`.
    as_of : str or None
        A day: the newest state that was had no later.
    **about
        What is known of it beside what repository and file tell.

    Returns
    -------
    Source
        Its rows are checked when they are read.

    Raises
    ------
    NotMirroredError
        If the file is nowhere and the network is closed.
    """
    held = had(
        there.publisher,
        PurePosixPath(file.path).name,
        there.raw + file.path,
        page=there.page + file.path,
        as_of=as_of,
    )

    def load() -> Table:
        from industria.core.table import as_table
        from industria.sources.formats.scores import read_scores

        return as_table(read_scores(held.path, held.name, file.table), held.name)

    told = {"citation": there.citation, "documentation": there.documentation, "notes": file.notes}
    return held.source(
        use,
        load,
        {**request, "as_of": as_of},
        **told | {"title": file.title, "vintage": file.vintage} | about,
    )

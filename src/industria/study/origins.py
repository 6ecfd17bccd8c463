"""The readers that the sources of a study use: which there are, what they take, which columns they will give."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from industria import sources
from industria.core.parameters import wrong_parameters
from industria.errors import IndustriaError, SourceError, StudyError, hint
from industria.sources.places import located
from industria.sources.reader import parameters_of
from industria.sources.source import Source
from industria.study.model import SourceUse
from industria.study.shapes import Shape

__all__ = ["shape_of_source"]

WRONG_WORDS: Final = StudyError.exit_code


def shape_of_source(
    name: str, source: SourceUse, folder: Path, given: Source | None = None
) -> tuple[Shape | None, dict[str, str], int]:
    """Learn the columns of a source, and what is wrong with it, by key.

    Parameters
    ----------
    name : str
        What the study calls it.
    source : SourceUse
        Its reader, parameters and contract.
    folder : Path
        Of the study.
    given : Source, optional
        The table that a site set in its place.

    Returns
    -------
    tuple of (Shape or None, dict of str to str, int)
        None where a problem stands in the way; and the exit code of what is wrong: 4
        where the words are right and the source cannot be had.
    """
    user = f"source {name!r} ({source.use})"
    if given is not None:
        return _shape(given, source, name)
    try:
        reader = sources.find(source.use)
    except IndustriaError as error:
        return None, {"use": f"source {name!r}: {error}"}, _code(error)
    wrong = wrong_parameters(source.parameters, parameters_of(reader), user)
    if wrong:
        return None, wrong, WRONG_WORDS
    try:
        found = reader(**located(reader, source.parameters, folder))
    except IndustriaError as error:
        return None, {_blamed(source): f"source {name!r}: {error}"}, _code(error)
    return _shape(found, source, name)


def _shape(found: Source, source: SourceUse, name: str) -> tuple[Shape | None, dict[str, str], int]:
    try:
        shape = Shape.of(found.read())
    except IndustriaError as error:
        return None, {_blamed(source): f"source {name!r}: {error}"}, _code(error)
    return shape, _broken_promises(source, shape, name), WRONG_WORDS


def _broken_promises(source: SourceUse, shape: Shape, name: str) -> dict[str, str]:
    """Tell a column that the contract promises and the header lacks."""
    needed = source.contract.needed() if source.contract else []
    missing = [column for column in needed if column not in shape.names]
    told = [f"{column!r}.{hint(column, shape.names)}" for column in missing]
    return (
        {"contract": f"the contract of source {name!r} promises a column that is not there: {told[0]}"} if told else {}
    )


def _code(error: IndustriaError) -> int:
    return SourceError.exit_code if isinstance(error, SourceError) else WRONG_WORDS


def _blamed(source: SourceUse) -> str:
    return "path" if "path" in source.parameters else "use"

"""Having sources as a study would, into the store."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from industria import sources
from industria.core.parameters import misfit
from industria.errors import IndustriaError, UsageError
from industria.sources import Source
from industria.sources.enclave import pull
from industria.sources.mirror import anew
from industria.sources.reader import parameters_of, told_of
from industria.study.load import load

__all__ = ["Pulled", "parameters_in", "pull_all_of", "pull_one"]


class Pulled(NamedTuple):
    """One source that was had, or could not be.

    Attributes
    ----------
    name, use : str
        What a study calls it, and its reader.
    vintage, sha256 : str or None
        Of what was had; None where nothing was.
    bytes : int or None
        Its size.
    path : str or None
        Where the store keeps it; the file itself where it is a person's own.
    error : IndustriaError or None
        Why it was not had.
    """

    name: str
    use: str
    vintage: str | None = None
    sha256: str | None = None
    bytes: int | None = None
    path: str | None = None
    error: IndustriaError | None = None


def pull_one(use: str, words: Sequence[str], *, fresh: bool = False) -> Pulled:
    """Have one source; without words, as the example of its reader asks.

    Parameters
    ----------
    use : str
        Its reader.
    words : sequence of str
        As `parameters_in` reads them.
    fresh : bool
        Ask the publisher, whatever mirror and store hold.

    Raises
    ------
    UnknownSourceError, UsageError, SourceError
        If there is none, if the words do not fit it, or if it cannot be had.
    """
    reader = sources.find(use)
    question = parameters_in(words, reader) if words else told_of(reader).example
    with anew() if fresh else nullcontext():
        return _pulled(use, use, sources.opened(use, question, Path.cwd()))


def pull_all_of(study: str, *, fresh: bool = False) -> list[Pulled]:
    """Have all sources of a study; one that cannot be had does not keep the others from it.

    Parameters
    ----------
    study : str
        Its folder or file.
    fresh : bool
        Ask the publishers, whatever mirror and store hold.

    Raises
    ------
    StudyError
        If the study cannot be read.
    """
    words, done = load(study), []
    for name, source in words.file.sources.items():
        try:
            with anew() if fresh else nullcontext():
                had = sources.opened(source.use, source.parameters, words.folder)
            done.append(_pulled(name, source.use, had))
        except IndustriaError as error:
            done.append(Pulled(name, source.use, error=error))
    return done


def parameters_in(words: Sequence[str], reader: Callable[..., Source]) -> dict[str, Any]:
    """Read parameters as a person types them: vintage=2023 level=sector countries=BRA,TUR.

    Parameters
    ----------
    words : sequence of str
        `parameter=value`, the value as text, as TOML, or as texts with commas between
        them: the first of these that the parameter takes.
    reader : callable
        Whose parameters they are; an unknown one stays, and the reader refuses it.

    Returns
    -------
    dict
        What the reader is called with.

    Raises
    ------
    UsageError
        If a word has no equals sign.
    """
    takes = parameters_of(reader)
    asked = {}
    for word in words:
        name, equals, text = word.removeprefix("--").partition("=")
        if not equals or not name:
            raise UsageError(f"{word!r} is no parameter; write name=value, as vintage=2023.")
        kind = takes[name].type if name in takes else str
        ways = [text, *_as_toml(text), text.split(",")]
        asked[name] = next((way for way in ways if misfit(way, kind) is None), text)
    return asked


def _as_toml(text: str) -> list[Any]:
    try:
        return [tomllib.loads(f"value = {text}")["value"]]
    except tomllib.TOMLDecodeError:
        return []


def _pulled(name: str, use: str, source: Source) -> Pulled:
    kept = pull(source)
    path = kept.path if kept is not None else source.path
    return Pulled(name, use, source.vintage, source.sha256, source.bytes, str(path))


def as_record(done: Pulled) -> Mapping[str, Any]:
    """Tell it for programs."""
    return done._asdict() | {"error": str(done.error) if done.error else None}

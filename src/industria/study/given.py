"""A study over tables that a site sets, in place of those that its readers would find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from industria.errors import UsageError, hint, listing
from industria.sources.source import Source
from industria.study.model import SourceUse, Study

__all__ = ["with_sources"]

LOCAL = ("files", "packages")
"""Publishers whose readers tell nothing of the columns; of the others, units and meanings are kept."""


def with_sources(study: Study, given: Mapping[str, Source]) -> Study:
    """Put other tables under the sources of a study; contracts, steps and words stay.

    Parameters
    ----------
    study : Study
        As `load` reads it.
    given : mapping of str to Source
        By name of the source. Their paths may lie anywhere: a person named them.

    Returns
    -------
    Study
        Whose checks and runs read these tables.

    Raises
    ------
    UsageError
        If the study has no source of a name.
    """
    known = study.file.sources
    for name in given:
        if name not in known:
            raise UsageError(
                f"{name!r} is no source of the study; there is {listing(list(known))}.{hint(name, list(known))}"
            )
    sources = {name: _used(use, given[name]) if name in given else use for name, use in known.items()}
    return replace(study, file=study.file.model_copy(update={"sources": sources}), given={**study.given, **given})


def _used(use: SourceUse, source: Source) -> SourceUse:
    if use.use.partition(".")[0] not in LOCAL:
        return use
    return SourceUse(use=source.use, contract=use.contract, **dict(source.request))

"""Files that a mirror holds under other names than their publishers gave them, or that are too large to ask for."""

from __future__ import annotations

from collections.abc import Sequence

from industria.errors import NotMirroredError
from industria.sources import mirror
from industria.sources.published import Published, had
from industria.sources.publisher import Publisher

__all__ = ["from_mirror"]


def from_mirror(publisher: Publisher, names: Sequence[str], *, page: str, as_of: str | None = None) -> Published:
    """Have a file from the mirror alone, under the first of its names that is there.

    Parameters
    ----------
    publisher : Publisher
        Whose data it is.
    names : sequence of str
        The publisher's own name first.
    page : str
        Where a person gets it.
    as_of : str, optional
        A day: only a file that was written no later.

    Returns
    -------
    Published
        As `had` gives it.

    Raises
    ------
    NotMirroredError
        If the mirror has none of them.
    """
    there = next((name for name in names if mirror.find(name) is not None), None)
    if there is None:
        raise NotMirroredError(names[0], [str(folder) for folder in mirror.folders()], publisher.title, page)
    return had(publisher, there, page, page=page, as_of=as_of)

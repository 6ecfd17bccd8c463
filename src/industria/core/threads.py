"""Linear algebra on one thread."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache

from threadpoolctl import ThreadpoolController

__all__ = ["one_thread"]


def one_thread() -> AbstractContextManager[object]:
    """Keep linear algebra to one thread within a block.

    Several threads add up in another order, which moves the last bits, and on blocks of a few columns they cost more
    than they bring.
    """
    limit: AbstractContextManager[object] = _controller().limit(limits=1)
    return limit


@cache
def _controller() -> ThreadpoolController:
    """Look once for the libraries that are loaded, which takes longer than a small fit."""
    # scipy brings a library of its own, which would be missed were it loaded later.
    import scipy.linalg  # noqa: F401

    return ThreadpoolController()

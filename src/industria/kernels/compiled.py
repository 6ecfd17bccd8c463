"""Functions of numbers and arrays, compiled once and kept on disk where there is a place."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

__all__ = ["compiled"]

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function at its first call; divisions by zero give infinities, and threads run beside it."""
    try:
        return cast("Callable[P, R]", njit(cache=True, nogil=True, error_model="numpy")(function))
    except RuntimeError:  # neither the package nor a home may be written to
        return cast("Callable[P, R]", njit(nogil=True, error_model="numpy")(function))

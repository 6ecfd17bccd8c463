"""Functions of numbers and arrays, compiled once and kept on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

__all__ = ["compiled"]

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function at its first call; divisions by zero give infinities, and threads run beside it."""
    return cast("Callable[P, R]", njit(cache=True, nogil=True, error_model="numpy")(function))

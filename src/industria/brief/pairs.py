"""Which figures stand side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from industria.brief.blocks import Block, FigureBlock

__all__ = ["Pair", "paired"]

Pair = tuple[FigureBlock, FigureBlock]

UNEVEN: Final = 1.6
"""Beside a figure that is taller by this factor, a figure would leave a hole in the page."""


def paired(blocks: Iterable[Block]) -> Iterator[Block | Pair]:
    """Pair figures that follow each other and are about as tall; everything else comes as it is.

    Parameters
    ----------
    blocks : iterable of Block
        In reading order.
    """
    waiting: FigureBlock | None = None
    for block in blocks:
        if waiting is not None and isinstance(block, FigureBlock) and _alike(waiting, block):
            yield waiting, block
            waiting = None
            continue
        if waiting is not None:
            yield waiting
        waiting = block if isinstance(block, FigureBlock) else None
        if waiting is None:
            yield block
    if waiting is not None:
        yield waiting


def _alike(first: FigureBlock, second: FigureBlock) -> bool:
    low, high = sorted((first.narrow.height, second.narrow.height))
    return high <= UNEVEN * low

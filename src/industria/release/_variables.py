"""Variables of two names that are the same numbers: what one table withholds must not stand in another one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from industria.release._given import Given

__all__ = ["with_one_name"]


def with_one_name(givens: Sequence[Given]) -> list[Given]:
    """Give columns that bring the same of every unit of one population the name of the first of them."""
    names: dict[tuple[str, str], str] = {}
    first: dict[tuple[str, str, str], str] = {}
    for one in givens:
        if one.counts or not one.has_contributors:
            continue
        told = (one.unit, one.population, _numbers(one))
        names.setdefault((one.unit, one.variable), first.setdefault(told, one.variable))
    return [
        one if one.counts else replace(one, variable=names.get((one.unit, one.variable), one.variable))
        for one in givens
    ]


def _numbers(one: Given) -> str:
    """Write a digest of what each unit brings."""
    words = np.array(one.who.words)
    order = np.argsort(words)
    sums = np.bincount(one.who.ids, one.x, len(words))[order]
    rounded = [f"{x:.9g}" for x in sums]
    return hashlib.sha256("\n".join([*words[order].tolist(), *rounded]).encode()).hexdigest()

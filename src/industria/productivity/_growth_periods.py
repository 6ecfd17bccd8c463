"""Pairs of periods that a decomposition compares."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from industria.errors import ChoiceError, ParameterRangeError
from industria.productivity._panel import Panel

__all__ = ["Span", "spans_of"]

Span: TypeAlias = tuple[tuple[int, Any], tuple[int, Any]]
"""From and to, each as its number on the calendar and its label in the table."""


def spans_of(panel: Panel, time: str, periods: Sequence[Sequence[Any]] | None) -> list[Span]:
    """Pair periods as asked for, or each with the next that is there.

    Raises
    ------
    ParameterRangeError, ChoiceError
        If the panel has one period, or what was asked for are no pairs of an earlier and a later one that it has.
    """
    start = int(panel.time.min())
    numbers = np.flatnonzero(np.bincount(panel.time - start)) + start
    labels = {int(t): panel.keys[time][int(np.argmax(panel.time == t))].as_py() for t in numbers}
    if periods is None:
        if len(labels) < 2:
            raise ParameterRangeError("time", time, f"two periods or more; {panel.name} has one, {labels[start]}")
        return list(pairwise(labels.items()))
    known = {f"{label}".removesuffix(" 00:00:00"): (number, label) for number, label in labels.items()}
    spans = []
    for pair in periods:
        if isinstance(pair, str) or len(pair) != 2:
            raise ParameterRangeError("periods", periods, "pairs of periods, as [[1970, 1986]]")
        for one in pair:
            if f"{one}" not in known:
                raise ChoiceError("periods", one, list(known))
        spans.append((known[f"{pair[0]}"], known[f"{pair[1]}"]))
        if spans[-1][0][0] >= spans[-1][1][0]:
            raise ParameterRangeError("periods", periods, "pairs of an earlier and a later period")
    if not spans or len({*spans}) < len(spans):
        raise ParameterRangeError("periods", periods, "one pair of periods or more, each once")
    return spans

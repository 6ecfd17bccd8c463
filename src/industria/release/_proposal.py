"""Coarser designs of a table that would show more of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from industria.errors import ReleaseRefusedError
from industria.release._decided import Decided
from industria.release._given import Given, Labels
from industria.release._joint import joined
from industria.release._protected import protected
from industria.release._together import block
from industria.release.policy import Policy

__all__ = ["proposal"]

MANY: Final = 1 / 3
"""Part of a table that may be withheld before coarser designs are tried."""
LARGEST: Final = 3000
"""Rows of a table up to which they are."""


def proposal(found: Decided, policy: Policy) -> list[dict[str, Any]]:
    """Try coarser designs of each table of which more than a third is withheld.

    Returns
    -------
    list of dict
        `step`, `design` in words, `cells`, `withheld`, their `share`, and `cost`; by step, the cheapest first.
    """
    designs: list[dict[str, Any]] = []
    for one in found.givens:
        of = next(of for of in found.places[one.step] if of.column == one.column)
        shown = int((of.cell >= 0).sum())
        if one.total is None or shown > LARGEST or int(of.withheld.sum()) <= MANY * shown:
            continue
        tried = [_tried(design, words, policy) for design, words in _coarser(one)]
        designs += sorted((told for told in tried if told is not None), key=lambda told: (told["cost"], told["design"]))
    return designs


def _tried(one: Given, words: str, policy: Policy) -> dict[str, Any] | None:
    try:
        of = protected(joined([block([one])]), policy)
    except ReleaseRefusedError:
        return None
    cells = one.shown.sum()
    withheld = int(of.withheld[: of.joint.start[-1]][of.joint.rows[: of.joint.start[-1]] > 0].sum())
    return {
        "step": one.step,
        "design": words,
        "cells": int(cells),
        "withheld": withheld,
        "share": withheld / max(int(cells), 1),
        "cost": of.cost,
    }


def _coarser(one: Given) -> Iterator[tuple[Given, str]]:
    """Leave out each dimension, and the lowest level of each that has several."""
    for d, name in enumerate(one.by):
        if len(one.by) > 1:
            yield _without(one, d), f"without {name}"
        trees = list(one.trees.get(name, {}).values())
        if len(trees) == 1 and any(parent != one.total for _, parent in trees[0]):
            yield _higher(one, d, dict(trees[0])), f"{name} without its lowest level"


def _without(one: Given, d: int) -> Given:
    kept = np.array([word == one.total for word in one.labels[d].words], bool)[one.labels[d].ids]
    others = [i for i in range(len(one.by)) if i != d]
    return replace(
        one,
        by=tuple(one.by[i] for i in others),
        labels=tuple(_rows(one.labels[i], kept) for i in others),
        shown=one.shown[kept],
        leaf=tuple(one.leaf[i] for i in others),
        trees={name: tree for name, tree in one.trees.items() if name != one.by[d]},
    )


def _higher(one: Given, d: int, parents: Mapping[str, str]) -> Given:
    """Put codes that nothing adds up to in the place of their parents."""
    above = set(parents.values())
    kept = np.array([word in above for word in one.labels[d].words], bool)[one.labels[d].ids]
    words = [word if word in above else parents[word] for word in one.leaf[d].words]
    leaf = list(one.leaf)
    leaf[d] = Labels(words, one.leaf[d].ids)
    pairs = tuple((code, parent) for code, parent in parents.items() if code in above)
    return replace(
        one,
        labels=tuple(_rows(label, kept) for label in one.labels),
        shown=one.shown[kept],
        leaf=tuple(leaf),
        trees={**one.trees, one.by[d]: {"": pairs}},
    )


def _rows(label: Labels, kept: Any) -> Labels:
    return Labels(label.words, label.ids[kept])

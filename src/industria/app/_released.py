"""What a release says at its end, in the language of the site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from industria.errors import listing
from industria.release._messages import said, word
from industria.release._release import Release
from industria.release._statement import ends

__all__ = ["lines_of"]

LETTERS: Final = 12
"""Of a hash that is printed."""
MOST: Final = 3
"""Sums and differences that are named; all of them stand in the certificate that stays."""


def lines_of(made: Release, language: str) -> list[str]:
    """Say by which rules, what was sealed, and in three lines what left, what did not, and how near one gets.

    Sums and differences of cells that had to be protected besides are named, as those with an earlier release.
    """
    told = made.certificate
    lines = [word("release_rules", language, rules=", ".join(said(rule, language) for rule in told["rules"]))]
    lines += [word("release_step", language, step=step, why=said(why, language)) for step, why in made.refused.items()]
    lines += [
        word("release_public", language, source=source, steps=", ".join(steps)) for source, steps in made.public.items()
    ]
    lines += [word("release_forgotten", language, releases=", ".join(made.forgotten))] if made.forgotten else []
    lines += [
        word("release_coarser", language, **{**design, "design": said(design["design"], language)})
        for design in made.proposal
    ]
    lines += [word("release_forced", language, words=listing(made.forced, MOST))] if made.forced else []
    if made.path is not None:
        lines += [
            word("release_sealed", language, path=made.path, sha256=made.sha256[:LETTERS]),
            word("release_stays", language, folder=made.site_folder),
        ]
    # In English it stands in the certificate; who reads another language has it here.
    lines += [made.statement(language)] if language != "en" else []
    return [*lines, *_last_lines(made, language), _narrowest(told, language)]


def _last_lines(made: Release, language: str) -> list[str]:
    counts = list(made.counts.values())
    words = ("cells", "withheld", "primary", "secondary", "statistics")
    numbers = {what: sum(of.get(what, 0) for of in counts) for what in words}
    prose = made.certificate["prose"]
    further = {
        "statistics": numbers.pop("statistics"),
        "follow": sum(_following(made, step) for step in made.steps if step not in made.counts),
        "prose": prose["withheld"],
    }
    more = {what: word(f"release_{what}", language, n=n) if n else "" for what, n in further.items()}
    left = {"left": numbers["cells"] - numbers["withheld"], "cells": numbers["cells"], "steps": len(made.steps)}
    why = {"n": numbers["withheld"], "primary": numbers["primary"], "secondary": numbers["secondary"]}
    return [
        word("release_left", language, **left, prose=prose["shown"]),
        word("release_withheld", language, **why, **more),
    ]


def _following(made: Release, step: str) -> int:
    """Count the rows of a step, made again of released ones, that would be others if a withheld value were."""
    rows = made.table(step)
    return int(rows["status"].to_pylist().count("withheld")) if "status" in rows.column_names else 0


def _narrowest(told: Mapping[str, Any], language: str) -> str:
    attack = told["attack"]
    found = attack["narrowest"]
    if found is None:
        return word("release_open" if attack["cells"] else "release_nothing", language)
    low, high = ends(found, language)
    return word("release_narrowest", language, cell=found["cell"], low=low, high=high)

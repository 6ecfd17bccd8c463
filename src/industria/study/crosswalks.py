"""What of a table a change of codes split, resolved and lost, step by step."""

from __future__ import annotations

from typing import Any, Final

from industria.study.record import Run

__all__ = ["crosswalks"]

SHARES: Final = ("split_share", "resolved_share", "missing_share")


def crosswalks(run: Run) -> list[dict[str, Any]]:
    """List the steps that carried a table over to other codes.

    A measure that tells `mass`, `split_share` and `missing_share` beside its table is
    one, whether or not it resolves codes by a hierarchy.

    Parameters
    ----------
    run : Run
        With the facts of its steps.

    Returns
    -------
    list of dict
        step, mass (the column that counts), split_share, resolved_share, missing_share,
        in the order of the file; a step without mass to carry is left out.
    """
    found = []
    for step in run.steps:
        facts = run.facts(step)
        if isinstance(facts.get("mass"), str) and None not in (facts.get("split_share"), facts.get("missing_share")):
            found.append({"step": step, "mass": facts["mass"], **{name: facts.get(name) for name in SHARES}})
    return found

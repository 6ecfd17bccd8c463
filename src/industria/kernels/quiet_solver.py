"""A solver that prints nothing: what runs at a site may be logged, and bounds of its programs are records."""

from __future__ import annotations

from typing import Final

import highspy

__all__ = ["quiet_solver"]

PARALLEL: Final = 2**13
"""The search for parallel columns: undoing it, the solver prints bounds, whatever its other options say."""


def quiet_solver() -> highspy.Highs:
    """Return a solver on one thread that prints neither its name nor sizes nor numbers."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("presolve_rule_off", PARALLEL)
    solver.setOptionValue("threads", 1)
    return solver

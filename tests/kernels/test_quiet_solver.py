"""What the solver is kept from, by the names that it gives itself."""

from __future__ import annotations

import highspy
import numpy as np
import pytest

from industria.kernels.quiet_solver import quiet_solver


def test_columns_that_are_parallel_are_not_put_together(capfd: pytest.CaptureFixture[str]) -> None:
    """Its versions number what they do anew, so it is asked for the name."""
    solver = quiet_solver()
    for option, value in {"output_flag": True, "presolve_rule_logging": True, "log_dev_level": 1}.items():
        solver.setOptionValue(option, value)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = 3, 2
    model.col_cost_, model.col_lower_, model.col_upper_ = -np.ones(3), np.zeros(3), np.full(3, 5.0)
    model.row_lower_, model.row_upper_ = np.zeros(2), np.array([9.0, 7.0])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array([0, 3, 6], np.int32)
    model.a_matrix_.index_ = np.array([0, 1, 2, 0, 1, 2], np.int32)
    model.a_matrix_.value_ = np.array([1.0, 1.0, 2.0, 2.0, 2.0, 1.0])
    solver.passModel(model)
    solver.run()

    said = capfd.readouterr().out.partition("Presolve rules not allowed:")[2].splitlines()
    assert ["parallel" in line.lower() for line in said if "set bit" in line] == [True]

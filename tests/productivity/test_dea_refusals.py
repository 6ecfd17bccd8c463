"""What data envelopment analysis refuses, lists or leaves out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.errors import (
    ChoiceError,
    ExcludedParameterError,
    NegativeValueError,
    NobodyDrawsError,
    OutsideRangeError,
    ParameterRangeError,
    RepeatedColumnError,
    ReservedNameError,
    ThinFrontierError,
)
from industria.productivity import bias_corrected_efficiency, dea, frontier_leverage
from tests.productivity.frontier_data import ELEVEN, TWO_IN, frame


def test_units_that_are_all_alike_are_all_efficient() -> None:
    table = pd.DataFrame({"unit": [f"u{i}" for i in range(9)], "x1": 3.0, "x2": 0.0, "y": 5.0})
    for returns in ("variable", "constant", "free_disposal"):
        found = dea(table, **TWO_IN, returns=returns, slacks=True)  # type: ignore[arg-type]
        np.testing.assert_allclose(found.to_pandas()["score"], 1, rtol=1e-12)
        assert found.n_uncertified == 0


def test_an_amount_in_another_unit_is_listed() -> None:
    table = ELEVEN.astype({"x1": float})
    table.loc[4, "x1"] *= 1000  # kilograms among tonnes
    found = dea(table, **TWO_IN)

    told = frame(found.doubtful)
    assert told[["unit", "good"]].to_numpy().tolist() == [["e", "x1"]]
    assert found.n_doubtful == 1
    assert dea(ELEVEN, **TWO_IN).n_doubtful == 0


def test_rows_with_a_gap_are_counted() -> None:
    table = ELEVEN.astype(float, errors="ignore")
    table.loc[8, "x2"] = np.nan
    found = dea(table, **TWO_IN)

    assert found.n_measured == 10
    assert frame(found.dropped).to_numpy().tolist() == [["x2", "missing", 1]]


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        ({"returns": "varable"}, ChoiceError, "Did you mean 'variable'"),
        ({"orientation": "inputs"}, ChoiceError, "Did you mean 'input'"),
        ({"orientation": "both"}, ChoiceError, "orientation='both'"),
        ({"model": "sbm"}, ChoiceError, "model='sbm'"),
        ({"model": "directional", "direction": "means"}, ChoiceError, "Did you mean 'mean'"),
        ({"model": "directional", "direction": {"z": 1.0}}, ChoiceError, "direction='z'"),
        ({"model": "directional", "direction": {"y": -1.0}}, ParameterRangeError, "direction of y=-1.0"),
        ({"model": "directional", "direction": {"y": 0.0}}, ParameterRangeError, "above 0 for some good"),
        ({"model": "directional", "direction": "range", "returns": "constant"}, ParameterRangeError, "'variable' with"),
        ({"model": "russell", "returns": "free_disposal"}, ParameterRangeError, "free_disposal"),
        ({"model": "additive", "super_efficiency": True}, ParameterRangeError, "super_efficiency"),
        ({"weights_of_slacks": "mean"}, ChoiceError, "weights_of_slacks='mean'"),
        ({"model": "additive", "bad_outputs": ["y"]}, ParameterRangeError, "bad_outputs='y'"),
        ({"bad_outputs": ["y"]}, RepeatedColumnError, "'y' is outputs and bad outputs"),
        ({"inputs": []}, ParameterRangeError, r"inputs=\[\]"),
        ({"inputs": ["x1", "y"]}, RepeatedColumnError, "'y' is inputs and outputs"),
    ],
)
def test_words_that_say_nothing_are_refused(words: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        dea(ELEVEN, **(TWO_IN | words))


def test_tables_that_draw_no_frontier_are_refused() -> None:
    with pytest.raises(ThinFrontierError, match="8 units of units draw a frontier in 3 inputs and outputs; below 3"):
        dea(ELEVEN.iloc[:8], **TWO_IN)
    with pytest.raises(ThinFrontierError, match="where cell = 'two'"):
        dea(pd.concat([ELEVEN.assign(cell="one"), ELEVEN.iloc[:2].assign(cell="two")]), **TWO_IN, by=["cell"])
    assert dea(ELEVEN.iloc[:2], **TWO_IN, allow_thin=True).n_measured == 2
    with pytest.raises(OutsideRangeError, match="old is 2 where unit = 'a'"):
        dea(ELEVEN.assign(old=2.0), **TWO_IN, reference="old")
    with pytest.raises(NegativeValueError, match=r"units\.y.*where unit = 'c'"):
        dea(ELEVEN.assign(y=ELEVEN["y"].where(ELEVEN["unit"] != "c", -1.0)), **TWO_IN)
    nothing = ELEVEN.assign(**{x: ELEVEN[x].where(ELEVEN["unit"] != "d", 0.0) for x in ("x1", "x2")})
    with pytest.raises(OutsideRangeError, match="x1, x2 is 0 where unit = 'd'"):
        dea(nothing, **TWO_IN)
    idle = ELEVEN.assign(y=ELEVEN["y"].where(ELEVEN["unit"] != "d", 0.0))
    with pytest.raises(OutsideRangeError, match="y is 0 where unit = 'd'"):
        dea(idle, **TWO_IN, orientation="output")
    assert dea(idle, **TWO_IN).n_infeasible == 0
    with pytest.raises(ReservedNameError, match="score"):
        dea(ELEVEN.rename(columns={"unit": "score"}), **(TWO_IN | {"unit": "score"}))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"model": "directional", "direction": {"y": 1.0}, "orientation": "input"}, "orientation has no place"),
        ({"direction": "mean"}, "direction has no place in model='radial'; say model='directional'"),
        ({"model": "additive", "direction": {"y": 1.0}}, "direction has no place in model='additive'"),
        ({"weights_of_slacks": "ram"}, "weights_of_slacks has no place in model='radial' without slacks; say slacks"),
        ({"model": "slacks_based", "weights_of_slacks": "mip"}, "weights_of_slacks has no place in model='slacks_b"),
        ({"model": "russell", "weights_of_slacks": "bam", "slacks": True}, "weights_of_slacks has no place in model"),
        ({"returns": "free_disposal", "weights_of_slacks": "ram", "slacks": True}, "no place in returns='free_disp"),
        ({"bad_disposal": "free"}, "bad_disposal has no place in a frontier without bad_outputs; name them"),
    ],
)
def test_words_that_would_do_nothing_are_refused(words: dict[str, Any], says: str) -> None:
    with pytest.raises(ExcludedParameterError, match=says):
        dea(ELEVEN, **(TWO_IN | words))


@pytest.mark.parametrize("measure", [dea, frontier_leverage, bias_corrected_efficiency])
def test_a_reference_of_nobody_is_told_as_such(measure: Any) -> None:
    with pytest.raises(NobodyDrawsError, match=r"units\.none is true of no unit, so nobody draws"):
        measure(ELEVEN.assign(none=False), **TWO_IN, reference="none")
    two = pd.concat([ELEVEN.assign(cell=1, old=True), ELEVEN.assign(cell=2, old=False)])
    with pytest.raises(NobodyDrawsError, match="where cell = 2"):
        measure(two, **TWO_IN, by=["cell"], reference="old", allow_thin=True)

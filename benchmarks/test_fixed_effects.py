from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyfixest
import pytest

from industria import evaluation


# pyfixest speaks to pandas in words that pandas 3.1 will forget.
@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
@pytest.mark.parametrize("rows", [100_000, 1_000_000], ids=["a-survey", "a-register"])
def test_fixed_effects_against_pyfixest(
    benchmark: Any, firms: Callable[[int], Path], seconds: Callable[..., float], rows: int
) -> None:
    """The measure checks, sorts and infers five ways; pyfixest estimates once."""
    panel = pd.read_parquet(firms(rows))

    def ours() -> Any:
        return evaluation.fixed_effects(panel, outcome="log_output", treatment="grant", unit="firm", time="year")

    def theirs() -> Any:
        return pyfixest.feols("log_output ~ grant | firm + year", panel, vcov={"CRV1": "firm"})

    theirs()  # compiles
    result = benchmark.pedantic(ours, rounds=3, warmup_rounds=1)
    frame = result.to_pandas()
    # Fast and wrong is wrong. Two iterations that stop at their own tolerances agree to 1e-6.
    np.testing.assert_allclose(frame["estimate"], theirs().coef(), atol=1e-6)
    ratio = benchmark.stats.stats.min / seconds(theirs)
    benchmark.extra_info["times pyfixest"] = round(ratio, 2)
    assert ratio < 3

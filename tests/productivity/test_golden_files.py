"""Our measures beside what peers answer: the files of tests/golden/productivity, one test a file and case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.productivity import golden_answers as ours
from tests.productivity import golden_frontiers as frontiers
from tests.productivity.golden_frontiers import Answers, golden

FOLDER = Path(__file__).parents[1] / "golden" / "productivity"


def statspai(case: str) -> Answers:
    return frontiers.noise(case) if case.startswith("rice") else ours.plants(case)


MEASURED: dict[str, tuple[Callable[[str], Answers], float]] = {
    # Programs solved to their corners, in twelve digits, of sums up to 74.
    "frontiers": (frontiers.frontier, 1e-8),
    "highs": (frontiers.frontier, 1e-8),
    "productivity_indexes": (frontiers.frontier, 1e-8),
    # Closed forms in twelve digits.
    "index_numbers": (ours.index_numbers, 1e-10),
    "decompositions": (ours.decompositions, 1e-10),
    "states": (ours.states, 1e-10),
    # Critical values of other draws may move an end by one.
    "ranks": (ours.ranks, 1),
    # The peer's π is a short constant, and its search stops early.
    "noise": (frontiers.noise, 1e-4),
    # Searches that stop at a few tenths of a millionth.
    "statspai": (statspai, 1e-6),
    # The peers search where ours are roots.
    "functions": (ours.plants, 1e-4),
    # Optimizers of truncated regressions stop at 1e-5.
    "frontier_draws": (frontiers.doubts, 1e-5),
}
# The peers' draws are others, 1,000 to 4,000 of them, and rDEA shrinks them by another variance.
DRAWN = {"p_value": 0.05, "critical_value": 0.02, "mean": 0.002}

# Where the peer does not answer what it is asked; the README has the formula of each.
WRONG = [
    ("productivity_indexes", "farms scaled Fisher"),
    ("productivity_indexes", "farms scaled Lowe"),
    ("productivity_indexes", "farms Hicks-Moorsteen by shadow prices"),
    ("noise", "sixty firms truncated_normal"),
    ("functions", "Chile ackerberg_caves_frazer from its own start"),
    ("functions", "Colombia second stage of degree 2"),
    ("functions", "Colombia second stage of degree 3"),
]
ALL = [(file.stem, case) for file in sorted(FOLDER.glob("*.csv")) for case in pd.read_csv(file)["case"].unique()]


@pytest.mark.parametrize(("file", "case"), [pair for pair in ALL if pair not in WRONG])
def test_our_answer_is_that_of_the_peer(file: str, case: str) -> None:
    measure, tolerance = MEASURED[file]
    wanted, found = golden(file, case), measure(case)

    for quantity, value in wanted.items():
        near = DRAWN.get(quantity, tolerance) if file == "frontier_draws" else tolerance
        assert found[quantity] == pytest.approx(value, abs=near), quantity


@pytest.mark.parametrize(("file", "case"), WRONG)
def test_where_the_peer_is_wrong_ours_is_another_answer(file: str, case: str) -> None:
    wanted, found = golden(file, case), MEASURED[file][0](case)

    # The least of these differences, of a log-likelihood that goes on to rise, is a hundredth.
    assert max(abs(found[quantity] - value) for quantity, value in wanted.items()) > 0.009
    if "criterion" in wanted:
        assert found["criterion"] < 1e-20 < 1e-5 < wanted["criterion"]
    if "log_likelihood" in wanted:
        assert found["log_likelihood"] > wanted["log_likelihood"]


def test_every_file_has_a_script_and_a_place_in_the_readme() -> None:
    told = (FOLDER / "README.md").read_text("utf-8")

    assert {file for file, _ in ALL} == set(MEASURED)
    for file in FOLDER.iterdir():
        assert f"`{file.name}`" in told or file.name == "README.md", f"{file.name} is not in the README"
    written = "".join(file.read_text("utf-8") for file in FOLDER.glob("make_*"))
    assert [file for file in MEASURED if f'"{file}.csv"' not in written] == []

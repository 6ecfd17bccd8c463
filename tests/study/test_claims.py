"""Claims hold, are weak or fail; what cannot be judged is a problem."""

from __future__ import annotations

from pathlib import Path

import pytest

from industria.errors import StudyError
from industria.study.claims import judged, tally
from industria.study.record import Run
from industria.study.run import run
from tests.study.small import MEASURES, TEXT, small_study

# t of 2 degrees of freedom at 0.975 is 4.302653 (any table); sector b: 15 ± 4.302653 * 5.
REACH = 4.302652729911275 * 5
STEPS = TEXT[: TEXT.index("[[claim]]")]
BOUNDS = '''

@measure(gives={"estimate": "x [1]", "low": "x [1]", "high": "x [1]"}, cites="no one", design="descriptive")
def bounds(firms: TableLike) -> Means:
    """A row with an interval of 90 % and no standard error."""
    from industria.core.table import from_arrays

    firms = as_table(firms, "firms")
    table = from_arrays({"estimate": [1.0], "low": [0.5], "high": [2.0]})
    drawn = from_arrays({"estimate": [1.0], "standard_error": [0.1], "low": [0.5], "high": [2.0]})
    return Bounds(table=table, drawn=drawn, confidence=0.9)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Bounds(Result):
    drawn: Table
    confidence: float


@measure(gives={"x": "x [1]", "standard_error": "x [1]", "df": "x [1]"}, cites="no one", design="descriptive")
def welch(firms: TableLike) -> Result:
    """A row whose test has degrees of freedom of its own."""
    from industria.core.table import from_arrays

    firms = as_table(firms, "firms")
    return Result(table=from_arrays({"x": [15.0], "standard_error": [5.0], "df": [2.0], "support_df": [9.0]}))
'''
MORE = "".join(
    f'\n[[step]]\nname = "{name}"\nuse = "./measures.py:{name}"\nfirms = "firms"\n' for name in ("bounds", "welch")
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run without claims; each test brings its own."""
    return run(small_study(tmp_path_factory.mktemp("study"), STEPS + MORE, MEASURES + BOUNDS))


def judge(made: Run, folder: Path, claim: str) -> list[dict[str, object]]:
    study = small_study(folder, STEPS + MORE + f'\n[[claim]]\nsays = "so"\n{claim}\n', MEASURES + BOUNDS)
    return judged(study, made)


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        ("below = 15.1", "holds"),
        ("below = 15", "fails"),
        ("above = 14.9", "holds"),
        ("above = 15", "fails"),
        ("between = [15, 16]", "holds"),
        ("between = [10, 14]", "fails"),
        ("equals = 15", "holds"),
        ("equals = 14.5\ntolerance = 0.5", "holds"),
        ("equals = 14.5\ntolerance = 0.4", "fails"),
        ("above = -6.6\nconfidence = 0.95", "holds"),
        ("above = -6.4\nconfidence = 0.95", "weak"),
        ("above = 0\nconfidence = 0.8", "holds"),
        ("above = 16\nconfidence = 0.8", "fails"),
        ("between = [-7, 37]\nconfidence = 0.95", "holds"),
        ("between = [-7, 36]\nconfidence = 0.95", "weak"),
        ("equals = 15\ntolerance = 22\nconfidence = 0.95", "holds"),
        ("equals = 15\ntolerance = 21\nconfidence = 0.95", "weak"),
    ],
)
def test_a_claim_stands_or_falls_with_point_and_interval(made: Run, tmp_path: Path, claim: str, status: str) -> None:
    assert judge(made, tmp_path, f'value = "means[sector=b].estimate"\n{claim}')[0]["status"] == status


@pytest.mark.parametrize(("bound", "status"), [(0.4, "holds"), (0.6, "weak"), (1.1, "fails")])
def test_a_range_that_is_no_interval_of_chance_keeps_the_bound_or_not(
    made: Run, tmp_path: Path, bound: float, status: str
) -> None:
    claim = judge(made, tmp_path, f'value = "bounds.estimate"\nabove = {bound}\nwhole_range = true')[0]

    assert (claim["status"], claim["low"], claim["high"]) == (status, 0.5, 2.0)


def test_a_claim_has_one_kind_of_interval(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="not both"):
        small_study(
            tmp_path,
            f'{STEPS}[[claim]]\nsays = "so"\nvalue = "means.x"\nabove = 0\nconfidence = 0.9\nwhole_range = true\n',
            MEASURES,
        )


def test_the_interval_is_of_the_confidence_asked_for(made: Run, tmp_path: Path) -> None:
    claim = judge(made, tmp_path, 'value = "means[sector=b].estimate"\nabove = 0\nconfidence = 0.95')[0]

    assert claim["estimate"] == 15.0
    assert claim["low"] == pytest.approx(15 - REACH, abs=1e-9)  # printed tables give seven digits
    assert claim["high"] == pytest.approx(15 + REACH, abs=1e-9)
    assert (claim["bound"], claim["confidence"], claim["unit"]) == ({"above": 0.0}, 0.95, "hours")


def test_the_rows_own_interval_serves_at_its_own_confidence(made: Run, tmp_path: Path) -> None:
    claim = judge(made, tmp_path, 'value = "bounds.estimate"\nabove = 0.6\nconfidence = 0.9')[0]

    assert (claim["status"], claim["low"], claim["high"]) == ("weak", 0.5, 2.0)


def test_an_interval_that_was_drawn_is_not_made_anew_from_its_error(made: Run, tmp_path: Path) -> None:
    """One of a bootstrap is no estimate ± 1.64 errors: 0.84 to 1.16 here."""
    claim = judge(made, tmp_path, 'value = "bounds.drawn.estimate"\nabove = 0.6\nconfidence = 0.9')[0]

    assert (claim["status"], claim["low"], claim["high"]) == ("weak", 0.5, 2.0)


def test_a_step_that_infers_by_draws_is_not_judged_by_its_errors(made: Run, tmp_path: Path) -> None:
    """As with too few clusters for t: only the interval that was drawn serves."""
    steps = [
        {**step, "facts": {**step["facts"], "vcov": "CRV1", "inference": "wild cluster bootstrap"}}
        for step in made.record["steps"]
    ]
    drawn = Run(made.folder, {**made.record, "steps": steps})

    with pytest.raises(StudyError, match="comes from wild cluster bootstrap"):
        judge(drawn, tmp_path, 'value = "means[sector=b].estimate"\nabove = 0\nconfidence = 0.9')


def test_a_row_brings_its_degrees_of_freedom(made: Run, tmp_path: Path) -> None:
    """Those of its own test, as Welch's, before those of disclosure control."""
    claim = judge(made, tmp_path, 'value = "welch.x"\nabove = 0\nconfidence = 0.95')[0]

    assert claim["high"] == pytest.approx(15 + REACH, abs=1e-9)


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (
            'value = "bounds.estimate"\nabove = 0\nconfidence = 0.95',
            "no standard error, and its low and high are of 0.9",
        ),
        (
            'value = "bounds.drawn.estimate"\nabove = 0\nconfidence = 0.95',
            "has no degrees of freedom, and its low and high are of 0.9",
        ),
        ('value = "means.n_obs"\nabove = 0\nwhole_range = true', "means.n_obs has no low and high around it"),
        ('value = "means.n_obs"\nabove = 0\nconfidence = 0.95', "means.n_obs is a fact without an interval"),
        (
            'value = "means[sector=a].standard_error"\nabove = 0\nconfidence = 0.95',
            "'standard_error' has no interval; the interval of means is of 'estimate'",
        ),
        ('value = "means[sector=z].estimate"\nabove = 0', "no row of means has sector=z"),
        ('value = "means[sector=a].sector"\nabove = 0', "is 'a'; only a number can be held against a bound"),
    ],
)
def test_a_claim_that_cannot_be_judged_is_a_problem_with_its_line(
    made: Run, tmp_path: Path, claim: str, told: str
) -> None:
    with pytest.raises(StudyError, match=told) as caught:
        judge(made, tmp_path, claim)

    line = (tmp_path / "study.toml").read_text().splitlines()[caught.value.problems[0].line - 1]  # type: ignore[operator]
    asks = "whole_range" if "around it" in told else "confidence"
    assert line.startswith(asks if "interval" in told or "low and high" in told else "value")


def test_all_claims_that_cannot_be_judged_are_told(made: Run, tmp_path: Path) -> None:
    two = 'value = "means.x"\nabove = 0\n[[claim]]\nsays = "so"\nvalue = "rank.x"\nabove = 0'

    with pytest.raises(StudyError) as caught:
        judge(made, tmp_path, two)

    assert len(caught.value.problems) == 2


def test_the_tally_counts() -> None:
    assert tally([{"status": s} for s in ("holds", "weak", "holds")]) == "claims: 2 hold, 1 weak, 0 fail"
    assert tally([]) == "claims: 0 hold, 0 weak, 0 fail"


def test_a_tally_tells_withheld_claims_where_there_are_any() -> None:
    assert tally([{"status": "holds"}, {"status": "withheld"}]) == "claims: 1 hold, 0 weak, 0 fail, 1 withheld"
    assert tally([{"status": "holds"}]) == "claims: 1 hold, 0 weak, 0 fail"

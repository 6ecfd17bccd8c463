from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.errors import (
    AllMissingError,
    DuplicateRowError,
    NegativeValueError,
    ReservedNameError,
    StackedPeriodsError,
    TotalAmongDetailsError,
    UsageError,
    VintageError,
)
from industria.work import exposure_gradients, exposure_profile, task_exposure
from tests.work.jobs import by_country, oews
from tests.work.scores import official

SCORES = pa.table(
    {
        "occupation": ["nurse", "home_aide", "care_aide", "clerk", "poet", "nurse", "clerk"],
        "measure": ["models"] * 5 + ["robots"] * 2,
        "score": [0.4, 0.2, 0.1, 0.8, 0.9, 0.1, 0.6],
    }
)
JOBS = pa.table(
    {
        "industry": ["care", "care", "care", "care", "office", "office"],
        "occupation": ["nurse", "aides", "clerk", "others", "clerk", "others"],
        "employment": [40.0, 30.0, 20.0, 10.0, 70.0, None],
    }
)
LINKS = pa.table(
    {
        "origin_code": ["nurse", "home_aide", "care_aide", "clerk", "unscored"],
        "destination_code": ["nurse", "aides", "aides", "clerk", "clerk"],
    }
)
EXAMPLE = ({"scores": SCORES, "employment": JOBS, "links": LINKS}, {"high": 0.4})


def profile(*tables: Any, **parameters: Any) -> dict[tuple[Any, ...], dict[str, Any]]:
    rows = exposure_profile(*tables, **parameters).to_arrow().to_pylist()
    by = [*parameters.get("by", ["industry"]), *(["measure"] if rows and "measure" in rows[0] else [])]
    return {tuple(row[name] for name in by): row for row in rows}


def table(**columns: Any) -> pa.Table:
    return pa.table(columns)


def test_scores_are_averaged_over_jobs_that_reach_one() -> None:
    row = profile(SCORES, JOBS, LINKS, high=0.4)["care", "models"]

    assert row["exposure"] == pytest.approx((40 * 0.4 + 30 * 0.15 + 20 * 0.8) / 90)
    assert (row["lower"], row["upper"]) == (
        pytest.approx((40 * 0.4 + 30 * 0.1 + 20 * 0.8) / 90),
        pytest.approx((40 * 0.4 + 30 * 0.2 + 20 * 0.8) / 90),
    )
    assert (row["employment"], row["coverage"], row["missing_share"]) == (100, pytest.approx(0.9), pytest.approx(0.1))
    assert (row["same_code_coverage"], row["split_share"]) == (pytest.approx(0.6), pytest.approx(0.3))
    assert row["renormalized_share"] == pytest.approx(0.2)
    assert (row["p10"], row["median"], row["p90"]) == (pytest.approx(0.15), pytest.approx(0.4), pytest.approx(0.8))
    assert row["high_share"] == pytest.approx(60 / 90)


def test_a_measure_that_scores_fewer_occupations_covers_fewer_jobs() -> None:
    row = profile(SCORES, JOBS, LINKS)["care", "robots"]

    assert (row["coverage"], row["exposure"]) == (pytest.approx(0.6), pytest.approx((40 * 0.1 + 20 * 0.6) / 60))
    assert row["high_share"] is None


def test_what_does_not_meet_is_counted_on_both_sides() -> None:
    found = exposure_profile(SCORES, JOBS, LINKS)

    assert (found.n_codes, found.n_missing, found.n_unused, found.n_withheld) == (4, 1, 1, 1)
    codes = {(row["occupation"], row["measure"]): row for row in found.codes.collect("pyarrow").to_native().to_pylist()}
    assert [codes[name, "models"]["passage"] for name in ("nurse", "aides", "clerk", "others")] == [
        "same",
        "split",
        "same",
        "missing",
    ]
    assert (codes["clerk", "models"]["n_linked"], codes["clerk", "models"]["n_scored"]) == (2, 1)


def unknowns(found: Any) -> dict[tuple[Any, Any], dict[str, Any]]:
    rows = found.unknowns.collect("pyarrow").to_native().to_pylist()
    return {(row["unknown"], row.get("measure")): row for row in rows}


def test_what_is_not_known_is_listed() -> None:
    """Nothing tells whose tasks, or of when; robots score nurses and clerks alone."""
    found = unknowns(exposure_profile(SCORES, JOBS, LINKS))

    assert found["uncovered_employment", "models"]["unknown_share"] == pytest.approx(10 / 170)
    assert found["uncovered_employment", "robots"]["unknown_share"] == pytest.approx(40 / 170)
    withheld, tasks, gap = (found[name, None] for name in ("withheld_employment", "borrowed_tasks", "vintage_gap"))
    assert withheld["unknown_share"] is tasks["unknown_share"] is gap["years_apart"] is None
    assert withheld["meaning"].startswith("1 rows of employment without a number")
    assert "task_country" in tasks["meaning"]
    assert gap["meaning"] == (
        "Tasks of a year that is not told (task_year tells it); employment of a year that is not told "
        "(employment_year tells it)."
    )


def test_columns_of_country_and_year_tell_borrowed_tasks_and_their_age() -> None:
    """A fifth of the jobs lies in the country of the tasks; those of 2012 are the furthest from 2023."""
    jobs = table(
        country=["US", "BR", "BR"],
        year=[2022, 2012, 2022],
        occupation=["nurse", "nurse", "clerk"],
        employment=[20.0, 50.0, 30.0],
    )
    found = unknowns(exposure_profile(SCORES, jobs, by=["country", "year"], task_country="US", task_year=2023))

    assert found["borrowed_tasks", None]["unknown_share"] == pytest.approx(0.8)
    assert found["vintage_gap", None]["years_apart"] == 11
    assert found["vintage_gap", None]["meaning"] == "Tasks of 2023; employment of 2012 to 2022."
    assert found["withheld_employment", None]["unknown_share"] == 0
    dated = SCORES.append_column("year", pa.array([2020] * 6 + [2021]))
    undated = jobs.drop_columns("year")
    told = unknowns(exposure_profile(dated, undated, by=["country"], employment_year=2019))
    assert told["vintage_gap", None]["years_apart"] == 2
    assert told["vintage_gap", None]["meaning"] == "Tasks of 2020 to 2021; employment of 2019."


def test_years_are_groups_or_one_year_is_there() -> None:
    dated = JOBS.append_column("year", pa.array([2018] * 3 + [2023] + [2020] * 2))

    assert {key[1] for key in profile(SCORES, dated, LINKS, by=["industry", "year"])} == {2018, 2020, 2023}
    with pytest.raises(StackedPeriodsError, match=r"employment\.year has 2 values where industry = 'care'.*in `by`"):
        exposure_profile(SCORES, dated, LINKS)


def test_linked_codes_count_by_their_employment_where_it_is_given() -> None:
    links = table(
        origin_code=["home_aide", "care_aide", "clerk"],
        destination_code=["aides", "aides", "clerk"],
        origin_employment=[30.0, 10.0, None],
    )
    codes = exposure_profile(SCORES, JOBS, links).codes.collect("pyarrow").to_native().to_pylist()
    score = {row["occupation"]: row["score"] for row in codes if row["measure"] == "models"}

    assert score["aides"] == pytest.approx(0.175)
    assert score["clerk"] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("care_aide", "clerk", "poet", "share"),
    [(10.0, 5.0, 5.0, 0.0), (None, 5.0, 5.0, 0.3), (0.0, 5.0, None, 0.2), (0.0, None, None, 0.0)],
)
def test_a_linked_code_without_employment_is_counted_where_others_stand_in(
    care_aide: float | None, clerk: float | None, poet: float | None, share: float
) -> None:
    """Aides are 30 of 100 jobs, clerks 20. A zero is known; where no code has a number all count, and none is lost."""
    links = table(
        origin_code=["home_aide", "care_aide", "clerk", "poet", "nurse"],
        destination_code=["aides", "aides", "clerk", "clerk", "nurse"],
        origin_employment=[30.0, care_aide, clerk, poet, None],
    )

    assert profile(SCORES, JOBS, links)["care", "models"]["renormalized_share"] == pytest.approx(share)


def test_details_without_employment_are_counted_where_others_stand_in() -> None:
    """The code above takes the mean of its details, of which one has no number."""
    tree = pd.DataFrame({"code": ["home_aide", "care_aide"], "parent": ["aides", "aides"]})
    links = table(
        origin_code=["home_aide", "care_aide"],
        destination_code=["home_aide", "care_aide"],
        origin_employment=[30.0, None],
    )
    row = profile(SCORES, JOBS, links, hierarchy=tree)["care", "models"]

    assert (row["children_share"], row["renormalized_share"]) == (pytest.approx(0.3), pytest.approx(0.3))


def test_without_links_equal_codes_meet_and_the_hierarchy_finds_the_rest() -> None:
    tree = pd.DataFrame(
        {"code": ["home_aide", "care_aide", "aides", "poet"], "parent": ["aides", "aides", "care", "care"]}
    )
    jobs = table(
        industry=["i"] * 4, occupation=["aides", "nurse", "artist", "stranger"], employment=[50.0, 30.0, 15.0, 5.0]
    )
    tree = pd.concat([tree, pd.DataFrame({"code": ["artist"], "parent": ["care"]})])
    row = profile(SCORES, jobs, hierarchy=tree)["i", "models"]
    wide = profile(SCORES, jobs, hierarchy=tree, siblings=True)["i", "models"]

    assert (row["children_share"], row["coverage"], row["siblings_share"]) == (0.5, pytest.approx(0.8), 0)
    assert row["exposure"] == pytest.approx((50 * 0.15 + 30 * 0.4) / 80)
    assert (wide["siblings_share"], wide["coverage"]) == (pytest.approx(0.15), pytest.approx(0.95))
    assert profile(SCORES, jobs)["i", "models"]["coverage"] == pytest.approx(0.3)


def test_details_of_onet_go_to_six_digits_by_their_mean_or_their_main_row() -> None:
    scores = table(occupation=["13-2099.00", "13-2099.01", "13-2099.04"], score=[0.9, 0.6, 0.3])
    jobs = table(industry=["i"], occupation=["13-2099"], employment=[5.0])
    mean, main = (profile(scores, jobs, details=word)[("i",)] for word in ("mean", "main"))

    assert (mean["exposure"], mean["lower"], mean["upper"]) == (pytest.approx(0.6), 0.3, 0.9)
    assert (mean["split_share"], mean["same_code_coverage"]) == (1, 1)
    assert (main["exposure"], main["lower"], main["upper"], main["split_share"]) == (0.9, 0.9, 0.9, 0)
    assert exposure_profile(scores, jobs).n_unused == 0


numbers = st.integers(0, 9).map(lambda n: n / 8)
scored = st.dictionaries(st.sampled_from("abcdefg"), numbers, min_size=1)
employed = st.dictionaries(st.tuples(st.sampled_from("xy"), st.sampled_from("ABCD")), st.integers(0, 20), min_size=1)
linked = st.sets(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("ABCD")), min_size=1)


def made(
    scores: dict[str, float], jobs: dict[tuple[str, str], int], links: set[tuple[str, str]]
) -> tuple[pa.Table, pa.Table, pa.Table]:
    return (
        table(occupation=list(scores), score=list(scores.values())),
        table(
            industry=[key[0] for key in jobs],
            occupation=[key[1] for key in jobs],
            employment=[float(n) for n in jobs.values()],
        ),
        table(origin_code=[link[0] for link in sorted(links)], destination_code=[link[1] for link in sorted(links)]),
    )


@given(scored, employed, linked)
def test_shares_add_up_and_the_mean_lies_between_its_bounds(
    scores: dict[str, float], jobs: dict[tuple[str, str], int], links: set[tuple[str, str]]
) -> None:
    for row in profile(*made(scores, jobs, links)).values():
        if row["employment"] == 0:
            assert row["coverage"] is None
            continue
        assert row["coverage"] + row["missing_share"] == pytest.approx(1)
        if row["coverage"] > 0:
            assert row["lower"] <= row["exposure"] <= row["upper"]
            assert row["p10"] <= row["median"] <= row["p90"]


@settings(max_examples=25)
@given(scored, employed, linked, st.sampled_from("ABCD"))
def test_an_occupation_that_is_split_in_two_equal_halves_changes_nothing(
    scores: dict[str, float], jobs: dict[tuple[str, str], int], links: set[tuple[str, str]], code: str
) -> None:
    halves = {key: n for key, n in jobs.items() if key[1] != code}
    halves |= {(g, half): n / 2 for (g, c), n in jobs.items() if c == code for half in ("h1", "h2")}  # type: ignore[misc]
    more = links | {(i, half) for i, d in links if d == code for half in ("h1", "h2")}
    before, after = profile(*made(scores, jobs, links)), profile(*made(scores, halves, more))

    for key, row in before.items():
        assert after[key] == pytest.approx(row, nan_ok=True)


@given(employed, linked, numbers)
def test_scores_that_are_all_the_same_give_that_score(
    jobs: dict[tuple[str, str], int], links: set[tuple[str, str]], score: float
) -> None:
    for row in profile(*made(dict.fromkeys("abcdefg", score), jobs, links)).values():
        if row["coverage"]:
            assert row["exposure"] == row["lower"] == row["upper"] == row["median"] == score


@settings(max_examples=25)
@given(scored, employed, linked)
def test_groups_are_as_if_each_stood_alone(
    scores: dict[str, float], jobs: dict[tuple[str, str], int], links: set[tuple[str, str]]
) -> None:
    together = profile(*made(scores, jobs, links), high=0.5)
    for group in {g for g, _ in jobs}:
        alone = {key: n for key, n in jobs.items() if key[0] == group}
        assert profile(*made(scores, alone, links), high=0.5)[(group,)] == pytest.approx(together[(group,)])


@given(st.lists(st.tuples(numbers, st.integers(1, 9)), min_size=1, max_size=6), st.data())
def test_no_weights_of_the_links_lead_outside_the_bounds(rows: list[tuple[float, int]], data: st.DataObject) -> None:
    scores = table(occupation=[f"o{i}" for i in range(len(rows))], score=[row[0] for row in rows])
    jobs = table(industry=["i", "i"], occupation=["A", "B"], employment=[3.0, 2.0])
    weights = [data.draw(st.integers(0, 5)) + 0.0 for _ in rows for _ in "AB"]
    origins, ends = zip(*((f"o{i}", d) for i in range(len(rows)) for d in "AB"), strict=True)
    free = profile(scores, jobs, table(origin_code=origins, destination_code=ends))[("i",)]
    fixed = profile(scores, jobs, table(origin_code=origins, destination_code=ends, weight=weights))[("i",)]

    assert free["lower"] - 1e-12 <= fixed["exposure"] <= free["upper"] + 1e-12


def test_health_care_by_the_official_matrix_and_by_equal_codes() -> None:
    """Equal codes keep 79.3 % of the jobs in health care and 92.8 % of all, as counted from the files.

    Health care then scores .356 and the economy .350; with the lost jobs back, the sign turns.
    """
    labels = official("openai.task_labels")[["occupation", "task_id", "task_type", "label_gpt4"]]
    tasks = labels.rename(columns={"task_id": "task", "label_gpt4": "label"}).astype({"task": str})
    beta = task_exposure(tasks).to_pandas()[["occupation", "beta"]].rename(columns={"beta": "score"})
    links = official("bls.correspondence", pair="onetsoc2019-nem")
    # What the publisher withholds is the rest of its totals, and counts as a code without a score.
    every, totals = (
        pd.concat([oews(level="national", group=group).assign(industry="US"), oews(level="sector", group=group)])
        for group in ("detailed", "total")
    )
    told = totals["industry"].map(every.groupby("industry")["employment"].sum())
    withheld = totals.assign(occupation="withheld", employment=(totals["employment"] - told).clip(lower=0))
    jobs = pd.concat([every, withheld])
    jobs = jobs[jobs["industry"].isin(["US", "62"])]
    naive, whole = profile(beta, jobs), profile(beta, jobs, links)

    assert naive[("62",)]["coverage"] == pytest.approx(0.793, abs=5e-4)
    assert naive[("US",)]["coverage"] == pytest.approx(0.928, abs=5e-4)
    assert (naive[("62",)]["exposure"], naive[("US",)]["exposure"]) == (
        pytest.approx(0.356, abs=5e-4),
        pytest.approx(0.350, abs=5e-4),
    )
    assert whole[("62",)]["same_code_coverage"] == pytest.approx(naive[("62",)]["coverage"])
    assert whole[("62",)]["coverage"] > 0.99
    assert whole[("62",)]["exposure"] < whole[("US",)]["exposure"]


def test_generative_ai_by_country() -> None:
    """Simple mean of unit groups in each group of two digits, weights of ILOSTAT; four decimals as recorded."""
    tasks = official("ilo.task_scores")[["occupation", "score_2025"]].rename(columns={"score_2025": "score"})
    classed = exposure_gradients(tasks).to_pandas()
    exposed = classed["gradient"].str.startswith("Gradient").astype(float)
    scores = pd.concat(
        [
            tasks.groupby("occupation", as_index=False)["score"].mean().assign(measure="mean"),
            classed[["occupation"]].assign(measure="gradients", score=exposed),
        ]
    )
    rows = profile(scores, by_country(USA=2019, BRA=2019, TUR=2018), by=["country"], hierarchy="ISCO-08")
    means = {"USA": 0.3234, "BRA": 0.2730, "TUR": 0.2593}
    shares = {"USA": 0.333, "BRA": 0.246, "TUR": 0.203}

    for country, mean in means.items():
        assert rows[country, "mean"]["exposure"] == pytest.approx(mean, abs=5e-5)
        assert rows[country, "gradients"]["exposure"] == pytest.approx(shares[country], abs=5e-4)


def test_scores_that_are_all_missing_are_told() -> None:
    with pytest.raises(AllMissingError, match=r"scores\.score is missing in all 2 rows"):
        exposure_profile(table(occupation=["a", "b"], score=pa.array([None, None], pa.float64())), JOBS)


def test_negative_employment_is_told_with_its_row() -> None:
    jobs = JOBS.set_column(2, "employment", pa.array([40.0, -3.0, 1.0, 1.0, 1.0, 1.0]))

    with pytest.raises(NegativeValueError, match="industry = 'care', occupation = 'aides'"):
        exposure_profile(SCORES, jobs)


def test_totals_among_details_are_told() -> None:
    jobs = table(industry=["i"] * 3, occupation=["00-0000", "29-1141", "43-3021"], employment=[5.0, 3.0, 2.0])
    scores = table(occupation=["29-1141"], score=[0.5])

    with pytest.raises(TotalAmongDetailsError, match="00-0000"):
        exposure_profile(scores, jobs)


def test_codes_of_the_other_vintage_are_told() -> None:
    scores = table(occupation=["11", "22"], score=[0.2, 0.3])
    mixed = table(industry=["i"] * 2, occupation=["OC2_ISCO08_22", "OC2_ISCO88_11"], employment=[9.0, 1.0])
    links = table(origin_code=["1210", "2230"], destination_code=["1120", "2221"])
    turned = table(industry=["i"] * 2, occupation=["1210", "2230"], employment=[9.0, 1.0])

    with pytest.raises(VintageError, match="looks like ISCO-88"):
        exposure_profile(scores, mixed, hierarchy="ISCO-08")
    with pytest.raises(VintageError, match=r"100\.0 % in codes of their origins"):
        exposure_profile(table(occupation=["1210", "2230"], score=[0.2, 0.3]), turned, links)


def test_links_and_scores_that_stand_twice_are_told() -> None:
    with pytest.raises(DuplicateRowError, match="origin_code = 'nurse'"):
        exposure_profile(SCORES, JOBS, pa.concat_tables([LINKS, LINKS.slice(0, 1)]))
    with pytest.raises(DuplicateRowError, match="occupation = 'nurse', measure = 'models'"):
        exposure_profile(pa.concat_tables([SCORES, SCORES.slice(0, 1)]), JOBS)


def test_siblings_need_a_hierarchy_and_groups_names_of_their_own() -> None:
    with pytest.raises(UsageError, match="siblings=True needs hierarchy="):
        exposure_profile(SCORES, JOBS, siblings=True)
    with pytest.raises(ReservedNameError, match="coverage"):
        exposure_profile(SCORES, JOBS.rename_columns(["coverage", "occupation", "employment"]), by=["coverage"])

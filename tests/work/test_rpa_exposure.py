from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.errors import ChoiceError, ParameterRangeError, UnknownLabelError
from industria.work import rpa_exposure
from industria.work._record_work import CONTEXTS, RECORD_SYSTEMS
from tests.work.scores import MIRROR, official

WHO = ["clerk", "nurse", "smith", "cook"]
VALUES = {
    "4.C.3.b.7": [4.5, 3.0, 2.5, 2.0],
    "4.C.3.b.4": [4.8, 4.5, 4.0, 2.5],
    "4.C.3.b.8": [2.0, 4.0, 3.5, 3.6],
}
TASKS = pa.table(
    {
        "occupation": ["clerk", "clerk", "clerk", "nurse", "nurse", "smith", "cook"],
        "task": ["t1", "t2", "t2", "t3", "t4", "t5", "t6"],
        "activity": [
            "4.A.3.b.6.I01.D01",
            "4.A.2.a.2.I01.D02",
            "4.A.4.a.5.I03.D01",
            "4.A.3.b.6.I01.D01",
            "4.A.4.a.5.I03.D01",
            "4.A.3.a.3.I01.D04",
            "4.A.3.a.2.I01.D04",
        ],
        "task_type": ["Core", None, None, "Supplemental", "Core", "Core", "Core"],
    }
)
TECHNOLOGY = pa.table(
    {
        "occupation": ["clerk", "clerk", "nurse", "nurse", "smith", "cook"],
        "commodity_code": ["43231601", "43232110", "43232610", "42181500", "27112100", "43231508"],
    }
)
JOBS = pa.table({"occupation": WHO, "employment": [40.0, 30.0, 10.0, 20.0]})
PARTS = ("routine", "digital", "systems")
WORDS = {*CONTEXTS, *RECORD_SYSTEMS, "Core", "Supplemental", *TASKS["activity"].to_pylist()}


def rated(values: dict[str, list[float]]) -> pa.Table:
    return pa.table(
        {
            "occupation": WHO * len(values),
            "element_id": [element for element in values for _ in WHO],
            "value": [value for of in values.values() for value in of],
        }
    )


TABLES = {"contexts": rated(VALUES), "task_activities": TASKS, "technology": TECHNOLOGY, "employment": JOBS}
EXAMPLE = (TABLES, {})


def rows(**changed: Any) -> pd.DataFrame:
    return rpa_exposure(**(TABLES | changed)).to_pandas().set_index("occupation")


def test_components_are_ranks_under_employment() -> None:
    found = rows()

    # Tasks of the clerk: 2 of weight 3 are record work in full, 1 in half; of the nurse, 1 of 3.
    assert found["digital"].to_dict() == pytest.approx({"clerk": 0.8, "nurse": 0.45, "smith": 0.15, "cook": 0.15})
    assert found["systems"].to_dict() == pytest.approx({"clerk": 0.7, "cook": 0.7, "nurse": 0.25, "smith": 0.05})
    assert found.loc["clerk", "routine"] == pytest.approx(0.8)
    wanted = found[[*PARTS]].prod(axis=1) ** (1 / 3)
    assert found["rpa"].to_numpy() == pytest.approx(wanted.to_numpy())


def test_what_drives_a_score_is_listed_and_adds_up_to_its_share() -> None:
    drivers = rpa_exposure(**TABLES).drivers.collect("pandas").to_native()
    clerk = drivers[drivers["occupation"] == "clerk"]

    assert clerk[clerk["kind"] == "task"]["driver"].tolist() == ["t1", "t2"]
    assert clerk[clerk["kind"] == "task"]["share"].tolist() == pytest.approx([2 / 3, 1 / 6])
    assert clerk[clerk["kind"] == "system"]["share"].sum() == pytest.approx(1)


def test_weights_and_the_kind_of_mean_are_those_asked_for() -> None:
    alone = rows(weights={"routine": 0.0, "digital": 2.0, "systems": 0.0})
    assert alone["rpa"].to_numpy() == pytest.approx(alone["digital"].to_numpy())

    plain = rows(mean="arithmetic")
    assert plain["rpa"].to_numpy() == pytest.approx(plain[[*PARTS]].mean(axis=1).to_numpy())
    assert plain["rpa_arithmetic"].to_numpy() == pytest.approx(plain["rpa"].to_numpy())


RATINGS = st.lists(st.integers(10, 50), min_size=4, max_size=4)


@given(RATINGS, RATINGS, RATINGS, st.sampled_from(sorted(VALUES)), st.integers(0, 3))
@settings(max_examples=40)
def test_an_occupation_never_falls_when_a_component_of_its_own_rises(
    one: list[int], other: list[int], third: list[int], element: str, i: int
) -> None:
    values = {name: [value / 10 for value in of] for name, of in zip(VALUES, (one, other, third), strict=True)}
    more = {name: list(of) for name, of in values.items()}
    more[element][i] += CONTEXTS[element]

    before, after = (rows(contexts=rated(of)).loc[WHO[i]] for of in (values, more))
    assert after["routine"] >= before["routine"] - 1e-12
    assert after["rpa"] >= before["rpa"] - 1e-12


WEIGHTS = st.tuples(*[st.floats(0.01, 1.0)] * 3)


@given(RATINGS, RATINGS, WEIGHTS, st.sampled_from(["geometric", "arithmetic"]))
@settings(max_examples=40)
def test_the_rank_under_any_weights_lies_in_its_range(
    repeated: list[int], exact: list[int], weights: tuple[float, float, float], mean: str
) -> None:
    values = {name: [value / 10 for value in of] for name, of in zip(VALUES, (repeated, exact), strict=False)}
    named = dict(zip(PARTS, weights, strict=True))
    found = rows(contexts=rated(VALUES | values), weights=named, mean=mean)

    assert (found["rank_low"] <= found["rank"]).all()
    assert (found["rank"] <= found["rank_high"]).all()


def test_weights_off_the_grid_are_in_the_range_as_well() -> None:
    """The clerk is first alone where routine has nearly all the weight: with all of it, he ties with the scribe.

    With a tenth less the teller, whose work is all records, passes him.
    """
    who = ["clerk", "teller", "scribe", "cook"]
    up, down = [3.0, 2.0, 3.0, 1.0], [1.0, 2.0, 1.0, 3.0]
    work = {"clerk": [True, False, False], "teller": [True], "scribe": [False], "cook": [True, False]}
    record, other = "4.A.3.b.6.I01.D01", "4.A.3.a.3.I01.D04"
    tasks = [(one, f"{one}{k}", record if of else other) for one in who for k, of in enumerate(work[one])]
    found = rpa_exposure(
        pa.table(
            {
                "occupation": who * 3,
                "element_id": [element for element in CONTEXTS for _ in who],
                "value": [*up, *up, *down],
            }
        ),
        pa.table(dict(zip(("occupation", "task", "activity"), zip(*tasks, strict=True), strict=True))),
        pa.table({"occupation": who, "commodity_code": ["27112100", "43231601", "27112100", "27112100"]}),
        pa.table({"occupation": who, "employment": [2.0, 2.0, 2.0, 94.0]}),
        weights=dict(zip(PARTS, (0.99, 0.01, 0.0), strict=True)),
        mean="arithmetic",
    )
    clerk = found.to_pandas().set_index("occupation").loc["clerk"]

    assert (clerk["rank"], clerk["rank_high"]) == pytest.approx((0.99, 0.99))
    assert clerk["rank_low"] <= clerk["rank"]


@given(RATINGS)
@settings(max_examples=40)
def test_the_range_over_weightings_holds_the_rank(values: list[int]) -> None:
    found = rows(contexts=rated(VALUES | {"4.C.3.b.7": [value / 10 for value in values]}))
    corner = np.array([found[[*PARTS]].iloc[:, k] for k in range(3)])

    assert (found["rank_low"] <= found["rank"] + 1e-12).all()
    assert (found["rank"] <= found["rank_high"] + 1e-12).all()
    # Each component alone is one of the weightings.
    assert (found["rank_low"] <= corner.min(axis=0) + 1e-12).all()
    assert (found["rank_high"] >= corner.max(axis=0) - 1e-12).all()


def test_a_missing_component_leaves_the_index_out_and_is_counted() -> None:
    found = rpa_exposure(**(TABLES | {"technology": TECHNOLOGY.slice(0, 4)}))

    assert found.n_incomplete == 2
    assert found.to_pandas().set_index("occupation").loc[["smith", "cook"], "rpa"].isna().all()


def test_who_lacks_a_component_moves_no_rank_of_others() -> None:
    """An occupation of which only the contexts are known, and all of whose contexts are the highest."""
    odd = {"occupation": ["odd"] * 3, "element_id": list(VALUES), "value": [5.0, 5.0, 1.0]}
    more = pa.concat_tables([TABLES["contexts"], pa.table(odd)])
    jobs = pa.concat_tables([JOBS, pa.table({"occupation": ["odd"], "employment": [1000.0]})])
    found = rows(contexts=more, employment=jobs)

    assert found.loc["odd", ["rpa", "rpa_arithmetic", "rank", "rank_low", "rank_high"]].isna().all()
    # Of the four others the clerk is first in every component, under any weights.
    assert found.loc["clerk", ["rank_low", "rank", "rank_high"]].tolist() == pytest.approx([0.7, 0.8, 0.8])
    alone = rows(contexts=more, employment=jobs, weights={"routine": 1.0, "digital": 0.0, "systems": 0.0})
    assert pd.isna(alone.loc["odd", "rpa"]), "no range, and so no index, under any weights"


def test_occupations_without_employment_weigh_nothing() -> None:
    found = rpa_exposure(**(TABLES | {"employment": JOBS.slice(0, 3)}))

    assert found.n_without_employment == 1
    assert found.to_pandas().set_index("occupation").loc["clerk", "digital"] == pytest.approx(0.75)


def test_office_work_ranks_high_and_surgery_low() -> None:
    """Face checks on O*NET 29.1 and OEWS of May 2023, with a stand-in for the contexts of work.

    Registered nurses come out at 0.78 of employment: their tasks are rated exact and repeated,
    and their software keeps records. A reader who expects them below the median has
    the range over weightings, which reaches from 0.49 to 0.90.
    """
    onet = MIRROR / "work" / "onet"
    if not onet.is_dir():
        pytest.skip(f"the official files are not on this machine: {onet} is no folder")

    def table(name: str) -> pd.DataFrame:
        return pd.read_csv(onet / "db_29_1_text" / name, sep="\t", dtype=str).rename(
            columns={
                "O*NET-SOC Code": "occupation",
                "Title": "title",
                "Task ID": "task",
                "Task Type": "task_type",
                "DWA ID": "activity",
                "Commodity Code": "commodity_code",
            }
        )

    codes = table("Occupation Data.txt")[["occupation", "title"]]
    contexts = pd.read_csv(onet / "derived" / "occupations_onet_work_contexts.csv").rename(
        columns={
            "occupation": "title",
            "importance_of_repeating_same_tasks_context": "4.C.3.b.7",
            "importance_of_being_exact_or_accurate_context": "4.C.3.b.4",
            "structured_versus_unstructured_work_context": "4.C.3.b.8",
        }
    )
    contexts = contexts.merge(codes, on="title").melt("occupation", [*CONTEXTS], "element_id", "value")
    tasks = table("Task Statements.txt.gz")[["occupation", "task", "task_type"]]
    tasks = tasks.merge(table("Tasks to DWAs.txt.gz")[["task", "activity"]], on="task")
    jobs = official("bls.oews", level="national", vintage=2023)
    jobs = jobs[jobs["group"] == "detailed"].set_index("occupation")["employment"]
    soc = codes["occupation"].str[:7]
    each = (soc.map(jobs) / soc.map(soc.value_counts())).rename("employment")
    employment = pd.concat([codes["occupation"], each], axis=1).dropna()
    found = rpa_exposure(
        contexts, tasks, table("Technology Skills.txt.gz")[["occupation", "commodity_code"]], employment
    )
    rank = found.to_pandas().set_index("occupation")["rank"]

    assert (rank[["43-9021.00", "43-3021.00", "43-3051.00"]] > 0.9).all(), "data entry, billing, payroll"
    assert rank["29-1022.00"] < 0.2, "oral surgeons"
    assert rank["31-1121.00"] < 0.5, "home health aides"
    nurses = found.to_pandas().set_index("occupation").loc["29-1141.00"]
    assert (nurses["rank"], nurses["rank_low"], nurses["rank_high"]) == pytest.approx((0.78, 0.49, 0.90), abs=0.005)


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"weights": {"routines": 1.0}}, ChoiceError, "Did you mean 'routine'"),
        ({"weights": dict(zip(PARTS, (-1.0, 1.0, 1.0), strict=True))}, ParameterRangeError, "routine"),
        ({"weights": dict.fromkeys(PARTS, 0.0)}, ParameterRangeError, "above 0 for some component"),
        ({"weights": {"digital": 2.0}}, ParameterRangeError, "a weight of routine, systems as well, 0 to leave"),
        ({"weights": {}}, ParameterRangeError, "a weight of routine, digital, systems as well"),
        ({"mean": "harmonic"}, ChoiceError, "mean='harmonic'"),
        (
            {"task_activities": TASKS.set_column(3, "task_type", pa.array(["core", *[None] * 6]))},
            UnknownLabelError,
            "Did you mean 'Core'",
        ),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        rows(**changed)

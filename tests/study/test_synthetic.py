"""What goes back to rows that were drawn says so, through every step, run and file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.study.check import check
from industria.study.diff import diff
from industria.study.explain import explain
from industria.study.model import Study
from industria.study.record import Run
from industria.study.run import run
from industria.study.status import Standing, status
from industria.study.store import Store
from tests.study.small import FIRMS, MEASURES, TEXT, small_study

ABOUT = 'path = "firms.csv"\nabout = { synthetic = true }'
SOURCE = TEXT.replace('path = "firms.csv"', ABOUT)
DRAWN = MEASURES.replace('support="cells",\n)', 'support="cells",\n    synthetic=True,\n)')
SOMETIMES = MEASURES.replace(" n_obs=6,", " n_obs=6, synthetic=scale > 1,")
SCENARIO = """
[scenario.drawn.steps.means]
firms = "other"

[sources.other]
use = "files.csv"
path = "firms.csv"
about = { synthetic = true }
"""


def marks(made: Run) -> dict[str, bool]:
    return {step: made.synthetic(step) for step in made.steps}


def files(made: Run) -> dict[str, bool]:
    """Tell of each file of a run whether it says that it is synthetic, in the two ways in which programs ask."""
    told = {}
    for path in sorted((made.folder / "results").iterdir()):
        arrow = (pq.read_schema(path).metadata or {}).get(b"synthetic") == b"true"
        asked = (
            "SELECT count(*) FROM parquet_kv_metadata(?) WHERE key::VARCHAR = 'synthetic' AND value::VARCHAR = 'true'"
        )
        [(footer,)] = duckdb.execute(asked, [str(path)]).fetchall()
        assert arrow == bool(footer)
        told[path.name] = arrow
    return told


def test_a_real_study_has_no_mark(tmp_path: Path) -> None:
    made = run(small_study(tmp_path))

    assert marks(made) == {"means": False, "ranks": False}
    assert not any(files(made).values())
    assert not made.table("means").schema.metadata
    assert [claim["synthetic"] for claim in made.claims] == [False, False]
    assert not made.value("means.n_obs").synthetic
    assert (explain(made, "means.n_obs")["synthetic"], explain(made, "means.n_obs")["drawn_by"]) == (False, [])
    assert "synthetic" not in (made.folder / "datapackage.json").read_text()


@pytest.mark.parametrize(
    ("text", "measures", "by"),
    [
        (SOURCE, MEASURES, "firms"),
        (TEXT, DRAWN, "means"),
        (TEXT.replace('= "scrap"', '= "scrap"\nscale = 2'), SOMETIMES, "means"),
    ],
    ids=["a source", "a measure", "a result"],
)
def test_the_mark_reaches_all_that_is_made_of_it(tmp_path: Path, text: str, measures: str, by: str) -> None:
    made = run(small_study(tmp_path, text, measures))

    assert made.sources["firms"]["synthetic"] == (by == "firms")
    assert marks(made) == {"means": True, "ranks": True}
    assert [step["synthetic"] for step in made.record["steps"]] == [True, True]
    assert all(files(made).values())
    assert made.table("means", "used").schema.metadata == {b"synthetic": b"true"}
    assert [claim["synthetic"] for claim in made.claims] == [True, True]
    assert made.value("means.n_obs").synthetic
    assert made.value("ranks[sector=a].rank").synthetic
    found = explain(made, "ranks[sector=a].rank")
    assert (found["synthetic"], found["drawn_by"]) == (True, [by])


def test_the_mark_changes_no_number(tmp_path: Path) -> None:
    real, drawn = run(small_study(tmp_path / "real")), run(small_study(tmp_path / "drawn", SOURCE))

    assert real.table("means").equals(drawn.table("means"))
    assert not diff(real, drawn).values


def test_a_package_says_which_tables_and_sources_are_synthetic(tmp_path: Path) -> None:
    made = run(small_study(tmp_path, SOURCE))

    package: dict[str, Any] = json.loads((made.folder / "datapackage.json").read_text())
    told = [*package["resources"], *package["sources"]]
    assert len(told) == 4
    assert all(one["synthetic"] is True for one in told)
    assert {one["description"] for one in told} == {"Synthetic data: these are not real firms"}


def test_steps_of_a_scenario_are_marked_by_what_they_read(tmp_path: Path) -> None:
    made = run(small_study(tmp_path, TEXT + SCENARIO))

    assert marks(made) == {"means": False, "ranks": False, "means__drawn": True, "ranks__drawn": True}


def test_equal_rows_that_are_marked_are_written_anew(tmp_path: Path) -> None:
    """The ranks would come from the store, in a file without a mark, if keys were of rows alone."""
    store = Store(tmp_path / "store")
    real = run(small_study(tmp_path / "real"), store=store)
    drawn = run(small_study(tmp_path / "drawn", measures=DRAWN), store=store)

    assert [step["digest"] for step in real.record["steps"]] == [step["digest"] for step in drawn.record["steps"]]
    assert not any(files(real).values())
    assert all(files(drawn).values())
    again = run(small_study(tmp_path / "real"), store=store)
    assert all(step["reused"] for step in again.record["steps"])
    assert not any(files(again).values())


def test_a_second_run_of_a_synthetic_study_computes_nothing(tmp_path: Path) -> None:
    study = small_study(tmp_path, SOURCE)
    run(study)

    again = run(study)

    assert all(step["reused"] for step in again.record["steps"])
    assert all(files(again).values())
    assert status(study) == [Standing("means", "fresh"), Standing("ranks", "fresh")]


def test_status_and_diff_tell_that_a_step_is_marked(tmp_path: Path) -> None:
    old = run(small_study(tmp_path / "old"))
    study = small_study(tmp_path / "old", SOURCE)

    assert status(study)[0] == Standing("means", "stale", ("input firms changed: read otherwise",))
    (means, ranks) = diff(old, run(small_study(tmp_path / "new", SOURCE))).steps
    assert (means["cause"], ranks["cause"]) == ("parameter", "parameter")
    assert means["why"] == ["input firms changed: read otherwise", "is now synthetic"]
    assert ranks["why"] == ["input means is now synthetic", "is now synthetic"]


def test_a_mark_that_is_no_truth_value_is_refused(tmp_path: Path) -> None:
    wrong = small_study(tmp_path, SOURCE.replace("synthetic = true", 'synthetic = "no"'))

    (problem,) = check(wrong)
    assert "about has synthetic = 'no'; it is true or false" in problem.what
    with pytest.raises(Exception, match="it is true or false"):
        run(wrong)


def test_a_table_that_another_study_reads_keeps_its_mark(tmp_path: Path) -> None:
    """However the second study calls it, and whoever wrote the file again."""
    first = run(small_study(tmp_path / "first", SOURCE))
    rows = pq.read_table(first.file("means"))
    text = (
        TEXT.partition("[sources.firms]")[0]
        + """
[sources.groups]
use = "files.parquet"
path = "groups.parquet"
about = { synthetic = false }

[[step]]
name = "ranks"
use = "./measures.py:ranks"
groups = "groups"
"""
    )
    for name, table, marked in (("kept", rows, True), ("bare", rows.replace_schema_metadata(None), False)):
        folder = tmp_path / name
        folder.mkdir()
        pq.write_table(table, folder / "groups.parquet")
        assert marks(run(small_study(folder, text))) == {"ranks": marked}
    (tmp_path / "kept" / "groups.parquet").write_bytes(first.file("means").read_bytes())
    assert marks(run(small_study(tmp_path / "kept", text))) == {"ranks": True}


STEPS = 5
CHAIN = '''
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import TableLike, as_table


@measure(gives={}, cites="no one", design="descriptive")
def kept(first: TableLike, second: TableLike) -> Result:
    """Rows of the first table."""
    return Result(table=as_table(first, "first"))
'''


@given(st.data())
@settings(max_examples=8, deadline=None)
def test_no_table_that_goes_back_to_a_synthetic_source_is_unmarked(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """And none is marked that does not: reached is marked, over any straight list of steps."""
    folder = tmp_path_factory.mktemp("chain")
    synthetic = data.draw(st.tuples(st.booleans(), st.booleans()))
    reads: list[tuple[str, str]] = []
    for i in range(STEPS):
        there = st.sampled_from(["s0", "s1", *(f"t{j}" for j in range(i))])
        reads.append((data.draw(there), data.draw(there)))
    study = _chain(folder, synthetic, reads)

    made = run(study)

    reached = {f"s{i}" for i, drawn in enumerate(synthetic) if drawn}
    for i, read in enumerate(reads):
        reached |= {f"t{i}"} if reached & {*read} else set()
    assert {step for step, marked in marks(made).items() if marked} == {name for name in reached if name[0] == "t"}
    assert {name.removesuffix(".parquet") for name, marked in files(made).items() if marked} == reached - {"s0", "s1"}


def _chain(folder: Path, synthetic: tuple[bool, bool], reads: list[tuple[str, str]]) -> Study:
    lines = ['title = "Chain"', 'question = "What is drawn?"']
    for i, drawn in enumerate(synthetic):
        lines += [f"[sources.s{i}]", 'use = "files.csv"', 'path = "firms.csv"']
        lines += [f"about = {{ synthetic = {str(drawn).lower()} }}"]
    for i, (first, second) in enumerate(reads):
        lines += [
            "[[step]]",
            f'name = "t{i}"',
            'use = "./measures.py:kept"',
            f'first = "{first}"',
            f'second = "{second}"',
        ]
    return small_study(folder, "\n".join(lines), CHAIN, FIRMS)

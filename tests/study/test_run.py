"""Running a study: nothing computed twice, nothing lost."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from industria.core import engine
from industria.errors import BusyFolderError, ContractError, DataError, UnwritableFolderError, UsageError
from industria.study.load import load
from industria.study.model import Study
from industria.study.record import Run
from industria.study.run import finish_again, run
from industria.study.store import Store
from tests.study.small import FIRMS, MEASURES, TEXT, small_study


def reused(made: Run) -> list[bool]:
    return [step["reused"] for step in made.record["steps"]]


def results(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "results").iterdir()}


def test_a_run_computes_every_step(tmp_path: Path) -> None:
    made = run(small_study(tmp_path))

    assert made.folder == tmp_path / "run"
    assert made.table("means").to_pydict()["estimate"] == [2.0, 15.0]
    assert made.table("ranks").to_pydict() == {"sector": ["a", "b"], "rank": [1, 2]}
    assert reused(made) == [False, False]
    assert sorted(results(made.folder)) == ["means.parquet", "means.used.parquet", "ranks.parquet"]


def test_the_record_has_what_others_rely_on(tmp_path: Path) -> None:
    record = run(small_study(tmp_path)).record

    assert set(record) == {"study", "sources", "steps", "claims", "values", "marks", "environment", "crosswalks"}
    assert set(record["study"]) == {"title", "question", "sha256", "brief_sha256", "schema"}
    source = record["sources"]["firms"]
    words = "publisher title vintage url license retrieved sha256 bytes rows request redistributable"
    assert set(words.split()) <= set(source)
    assert (source["rows"], source["bytes"]) == (6, len(FIRMS))
    words = "name measure code parameters inputs engine epoch digest rows reused seconds peak_memory warnings"
    assert set(f"{words} contracts seed".split()) <= set(record["steps"][0])
    assert record["steps"][0]["parameters"] == {"outcome": "scrap", "scale": 1.0}
    assert record["steps"][1]["inputs"]["groups"]["table"] == "means"
    assert set(record["environment"]) == {"python", "platform", "packages", "git", "threads"}
    assert "duckdb" in record["environment"]["packages"]


def test_a_second_run_computes_nothing_and_writes_the_same_bytes(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    first = results(run(study).folder)

    second = run(study)

    assert reused(second) == [True, True]
    assert results(second.folder) == first
    assert (tmp_path / "run.previous" / "run.json").is_file()


def test_computing_anew_gives_the_same_bytes(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    first = results(run(study).folder)

    again = run(study, fresh=True)

    assert reused(again) == [False, False]
    assert results(again.folder) == first


def test_an_equal_result_stops_what_follows(tmp_path: Path) -> None:
    """The means are asked for anew, come out the same, and the ranks are not."""
    run(small_study(tmp_path))

    made = run(small_study(tmp_path, measures=MEASURES.replace("nw.col(outcome) * scale", "scale * nw.col(outcome)")))

    assert reused(made) == [False, False]  # both measures lie in the file that changed
    other = small_study(tmp_path, firms=FIRMS.replace("f1,a", "f0,a"))
    assert reused(run(other)) == [False, True]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('outcome = "scrap"', 'outcome = "scrap"\nscale = 1', [True, True]),
        ('outcome = "scrap"', 'outcome = "scrap"\nscale = 2.0', [False, True]),
        ('title = "Scrap"', 'title = "Waste"', [True, True]),
        ("below = 4", "below = 5", [True, True]),
    ],
    ids=["a default spelled out", "a parameter", "the title", "a claim"],
)
def test_only_what_goes_into_a_step_makes_it_run(tmp_path: Path, old: str, new: str, expected: list[bool]) -> None:
    """Doubled means rank as before: the ranks are not computed again, for their input is the digest of `means`."""
    run(small_study(tmp_path))

    made = reused(run(small_study(tmp_path, TEXT.replace(old, new))))

    assert made[0] is expected[0]
    assert made[1] is (expected[1] and expected[0])


def test_a_comment_in_the_measure_makes_nothing_run(tmp_path: Path) -> None:
    run(small_study(tmp_path))

    made = run(small_study(tmp_path, measures=MEASURES.replace("Firms count alike.", "All firms count alike.")))

    assert reused(made) == [True, True]


def test_units_that_the_study_changes_reach_results_in_the_store(tmp_path: Path) -> None:
    run(small_study(tmp_path))

    made = run(small_study(tmp_path, TEXT.replace('unit = "hours"', 'unit = "persons"')))

    assert reused(made) == [True, True]
    assert made.table("means").schema.field("estimate").metadata[b"unit"] == b"persons"
    assert made.value("means[sector=a].estimate").unit == "persons"


def test_a_damaged_result_is_computed_again(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    first = run(study)
    kept = first.step("means")["tables"]["table"]
    path = Store.of(tmp_path).table(kept)
    path.unlink()  # the run has a link to it
    path.write_bytes(b"PAR1 nothing PAR1")

    made = run(study)

    assert reused(made) == [False, True]
    assert results(made.folder) == results(tmp_path / "run.previous")


def test_results_of_several_threads_are_not_taken_for_bit_exact_ones(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    before = engine.connection().execute("SELECT current_setting('threads')").fetchall()
    engine.configure(threads=2)
    run(study)

    assert reused(run(study, bit_exact=True)) == [False, False]
    assert reused(run(study, bit_exact=True)) == [True, True]
    assert engine.connection().execute("SELECT current_setting('threads')").fetchall() == [(2,)]
    engine.configure(threads=int(before[0][0]))


def test_progress_tells_each_step_twice(tmp_path: Path) -> None:
    told: list[tuple[str, bool, bool]] = []
    study = small_study(tmp_path)

    run(study, progress=lambda step, seconds, again: told.append((step, seconds is None, again)))

    assert told == [("means", True, False), ("means", False, False), ("ranks", True, False), ("ranks", False, False)]


def test_warnings_of_a_measure_are_recorded(tmp_path: Path) -> None:
    warn = MEASURES.replace(
        "    x = nw.col", "    import warnings\n    warnings.warn('few firms', stacklevel=1)\n    x = nw.col"
    )

    made = run(small_study(tmp_path, measures=warn))

    assert made.step("means")["warnings"] == ["few firms"]
    assert run(load(tmp_path)).step("means")["warnings"] == ["few firms"]


def test_an_error_tells_its_step_and_leaves_the_last_run(tmp_path: Path) -> None:
    before = run(small_study(tmp_path)).record
    broken = small_study(tmp_path, TEXT.replace('outcome = "scrap"', 'outcome = "scarp"'))

    with pytest.raises(DataError, match=r"firms has no column 'scarp'.*Did you mean 'scrap'") as caught:
        run(broken)

    assert caught.value.__notes__ == ["in step 'means' of study.toml"]
    assert Run.read(tmp_path).record == before
    assert not (tmp_path / "run.new").exists()


def test_a_source_that_breaks_its_contract_is_refused_with_its_rows(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="scrap is at least 0: 1 row does not") as caught:
        run(small_study(tmp_path, firms=FIRMS.replace("1.0", "-1.0")))

    assert caught.value.__notes__ == ["in source 'firms' of study.toml"]


def test_a_step_that_breaks_its_contract_is_refused_from_the_store_too(tmp_path: Path) -> None:
    run(small_study(tmp_path))
    strict = TEXT.replace('groups = "means"', 'groups = "means"\ncontract = { minimum_rows = 3 }')

    with pytest.raises(ContractError, match="at least 3 rows, but it has 2"):
        run(small_study(tmp_path, strict))


def test_a_contract_that_is_kept_is_recorded(tmp_path: Path) -> None:
    kept = TEXT.replace('groups = "means"', 'groups = "means"\ncontract = { minimum_rows = 2 }')

    made = run(small_study(tmp_path, kept))

    assert made.step("ranks")["contracts"] == {"ranks": {"minimum_rows": 2}}
    assert made.step("means")["contracts"] == {}


def test_a_failing_brief_leaves_the_last_run(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    run(study)
    before = results(tmp_path / "run")

    def fail(study: Study, made: Run, folder: Path) -> Mapping[str, Any]:
        (folder / "brief.html").write_text("half", encoding="utf-8")
        raise UsageError("a digit was typed")

    with pytest.raises(UsageError, match="a digit was typed"):
        run(study, finish=fail)

    assert results(tmp_path / "run") == before
    assert not (tmp_path / "run" / "brief.html").exists()


def write_brief(study: Study, made: Run, folder: Path) -> Mapping[str, Any]:
    (folder / "brief.html").write_text(str(made.value("means[sector=a].estimate").value), encoding="utf-8")
    return {"values": [{"address": "means[sector=a].estimate"}], "marks": []}


def test_a_brief_is_part_of_the_run(tmp_path: Path) -> None:
    made = run(small_study(tmp_path), finish=write_brief)

    assert (tmp_path / "run" / "brief.html").read_text() == "2.0"
    assert made.record["values"] == [{"address": "means[sector=a].estimate"}]


def test_a_brief_is_written_anew_without_a_step(tmp_path: Path) -> None:
    run(small_study(tmp_path))
    study = small_study(tmp_path, TEXT.replace("below = 4", "below = 1"), measures="import nothing_that_exists")
    before = results(tmp_path / "run")

    made = finish_again(study, Run.read(tmp_path), write_brief)

    assert (tmp_path / "run" / "brief.html").is_file()
    assert [claim["status"] for claim in made.claims] == ["fails", "weak"]
    assert results(tmp_path / "run") == before
    assert not (tmp_path / "run.previous").exists()
    assert not (tmp_path / "run.old").exists()


def test_a_folder_that_holds_no_run_is_not_replaced(tmp_path: Path) -> None:
    study = small_study(tmp_path / "study")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.md").write_text("words", encoding="utf-8")

    with pytest.raises(UsageError, match="thesis holds no run and is not empty"):
        run(study, folder=tmp_path / "thesis")

    assert (tmp_path / "thesis" / "chapter.md").is_file()


SCRIPT = """
import sys
from pathlib import Path
from industria.study.load import load
from industria.study.run import run
{wait}
run(load(Path(sys.argv[1])), finish=wait, fresh=True)
"""
WAIT = """
import time
def wait(study, run, folder):
    print("ready", flush=True)
    time.sleep(60)
"""


def start(folder: Path) -> subprocess.Popen[str]:
    """Run the study in another process, up to where its brief would be written."""
    words = [sys.executable, "-c", textwrap.dedent(SCRIPT.format(wait=WAIT)), str(folder)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_a_killed_run_leaves_the_last_one_and_frees_the_folder(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    before = run(study).record
    with start(tmp_path) as process:
        with pytest.raises(BusyFolderError):
            run(study)
        process.send_signal(signal.SIGKILL)
        process.wait()

    assert (tmp_path / "run.new").exists()
    assert Run.read(tmp_path).record == before
    assert run(study).record["claims"] == before["claims"]
    assert not (tmp_path / "run.new").exists()


def test_a_run_killed_between_the_renames_is_found_again(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    run(study)
    (tmp_path / "run").rename(tmp_path / "run.previous")

    run(study)

    assert json.loads((tmp_path / "run.previous" / "run.json").read_bytes())["steps"][0]["reused"] is False
    assert Run.read(tmp_path).record["steps"][0]["reused"] is True


def limited(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run with files of at most 4 KB, which fails as a full disk does."""
    program = "def wait(study, run, folder): return {}"
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT.format(wait=program)), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )


def test_a_full_disk_names_its_path_and_leaves_the_last_run(tmp_path: Path) -> None:
    study = small_study(tmp_path, firms=FIRMS + "".join(f"g{i},c,{i}.5\n" for i in range(5000)))
    before = run(study).record

    told = limited(tmp_path).stderr

    assert "UnwritableFolderError" in told
    assert f"{tmp_path / '.industria'}" in told
    assert "cannot be written" in told
    assert Run.read(tmp_path).record == before


@pytest.mark.skipif(os.geteuid() == 0, reason="the system lets root write everywhere")
def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UnwritableFolderError, match=r"\.industria cannot be written: Permission denied"):
            run(study)
    finally:
        tmp_path.chmod(0o700)


def test_a_folder_below_a_file_is_told(tmp_path: Path) -> None:
    study = small_study(tmp_path / "study")
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(UnwritableFolderError, match="cannot be written: Not a directory"):
        run(study, folder=tmp_path / "file" / "run")


def test_local_code_is_refused_where_it_must_be(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"measures\.py:means.*refused") as caught:
        run(small_study(tmp_path), local_code=False)

    assert caught.value.__notes__ == ["in step 'means' of study.toml"]


def test_a_sql_that_fails_is_told_in_a_line(tmp_path: Path) -> None:
    failing = MEASURES.replace(
        "return Result(table=groups.select(",
        "groups = nw.from_native(groups.to_native().project(\"*, error('no ranks today') AS x\"))\n"
        "    return Result(table=groups.select('x',",
    )

    with pytest.raises(DataError, match=r"DuckDB stopped: .*no ranks today") as caught:
        run(small_study(tmp_path, measures=failing))

    assert caught.value.__notes__ == ["in step 'ranks' of study.toml"]

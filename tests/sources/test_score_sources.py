"""What holds for all scores that authors keep as files: how they are had, and what is said where they are not."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from industria import sources
from industria.core.table import collect
from industria.errors import BrokenFileError, ChoiceError, MissingVintageError, NotMirroredError, UnexpectedAnswerError
from industria.sources import anthropic, chicago, ilo_task_scores, microsoft, nesta, openai, orebro, oxford
from industria.sources.reader import told_of
from industria.sources.score_files import ScoreFile
from tests.sources.official_files import WHOLE, mirrored
from tests.sources.recorded import Asked, Played, Reply
from tests.sources.score_tables import ILO_HEADER, RECORDED, ilo_row, ilo_workbook, telework, uncounted

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]


@dataclass(frozen=True)
class Case:
    """A reader with one of its files."""

    use: str
    module: ModuleType
    file: str
    page: str
    parameters: dict[str, Any] = field(default_factory=dict)

    def put(self, folder: Path) -> Path:
        """Write twenty rows of its file into a folder."""
        folder.mkdir(exist_ok=True)
        if self.file.endswith(".xlsx"):
            return ilo_workbook(folder, [ILO_HEADER, *(ilo_row(i) for i in range(20))])
        path = folder / self.file
        recorded = RECORDED / self.file
        path.write_bytes(recorded.read_bytes() if recorded.is_file() else telework().encode())
        return path

    def ask(self, **parameters: Any) -> sources.Source:
        """Ask the reader."""
        return sources.find(self.use)(**self.parameters, **parameters)

    def __str__(self) -> str:
        return self.use


CASES = [
    Case("openai.task_labels", openai, "full_labelset.tsv", "openai/GPTs-are-GPTs/blob/main/data/"),
    Case("microsoft.applicability", microsoft, "iwa_metrics.csv", "microsoft/working-with-ai/blob/main/"),
    Case(
        "ilo.task_scores",
        ilo_task_scores,
        "Final_Scores_ISCO08_Gmyrek_et_al_2025.xlsx",
        "pgmyrek/2025_GenAI_scores_ISCO08/blob/main/",
    ),
    Case("orebro.daioe", orebro, "daioe_onetsoc2010.csv", "Magnus-L/daioe-pipeline/blob/main/mapping/raw_data/"),
    Case(
        "chicago.teleworkability",
        chicago,
        "occupations_workathome.csv",
        "jdingel/DingelNeiman-workathome/blob/master/occ_onet_scores/output/",
    ),
    Case("anthropic.task_shares", anthropic, "task_pct_v2.csv", "EconomicIndex/blob/main/release_2025_03_27/"),
    Case(
        "oxford.mobility",
        oxford,
        "asec_to_bls_mobility_edgelist.csv",
        "CanadaLaborApplication/blob/main/labour_abm_canada/data/ONET/",
    ),
    Case(
        "nesta.transitions",
        nesta,
        "mcc_risk_All_occupations.csv",
        "mapping-career-causeways/blob/main/supplementary_online_data/automation_risk/",
        {"table": "mcc_risk_All_occupations"},
    ),
]
every = pytest.mark.parametrize("case", CASES, ids=str)


@every
def test_it_is_found_and_tells_its_columns_and_its_terms(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.put(tmp_path / "mirror")
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path / "mirror"))
    uncounted(monkeypatch, case.module)
    source = case.ask()
    publisher = sources.publisher_of(sources.find(case.use))
    told = told_of(sources.find(case.use))

    assert case.use in sources.names()
    assert publisher is not None
    assert publisher.name == case.use.split(".")[0]
    assert (source.use, source.publisher, source.license) == (case.use, publisher.title, publisher.license)
    assert all((source.title, source.vintage, source.citation, source.documentation, source.notes))
    assert source.url is not None
    assert source.url.endswith(case.file)
    assert all(told.family(column) for column in collect(source.read()).column_names)


@every
def test_a_file_that_is_nowhere_is_named_with_its_page(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mirror").mkdir()
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")

    with pytest.raises(NotMirroredError) as told:
        case.ask()
    assert f"{case.page}{case.file}" in str(told.value)
    assert f"no file {case.file!r}" in str(told.value)


@every
def test_a_mirror_has_the_state_of_a_day_or_none(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = case.put(tmp_path / "mirror")
    os.utime(path, (1_740_000_000, 1_740_000_000))  # 19 February 2025
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    uncounted(monkeypatch, case.module)
    source = case.ask(as_of="2025-03-01")

    assert (source.retrieved, source.request["as_of"]) == ("2025-02-19", "2025-03-01")
    assert collect(source.read()).num_rows >= 20
    with pytest.raises(MissingVintageError, match="as of 2025-02-18"):
        case.ask(as_of="2025-02-18")


@every
def test_what_its_publisher_gives_is_kept_and_read_again_offline(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, play: Play
) -> None:
    content = case.put(tmp_path / "published").read_bytes()
    uncounted(monkeypatch, case.module)
    played = play(case.use.split(".")[0], lambda _: Reply(content, headers={"Content-Type": "text/plain"}))
    first = case.ask()
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    again = case.ask()

    assert [asked.path.rpartition("/")[2] for asked in played.asked] == [case.file]
    assert first.sha256 == again.sha256
    assert collect(first.read()) == collect(again.read())
    assert [one["sha256"] for one in again.vintages()] == [first.sha256]


@every
def test_a_page_in_the_place_of_a_file_is_refused(case: Case, play: Play) -> None:
    play(case.use.split(".")[0], lambda _: Reply.page("Sign in"))

    with pytest.raises(UnexpectedAnswerError):
        case.ask()


@every
def test_a_file_that_lost_rows_is_refused(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty rows are not the edition; half a row is none."""
    path = case.put(tmp_path / "mirror")
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path / "mirror"))
    with pytest.raises(BrokenFileError, match=r"cut off, or another edition: to use it as it is"):
        collect(case.ask().read())

    uncounted(monkeypatch, case.module)
    content = path.read_bytes()
    path.write_bytes(content[: -len(content.splitlines()[-1]) // 2] if b"\n" in content else content[:300])
    with pytest.raises(BrokenFileError, match=case.file):
        collect(case.ask().read())


def _codes(use: str, column: str, **parameters: Any) -> set[str]:
    return set(collect(sources.find(use)(**parameters).read())[column].to_pylist())


def test_codes_are_of_the_vintages_that_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    onet_2010 = _codes("onet.correspondence", "origin_code", pair="onetsoc2010-soc2010")
    onet_2019 = _codes("onet.database", "occupation", table="Occupation Data")
    matrix = _codes("bls.correspondence", "destination_code", pair="onetsoc2019-nem")
    soc_2018 = _codes("onet.correspondence", "destination_code", pair="onetsoc2019-soc2018")
    isco_08 = _codes("ilo.correspondence", "destination_code", pair="isco88-isco08")
    scored = _codes("microsoft.applicability", "occupation", table="soc_to_iwas")

    assert _codes("openai.task_labels", "occupation") < onet_2019
    assert _codes("orebro.daioe", "occupation") < onet_2010
    assert _codes("chicago.teleworkability", "occupation") < onet_2010
    assert _codes("nesta.transitions", "onet_code", table="mcc_risk_All_occupations") < onet_2010
    assert scored < matrix
    assert len(scored - soc_2018) == 12
    assert "31-1120" in scored - soc_2018
    unscored = {"0110", "0210", "0310", "1439", "3139", "3435", "5249", "7319", "8189"}
    assert isco_08 - _codes("ilo.task_scores", "occupation") == unscored


def test_every_table_of_a_publisher_is_one_that_its_reader_takes() -> None:
    """And its columns, as its file is laid out, are all told."""
    for case in CASES:
        files = getattr(case.module, "FILES", {})
        told = told_of(sources.find(case.use))
        singles = [held for held in vars(case.module).values() if isinstance(held, ScoreFile)]
        for file in (*files.values(), *singles):
            stacked = () if file.table.stack is None else (file.table.stack.key, *file.table.stack.values.values())
            for cells in (*file.table.columns.values(), *stacked):
                assert told.family(cells.name), f"{case.use}: {cells.name}"
            assert {name for name in file.table.counts if name != "rows"} <= {
                cells.name for cells in (*file.table.columns.values(), *stacked)
            }
        if files:
            with pytest.raises(ChoiceError, match=f"Did you mean {next(iter(files))!r}"):
                sources.find(case.use)(table=f"{next(iter(files))}x")
            for table in files:
                with pytest.raises(NotMirroredError):
                    _offline(case.use, table)


def _offline(use: str, table: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INDUSTRIA_OFFLINE", "1")
        sources.find(use)(table=table)

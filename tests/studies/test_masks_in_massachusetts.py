"""The example study on masks: what is real agrees with the reference, what is drawn is marked, and the words hold."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from industria.core.value import Address
from industria.study.explain import explain
from industria.study.record import Run
from tests.sources.official_files import WHOLE

STUDY = Path(__file__).parents[2] / "studies" / "masks-in-massachusetts"
pytestmark = pytest.mark.skipif(
    not WHOLE.is_dir(), reason=f"the official files are not on this machine: {WHOLE} is no folder"
)
MADE = ("run", "run.previous", "run.new", ".industria", "__pycache__")


class Made:
    """A copy of the study that was run once, and what the command line said."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(STUDY, folder, ignore=shutil.ignore_patterns(*MADE))
        self.folder = folder
        self.said = self.industria("run", ".")
        self.run = Run.read(folder / "run")

    def industria(self, *words: str) -> str:
        mirror = {"INDUSTRIA_MIRROR": str(WHOLE), "INDUSTRIA_OFFLINE": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "industria", *words],
            cwd=self.folder,
            env=os.environ | mirror | {"INDUSTRIA_STORE": str(self.folder.parent / "store")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def value(self, address: str) -> Any:
        return self.run.value(Address.parse(address)).value

    def rows(self, step: str, table: str | None = None) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.run.table(step, table).to_pylist()
        return rows


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("studies") / "masks")


# -------------------------------------------------------------- what is real agrees with its publishers

REAL = {
    # COVID Tracking Project: peaks and patient-days as counted from the file by hand.
    "peak.inpatients": 3977,
    "peak.intensive_care": 1089,
    "peak.patient_days": 244_799,
    # County Business Patterns 2011, Statistics of US Businesses 2021.
    "state.plants": 6782,
    "state.firms": 5668,
    "counts[industry=315].establishments": 92,
    "counts[industry=315].employment": 2050,
    # Nonwoven mills: seven, their employment withheld under the letter E.
    "counts[industry=31323].establishments": 7,
    "counts[industry=31323].employment_low": 250,
    "counts[industry=31323].employment_high": 499,
    # GetUsPPE.
    "state.requests": 1057,
    "outcome.n_lines": 6932,
    "outcome.negative_days": 305,
}


@pytest.mark.parametrize("address", REAL)
def test_what_was_counted_comes_out(made: Made, address: str) -> None:
    assert made.value(address) == REAL[address]


def test_new_mexicos_rates_are_multiplied_by_patient_days(made: Made) -> None:
    """1.27 respirators and 1.75 gowns a patient and day; the weeks to 4 October have four days more than September."""
    for product, rate in (("respirator", 1.27), ("gown", 1.75)):
        taken = made.value(f"explained[product={product}].advisory")
        # The first week has two days of counts, whose mean stands for all seven.
        assert taken == pytest.approx(rate * 244_799, rel=0.06)


def test_a_withheld_employment_is_no_zero(made: Made) -> None:
    assert made.value("counts[industry=31323].employment") is None


# --------------------------------------------------------------------------- what is drawn is marked


def test_all_that_rests_on_drawn_firms_is_marked_and_nothing_else(made: Made) -> None:
    synthetic = {step for step in made.run.steps if made.run.synthetic(step)}

    assert {"firms", "coverage", "inferred", "options", "plan", "lever", "ensemble", "replay", "removal"} <= synthetic
    real = {"patients", "peak", "hospitals", "others", "demand", "explained", "counts", "funnel", "outcome", "brokers"}
    assert not real & synthetic


def test_every_page_has_the_mark(made: Made) -> None:
    for name, words in (("brief", "these are not real firms"), ("brief.pt-BR", "não são empresas reais")):
        assert words in (made.folder / "run" / f"{name}.html").read_text("utf-8")


def test_firms_are_no_more_than_the_census_counts(made: Made) -> None:
    drawn = made.rows("firms")
    trades = {row["industry"]: row for row in made.rows("trades")}

    assert len(drawn) == 400
    for code, trade in trades.items():
        mine = [row for row in drawn if row["naics"] == code]
        assert len(mine) <= trade["establishments"]
        # A plant has one job at least, which rounding may add.
        assert sum(row["employment"] for row in mine) <= trade["employment_high"] + trade["establishments"]


def test_most_firms_do_not_say_what_they_can_do(made: Made) -> None:
    assert made.value("firms.share_declared") < 0.5
    assert {row["evidence"] for row in made.rows("held")} == {"declared", "inferred"}


def test_every_range_has_its_reason_and_the_drawing_takes_their_middle(made: Made) -> None:
    import csv

    with (STUDY / "parameters.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    middle = {row["parameter"]: (float(row["low"]) + float(row["high"])) / 2 for row in rows}

    assert all(row["reason"] and row["unit"] and row["source"] for row in rows)
    given = made.run.step("firms")["parameters"]
    assert (given["moved"], given["crew"]) == (middle["moved_staff"], middle["crew"])


# ----------------------------------------------------------------------------------- the words hold


def shared(made: Made, month: str, demand: str = "middle") -> str | None:
    rows = [r for r in made.rows("monthly") if (r["demand"], r["month"]) == (demand, month)]
    best = max((r for r in rows if r["item"] not in ("capacity", "stockpile")), key=lambda row: row["share"])
    return best["item"] if best["share"] > 1e-6 else None


WORDS: dict[str, Callable[[Made], bool]] = {
    "first brokers, then tests, then meltblown": lambda made: (
        [row["item"] for row in made.rows("changes")] == ["broker_hours", "test_slots", "meltblown"]
    ),
    "brokers in April and May": lambda made: [shared(made, f"2020-{m}") for m in ("04", "05")] == ["broker_hours"] * 2,
    "meltblown from mid-June": lambda made: str(made.rows("changes")[2]["first_week"]) == "2020-06-15",
    "tests and meltblown with as much in June": lambda made: (
        abs(
            made.value("monthly[demand=middle,month=2020-06,item=test_slots].share")
            - made.value("monthly[demand=middle,month=2020-06,item=meltblown].share")
        )
        < 0.005
    ),
    "money never bound": lambda made: all(
        row["share"] < 1e-6 for row in made.rows("monthly") if row["item"] == "budget" and row["demand"] == "middle"
    ),
    "tests in May and nothing from July at the lowest": lambda made: (
        [shared(made, m, "few") for m in ("2020-05", "2020-07")] == ["test_slots", None]
    ),
    "brokers to July at the highest": lambda made: shared(made, "2020-07", "many") == "broker_hours",
    "no respirators": lambda made: all(row["product"] != "respirator" for row in made.rows("plan", "pivots")),
    "the stockpile leads in all draws": lambda made: made.value("lever_draws.stability[what=first].share") == 1,
    "and is first": lambda made: made.rows("lever_fall")[0]["lever"] == "Stockpile twice as large",
    "staff second, suppliers third": lambda made: (
        [row["lever"] for row in made.rows("lever_fall")][1:3]
        == ["Half more staff moved", "Half more from medical suppliers"]
    ),
    "the other levers less than a thousandth": lambda made: all(
        abs(row["median"]) < 1e-3 for row in made.rows("lever_draws")[6:]
    ),
    "only September decides": lambda made: (
        [row["decisive"] for row in made.rows("replay", "milestones")] == [True, False, False]
        and made.value("replay.share_surviving") == made.rows("replay", "milestones")[0]["satisfied"]
    ),
    "without test houses, associations, grants no week is lost": lambda made: all(
        made.value(f'losses[actor="{name}"].weeks_late') == 0
        for name in ("test houses", "associations", "grant program")
    ),
    "without the office half of the deliveries never come": lambda made: (
        made.value('losses[actor="state office"].reached') is False
    ),
    "the grants' loss is within the gap": lambda made: (
        made.value('removal[actor="grant program"].unmet_added')
        < made.value("plan.objective") - made.value("plan.bound")
    ),
    "two days of closings": lambda made: made.value("heaped.days") == 2,
    "a third of the firms in other states": lambda made: (
        made.value('funnel[stage="of them in the state"].conversion') == pytest.approx(2 / 3)
    ),
    "all makers leave": lambda made: made.value("viability_sum.leave") == made.value("viability_sum.makers"),
}


@pytest.mark.parametrize("words", WORDS)
def test_what_the_brief_says_in_words_is_so(made: Made, words: str) -> None:
    assert WORDS[words](made)


def test_the_command_line_tells_the_answer(made: Made) -> None:
    assert "claims: 6 hold, 2 weak, 0 fail" in made.said.splitlines()
    for words in (
        "First brokers, then tests, then meltblown",
        "million pieces asked for",
        "in April and",
        "Three levers",
    ):
        assert words in made.said
    assert "Without the state office" in made.said
    assert "brief.pdf" in made.said


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext, which reads a PDF, is not installed")
def test_briefs_have_two_pages_before_the_annex(made: Made) -> None:
    for name, annex in (("brief", "Annex:"), ("brief.pt-BR", "Anexo:")):
        file = made.folder / "run" / f"{name}.pdf"
        text = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
        assert [annex in page for page in text.split("\f")[:3]] == [False, False, True]


def test_the_objective_is_traced_to_weights_bill_options_and_seed(made: Made) -> None:
    found = explain(made.run, "plan.objective")
    steps = {step["name"]: step for step in found["steps"]}

    assert {"products", "bill", "options", "firms"} <= set(steps)
    assert steps["firms"]["parameters"]["rng"] == 2020
    assert {"parameters", "requirements", "profiles", "facts", "census"} <= set(found["sources"])
    assert "rng = 2020" in made.industria("explain", "run", "plan.objective")


def test_a_delay_shows_both_plans(made: Made) -> None:
    found = explain(made.run, 'removal[actor="meltblown mill"].weeks_late')
    plans = found["beside"]["tables"]["plans"]

    assert found["beside"]["facts"]["objective"] == made.value("plan.objective")
    assert found["beside"]["row"]["objective"] > made.value("plan.objective")
    half = 0.5 * plans[-1]["with_all"]
    weeks = [next(i for i, row in enumerate(plans) if row[side] >= half) for side in ("with_all", "without")]
    assert weeks[1] - weeks[0] == found["value"]


def test_the_largest_maker_is_the_one_that_is_removed(made: Made) -> None:
    assert made.rows("largest")[0]["actor"] in made.run.step("removal")["parameters"]["actors"]

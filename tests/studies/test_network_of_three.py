"""Three stand-in sites: what they send adds up to one run, and what it says is what was computed elsewhere."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

from industria.core.table import collect
from industria.release import attack, open_release

STUDY = Path(__file__).parents[2] / "studies" / "network-of-three"
# Lagged-grant effects of the plants with fcode modulo 3 = 0, 1, 2, and what REML and Hartung-Knapp make
# of them: computed from the same panel by scipy, without the package, and written down to six and four digits.
SITES = {"site_A": -0.091745, "site_B": -0.033357, "site_C": -1.001743}
ONE_RUN = -0.4215895085
ROUNDED = 5e-7
"""Logs stand in the package with seven digits; whoever takes them anew differs by so much."""
AVERAGE, LOW, HIGH, I2 = -0.3687981, -1.7350, 0.9974, 0.390


def rows(name: str) -> list[dict[str, str]]:
    with (STUDY / "pooled" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_sites_and_their_average_are_those_of_the_reference() -> None:
    told = {row["label"]: row for row in rows("estimates")}

    assert {name: float(told[name]["estimate"]) for name in SITES} == pytest.approx(SITES, abs=ROUNDED)
    average = told["average"]
    assert float(average["estimate"]) == pytest.approx(AVERAGE, abs=ROUNDED)
    assert [float(average["low"]), float(average["high"])] == pytest.approx([LOW, HIGH], abs=5e-5)
    (lagged,) = [row for row in rows("heterogeneity") if row["term"] == "grant_last_year"]
    assert float(lagged["i2"]) == pytest.approx(I2, abs=5e-4)


def test_sums_are_one_run() -> None:
    told = {row["term"]: row for row in rows("agreement")}

    assert float(told["grant_last_year"]["sums"]) == pytest.approx(ONE_RUN, abs=ROUNDED)
    assert all(float(row["sums"]) == pytest.approx(float(row["one_run"]), abs=1e-10) for row in told.values())


def test_no_withheld_cell_can_be_reckoned() -> None:
    withheld = [row for row in rows("cells") if row["status"] == "withheld"]

    assert {row["site"] for row in withheld} == {"A", "B", "C"}
    assert {row["exact"] for row in withheld} == {"False"}
    assert not [row for row in withheld if row["value"]]


def test_one_site_rounds_its_numbers_of_plants_and_their_sums_have_a_least_and_a_most() -> None:
    rounded = [row for row in rows("cells") if row["status"] == "rounded"]
    plants = [row for row in rows("totals") if row["step"] == "plants_by_size" and row["value"]]

    assert {(row["site"], row["step"]) for row in rounded} == {("C", "plants_by_size")}
    assert {float(row["value"]) % 5 for row in rounded} == {0.0}
    assert plants
    # Multiples of five: less than five off to either side.
    assert {(float(row["value"]) - float(row["low"]), float(row["high"]) - float(row["value"])) for row in plants} == {
        (4.0, 4.0)
    }


def test_stand_ins_are_loudly_labeled() -> None:
    for page in (STUDY / "README.md", STUDY / "brief.md"):
        assert re.search("stand-ins?|stand in", page.read_text("utf-8"))
    assert "A STAND-IN, NOT A STATISTICAL OFFICE" in (STUDY / "stand_ins.py").read_text("utf-8")


@pytest.mark.slow
def test_the_demonstration_gives_what_is_written_down(tmp_path: Path) -> None:
    before = {file.name: file.read_bytes() for file in (STUDY / "pooled").iterdir()}

    done = subprocess.run(
        [sys.executable, str(STUDY / "network.py")], cwd=STUDY.parents[1], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("0 exact, 0 under-protected") == 3
    assert "pooled = single run to 1e-10" in done.stdout
    assert len(re.findall(r"brief[\w.-]*\.html", done.stdout)) == 3
    assert {file.name: file.read_bytes() for file in (STUDY / "pooled").iterdir()} == before
    for file in (STUDY / "demo" / "outbox").glob("*.release"):
        told = open_release(file).certificate["attack"]["narrowest"]
        rows = collect(attack(file).table).to_pylist()
        ends = [(row["low"], row["high"]) for row in rows if None not in (row["low"], row["high"])]
        # The certificate also knows what numbers of plants beside estimates tell.
        least = min((high - low) / high for low, high in ends)
        assert least >= (told["high"] - told["low"]) / told["high"] - 1e-9

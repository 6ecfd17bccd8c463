"""Every example study runs offline, from its folder or from publishers' files, and comes out the same again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from industria.core.value import Address
from industria.study.load import load
from industria.study.record import Run
from tests.sources.official_files import WHOLE

STUDIES = Path(__file__).parents[1] / "studies"
# Nothing answers here: a study that reached for a server would fail at once.
OFFLINE = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "",
    "INDUSTRIA_OFFLINE": "1",
    "INDUSTRIA_MIRROR": str(WHOLE) if WHOLE.is_dir() else "",
}
# Numbers that stand elsewhere, to the digits in which they stand there.
GOLDEN = {
    # Wooldridge, Introductory Econometrics, Example 14.1.
    "training-grants": {
        "effect[term=grant].estimate": (-0.252, 0.0005),
        "effect[term=grant_last_year].estimate": (-0.422, 0.0005),
    },
    # Counted from the same files by a plain merge of labels and OEWS on their first seven characters.
    "health-care-codes": {
        "passages[method=equal,place=US].covered": (0.928, 0.0005),
        "passages[method=equal,place=62].covered": (0.793, 0.0005),
        "estimates[method=equal,place=US].score": (0.350, 0.0005),
        "estimates[method=equal,place=62].score": (0.356, 0.0005),
        'lost_sums[place="health care"].aides': (3_575_980, 0),
        "split_sums.split_codes": (9, 0),
    },
    # Counted in the publishers' files by pandas alone: OEWS rows of NAICS 622 by their codes; labels weighed and
    # averaged to six digits; the lesser of two occupations' weights of activities, added up; hours by hand.
    "hospital-automation": {
        "totals[owner=private].jobs": (5_145_700, 0),
        "roles[owner=private,role=administrative].employment": (875_440, 0),
        "role_lines[role=administrative].wage": (71_109.69948, 0.005),
        'gaps[line="tasks private"].administrative': (0.58212, 0.000005),
        'gaps[line="tasks private"].clinical': (0.31026, 0.000005),
        'gaps[line="tasks state"].coverage_administrative': (0.98666, 0.000005),
        'shown_paths[path="43-6013 to 29-1141"].similarity': (0.08856, 0.000005),
        'shown_paths[path="43-6013 to 43-6014"].wage_change': (46_290 / 44_640 - 1, 1e-12),
        "fewest.destinations": (213, 0),
        "ledger.portfolio.estimated_hours": (1857.0, 1e-9),
    },
    # Reckoned from the same panel without the package: regressions by linearmodels, frontiers by linear programs in
    # HiGHS, the rest by its formula. Written down to seven or eight digits, of which the last may be off by one.
    "state-productivity": {
        "spread[year=1970].sd": (0.1977404, 1e-7),
        "spread[year=1986].sd": (0.1083876, 1e-7),
        "spread[year=1970].p90_p10": (0.3962391, 1e-7),
        "spread[year=1986].p90_p10": (0.2085440, 1e-7),
        "catching_up.unconditional.estimate": (-0.5002336, 1e-7),
        "catching_up.unconditional.standard_error": (0.0331929, 1e-7),
        "catching_up.unconditional.half_life": (15.989, 5e-4),
        "catching_up_of_others.unconditional.estimate": (-0.4864681, 1e-7),
        "catching_up_of_others.unconditional.standard_error": (0.0488125, 1e-7),
        "growth[method=olley_pakes].contribution": (0.0972391, 1e-7),
        "decomposition[method=foster_haltiwanger_krizan,component=within].contribution": (0.0967643, 1e-7),
        "decomposition[method=foster_haltiwanger_krizan,component=between].contribution": (0.0073557, 1e-7),
        "decomposition[method=foster_haltiwanger_krizan,component=cross].contribution": (-0.0068809, 1e-7),
        "decomposition[method=griliches_regev,component=within].contribution": (0.0933239, 1e-7),
        "decomposition[method=olley_pakes,component=within].contribution": (0.0736547, 1e-7),
        "decomposition[method=olley_pakes,component=covariance].contribution": (0.0235844, 1e-7),
        "shares[method=olley_pakes].estimate": (0.0736547 / 0.0972391, 1e-6),
        "elasticities[estimator=pooled].estimate": (0.15500701, 1e-8),
        "elasticities[estimator=between].estimate": (0.17936512, 1e-8),
        'elasticities[estimator="first differences"].estimate': (0.12347223, 1e-8),
        'elasticities[estimator="random effects"].estimate': (0.00443859, 1e-8),
        'elasticities[estimator="state effects"].estimate': (-0.02614965, 1e-8),
        'elasticities[estimator="state and year effects"].estimate': (-0.03017606, 1e-8),
        "pooled.inferences[term=log_public_capital,method=iid].standard_error": (0.01715, 5e-6),
        # linearmodels scales errors by N/(N - K) alone; ours also by G/(G - 1), and (N - 1)/(N - K).
        "pooled[term=log_public_capital].standard_error": (0.06030 * (48 / 47 * 815 / 816) ** 0.5, 6e-6),
        "frontiers[place=1].first": (0.8443815, 1e-7),
        "frontiers[place=1].last": (0.8765959, 1e-7),
        "drawing[year=1970].number": (7, 0),
        "drawing[year=1986].number": (8, 0),
        'changes[states="all states",part=change].change': (0.0537572, 1e-7),
        'changes[states="all states",part=efficiency_change].change': (0.0414883, 1e-7),
        'changes[states="all states",part=technical_change].change': (0.0117801, 1e-7),
        "extremes[state=Wyoming].change": (0.7734, 5e-5),
        'extremes[state="New Hampshire"].change': (1.4142, 5e-5),
        'sources_of_growth[capital_share="a third"].product': (0.4342218, 1e-7),
        'sources_of_growth[capital_share="a third"].revenue_productivity': (0.0385166, 1e-7),
        'sources_of_growth[capital_share="two fifths"].revenue_productivity': (
            0.4342218 - 0.6 * 0.3443467 - 0.4 * 0.4984221,
            1e-7,
        ),
    },
    # Counted in the publishers' files by hand; New Mexico's advisory team, 3 April 2020: 1.75 gowns a patient and day.
    "masks-in-massachusetts": {
        "peak.inpatients": (3977, 0),
        "peak.patient_days": (244_799, 0),
        "state.plants": (6782, 0),
        "state.requests": (1057, 0),
        "outcome.n_lines": (6932, 0),
        'funnel[stage="first grants"].conversion': (15 / 71, 1e-12),
    },
    # Counted in the file by pandas alone: sets of plants, and differences of logs from one year to the next. The mean
    # elasticity of materials is that of the share regression of the tests of the kernel, told to nine decimals.
    "firm-frontier": {
        "counts.plants": (912, 0),
        "counts.rows": (6187, 0),
        "counts.exits": (480, 0),
        "counts.entries": (15, 0),
        "counts.stayers": (396, 0),
        "defects.above_revenue": (43, 0),
        "defects.plants_above": (33, 0),
        "defects.gaps": (31, 0),
        "defects.without_value_added": (47, 0),
        "moves_by_year[year=1985].pairs": (525, 0),
        "moves_by_year[year=1985].up": (19, 0),
        "others_most.most": (10, 0),
        "flagged.ever": (59, 0),
        "functions[place=1].inputs": (0.672085234, 5e-9),
        "flexible.n_roots": (1, 0),
        "value_added.n_roots": (1, 0),
        # Means of the logs at or above their type 7 quantile, less the means of all plants of a third.
        "worker_gaps[sample=all,year=1984,group=small].gap": (2.199, 0.0005),
        "worker_gaps[sample=all,year=1991,group=small].gap": (3.312, 0.0005),
        "largest[year=1991].hhi": (0.01334, 0.00005),
        # The flexible function once more without the package, by numpy, scipy and pandas: shares by nonlinear least
        # squares, integrated, and moments of innovations, cubic in the year before, solved from six starts. Its rows
        # differ from ours by up to 0.00015, as the two stop at other digits; means of many rows by less than 0.00005.
        "narrowing[sample=all,part=gap].estimate": (-0.300506, 0.00005),
        "narrowing_without_highest[part=gap].estimate": (-0.226488, 0.00005),
        "narrowing_of_stayers[part=gap].estimate": (-0.065481, 0.00005),
        "narrowing_of_stayers[part=frontier].estimate": (-0.145496, 0.00005),
        "narrowing_of_stayers[part=group].estimate": (-0.080015, 0.00005),
        "small_less_large[years=all].estimate": (0.047241, 0.00005),
        "leavers_in_revenue[term=left].estimate": (-0.087124, 0.00005),
        "highest_of_first.value": (8.41806, 0.00015),
        "frontier_of_first.plants": (44, 0),
        "frontier_of_first.left": (24, 0),
    },
    # By scipy from the same panel, without the package: regressions of the plants with fcode modulo 3 = 0, 1, 2 and of
    # all, REML with the interval of Hartung and Knapp. The logs of the survey have seven digits.
    "network-of-three": {
        "forest[label=site_C].estimate": (-1.001743, 5e-7),
        "forest[label=one_run].estimate": (-0.4215895, 5e-7),
        "forest[label=sums].estimate": (-0.4215895, 5e-7),
        "spread[term=grant_last_year].estimate": (-0.3687981, 5e-7),
        "spread[term=grant_last_year].low": (-1.7350, 5e-5),
        "spread[term=grant_last_year].i2": (0.390, 5e-4),
        "attacked.exact": (0, 0),
    },
    # Counted from the same files without the package: the workbook's own class of each unit group, averaged within two
    # digits and over ILOSTAT's jobs; the register's families looked up in both tables. Digits are those of the sums.
    "jobs-across-countries": {
        "measures[measure=exposed,country=USA].exposure": (0.33089051, 5e-9),
        "measures[measure=exposed,country=BRA].exposure": (0.24543833, 5e-9),
        "measures[measure=exposed,country=TUR].exposure": (0.20266185, 5e-9),
        "by_year[country=USA,year=2019,measure=exposed].exposure": (0.33282802, 5e-9),
        "by_year[country=BRA,year=2019,measure=exposed].exposure": (0.24640492, 5e-9),
        # Dingel & Neiman (2020), country_workathome.csv, with US jobs of another year: within 0.012, as in the tests of
        # the measure.
        "measures[measure=telework,country=TUR].exposure": (0.22844583, 0.012),
        "twice[jobs_of=register].millions": (55_965_964 / 12e6, 1e-9),
        "survival[place=1].survives": (0.83038023, 5e-9),
        "survival[place=2].survives": (0.69808057, 5e-9),
        "survival[place=3].survives": (0.69407032, 5e-9),
        "twice[jobs_of=register].exposure": (0.46592122, 5e-9),
        "vintages.told": (103, 0),
        # As the file prints them: professionals over elementary occupations.
        "pay[country=BRA,occupation=2].ratio": (12.58 / 3.07, 1e-9),
        "pay[country=MYS,occupation=2].ratio": (18.88 / 6.09, 1e-9),
        "pay[country=TUR,occupation=2].ratio": (18.31 / 5.46, 1e-9),
        "pay[country=USA,occupation=2].ratio": (44.11 / 21.26, 1e-9),
    },
}


@dataclass(frozen=True)
class Copy:
    """A copy of an example study that was run once."""

    folder: Path
    first: dict[str, Any]

    def industria(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the command line as a person does."""
        return subprocess.run(
            [sys.executable, "-m", "industria", *words],
            cwd=self.folder,
            env=os.environ | OFFLINE | {"INDUSTRIA_STORE": str(self.folder.parent / "store")},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def record(self) -> dict[str, Any]:
        """The run.json of the last run."""
        told: dict[str, Any] = json.loads((self.folder / "run" / "run.json").read_text("utf-8"))
        return told


@pytest.fixture(scope="module", params=sorted(file.parent.name for file in STUDIES.glob("*/study.toml")))
def study(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    if _asks_publishers(STUDIES / request.param) and not WHOLE.is_dir():
        pytest.skip(f"the official files are not on this machine: {WHOLE} is no folder")
    folder = tmp_path_factory.mktemp("studies") / request.param
    made = shutil.ignore_patterns("run", "run.previous", "run.new", ".industria", "__pycache__")
    shutil.copytree(STUDIES / request.param, folder, ignore=made)
    copy = Copy(folder, {})
    done = copy.industria("run", ".")
    assert done.returncode == 0, done.stderr
    return Copy(folder, copy.record)


def _asks_publishers(folder: Path) -> bool:
    """Tell whether a study reads files that are not part of a Python package."""
    return any(not source.use.startswith("packages.") for source in load(folder).file.sources.values())


def test_it_is_complete(study: Copy) -> None:
    """Study, brief and a README; the study file names its schema for editors."""
    assert {"study.toml", "brief.md", "README.md"} <= {file.name for file in study.folder.iterdir()}
    assert (study.folder / "study.toml").read_text("utf-8").startswith("#:schema ")


def test_check_finds_nothing(study: Copy) -> None:
    done = study.industria("check", ".")

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_brief_is_there_in_every_language(study: Copy) -> None:
    first, *others = load(study.folder).file.languages
    for stem in ["brief", *(f"brief.{language}" for language in others)]:
        assert (study.folder / "run" / f"{stem}.html").stat().st_size > 10_000, first
        assert (study.folder / "run" / f"{stem}.pdf").read_bytes().startswith(b"%PDF-")


def test_numbers_that_stand_elsewhere_come_out(study: Copy) -> None:
    run = Run.read(study.folder / "run")

    for address, (value, tolerance) in GOLDEN[study.folder.name].items():
        assert run.value(Address.parse(address)).value == pytest.approx(value, abs=tolerance), address


def test_every_claim_is_judged_and_none_fails(study: Copy) -> None:
    statuses = [claim["status"] for claim in study.first["claims"]]

    assert statuses
    assert set(statuses) <= {"holds", "weak"}


def test_every_source_tells_where_it_is_from(study: Copy) -> None:
    for name, source in study.first["sources"].items():
        told = {key for key in ("publisher", "title", "license", "sha256", "rows") if source.get(key)}
        assert told == {"publisher", "title", "license", "sha256", "rows"}, name


def test_again_it_stands_as_it_was(study: Copy) -> None:
    done = study.industria("run", ".")

    assert done.returncode == 0, done.stderr
    assert study.record == study.first


def test_lost_it_is_taken_from_the_store_with_the_same_bytes(study: Copy) -> None:
    before = {file.name: file.read_bytes() for file in (study.folder / "run").glob("brief*")}
    shutil.rmtree(study.folder / "run")
    done = study.industria("run", ".")

    assert done.returncode == 0, done.stderr
    assert all(step["reused"] for step in study.record["steps"])
    assert [step["digest"] for step in study.record["steps"]] == [step["digest"] for step in study.first["steps"]]
    assert {file.name: file.read_bytes() for file in (study.folder / "run").glob("brief*")} == before


def test_made_anew_it_verifies(study: Copy) -> None:
    done = study.industria("verify", "run")

    assert done.returncode == 0, done.stdout + done.stderr

"""Whoever attacks the sealed file reaches what its certificate says, and the file tells nothing more than that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.core.result import Result
from industria.core.table import collect
from industria.release import Policy, attack, open_release
from industria.release._relations import MEMBER
from industria.release.approve import approve
from industria.release.keys import make_key
from industria.release.release import Release, release
from industria.tables import frequency_table, magnitude_table

SIZES = {
    ("a", "north"): 5,
    ("a", "south"): 4,
    ("b", "north"): 6,
    ("b", "south"): 2,
    ("c", "north"): 4,
    ("c", "south"): 7,
}
ROWS = [(industry, region, i) for (industry, region), n in SIZES.items() for i in range(n)]
FIRMS = pd.DataFrame(
    {
        "firm": [f"{industry}{region}{i}" for industry, region, i in ROWS],
        "industry": [industry for industry, _, _ in ROWS],
        "region": [region for _, region, _ in ROWS],
        "sales": [100.0 + 7 * i + 3 * (industry == "c") for industry, _, i in ROWS],
        "asked": [i != 1 for _, _, i in ROWS],
    }
)
BY = ["industry", "region"]
POLICY = Policy(threshold=3, p=0.1)


def sales(rows: pd.DataFrame = FIRMS, **more: Any) -> Result:
    return magnitude_table(rows, variable="sales", by=BY, unit="firm", **more)


def numbers(rows: pd.DataFrame = FIRMS) -> Result:
    return frequency_table(rows, by=BY, unit="firm")


def left(folder: Path, steps: dict[str, Result], policy: Policy = POLICY, **more: Any) -> Release:
    if not (folder / "key").exists():
        make_key(folder / "key")
    place = folder / "out" / f"{'-'.join(steps)}.release"
    return release(steps, policy, out=place, key=folder / "key", site_folder=folder / "site", **more)


def narrowest(found: Release, **more: Any) -> tuple[float, float] | None:
    """Take from the attack on the file the cell that is least wide beside its larger end."""
    assert found.path is not None
    rows = collect(attack(found.path, **more).table).to_pylist()
    ends = [(row["low"], row["high"]) for row in rows if row["low"] is not None and row["high"] is not None]
    return min(ends, key=lambda one: (one[1] - one[0]) / max(map(abs, one)), default=None)


CASES: dict[str, tuple[dict[str, Result], Policy]] = {
    "a table": ({"sales": sales()}, POLICY),
    "counts beside": ({"sales": sales(), "firms": numbers()}, POLICY),
    "means with counts": ({"mean": sales(statistic="mean", counts=True)}, POLICY),
    "a population within another": ({"all": numbers(), "some": numbers(FIRMS[FIRMS["asked"]])}, POLICY),
    "what is known before": ({"sales": sales()}, Policy(threshold=3, p=0.1, prior=(0.5, 1.7))),
    "rounded numbers": ({"firms": numbers()}, Policy(threshold=3, p=0.1, method="round", rounding_base=5)),
    "negative numbers": ({"sales": sales(FIRMS.assign(sales=FIRMS["sales"] - 104))}, POLICY),
}


@pytest.mark.parametrize("case", CASES)
def test_the_attack_on_the_file_reaches_what_the_certificate_says(case: str, tmp_path: Path) -> None:
    found = left(tmp_path, *CASES[case])

    said, reached = found.certificate["attack"]["narrowest"], narrowest(found)

    if said is None:
        assert reached is None
    else:
        assert reached is not None
        # Of a mean the certificate tells the sum behind it: what is compared is how wide it is beside its end.
        width = (said["high"] - said["low"]) / max(abs(said["low"]), abs(said["high"]))
        assert (reached[1] - reached[0]) / max(map(abs, reached)) == pytest.approx(width, rel=1e-9)


def test_decimals_that_were_cut_leave_the_reader_a_little_more_room(tmp_path: Path) -> None:
    rows = FIRMS.assign(sales=FIRMS["sales"] + np.arange(len(FIRMS)) * 0.37)

    found = left(tmp_path, {"sales": sales(rows)}, Policy(threshold=3, p=0.1, digits=0))

    said, reached = found.certificate["attack"]["narrowest"], narrowest(found)
    assert reached is not None
    # Ends of the certificate are rounded away from each other to the decimals that leave.
    assert said["low"] <= reached[0] < said["low"] + 1
    assert said["high"] - 1 < reached[1] <= said["high"]


def test_a_part_is_no_more_than_its_whole(tmp_path: Path) -> None:
    """Counts of those who were asked and of all firms: whoever reads both knows which are within which."""
    found = left(tmp_path, *CASES["a population within another"])
    assert found.path is not None
    whole, part = (found.table(step).to_pandas().set_index(BY)["count"] for step in ("all", "some"))
    rows = collect(attack(found.path).table).to_pylist()

    assert (whole.isna() & part.notna()).any()
    for row in rows:
        if row["step"] == "all":
            codes = tuple(pair.split("=")[1] for pair in row["cell"].strip("[]").split("]")[0].split(","))
            if not np.isnan(part[codes]):
                assert row["low"] >= part[codes]


def test_every_withheld_number_has_a_line_or_is_counted(tmp_path: Path) -> None:
    for case, (steps, policy) in CASES.items():
        (tmp_path / case).mkdir()
        found = left(tmp_path / case, steps, policy)
        assert found.path is not None
        told = attack(found.path)
        hidden = sum(of["withheld"] for of in found.certificate["counts"].values())
        lines = 0 if policy.method == "round" else told.n_attacked
        assert lines + told.n_not_attacked == hidden


def test_relations_hold_no_value_and_no_name(tmp_path: Path) -> None:
    found = left(tmp_path, *CASES["a population within another"])
    assert found.path is not None
    words = open_release(found.path).members[MEMBER].decode()

    assert not any(firm in words for firm in FIRMS["firm"])
    told = json.loads(words)
    assert {key for system in told for key in system} == {
        *("cells", "counts", "halves", "least", "ordered", "reach", "shown", "signed", "sums")
    }
    # Cells are those that tables show; differences that were protected besides are none of them.
    shown = {row[-1] for system in told for one in system["shown"] for row in one["rows"]}
    assert shown == set(range(sum(system["cells"] for system in told)))


def test_a_release_is_known_by_what_was_sealed_whoever_signs_it_later(tmp_path: Path) -> None:
    """The ledger knows the file as it was sealed; the second person's signature is put into it later."""
    first = left(tmp_path, {"some": numbers(FIRMS[FIRMS["asked"]])})
    assert first.path is not None
    make_key(tmp_path / "second")
    approve(first.path, key=tmp_path / "second", note="all tables")

    assert open_release(first.path).sha256 != first.sha256
    assert open_release(first.path).first_sha256 == first.sha256
    second = left(tmp_path, {"all": numbers()}, earlier=[first.path])

    assert second.certificate["earlier"] == [first.sha256]
    assert second.path is not None
    alone, both = (
        [row["low"] for row in collect(attack(second.path, earlier=before).table).to_pylist()]
        for before in ((), [first.path])
    )
    # Who was asked then is among all firms now: no count of these is less.
    assert all(a <= b for a, b in zip(alone, both, strict=True))
    assert alone != both

"""Tables of counts too large for programs, as they leave: with few cells taken for many."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.core.result import Cells
from industria.errors import ReleaseRefusedError
from industria.release import Policy, attack, make_key, open_release, release
from industria.release import _large_counts as large
from industria.tables import frequency_table
from tests.release.independent_attack import Trees, attacked, relations

BY = ["place", "sex", "age"]
CODES = {"place": [f"p{i}" for i in range(6)], "sex": ["s0", "s1"], "age": [f"a{i}" for i in range(4)]}
TOWNS = [("place", f"p{i}", f"t{i // 3}") for i in range(6)] + [("place", f"t{i}", "Total") for i in range(2)]
TREES = pd.DataFrame(TOWNS, columns=["dimension", "code", "parent"])
KNOWN: Trees = [
    [{code: parent for _, code, parent in TOWNS}],
    *([dict.fromkeys(CODES[name], "Total")] for name in BY[1:]),
]
POLICY = Policy(threshold=4, concentration="none")


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "LARGE", 0)


def people(seed: int, n: int = 150) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: rng.choice(codes, n, p=_falling(len(codes))) for name, codes in CODES.items()})


def _falling(n: int) -> Any:
    weight = 0.5 ** np.arange(n)
    return weight / weight.sum()


def table(records: pd.DataFrame, **more: Any) -> Cells:
    return frequency_table(records, TREES, by=BY, **more)


def published(rows: pd.DataFrame) -> dict[tuple[str, ...], float | None]:
    cells = zip(*(rows[name] for name in BY), strict=True)
    return {cell: None if np.isnan(x) else float(x) for cell, x in zip(cells, rows["count"], strict=True)}


@pytest.mark.parametrize("seed", range(4))
def test_no_outsider_determines_a_withheld_cell(seed: int) -> None:
    """By programs of the test's own, for one who knows that somebody stands in each cell that the table lists."""
    records = people(seed)
    true = published(table(records).to_pandas())
    found = release({"people": table(records)}, POLICY)
    told = published(found.table("people").to_pandas())

    withheld = [cell for cell, x in told.items() if x is None]
    assert {cell for cell, x in true.items() if x is not None and x < 4} <= set(withheld)
    assert len(withheld) < len(told)
    assert all(told[cell] in (None, true[cell]) for cell in true)
    ends = attacked(told, KNOWN, withheld, lower=1.0)
    assert min(high - low for low, high in ends.values()) >= 1 - 1e-6
    rows = found.site_table("people").to_pandas().set_index(BY)
    for cell, (low, high) in ends.items():
        assert rows.loc[cell, "low"] >= low - 1e-6
        assert not rows.loc[cell, "high"] > high + 1e-6


@pytest.mark.parametrize("seed", range(4, 8))
def test_no_published_total_tells_what_few_bring_together(seed: int) -> None:
    records = people(seed)
    true = published(table(records).to_pandas())
    told = published(release({"people": table(records)}, POLICY).table("people").to_pandas())

    for parent, parts in relations(told, KNOWN):
        gone = [float(true[part] or 0) for part in parts if told[part] is None]
        if told[parent] is not None and len(gone) > 1:
            assert sum(gone) - (1.0 in gone) >= 4


def test_whoever_asks_for_no_sums_withholds_less() -> None:
    records = people(4)
    without = Policy(threshold=4, concentration="none", unions=False)
    fewer = release({"people": table(records)}, without)

    assert release({"people": table(records)}, POLICY).n_withheld > fewer.n_withheld


def test_the_certificate_says_what_was_asked_and_what_was_not() -> None:
    found = release({"people": table(people(1))}, POLICY)

    told = found.certificate
    assert told["attack"] == {
        "method": "exact proof",
        "cells": found.n_withheld,
        "exact": 0,
        "under_protected": 0,
        "narrowest": None,
    }
    assert any("closely withheld cells of count" in note for note in told["not_checked"])
    assert any("contributors know of themselves of count" in note for note in told["not_checked"])
    assert "determines no withheld cell; how closely one is told was not asked" in told["statement"]
    assert told["insiders"] == {"who": "singletons", "reach": "sums of withheld parts of one total"}
    assert found.n_attacked == found.n_withheld
    for language in ("pt-BR", "tr", "ms", "es"):
        assert found.statement(language) != told["statement"]


def test_a_unit_in_several_cells_is_one_in_each_sum() -> None:
    """Three persons of five records each: their town is no cell of fifteen, and no sum of theirs is."""
    records = people(2).assign(person=lambda rows: [f"n{i}" for i in range(len(rows))])
    few = people(3, 40).drop_duplicates()[:15]
    few = few.assign(person=[f"few{i % 3}" for i in range(len(few))], place="p5")
    every = pd.concat([records, few])
    several = table(every, unit="person")
    assert several.support is not None
    support = several.support.collect().to_pandas()
    found = release({"people": several}, POLICY)

    rows = found.site_table("people").to_pandas().merge(support, on=BY)
    assert ((rows["status"] == "primary") == (rows["support_units"] < 4)).all()
    assert len(rows) == len(support)
    assert (rows["value"] == rows["count"]).all()
    assert any("same contributors" in note for note in found.certificate["not_checked"])


def test_a_sealed_file_is_attacked_as_any_other(tmp_path: Path) -> None:
    make_key(tmp_path / "key.pem")
    found = release(
        {"people": table(people(1))},
        POLICY,
        out=tmp_path / "out",
        key=tmp_path / "key.pem",
        site_folder=tmp_path / "site",
    )

    assert found.path is not None
    told = attack(found.path, site=tmp_path / "site")
    assert (told.n_attacked, told.n_exact) == (found.n_withheld, 0)
    assert open_release(found.path).certificate["attack"]["method"] == "exact proof"
    kept = json.loads((tmp_path / "site" / found.path.stem / "certificate.json").read_bytes())
    assert kept["counts"]["people"]["primary"] == found.n_primary


def test_a_sensitive_cell_that_is_kept_is_refused() -> None:
    keep = POLICY.model_copy(update={"keep": ({"place": "p5", "sex": "s1", "age": "a3"},)})
    records = pd.concat([people(1), pd.DataFrame([{"place": "p5", "sex": "s1", "age": "a3"}])])

    with pytest.raises(ReleaseRefusedError, match="keeps it published"):
        release({"people": table(records)}, keep)


def test_who_knows_counts_to_a_half_knows_small_ones() -> None:
    """Between half of one and half more than one there is no other whole number."""
    knowing = POLICY.model_copy(update={"prior": (0.5, 1.5)})

    with pytest.raises(ReleaseRefusedError, match="no cells that may be withheld protect it"):
        release({"people": table(people(5))}, knowing)


def test_what_is_kept_is_not_withheld_for_a_sum() -> None:
    """Few bring a total together, and the one cell that could be withheld for it is to be published."""
    cell = {"place": "t1", "sex": "s0", "age": "a0"}
    keep = POLICY.model_copy(update={"keep": (cell,)})
    records = people(5)
    told = published(release({"people": table(records)}, POLICY).table("people").to_pandas())
    assert told[tuple(cell.values())] is None

    with pytest.raises(ReleaseRefusedError, match="no cells that may be withheld protect it"):
        release({"people": table(records)}, keep)


def test_whoever_asks_for_the_cheapest_pattern_gets_intervals() -> None:
    cheapest = POLICY.model_copy(update={"secondary": "optimal", "insiders": "none", "unions": False})
    small = frequency_table(people(1, 60), by=["place", "sex"])

    assert release({"people": small}, cheapest).certificate["attack"]["method"] != "exact proof"

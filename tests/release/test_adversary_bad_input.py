"""Bad input at a site: each is refused by a sentence, and no sentence holds a value or a name of a record."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.errors import IndustriaError
from industria.release import Policy, attack, make_key, open_release
from industria.release.release import release
from industria.tables import summary
from tests.release.cells import counts, firms, magnitudes

POLICY = Policy(threshold=3, p=0.1)
NAME, VALUE = "Zyxomma", 48313.77


def records(**columns: Any) -> pd.DataFrame:
    rows = firms({"a": [VALUE, 51.23, 47.11], "b": [611.5] * 5, "c": [913.25] * 7}, ["region"])
    return rows.assign(firm=[f"{NAME} {i}" for i in range(len(rows))], **columns)


def trees(*pairs: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame([("region", *pair) for pair in pairs], columns=["dimension", "code", "parent"])


def a_value(x: float) -> pd.DataFrame:
    rows = records()
    rows.loc[1, "value"] = x
    return rows


LEAVES = [("b", "Total"), ("c", "Total")]
BAD: dict[str, Callable[[], object]] = {
    "a cycle": lambda: magnitudes(records(), ["region"], trees(("a", "x"), ("x", "a"), *LEAVES)),
    "two parents": lambda: magnitudes(
        records(), ["region"], trees(("a", "x"), ("a", "Total"), ("x", "Total"), *LEAVES)
    ),
    "its own child": lambda: magnitudes(records(), ["region"], trees(("a", "a"), *LEAVES)),
    "an orphan": lambda: magnitudes(records(), ["region"], trees(*LEAVES)),
    "no rule of concentration": lambda: release({"t": magnitudes(records(), ["region"])}, Policy(threshold=3)),
    "a missing contribution": lambda: magnitudes(a_value(np.nan), ["region"]),
    "an infinite contribution": lambda: magnitudes(a_value(np.inf), ["region"]),
    "a holding that changes": lambda: magnitudes(
        pd.concat([records(owner="one"), records(owner="another")]), ["region"], holding="owner"
    ),
    "a negative weight": lambda: magnitudes(records(w=-1.0), ["region"], weight="w"),
    "copies of holdings": lambda: release(
        {"t": magnitudes(records(w=2.0, owner="one"), ["region"], weight="w", holding="owner")},
        Policy(threshold=3, p=0.1, weights="expanded"),
    ),
    "keep what is sensitive": lambda: release(
        {"t": magnitudes(records(), ["region"])}, Policy(threshold=3, p=0.1, keep=({"region": "a"},))
    ),
    "keep all others": lambda: release(
        {"t": magnitudes(records(), ["region"])},
        Policy(threshold=3, p=0.1, keep=({"region": "b"}, {"region": "c"}, {"region": "Total"})),
    ),
    "a negative where the policy refuses": lambda: release(
        {"t": magnitudes(a_value(-5.5), ["region"])}, Policy(threshold=3, p=0.1, negatives="refuse")
    ),
    "an earlier release of something else": lambda: release(
        {"t": magnitudes(records(), ["region"])},
        POLICY,
        earlier=[release({"n": counts(records(), ["region"])}, POLICY)],
    ),
    "strict": lambda: release({"t": magnitudes(records(), ["region"])}, POLICY, strict=True),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_refused_without_a_value_or_a_name(what: str) -> None:
    with pytest.raises(IndustriaError) as refused:
        BAD[what]()

    said = " ".join([str(refused.value), *getattr(refused.value, "__notes__", [])])
    assert len(said) > 20
    assert NAME not in said
    for x in (VALUE, 51.23, 47.11, 611.5, 913.25, sum([VALUE, 51.23, 47.11])):
        assert not re.search(rf"(?<!\d){re.escape(f'{x:g}')}", said)
        assert str(x) not in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "field", [{"p": 1.0}, {"p": 85}, {"p": float("nan")}, {"dominance": ((1, 85),)}, {"dominance": ((1, 0.0),)}]
)
def test_a_fraction_is_no_per_cent(field: dict[str, Any]) -> None:
    with pytest.raises(IndustriaError, match=r"fraction|finite"):
        Policy(**field)


def test_everything_withheld_and_nothing_withheld_are_said() -> None:
    every = release({"t": magnitudes(records(), ["region"])}, Policy(threshold=100, p=0.1))
    none = release({"n": counts(records(), ["region"])}, Policy(threshold=2))

    assert set(every.table("t")["status"].to_pylist()) == {"withheld"}
    assert every.certificate["statement"].startswith("4 of 4 cells withheld")
    assert none.certificate["statement"].startswith("0 of 4 cells withheld")


def test_a_truncated_or_changed_file_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key"
    make_key(key)
    found = release(
        {"t": magnitudes(records(), ["region"])}, POLICY, out=tmp_path / "out", key=key, site_folder=tmp_path / "site"
    )
    assert found.path is not None
    content = found.path.read_bytes()

    for n in (0, 10, len(content) // 2, len(content) - 1):
        broken = tmp_path / "broken.release"
        broken.write_bytes(content[:n])
        with pytest.raises(IndustriaError):
            open_release(broken)
        with pytest.raises(IndustriaError):
            attack(broken)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key"
    make_key(key)
    key.chmod(0o644)

    with pytest.raises(IndustriaError):
        release({"t": magnitudes(records(), ["region"])}, POLICY, out=tmp_path / "out", key=key)

    assert not list((tmp_path / "out").rglob("*.release")) if (tmp_path / "out").exists() else True


def test_averages_by_firm_leave_no_names_of_firms() -> None:
    firms = pd.DataFrame({"firm": [f"firm {i}" for i in range(12)], "sales": [10.0 + i for i in range(12)]})
    found = release({"each": summary(firms, columns=["sales"], by=["firm"], unit="firm")}, Policy(threshold=3, p=0.1))

    assert "each" not in found.steps
    assert "firm 7" not in str(found.tidy().to_pylist()) + str(found.certificate)

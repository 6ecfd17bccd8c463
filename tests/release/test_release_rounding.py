"""What an outsider reaches from rounded numbers, reckoned here from the released table alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from industria.core.table import collect
from industria.errors import PolicyError, ReleaseRefusedError
from industria.release import Policy, attack, make_key, open_release
from industria.release._pooled_steps import reaches_of
from industria.release.release import Release, release
from tests.release.cells import counted, counts, magnitudes

# release-and-network.md 13 h, in base 5.
NUMBERS = {("1", "a"): 1, ("2", "a"): 3, ("2", "b"): 3, ("3", "a"): 12, ("3", "b"): 20}


def policy(base: int) -> Policy:
    return Policy(concentration="none", method="round", rounding_base=base)


def outsider(rows: pd.DataFrame, by: list[str], base: int) -> dict[tuple[str, ...], tuple[float, float]]:
    """Solve for each cell of a table with margins: whole numbers within less than the base, at least one firm."""
    place = {tuple(str(code) for code in key): i for i, key in enumerate(rows[by].to_numpy())}
    lines = []
    for key, total in place.items():
        for d, code in enumerate(key):
            if code == "Total":
                parts = [
                    i for k, i in place.items() if k[d] != "Total" and k[:d] + k[d + 1 :] == key[:d] + key[d + 1 :]
                ]
                line = np.zeros(len(place))
                line[parts], line[total] = 1, -1
                lines.append(line)
    y = rows["count"].to_numpy(float)
    bounds = [(max(1.0, value - base + 1), value + base - 1) for value in y]
    found = {}
    for key, i in place.items():
        ends = [
            linprog(sign * np.eye(len(y))[i], A_eq=np.array(lines), b_eq=np.zeros(len(lines)), bounds=bounds)
            for sign in (1, -1)
        ]
        found[key] = (ends[0].fun, -ends[1].fun)
    return found


def narrowest(found: Release) -> tuple[float, float]:
    told = found.certificate["attack"]["narrowest"]
    return told["low"], told["high"]


def test_the_certificate_tells_what_an_outsider_reaches_of_rounded_counts() -> None:
    found = release({"t": counts(counted(NUMBERS, ["row", "column"]), ["row", "column"])}, policy(5))

    reached = outsider(found.table("t").to_pandas(), ["row", "column"], 5)
    site = found.site_table("t").to_pylist()

    # All that is rounded is attacked, and spoken of: that one cell is narrow must not tell that it is sensitive.
    assert len(reached) == found.certificate["attack"]["cells"]
    least = min(reached.values(), key=lambda ends: (ends[1] - ends[0]) / ends[1])
    assert narrowest(found) == pytest.approx(least)
    for row in site:
        low, high = reached[row["row"], row["column"]]
        assert low <= row["value"] <= high
        if row["status"] == "primary":
            assert high >= row["value"] + 1


# Six firms in three groups, and these in three overlapping pairs: in multiples of four, no table of neighbors adds up.
PAIRS = {"x": "pq", "y": "qr", "z": "pr"}
TREES = pd.DataFrame(
    [("code", tree, code, tree if code in of else "Total") for tree, of in PAIRS.items() for code in "pqr"]
    + [("code", tree, tree, "Total") for tree in PAIRS],
    columns=["dimension", "hierarchy", "code", "parent"],
)


def test_linked_tables_that_need_a_further_multiple_say_so() -> None:
    """An outsider is told so, too, and takes the true value to lie within two multiples."""
    table = counts(counted(dict.fromkeys("pqr", 2), ["code"]), ["code"], TREES)

    found = release({"t": table}, policy(4))

    rounded = {row["code"]: row["count"] for row in found.table("t").to_pylist()}
    assert not any(n % 4 for n in rounded.values())
    assert all(rounded[pair] == sum(rounded[code] for code in of) for pair, of in PAIRS.items())
    assert "some moved one multiple further than to a neighboring one" in found.certificate["not_checked"]
    assert all(abs(row["value"] - rounded[row["code"]]) < 8 for row in found.site_table("t").to_pylist())
    assert found.certificate["attack"]["under_protected"] == 0


def test_tables_of_neighbors_do_not_say_so() -> None:
    found = release({"t": counts(counted(NUMBERS, ["row", "column"]), ["row", "column"])}, policy(5))

    assert not [note for note in found.certificate["not_checked"] if "further" in note]


BOTH = Policy(threshold=4, p=0.1, method="round", rounding_base=5, rounding_of=("count",))
LARGE = counted(NUMBERS, ["row", "column"]).assign(value=lambda rows: 10.0 + np.arange(len(rows)) % 7)


def test_counts_are_rounded_beside_amounts_that_are_suppressed(tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    steps = {"firms": counts(LARGE, ["row", "column"]), "sales": magnitudes(LARGE, ["row", "column"])}

    found = release(steps, BOTH, out=tmp_path / "out", key=tmp_path / "key", site_folder=tmp_path / "site")

    assert set(found.table("firms")["status"].to_pylist()) == {"rounded"}
    assert set(found.table("sales")["status"].to_pylist()) == {"published", "withheld"}
    assert "method: round of count, else suppress" in found.certificate["rules"]
    told = f"{found.certificate['counts']['firms']['cells']} rounded. "
    assert told in found.certificate["statement"]
    assert found.path is not None
    # The file tells how far a rounded number may be off, and the attack on it knows no more.
    sealed = open_release(found.path)
    assert (reaches_of(sealed, "firms"), reaches_of(sealed, "sales")) == ({"count": (4.0, 4.0)}, {})
    rows = {f"{row['step']}{row['cell']}": row for row in collect(attack(found.path).table).to_pylist()}
    for row in found.site_table("firms").to_pylist():
        cell = rows[f"firms[row={row['row']},column={row['column']}].count"]
        assert cell["low"] <= row["value"] <= cell["high"]
        assert not cell["exact"]


def test_what_is_rounded_is_said_by_name_and_a_whole_table_at_once() -> None:
    with pytest.raises(PolicyError, match=r"rounding_of names 'counts'; there are .*Did you mean 'count'"):
        release({"t": counts(LARGE, ["row"])}, BOTH.model_copy(update={"rounding_of": ("counts",)}))
    with pytest.raises(ReleaseRefusedError, match=r"'t'.*it tells value beside numbers that are rounded"):
        release({"t": magnitudes(LARGE, ["row"], counts=True)}, BOTH)
    with pytest.raises(PolicyError, match='rounding_of names what method = "round" rounds'):
        Policy(rounding_of=("count",))

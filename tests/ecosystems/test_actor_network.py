from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.core.table import collect
from industria.ecosystems import actor_network
from industria.errors import (
    ColumnTypeError,
    DuplicateLabelError,
    EmptyTableError,
    MissingColumnError,
    MissingValueError,
    UnknownLabelError,
)
from industria.kernels.cores import core_numbers
from tests.ecosystems.networks import KARATE, drawn, ties

TIES = ties([("a", "b"), ("b", "a"), ("b", "c"), ("a", "b"), ("d", "e"), ("c", "c"), ("f", "a")], weight=[1] * 6 + [0])
ACTORS = pa.table({"actor": list("abcdefg"), "kind": ["firm"] * 3 + ["funder", "university", "broker", None]})
EXAMPLE = ({"ties": TIES, "actors": ACTORS}, {"missing_rate": 0.2, "rng": 1})


def test_every_actor_has_its_place() -> None:
    result = actor_network(TIES, ACTORS)
    found = {row["actor"]: row for row in collect(result.actors).to_pylist()}

    assert (result.n_actors, result.n_ties, result.n_self_ties, result.n_zero_ties) == (7, 4, 1, 1)
    assert (result.n_components, result.largest_component) == (4, 3)
    assert result.density == pytest.approx(4 / 42)
    assert result.reciprocity == pytest.approx(2 / 4)
    assert found["b"] == {
        "actor": "b",
        "kind": "firm",
        "degree": 3,
        "in_degree": 1,
        "out_degree": 2,
        "component": 1,
        "k_core": 1,
    }
    assert [found[actor]["component"] for actor in "abcdefg"] == [1, 1, 1, 2, 2, 3, 4]
    assert found["g"]["kind"] is None
    assert found["g"]["degree"] == 0


def test_without_direction_a_pair_is_one_tie() -> None:
    result = actor_network(TIES, directed=False)
    found = {row["actor"]: row for row in result.to_arrow().to_pylist()}

    assert (result.n_actors, result.n_ties, result.reciprocity) == (6, 3, None)
    assert result.density == pytest.approx(3 / 15)
    assert (found["b"]["degree"], found["b"]["in_degree"], found["b"]["out_degree"]) == (2, None, None)


def test_degrees_are_counted() -> None:
    """Of the karate club one member has 17 friends, one 16, one a single one (Zachary 1977)."""
    degrees = collect(actor_network(KARATE, directed=False).degrees).to_pylist()

    assert [row["degree"] for row in degrees] == [1, 2, 3, 4, 5, 6, 9, 10, 12, 16, 17]
    assert degrees[0] == {"degree": 1, "n_actors": 1, "share": 1 / 34, "share_at_least": 1.0}
    assert degrees[-1] == {"degree": 17, "n_actors": 1, "share": 1 / 34, "share_at_least": 1 / 34}
    assert sum(row["n_actors"] for row in degrees) == 34


def test_cores_of_the_karate_club() -> None:
    """As networkx 3.6 (`core_number`) has them: ten members in the innermost, of four friends."""
    found = actor_network(KARATE, directed=False).to_pandas().set_index("actor")["k_core"]

    assert sorted(found[found == 4].index, key=int) == ["0", "1", "2", "3", "7", "8", "13", "30", "32", "33"]
    assert found.value_counts().to_dict() == {2: 11, 3: 12, 4: 10, 1: 1}


@given(st.integers(0, 10_000), st.integers(5, 60))
def test_cores_by_definition(seed: int, m: int) -> None:
    """Nodes with fewer than k neighbors among those left are taken away until there are none."""
    pairs = np.unique(np.sort(drawn(13, m, seed), axis=1), axis=0)
    wanted = np.zeros(13, int)
    for k in range(1, 13):
        left = pairs
        while True:
            many = np.bincount(left.ravel(), minlength=13)
            kept = (many[left] >= k).all(axis=1)
            if kept.all():
                break
            left = left[kept]
        wanted[np.unique(left)] = k

    assert core_numbers(13, *pairs.T).tolist() == wanted.tolist()


def test_the_donors_and_facilities_of_getusppe() -> None:
    """Counted from the file itself: lines delivered, donors and facilities, ties between them."""
    file = Path(__file__).parents[3] / "shared" / "data" / "ecosystem" / "getusppe" / "all_matches.csv"
    if not file.is_file():
        pytest.skip(f"the matches of GetUsPPE are not on this machine: {file} is no file")
    lines = pyarrow.csv.read_csv(file)
    lines = lines.filter(pc.equal(lines["matchstatus"], "delivered"))
    donors, facilities = (
        [f"{kind} {key}" for key in lines[f"{kind}key"].to_pylist()] for kind in ("donor", "facility")
    )
    kinds = dict.fromkeys(donors, "donor") | dict.fromkeys(facilities, "facility")
    registry = pa.table({"actor": list(kinds), "kind": list(kinds.values())})

    result = actor_network(pa.table({"from_actor": donors, "to_actor": facilities}), registry)

    found = result.to_pandas()
    assert found["kind"].value_counts().to_dict() == {"facility": 2303, "donor": 672}
    assert (result.n_actors, result.n_ties) == (2975, 3459)
    assert (result.n_components, result.largest_component) == (265, 2197)
    assert found.loc[found["kind"] == "donor", "out_degree"].max() == 519
    assert (found.loc[found["kind"] == "donor", "in_degree"] == 0).all(), "no tie is made between donors"


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        (
            {"actors": ACTORS.slice(1)},
            UnknownLabelError,
            "ties.from_actor has 'a', which actors does not list",
        ),
        ({"actors": pa.concat_tables([ACTORS, ACTORS.slice(3, 1)])}, DuplicateLabelError, "actors.actor has 'd' 2"),
        ({"actors": ACTORS.slice(0, 0)}, EmptyTableError, "actors has no rows"),
        ({"actors": ACTORS.rename_columns(["actor", "kinds"])}, MissingColumnError, "Did you mean 'kinds'"),
        ({"actors": pa.table({"actor": [1], "kind": ["firm"]})}, ColumnTypeError, "ties.from_actor holds string"),
        ({"ties": ties([("a", "b")], weight=[np.nan])}, MissingValueError, "ties.weight .* from_actor = 'a'"),
        ({"ties": TIES.slice(0, 0)}, EmptyTableError, "ties has no rows"),
    ],
)
def test_bad_input_is_told(changed: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        actor_network(**{**EXAMPLE[0], **changed})


def test_no_ties_at_all() -> None:
    result = actor_network(ties([("a", "a")]))

    assert (result.n_actors, result.n_ties, result.n_components) == (1, 0, 1)
    assert result.density is None
    assert result.reciprocity is None


def test_rows_that_are_no_tie_are_listed_by_their_labels() -> None:
    rows = ties([("b", "a"), ("a", "a"), ("a", "b"), ("c", "c")], weight=[0, 1, 1, 0])

    found = collect(actor_network(rows).left_out).to_pylist()

    assert [tuple(row.values()) for row in found] == [
        ("a", "a", "to_actor", "a", "a tie of an actor with itself is none"),
        ("b", "a", "weight", "0", "a tie of weight 0 is none"),
        ("c", "c", "to_actor", "c", "a tie of an actor with itself is none"),
    ]
    numbered = pa.table({"from_actor": [1, 2], "to_actor": [1, 1]})
    assert collect(actor_network(numbered).left_out)["value"].to_pylist() == ["1"]
    assert collect(actor_network(TIES.slice(0, 1)).left_out).num_rows == 0

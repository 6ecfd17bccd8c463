"""Contributors who know their own figures: who is asked, and what is left of the levels for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from industria.release import Policy
from industria.release._contributors import Near, contributors, exposed
from industria.release._given import given
from industria.release._joint import Joint, joined
from industria.release._of_results import of_results
from industria.release._primary import primary
from industria.release._search import Search
from industria.release._together import blocks
from tests.release.cells import firms, magnitudes

POLICY = Policy(threshold=1, p=0.2, protection="sliding", unions=False)
CODES = ["a", "b", "c", "d", "e"]


def searched(of: Mapping[str, Sequence[tuple[str, float]]], policy: Policy) -> Search:
    """Protect a flat table of named firms."""
    records = firms({code: [x for _, x in rows] for code, rows in of.items()}, ["code"])
    records["firm"] = [name for rows in of.values() for name, _ in rows]
    step = of_results({"t": magnitudes(records, ["code"])})[0]
    return Search(joined(blocks(given(step, 2))), policy)


def cell(joint: Joint, code: str) -> int:
    return joint.blocks[0].system.dimensions[0].codes.index(code)


def test_whoever_could_find_out_most_is_asked_first() -> None:
    """Of three firms alone in a cell one has a part in two more that are withheld."""
    of = {
        "a": [("one", 50.0)],
        "b": [("two", 60.0), ("three", 5.0)],
        "c": [("three", 70.0)],
        "d": [("four", 80.0), ("three", 4.0)],
        "e": [(f"x{i}", 40.0) for i in range(9)],
    }
    search = searched(of, POLICY)
    held = np.isin(["Total", *CODES], list("abcd"))

    every = contributors(search.joint, search.found, held, POLICY, 10)
    first = contributors(search.joint, search.found, held, POLICY, 1)

    assert (len(every.who), every.number) == (2, 2)
    assert (len(first.who), first.number) == (1, 2)
    assert first.who[0].cells.tolist() == [cell(search.joint, code) for code in "bcd"]
    assert first.who[0].known.tolist() == [cell(search.joint, "c")]
    assert first.who[0].part.tolist() == [5.0, 70.0, 4.0]


@pytest.mark.parametrize("protection", ["sliding", "symmetric"])
def test_a_part_of_ones_own_leaves_the_level_for_what_is_beside_it(protection: str) -> None:
    """Of a cell in which a contributor has 5 of 65 the level is what it is for others: they do not know the 60."""
    policy = POLICY.model_copy(update={"protection": protection})
    of = {
        "a": [("one", 50.0)],
        "b": [("two", 60.0), ("one", 5.0), ("three", 1.0)],
        "c": [(f"y{i}", 40.0) for i in range(9)],
    }
    search = searched(of, policy)
    joint, at = search.joint, cell(search.joint, "b")
    held = np.isin(["Total", *"abc"], list("ab"))
    who = contributors(joint, search.found, held, policy, 10).who[0]
    label = np.where(held, 0, -1)

    short = exposed(joint, search.found, held, policy, who, label=label, near=Near.of(joint.A), everywhere=True)

    asked = primary(joint.behind, len(joint.x), policy, counts=False, weighted=False)
    assert short.sensitive.tolist() == [i == at for i in range(4)]
    assert short.up[at] == asked.up[at]
    assert short.down[at] == asked.down[at]
    assert short.width[at] == asked.width[at]
    assert asked.width[at] + asked.down[at] > 10


def test_many_contributors_are_one_pass() -> None:
    """A list of thousands of lone firms is put together without going over all of them for each."""
    of = {f"{i:04d}": [(f"f{k}", 10.0 + k % 7) for k in range(i - i % 2, i + 1)] for i in range(3_000)}
    search = searched(of, POLICY.model_copy(update={"insiders": "none"}))
    held = ~search.joint.margins()

    told = contributors(search.joint, search.found, held, POLICY, 100)

    assert (len(told.who), told.number) == (100, 1_500)
    assert all(len(who.cells) == 2 and len(who.known) == 1 for who in told.who)

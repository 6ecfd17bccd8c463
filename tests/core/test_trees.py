from __future__ import annotations

import pandas as pd
import pytest

from industria.core.trees import above, read_trees
from industria.errors import HierarchyError, MissingColumnError, MissingValueError


def tree(*pairs: tuple[str | None, str], name: str = "region", label: str | None = None) -> pd.DataFrame:
    rows = pd.DataFrame(pairs, columns=["code", "parent"]).assign(dimension=name)
    return rows if label is None else rows.assign(hierarchy=label)


COUNTIES = tree(("A", "c1"), ("B", "c1"), ("K", "c2"), ("c1", "Total"), ("c2", "Total"), label="county")
SIZES = tree(("A", "small"), ("B", "big"), ("K", "small"), ("small", "Total"), ("big", "Total"), label="size")


def test_a_code_is_part_of_all_that_it_leads_to_in_every_tree() -> None:
    trees = read_trees(pd.concat([COUNTIES, SIZES]), ["region", "year"], "Total")

    assert set(trees) == {"region"}
    assert above(trees["region"], "region") == {
        "A": ["A", "c1", "Total", "small"],
        "B": ["B", "c1", "Total", "big"],
        "K": ["K", "c2", "Total", "small"],
    }


def test_nothing_told_is_no_tree() -> None:
    assert read_trees(None, ["region"], "Total") == {}
    assert above({}, "region") == {}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (tree(("A", "Total"), ("A", "B"), ("B", "Total")), "'A' adds up to 'Total' and to 'B' in one tree"),
        (tree(("A", "B"), ("B", "A")), "'A' is part of itself: A < B < A"),
        (tree(("A", "A")), "'A' is part of itself: A < A"),
        (tree(("A", "c1"), ("c", "Total")), "'A' adds up to 'c1', which leads to no 'Total'. Did you mean 'c'"),
        (tree(("A", "Total"), ("Total", "World"), ("World", "Total")), "'Total' is the total"),
        (tree(("A", "Total"), name="regoin"), "it is no dimension; there are region, year. Did you mean 'region'"),
    ],
)
def test_what_is_no_tree_is_refused_by_its_codes(rows: pd.DataFrame, message: str) -> None:
    with pytest.raises(HierarchyError) as caught:
        read_trees(rows, ["region", "year"], "Total")
    assert message in str(caught.value)


def test_gaps_are_refused() -> None:
    with pytest.raises(MissingValueError, match=r"hierarchies.code is missing in 1 of 1"):
        read_trees(tree((None, "Total")), ["region"], "Total")
    with pytest.raises(MissingColumnError, match="Did you mean 'parents'"):
        read_trees(COUNTIES.rename(columns={"parent": "parents"}), ["region"], "Total")


def test_trees_of_one_dimension_are_of_the_same_codes() -> None:
    fewer = tree(("A", "small"), ("K", "small"), ("small", "Total"), label="size")
    with pytest.raises(HierarchyError, match="'B' is in tree 'county' and not in 'size'"):
        above(read_trees(pd.concat([COUNTIES, fewer]), ["region"], "Total")["region"], "region")

    other = tree(("A", "c2"), ("B", "c1"), ("K", "c2"), ("c1", "Total"), ("c2", "Total"), label="size")
    with pytest.raises(HierarchyError, match="'c1' is the sum of other codes in one tree than in another"):
        above(read_trees(pd.concat([COUNTIES, other]), ["region"], "Total")["region"], "region")

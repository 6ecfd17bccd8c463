"""Names of units and holdings in one list."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from industria.release._names import Named, Names, in_one_list, named


def _names(*words: str) -> Names:
    return Names(pa.array(words, pa.string()))


def test_names_of_several_lists_are_one_list() -> None:
    lists = [_names("b", "a"), _names("c", "a"), _names("a", "b", "d")]

    every, places = in_one_list(lists)

    assert sorted(every) == ["a", "b", "c", "d"]
    for one, place in zip(lists, places, strict=True):
        rows = Named(one, np.arange(len(one), dtype=np.int32)).moved(every, place)
        assert rows.names is every
        assert [list(every)[i] for i in rows.ids] == list(one)


def test_names_keep_their_numbers_where_a_list_begins_with_them() -> None:
    """Of millions of units no row is numbered again."""
    rows = named(pa.array(["b", "a", "b"]))

    every, places = in_one_list([rows.names, _names("z", "a")])

    assert rows.moved(every, places[0]).ids is rows.ids


def test_one_list_of_several_columns_is_taken_as_it_is() -> None:
    same = _names("a", "b")

    every, places = in_one_list([same, same])

    assert every is same
    assert places == [None, None]

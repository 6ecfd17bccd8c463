"""Names of units and holdings: millions of them, each written once."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Named", "Names", "give_back", "in_one_list", "named"]

Ids = npt.NDArray[np.int32]

STEP: Final = 65_536
"""Names that are Python's at a time; as text each takes ten times its letters."""
LETTERS: Final = 24
"""Of a digest that are kept, 96 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """Different names.

    Attributes
    ----------
    words : pyarrow.Array
        Text, no two alike.
    """

    words: pa.Array

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self.words), STEP):
            yield from self.words.slice(start, STEP).to_pylist()

    def digests(self, salt: bytes) -> Names:
        """Return salted digests in their place, in the same order."""
        letters = bytearray()
        for start in range(0, len(self.words), STEP):
            words = self.words.slice(start, STEP).to_pylist()
            told = b"".join([hmac.digest(salt, word.encode(), "sha256")[: LETTERS // 2] for word in words])
            letters += told.hex().encode()
        give_back()
        ends = np.arange(len(self.words) + 1, dtype=np.int64) * LETTERS
        buffers = [None, pa.py_buffer(ends), pa.py_buffer(bytes(letters))]
        return Names(pa.LargeStringArray.from_buffers(len(self.words), *buffers[1:]).cast(pa.string()))


class Named(NamedTuple):
    """A column of names: its different ones, and the name of each row."""

    names: Names
    ids: Ids

    def moved(self, names: Names, places: Ids | None) -> Named:
        """Take another list of names, with the places of these in it; None where they have the same places there."""
        return Named(names, self.placed(places))

    def placed(self, places: Ids | None) -> Ids:
        """Return the places of the names of all rows in another list; None stands for the same places."""
        return self.ids if places is None else places[self.ids]

    def column(self) -> pa.DictionaryArray:
        """Return the name of each row, as Arrow writes it."""
        return pa.DictionaryArray.from_arrays(pa.array(self.ids, pa.int32()), self.names.words)


def give_back() -> None:
    """Give the system back what Arrow keeps of tables that are gone: of millions of names, hundreds of megabytes."""
    pa.default_memory_pool().release_unused()


def named(column: Any) -> Named:
    """Read a column of Arrow, text or of a dictionary."""
    told = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    if not pa.types.is_dictionary(told.type):
        told = pc.dictionary_encode(told.cast(pa.string()))
    told = told.unify_dictionaries()
    if not told.num_chunks:
        return Named(Names(pa.array([], pa.string())), np.zeros(0, np.int32))
    ids = np.concatenate([chunk.indices.to_numpy() for chunk in told.chunks])
    return Named(Names(told.chunk(0).dictionary.cast(pa.string())), ids.astype(np.int32))


def in_one_list(several: Sequence[Names]) -> tuple[Names, list[Ids | None]]:
    """Return one list of all names, and for each of several lists its places there; None where it begins with it."""
    if not several:
        return Names(pa.array([], pa.string())), []
    if all(one is several[0] for one in several):
        return several[0], [None] * len(several)
    lists = list({id(one): one for one in several}.values())
    every = named(pa.chunked_array([one.words for one in lists]))
    give_back()
    ends = np.cumsum([0, *map(len, lists)])
    # Names are numbered as they come: those of the first list keep their numbers.
    places = {id(one): every.ids[ends[i] : ends[i + 1]] if i else None for i, one in enumerate(lists)}
    return every.names, [places[id(one)] for one in several]

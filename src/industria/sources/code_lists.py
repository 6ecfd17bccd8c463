"""Codes of classifications by vintage, as published correspondences list them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import narwhals.stable.v2 as nw

from industria.core.contract import family_of
from industria.core.hierarchy import Hierarchy
from industria.core.table import collect
from industria.errors import SourceError, UnknownClassificationError
from industria.sources import find
from industria.sources.source import Source

__all__ = ["LISTS", "PublishedLists"]

# Nothing is said of a day later than this one: the store and the mirror answer, never the network.
ANY_DAY: Final = "9999-12-31"


@dataclass(frozen=True, slots=True)
class _Listed:
    """The side of a correspondence that has every detailed code of a vintage, and the codes that it lacks."""

    use: str
    pair: str
    side: Literal["origin_code", "destination_code"]
    besides: tuple[str, ...] = ()

    def source(self, as_of: str | None = None) -> Source:
        return find(self.use)(pair=self.pair, as_of=as_of)


_PUBLISHED: Final[Mapping[str, _Listed]] = {
    "SOC 2010": _Listed("bls.correspondence", "soc2010-soc2018", "origin_code"),
    "SOC 2018": _Listed("bls.correspondence", "soc2010-soc2018", "destination_code"),
    "O*NET-SOC 2010": _Listed("onet.correspondence", "onetsoc2010-soc2010", "origin_code"),
    "O*NET-SOC 2019": _Listed("onet.correspondence", "onetsoc2019-soc2018", "origin_code"),
    # Of the 390 unit groups of ISCO-88 the table leaves out one of residual operators.
    "ISCO-88": _Listed("ilo.correspondence", "isco88-isco08", "origin_code", ("3139",)),
    "ISCO-08": _Listed("ilo.correspondence", "isco88-isco08", "destination_code"),
    "NAICS 2007": _Listed("census.correspondence", "naics2007-naics2012", "origin_code"),
    "NAICS 2012": _Listed("census.correspondence", "naics2012-naics2017", "origin_code"),
    "NAICS 2017": _Listed("census.correspondence", "naics2012-naics2017", "destination_code"),
    "NAICS 2022": _Listed("census.correspondence", "naics2017-naics2022", "destination_code"),
    "ISIC 3.1": _Listed("un.correspondence", "isic4-isic31", "destination_code"),
    "ISIC 4": _Listed("un.correspondence", "isic4-isic31", "origin_code"),
    "HS 2012": _Listed("un.correspondence", "hs2017-hs2012", "destination_code"),
    "HS 2017": _Listed("un.correspondence", "hs2017-hs2012", "origin_code"),
    "HS 2022": _Listed("un.correspondence", "hs2022-hs2017", "origin_code"),
}


class PublishedLists:
    """The vintages whose codes stand, all of them, in a published correspondence."""

    def names(self) -> Collection[str]:
        """List the vintages, as "SOC 2018"."""
        return list(_PUBLISHED)

    def codes(self, name: str) -> Collection[str]:
        """List the detailed codes of a vintage.

        Raises
        ------
        UnknownClassificationError
            If no correspondence lists it.
        SourceError
            If the correspondence cannot be had.
        """
        if name not in _PUBLISHED:
            raise UnknownClassificationError(name, list(_PUBLISHED))
        listed = _PUBLISHED[name]
        try:
            rows = collect(listed.source().read().select(nw.col(listed.side)).unique())
        except SourceError as error:
            error.add_note(f"It lists the codes of {name}, which a contract names.")
            raise
        tree = Hierarchy.of(family_of(name) or name)
        # The chains of NAICS have codes of government of their own, such as S00201.
        return {code for code in rows[listed.side].to_pylist() if tree.knows(code)} | set(listed.besides)

    def at_hand(self, name: str) -> bool:
        """Tell whether the mirror or the store has the correspondence."""
        try:
            _PUBLISHED[name].source(ANY_DAY)
        except SourceError:
            return False
        return True


LISTS: Final = PublishedLists()
"""What contracts of a study are held to."""

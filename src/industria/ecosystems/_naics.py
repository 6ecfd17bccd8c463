"""Codes of NAICS 2012, 2017 and 2022, for registries that are typed by hand."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final

import narwhals.stable.v2 as nw

from industria.core.table import TableLike, as_table, collect

__all__ = ["FINEST", "VINTAGES", "coded", "industry", "nearest_industry", "vintages"]

# Six-digit codes with the first and last vintage that has them: concordances of the US Census Bureau (public
# domain), as the US EPA put them side by side.
LIST: Final = Path(__file__).with_name("naics.csv")
VINTAGES: Final = (2012, 2017, 2022)
FINEST: Final = 6
SECTORS: Final = {"31-33": ("31", "32", "33"), "44-45": ("44", "45"), "48-49": ("48", "49")}
OF_DIGITS: Final = {digits: sector for sector, several in SECTORS.items() for digits in several}


@cache
def _listed() -> dict[str, tuple[int, ...]]:
    """Codes of two to six digits, and the vintages that have them."""
    found: dict[str, set[int]] = {}
    for line in LIST.read_text(encoding="utf-8").splitlines()[1:]:
        code, first, last = line.split(",")
        for digits in range(2, FINEST + 1):
            found.setdefault(code[:digits], set()).update(v for v in VINTAGES if int(first) <= v <= int(last))
    for sector, several in SECTORS.items():
        found[sector] = set().union(*(found[digits] for digits in several))
    return {code: tuple(sorted(years)) for code, years in found.items()}


def coded(data: TableLike, name: str) -> TableLike:
    """Write `naics` as text where a file without a code of letters or dashes gave it as whole numbers."""
    table = as_table(data, name)
    kind = table.collect_schema().get("naics")
    code = nw.col("naics")
    if kind not in (nw.Int64, nw.Float64) or (kind == nw.Float64 and len(collect(table.filter(code % 1 != 0)))):
        return table
    return table.with_columns(naics=code.cast(nw.Int64).cast(nw.String))


def vintages(code: str) -> tuple[int, ...]:
    """Tell which vintages have a code of two to six digits; none where it is no code."""
    return _listed().get(code, ())


def industry(code: str, digits: int) -> str | None:
    """Cut a code to so many digits; None where it has fewer. Two digits are a sector: 313 is in 31-33."""
    # County Business Patterns pad codes with dashes and slashes: 313---, 3132//.
    code = code if code in SECTORS else code.rstrip("-/")
    if digits == 2:
        return OF_DIGITS.get(code[:2], code if code in SECTORS else code[:2] if len(code) >= 2 else None)
    return code[:digits] if len(code) >= digits and code not in SECTORS else None


def nearest_industry(code: str) -> str | None:
    """Find the code that was probably meant: the one above, where it is too long, else one alike in the same branch."""
    known, cut = _listed(), code[:FINEST]
    above = next((cut[:digits] for digits in range(len(cut), 1, -1) if cut[:digits] in known), None)
    if above is None or above == cut:
        return above
    branch = [one for one in known if one.startswith(above) and len(one) == len(cut)]
    return next(iter(get_close_matches(cut, branch, n=1, cutoff=0.0)), above)

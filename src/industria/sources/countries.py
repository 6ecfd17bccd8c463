"""Codes of countries: those of ISO 3166-1 and of the UN, and what publishers write instead."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from industria.errors import ChoiceError
from industria.sources.correspondences import COLUMNS
from industria.sources.reader import reader
from industria.sources.source import Source, fingerprint

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["codes"]

FILE: Final = Path(__file__).with_name("countries.csv")

SCHEMES: Final[Mapping[str, str]] = {
    "alpha2": "ISO 3166-1 alpha-2",
    "alpha3": "ISO 3166-1 alpha-3",
    "numeric": "ISO 3166-1 numeric",
    "m49": "UN M49",
    "eurostat": "Eurostat",
    "world_bank": "World Bank",
    "ilostat": "ILOSTAT",
    "comtrade": "UN Comtrade",
    "name": "English short name",
}


@reader(columns=COLUMNS, example={"origin": "eurostat", "destination": "alpha3"})
def codes(*, origin: str = "alpha2", destination: str = "alpha3") -> Source:
    """Read how one list of countries writes what another writes otherwise.

    Eurostat has `EL` for Greece, `UK` for the United Kingdom and `XK` for Kosovo; the
    World Bank has `XKX` for Kosovo; UN Comtrade has numbers without zeros in front,
    and 842, 757, 699, 579 and 251 for the United States, Switzerland, India, Norway
    and France, which trade together with their dependencies or neighbors.

    Parameters
    ----------
    origin, destination : str
        `alpha2`, `alpha3`, `numeric`, `m49`, `eurostat`, `world_bank`, `ilostat`,
        `comtrade` or `name`.

    Returns
    -------
    Source
        `origin_code`, `destination_code`, `partial` (false), `title` (the country).
        A country that one of the two lists does not have is left out: Kosovo
        outside of Eurostat and the World Bank, Taiwan in `m49` and `comtrade`.

    Raises
    ------
    ChoiceError
        If there is no such list; the message has the nearest.
    """
    for parameter, scheme in (("origin", origin), ("destination", destination)):
        if scheme not in SCHEMES:
            raise ChoiceError(parameter, scheme, list(SCHEMES))
    sha256, size = fingerprint(FILE)
    return Source(
        use="countries.codes",
        name=FILE.name,
        path=FILE,
        load=lambda: _links(origin, destination),
        sha256=sha256,
        bytes=size,
        request={"origin": origin, "destination": destination},
        publisher="ISO 3166 Maintenance Agency, and the publishers named",
        title=f"Countries: {SCHEMES[origin]} to {SCHEMES[destination]}",
        vintage="2026",
        url="https://www.iso.org/iso-3166-country-codes.html",
        license="codes are free to use",
        citation="ISO 3166-1, Codes for the representation of names of countries and their subdivisions",
        redistributable=True,
    )


def _links(origin: str, destination: str) -> Table:
    import pyarrow as pa

    from industria.core.table import as_table

    with FILE.open(encoding="utf-8", newline="") as file:
        found = [row for row in csv.DictReader(file) if row[origin] and row[destination]]
    return as_table(
        pa.table(
            {
                "origin_code": [row[origin] for row in found],
                "destination_code": [row[destination] for row in found],
                "partial": [False] * len(found),
                "title": [row["name"] for row in found],
            }
        ),
        FILE.name,
    )

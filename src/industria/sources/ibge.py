"""Instituto Brasileiro de Geografia e Estatística."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from industria.sources.correspondences import COLUMNS, Counts, Numbered, Pair, Side
from industria.sources.correspondences import correspondence as _correspondence
from industria.sources.ibge_sidra import sidra
from industria.sources.publisher import Publisher
from industria.sources.reader import reader
from industria.sources.source import Source

__all__ = ["correspondence", "sidra"]

KEPT: Final = Publisher(
    name="occ_crosswalk_br",
    title="IBGE, as kept by alyssonlp/occ_crosswalk_br",
    license="open data of the Brazilian government",
    homepage="https://github.com/alyssonlp/occ_crosswalk_br",
)
REPOSITORY: Final = (
    "https://raw.githubusercontent.com/alyssonlp/occ_crosswalk_br/bfb93f41af00f2c9385fcb3e7b69562ec511f183/data/"
)
FAMILY: Final = r"\d{4}"
LOST: Final = {1: 3, 2: 2, 3: 1}


def _families(rows: Numbered) -> Numbered:
    """Give each code of the household classification the family of CBO 2002 that has the same four digits."""
    header = next((i for i, (_, row) in enumerate(rows) if row[:1] == ["CBO-Domiciliar"]), 0)
    codes: dict[str, int] = {}
    for line, row in rows[header + 1 :]:
        if row and row[0]:
            codes.setdefault(row[0], line)
    return [(header + 1, ["CBO 2002", "CBO-Domiciliar"]), *((line, [code, code]) for code, line in codes.items())]


PAIRS: Final = {
    "cbo2002-cbodom": Pair(
        file="CBO-DomxCenso91.xls",
        sheet="Plan2",
        origin=Side(column="CBO 2002", code=FAMILY),
        destination=Side(column="CBO-Domiciliar", code=FAMILY),
        counts=Counts(510, 510, 510),
        publisher=replace(KEPT, title="IBGE, Comissão Nacional de Classificação (CONCLA)"),
        url=f"{REPOSITORY}CBO-DomxCenso91.xls",
        title="Families of CBO 2002 in CBO-Domiciliar",
        vintage="August 2001",
        page="https://concla.ibge.gov.br/classificacoes/correspondencias/ocupacao",
        prepare=_families,
        notes=(
            "By rule: a code of CBO-Domiciliar is the family of CBO 2002 with the same four digits.",
            "Cut codes of six digits to their first four.",
            "The file is had as alyssonlp/occ_crosswalk_br keeps it.",
        ),
    ),
    "cbodom-cod": Pair(
        file="crosswalk_cbo_cod.csv",
        origin=Side(column="cbo_dom", code=FAMILY, zeros=LOST),
        destination=Side(column="occ_pnadc", code=FAMILY, zeros=LOST),
        counts=Counts(438, 281, 438),
        publisher=replace(KEPT, title="Firpo and others, from the Demographic Census 2010 of IBGE", license="GPL-3"),
        url=f"{REPOSITORY}crosswalks/crosswalk_cbo_cod.csv",
        title="CBO-Domiciliar to COD, the classification of the PNAD Contínua, which follows ISCO-08",
        vintage="2021",
        page="https://github.com/alyssonlp/occ_crosswalk_br",
        citation="Firpo et al. (2021), as kept in alyssonlp/occ_crosswalk_br",
    ),
}


@reader(columns=COLUMNS, example={"pair": "cbodom-cod"})
def correspondence(*, pair: str, as_of: str | None = None) -> Source:
    """Read which occupations of one Brazilian classification lead to which of another.

    Parameters
    ----------
    pair : str
        `cbo2002-cbodom` (families of CBO 2002, the first four of its six digits) or
        `cbodom-cod`, or one of them turned round.
    as_of : str, optional
        A day: the newest file that was had no later.

    Returns
    -------
    Source
        `origin_code`, `destination_code`, `partial` (whether the origin leads to
        several destinations), `title` (null: the files name single jobs only).

    Raises
    ------
    UnknownPairError
        If there is no such pair; the message has the nearest.
    NotMirroredError
        If the file is nowhere and the network is closed.
    LinkCountError
        When read: if the file has other links than its edition is known to have.
    """
    return _correspondence("ibge.correspondence", PAIRS, pair, as_of)

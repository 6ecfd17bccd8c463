"""Instituto Brasileiro de Geografia e Estatística."""

from __future__ import annotations

from typing import Final

from industria.sources.correspondences import Counts, Pair, Side
from industria.sources.correspondences import correspondence as _correspondence
from industria.sources.formats.raw_cells import Rows
from industria.sources.ibge_sidra import sidra
from industria.sources.source import Source

__all__ = ["correspondence", "sidra"]

FAMILY: Final = r"\d{4}"
LOST: Final = {1: 3, 2: 2, 3: 1}


def _families(rows: Rows) -> Rows:
    """Give each code of the household classification the family of CBO 2002 that has the same four digits."""
    header = next((i for i, row in enumerate(rows) if row[:1] == ["CBO-Domiciliar"]), 0)
    codes = dict.fromkeys(row[0] for row in rows[header + 1 :] if row and row[0])
    return [["CBO 2002", "CBO-Domiciliar"], *([code, code] for code in codes)]


PAIRS: Final = {
    "cbo2002-cbodom": Pair(
        file="CBO-DomxCenso91.xls",
        sheet="Plan2",
        origin=Side(column="CBO 2002", code=FAMILY),
        destination=Side(column="CBO-Domiciliar", code=FAMILY),
        counts=Counts(510, 510, 510),
        publisher="IBGE, Comissão Nacional de Classificação (CONCLA)",
        title="Families of CBO 2002 in CBO-Domiciliar",
        vintage="August 2001",
        page="https://concla.ibge.gov.br/classificacoes/correspondencias/ocupacao",
        license="open data of the Brazilian government",
        prepare=_families,
        notes=(
            "By rule: a code of CBO-Domiciliar is the family of CBO 2002 with the same four digits.",
            "Cut codes of six digits to their first four.",
        ),
    ),
    "cbodom-cod": Pair(
        file="crosswalk_cbo_cod.csv",
        origin=Side(column="cbo_dom", code=FAMILY, zeros=LOST),
        destination=Side(column="occ_pnadc", code=FAMILY, zeros=LOST),
        counts=Counts(438, 281, 438),
        publisher="Firpo and others, from the Demographic Census 2010 of IBGE",
        title="CBO-Domiciliar to COD, the classification of the PNAD Contínua, which follows ISCO-08",
        vintage="2021",
        page="https://github.com/alyssonlp/occ_crosswalk_br",
        license="GPL-3",
        citation="Firpo et al. (2021), as kept in alyssonlp/occ_crosswalk_br",
    ),
}


def correspondence(*, pair: str) -> Source:
    """Read which occupations of one Brazilian classification lead to which of another.

    Parameters
    ----------
    pair : str
        `cbo2002-cbodom` (families of CBO 2002, the first four of its six digits) or
        `cbodom-cod`, or one of them turned round.

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
        If the mirror lacks the file.
    """
    return _correspondence("ibge.correspondence", PAIRS, pair)

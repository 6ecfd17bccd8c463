"""Marks say what a typed number is; amounts do not pass as dates, names or citations."""

import pytest

from industria.brief.marks import refusal


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("date", "1988"),
        ("date", "1987-89"),
        ("date", "1987–1989"),
        ("date", "March 1988"),
        ("date", "the 1980s"),
        ("date", "1988-03-14"),
        ("date", "14 de março de 1988"),
        ("name", "ISO 9001"),
        ("name", "Industry 4.0"),
        ("name", "3M"),
        ("name", "3D printing"),
        ("name", "NAICS 62"),
        ("name", "R²"),
        ("name", "Table 5704"),
        ("name", "ISIC Rev. 4"),
        ("name", "covid-19"),
        ("name", "mp3 players"),
        ("name", "Lei nº 9.279"),
        ("name", "the 3M case"),
        ("cite", "Holzer et al. (1993)"),
        ("cite", "Holzer et al., forthcoming"),
        ("cite", "Wooldridge, Introductory Econometrics, Example 14.1"),
        ("cite", "Wooldridge, Introductory Econometrics, exemplo 14.1"),
        ("cite", "doi:10.2307/2524312"),
        ("cite", "Miller & Blair, eq. (2.3)"),
        ("cite", "Holzer & Knott (1993), Are Training Subsidies for Firms Effective?, ILR Review 46(4), 625-636"),
        ("cite", "ILR Review 46(4), 625-636"),
        ("assuming", "if both groups would have moved alike"),
    ],
)
def test_passes(kind: str, text: str) -> None:
    assert refusal(kind, text) is None


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("name", "17 percent", "holds an amount"),
        ("name", "17 per cent", "holds an amount"),
        ("name", "17 por cento", "holds an amount"),
        ("name", "17 por ciento", "holds an amount"),
        ("name", "yüzde 17", "holds an amount"),
        ("name", "17 peratus", "holds an amount"),
        ("name", "%17", "holds an amount"),
        ("name", "$5", "holds an amount"),
        ("cite", "RM 5", "holds an amount"),
        ("date", "17% in 1988", "holds an amount"),
        ("name", "2 points", "holds an amount"),
        ("name", "17", "bare number"),
        ("name", "17 plants", "counts something"),
        ("name", "x 55", "is no name"),
        ("name", "P 55", "is no name"),
        ("name", "x = 0,25", "is no name"),
        ("name", "only 54", "is no name"),
        ("name", "as many as (54)", "is no name"),
        ("name", "a fall of −0.25", "is no name"),
        ("cite", "0.25", "bare number"),
        ("cite", "only 54 plants", "neither year nor page"),
        ("cite", "Only 54 plants", "neither year nor page"),
        ("name", "R² of 0.5", "is no name"),
        ("cite", "some 54-60 plants", "neither year nor page"),
        ("cite", "no 54 plants", "neither year nor page"),
        ("cite", "x 55", "neither year nor page"),
        ("cite", "a fall of 0.1993", "neither year nor page"),
        ("cite", "only 1993 plants", "neither year nor page"),
        ("date", "34", "is no date"),
        ("date", "34 plants in 1988", "is no date"),
        ("date", "0.25", "is no date"),
        ("assuming", "that 17 plants moved alike", "holds a number"),
        ("date", " ", "holds nothing"),
    ],
)
def test_is_refused(kind: str, text: str, why: str) -> None:
    said = refusal(kind, text)

    assert said is not None
    assert why in said

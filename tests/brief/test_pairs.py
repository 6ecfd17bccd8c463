"""Figures stand side by side where they follow each other and are about as tall."""

from dataclasses import replace

from industria.brief.blocks import FigureBlock, Rule
from industria.brief.pairs import paired
from tests.brief.conftest import Composed


def tall(grants: Composed, height: int) -> FigureBlock:
    figure = grants.documents["en"].figures[0]
    return replace(figure, narrow=replace(figure.narrow, height=height))


def test_pairs_neighbors_of_a_height(grants: Composed) -> None:
    a, b, c, d = (tall(grants, height) for height in (300, 310, 320, 900))
    rule = Rule(1)

    assert list(paired([a, b, c])) == [(a, b), c]
    assert list(paired([a, rule, b])) == [a, rule, b]
    assert list(paired([d, a, b])) == [d, (a, b)]
    assert list(paired([a, d])) == [a, d]
    assert list(paired([])) == []

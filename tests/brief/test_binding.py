"""Addresses in templates become values on the line where they stand."""

import pytest

from industria.brief.binding import addresses, bind
from industria.brief.source import Source


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("{{ effect[term=grant].estimate }}", ["effect[term=grant].estimate"]),
        ('{{ effect[term="a, b ] c"].estimate }}', ['effect[term="a, b ] c"].estimate']),
        ("{{ functions.draws[draw=3].value }}", ["functions.draws[draw=3].value"]),
        ("{{ effect.n_obs }}", ["effect.n_obs"]),
        ("{{ other.n_obs }}", []),
        ("{{ other[a=b].n }}", ["other[a=b].n"]),
        ("{{ 'effect.n_obs' }}", []),
        ("{% if effect[firm=O'Neil].x < effect.y %}", ["effect[firm=O'Neil].x", "effect.y"]),
        ('{% figure "effect" title="{{ effect.x }}" reference="effect.y" %}', []),
        ("{# effect.x #}", []),
        ("{{ effect[a=b,\n  c=d].x }}", ["effect[a=b, c=d].x"]),
    ],
)
def test_finds_addresses_outside_texts(expression: str, found: list[str]) -> None:
    assert [address for *_, address in addresses(expression, ["effect", "functions"])] == found


def test_keeps_every_line() -> None:
    source = Source("one\n{{ effect[a=b,\n c=d].x | number(1) }}\nlast")

    assert bind(source, ["effect"]).split("\n")[-1] == "last"
    assert bind(source, ["effect"]).count("\n") == 3


def test_tells_the_place_of_each_value() -> None:
    assert "value('effect.x', 2, 6)" in bind(Source("one\nab{{ effect.x }}"), ["effect"])

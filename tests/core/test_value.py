from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.core.value import Address
from industria.errors import UsageError
from tests.strategies import any_keys, names


@given(
    step=names,
    table=st.none() | names,
    keys=st.lists(st.tuples(names, any_keys), max_size=3),
    column=names,
)
def test_what_is_written_reads_back(step: str, table: str | None, keys: list[tuple[str, str]], column: str) -> None:
    """str(parse(a)) parses back to the same, whatever texts the keys hold."""
    address = Address(step, table, tuple(keys), column)

    assert Address.parse(str(address)) == address
    assert str(Address.parse(str(address))) == str(address)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("effect.n_obs", Address("effect", None, (), "n_obs")),
        ("effect[term=grant].estimate", Address("effect", None, (("term", "grant"),), "estimate")),
        (
            "effect.inferences[term=grant, method=wild].p_value",
            Address("effect", "inferences", (("term", "grant"), ("method", "wild")), "p_value"),
        ),
        ("functions.draws.value", Address("functions", "draws", (), "value")),
        ('s[name="a \\"b\\", c]"].x', Address("s", None, (("name", 'a "b", c]'),), "x")),
        ("s[industry=0111].x", Address("s", None, (("industry", "0111"),), "x")),
        ("s[share=-0.5].x", Address("s", None, (("share", "-0.5"),), "x")),
        (" s[ term = grant ].x ", Address("s", None, (("term", "grant"),), "x")),
        ("serviço[região=Norte].peso", Address("serviço", None, (("região", "Norte"),), "peso")),
        ('s[k=""].x', Address("s", None, (("k", ""),), "x")),
    ],
)
def test_addresses_are_read(text: str, address: Address) -> None:
    assert Address.parse(text) == address


@pytest.mark.parametrize(
    "text", ["", "effect", "effect[term=grant]", "effect[term].x", "effect[term=a b].x", "1effect.x", "a.b.c.d", "a..b"]
)
def test_what_is_no_address_is_told_with_the_form(text: str) -> None:
    with pytest.raises(UsageError, match=r"is no address of a value; write step\[key=value\]\.column"):
        Address.parse(text)


def test_the_place_is_the_table_that_an_address_points_into() -> None:
    assert Address.parse("effect[term=grant].estimate").place == "effect"
    assert Address.parse("effect.inferences[term=grant].p_value").place == "effect.inferences"

"""Codes of countries."""

from __future__ import annotations

import pytest

from industria.core.table import collect
from industria.errors import ChoiceError
from industria.sources.countries import SCHEMES, codes


def written(origin: str, destination: str) -> dict[str, str]:
    table = collect(codes(origin=origin, destination=destination).read())
    return dict(zip(table["origin_code"].to_pylist(), table["destination_code"].to_pylist(), strict=True))


def test_iso_has_249_countries() -> None:
    """ISO 3166-1 lists 249, each with three codes of their own."""
    assert len(written("alpha2", "alpha3")) == len(set(written("alpha3", "numeric").values())) == 249
    assert written("alpha2", "numeric")["AF"] == "004"
    assert written("alpha2", "alpha3")["NA"] == "NAM"


def test_publishers_write_some_otherwise() -> None:
    """Greece, the United Kingdom and Kosovo in Europe; five customs areas at the UN."""
    assert {c: e for c, e in written("alpha2", "eurostat").items() if c != e} == {"GR": "EL", "GB": "UK"}
    assert written("eurostat", "world_bank")["XK"] == "XKX"
    own = {c: int(n) for c, n in written("numeric", "comtrade").items() if int(c) != int(n)}
    assert own == {"840": 842, "756": 757, "356": 699, "578": 579, "250": 251}


@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_no_code_stands_for_two_countries(scheme: str) -> None:
    """Within one list every code is one country."""
    table = collect(codes(origin=scheme, destination="name").read())

    assert len(table["origin_code"].unique()) == len(table)


def test_an_unknown_list_gives_the_nearest() -> None:
    """`iso3` is not what it is called here, `alpha_3` nearly."""
    with pytest.raises(ChoiceError, match=r"destination='alpha_3'.*Did you mean 'alpha3'"):
        codes(destination="alpha_3")

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from industria.errors import BrokenFileError, MissingFileError, PolicyError
from industria.release import Policy
from industria.release._presets import PRESETS


def test_defaults_ask_for_three_and_no_insider() -> None:
    policy = Policy()

    assert (policy.threshold, policy.threshold_level, policy.threshold_range) == (3, "unit", 0.10)
    assert policy.insiders == "singletons"
    assert policy.unions
    assert policy.prior == (0.0, float("inf"))
    assert not policy.has_concentration


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_policies(name: str) -> None:
    policy = Policy.preset(name, **dict.fromkeys(PRESETS[name].needs, 0.15))

    assert policy.has_concentration != (policy.concentration == "none")
    assert PRESETS[name].source


def test_a_preset_that_names_a_rule_without_its_parameter_asks_for_it() -> None:
    with pytest.raises(PolicyError, match="preset 'handbook' names a rule without its p; say p"):
        Policy.preset("handbook")
    assert Policy.preset("handbook", p=0.1).p == 0.1
    assert Policy.preset("acro-1", threshold=12).threshold == 12
    with pytest.raises(PolicyError, match="'name' is no field"):
        Policy.preset("acro-1", name="our site")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"treshold": 3}, r"'treshold' is no field of a policy; .* Did you mean 'threshold'"),
        ({"p": 1.0}, "p: 1 is no fraction between 0 and 1"),
        ({"p": 15}, "p: 15 is no fraction between 0 and 1; per cent are written as a fraction, 0.15"),
        ({"dominance": [(1, 85)]}, "dominance: 85 is no fraction between 0 and 1; .* 0.85"),
        ({"dominance": [(0, 0.85)]}, "dominance = 0: "),
        ({"dominance": [(1, 0)]}, "dominance: 0 is no fraction"),
        ({"threshold": 0}, "threshold = 0: "),
        ({"threshold": 2.5}, "threshold = 2.5: "),
        ({"insiders": "all"}, "insiders = 'all': "),
        ({"concentration": "none", "p": 0.1}, 'concentration = "none" stands beside a rule of concentration'),
        ({"method": "round"}, 'method = "round" needs rounding_base'),
        ({"method": "round", "rounding_base": 5, "publish_intervals": True}, "nothing is, by another method"),
        ({"method": "perturb"}, 'method = "perturb" needs noise_variance and noise_deviation'),
        ({"method": "perturb", "noise_variance": 30, "noise_deviation": 5}, "noise_variance is above the square"),
        ({"prior": (1, 1)}, "everybody knows every value"),
        ({"prior": (1.2, 2)}, "prior = 1.2"),
        ({"seed": -1}, "seed = -1"),
        ({"pq": (0.5, 0.2)}, "pq needs p below q"),
        ({"name": "our site"}, "'name' is no field of a policy"),
        ({"self": "our site"}, "'self' is no field of a policy"),
    ],
)
def test_what_is_no_policy_is_refused_by_its_field(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        Policy(**fields)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(PolicyError, match=r"policy: threshold = 0: .*\npolicy: p: 2 is no fraction"):
        Policy(threshold=0, p=2)


def test_it_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Policy().threshold = 1


def test_an_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(PolicyError, match=r"'acro' is no preset; .* Did you mean 'acro-1'"):
        Policy.preset("acro")


def test_it_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('preset = "dual-dominance"\nthreshold = 5\nprior = [0, inf]\nkeep = [{ region = "Total" }]\n')

    policy = Policy.read(file)

    assert policy.threshold == 5
    assert policy.dominance == ((1, 0.80), (2, 0.90))
    assert policy.keep == ({"region": "Total"},)
    with pytest.raises(MissingFileError):
        Policy.read(tmp_path / "none.toml")
    file.write_text("threshold = \n")
    with pytest.raises(BrokenFileError, match=r"policy\.toml"):
        Policy.read(file)
    file.write_bytes(b"# \xff\n")
    with pytest.raises(BrokenFileError, match=r"policy\.toml"):
        Policy.read(file)


def test_the_stricter_of_two_in_every_field() -> None:
    site = Policy(threshold=5, p=0.10, dominance=[(1, 0.80)], negatives="threshold", request_share=0.7, digits=2)
    pack = Policy(
        threshold=3, p=0.15, dominance=[(1, 0.75), (2, 0.9)], zeros="withhold", insiders="largest", checker=True
    )
    both = site & pack

    assert both.threshold == 5
    assert both.p == 0.15
    assert both.dominance == ((1, 0.75), (2, 0.9))
    assert both.negatives == "absolute"
    assert (both.zeros, both.insiders, both.checker) == ("withhold", "largest", True)
    assert (both.request_share, both.digits) == (0.7, 2)


def test_no_rule_of_concentration_gives_way_to_one() -> None:
    none = Policy(concentration="none")

    assert (none & Policy(p=0.1)).concentration is None
    assert (none & Policy(p=0.1)).p == 0.1
    assert (none & none).concentration == "none"
    assert (none & Policy()).concentration is None


def test_what_everybody_knew_before_is_not_combined_to_all() -> None:
    with pytest.raises(PolicyError, match=r"prior = \[1.0, 2.0\] and prior = \[0.0, 1.0\] together say"):
        Policy(prior=(1, 2)) & Policy(prior=(0, 1))


def test_policies_of_equal_fields_are_one() -> None:
    """A policy is told by its value: whatever the order of codes, it can be a key, and travels."""
    one, other = (Policy(keep=[cell]) for cell in ({"b": 1, "a": "x"}, {"a": "x", "b": 1}))

    assert one == other
    assert hash(one) == hash(other)
    assert one.keep == ({"a": "x", "b": 1},)
    assert pickle.loads(pickle.dumps(one)) == one
    assert Policy(**one.model_dump()) == one
    assert Policy(**json.loads(one.model_dump_json(exclude={"prior"}))) == one


def test_methods_do_not_combine() -> None:
    with pytest.raises(PolicyError, match="methods 'suppress' and 'round' cannot be combined"):
        Policy() & Policy(method="round", rounding_base=5)


POLICIES = st.builds(
    Policy,
    threshold=st.integers(1, 20),
    threshold_level=st.sampled_from(["unit", "holding"]),
    p=st.none() | st.sampled_from([0.05, 0.1, 0.25]),
    pq=st.none() | st.sampled_from([(0.1, 0.5), (0.2, 0.4)]),
    dominance=st.lists(st.tuples(st.integers(1, 3), st.sampled_from([0.7, 0.8, 0.9])), max_size=3),
    negatives=st.sampled_from(["threshold", "absolute", "refuse"]),
    protection=st.sampled_from(["symmetric", "upper", "sliding"]),
    prior=st.sampled_from([(0.0, float("inf")), (0.0, 2.0), (0.5, 3.0)]),
    unions=st.booleans(),
)


@given(POLICIES, POLICIES, POLICIES)
def test_combining_is_a_meeting(a: Policy, b: Policy, c: Policy) -> None:
    """It changes nothing with itself, and neither order nor grouping matters."""
    assert a & a == a
    assert a & b == b & a
    assert (a & b) & c == a & (b & c)

"""What may leave a site: the rules of an office, frozen and readable."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, ValidationError, model_validator

from industria.errors import BrokenFileError, MissingFileError, PolicyError, hint, listing
from industria.release._presets import PRESETS

__all__ = ["Policy"]

Code = str | int | bool


class _Cell(Mapping[str, Code]):
    """Codes of a cell, in one order and for good, so that a policy is told by its value."""

    __slots__ = ("_pairs",)

    def __init__(self, codes: Mapping[str, Code]) -> None:
        self._pairs = tuple(sorted(codes.items(), key=lambda pair: pair[0]))

    def __getitem__(self, column: str) -> Code:
        return dict(self._pairs)[column]

    def __iter__(self) -> Iterator[str]:
        return (column for column, _ in self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __hash__(self) -> int:
        return hash(self._pairs)

    def __repr__(self) -> str:
        return repr(dict(self._pairs))


def _a_fraction(value: float) -> float:
    if not 0 < value < 1:
        meant = f"; per cent are written as a fraction, {value / 100:g}" if 1 < value < 100 else ""
        raise ValueError(f"{value:g} is no fraction between 0 and 1{meant}")
    return value


def _rules(pairs: tuple[tuple[int, float], ...]) -> tuple[tuple[int, float], ...]:
    """Keep the lower k where an n stands twice, in the order of n."""
    return tuple(sorted(dict(sorted(pairs, key=lambda pair: -pair[1])).items()))


Fraction = Annotated[float, Field(allow_inf_nan=False), AfterValidator(_a_fraction)]
Some = Annotated[int, Field(ge=1, strict=True)]
Factor = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Cell = Annotated[Mapping[str, Code], AfterValidator(_Cell), PlainSerializer(dict)]


class Policy(BaseModel):
    """The rules of disclosure control of one office; two policies `a & b` make the stricter one, field by field.

    Sizes are fractions, not per cent. Parameters of concentration rules stay at the site: p narrows what is withheld.

    Raises
    ------
    PolicyError
        If a field is not known, has a value that it cannot take, or contradicts another.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    threshold: Some = 3
    """Contributors that a cell needs."""
    threshold_level: Literal["unit", "holding"] = "unit"
    """Whether units or the holdings that own them are counted."""
    threshold_range: Fraction = 0.10
    """How far from its value, as a part of it, an outsider must stay from a magnitude of too few."""
    dominance: Annotated[tuple[tuple[Some, Fraction], ...], AfterValidator(_rules)] = ()
    """Pairs (n, k): n contributors may not have more than the part k of a cell."""
    p: Fraction | None = None
    """The part of the largest contribution by which the others must hide it."""
    pq: tuple[Fraction, Fraction] | None = None
    """(p, q): the same, where others knew each contribution within the part q before."""
    coalition: Some = 1
    """Contributors that put together what they know."""
    request_share: Fraction | None = None
    """Part of a cell above which its largest contributor, if it has asked for that, is protected."""
    concentration: Literal["none"] | None = None
    """"none" releases magnitudes without a rule on who has how much of them."""
    zeros: Literal["publish", "withhold"] = "publish"
    """Cells with contributors that all contribute nothing."""
    negatives: Literal["absolute", "threshold", "refuse"] = "absolute"
    """Cells with contributions below zero: rules on absolute values, the threshold alone, or none of it."""
    negative_factor: Annotated[Factor, Field(ge=1)] = 2.0
    """What p and 1 - k are divided by in such cells."""
    weights: Literal["sample", "known", "expanded"] = "sample"
    """Whether sampling weights are secret, public, or stand for copies; unsaid, weights may be sizes, too."""
    degrees_of_freedom: Some = 10
    """That estimates, variances and correlations need."""
    percentile_units: Some = 5
    """Units below, between and above percentiles."""
    percentile_values: Literal["window", "any"] = "window"
    """Whether a percentile must be the mean of several ranks around it, or may be the value of one or two units."""
    cluster_sums: Literal["withhold", "publish"] = "withhold"
    """Sums behind clustered errors of a pooled regression that tell fewer clusters than the threshold from the rest."""
    extremes: Literal["withhold", "publish"] = "withhold"
    """Least and largest values, ranges and modes of magnitudes."""
    unions: bool = True
    """Whether the sum of what is withheld beside a published total is held to the rules."""
    insiders: Literal["none", "singletons", "largest"] = "singletons"
    """Which contributors attack with what they know of themselves."""
    prior: tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=1)]] = (0.0, float("inf"))
    """Parts of a value between which everybody knows it to lie."""
    protection: Literal["symmetric", "upper", "sliding"] = "symmetric"
    """On which sides of a value the interval must be wide."""
    method: Literal["suppress", "round", "perturb", "adjust"] = "suppress"
    """How cells are protected."""
    secondary: Literal["auto", "optimal", "heuristic"] = "auto"
    """How further cells to withhold are chosen."""
    cost: Literal["value", "units", "one", "log"] = "value"
    """What it costs to withhold a cell."""
    cost_power: Factor = 1.0
    """Power of the cost."""
    total_weight: Factor = 1.0
    """What costs of margins are multiplied by."""
    keep: tuple[Cell, ...] = ()
    """Cells that are never withheld, by their codes; a column that is not named takes any code."""
    publish_intervals: bool = False
    """Whether a withheld cell shows the interval that an outsider can reckon anyway."""
    rounding_base: Some | None = None
    """What values are rounded to multiples of."""
    rounding_of: tuple[str, ...] = ()
    """Variables that method "round" rounds, "count" for numbers of units; others are suppressed. All, without it."""
    rounding: Literal["controlled", "random", "conventional"] = "controlled"
    """Rounding that adds up, or cell by cell: up with the chance of the rest, or to the nearest multiple."""
    noise_variance: Factor | None = None
    """Variance of the noise on counts that cell keys choose; stays at the site."""
    noise_deviation: Some | None = None
    """Largest noise on a count; stays at the site."""
    digits: Annotated[int, Field(ge=0, le=12, strict=True)] | None = None
    """Decimals of what is published; all that a measure has, without it."""
    checker: bool = False
    """Whether a second person must approve a release before it is opened."""
    time_limit: Factor = 600.0
    """Seconds that are sought, a variable, for what protects its cells and for the proof that nothing cheaper does."""
    seed: Annotated[int, Field(ge=0, strict=True)] = 0
    """Of choices among equals; random rounding and noise hang on the key of the site."""

    def __init__(self, /, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise PolicyError([_what(detail["loc"], detail["type"], detail) for detail in error.errors()]) from None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.concentration == "none" and self.has_concentration:
            raise ValueError('concentration = "none" stands beside a rule of concentration; leave one of the two out')
        if self.method == "round" and self.rounding_base is None:
            raise ValueError('method = "round" needs rounding_base')
        if self.method != "round" and self.rounding_of:
            raise ValueError('rounding_of names what method = "round" rounds; nothing is, by another method')
        lacks = [field for field in ("noise_variance", "noise_deviation") if getattr(self, field) is None]
        if self.method == "perturb" and lacks:
            raise ValueError(f'method = "perturb" needs {" and ".join(lacks)}')
        if self.noise_variance and self.noise_deviation and self.noise_variance > self.noise_deviation**2:
            raise ValueError("noise_variance is above the square of noise_deviation, which no noise can have")
        if self.method != "suppress" and self.publish_intervals:
            raise ValueError("publish_intervals shows intervals of what is withheld; nothing is, by another method")
        if self.pq and self.pq[0] >= self.pq[1]:
            raise ValueError("pq needs p below q: what is to be hidden is less than what was known")
        if self.prior == (1.0, 1.0):
            raise ValueError("prior = [1, 1] says that everybody knows every value; nothing could be protected")
        return self

    def alters(self, variable: str) -> bool:
        """Tell whether a variable leaves in another shape than it is, and is not suppressed."""
        return self.method != "suppress" and (not self.rounding_of or variable in self.rounding_of)

    @property
    def has_concentration(self) -> bool:
        """Whether any rule tells how much of a cell one contributor may have."""
        return bool(self.dominance) or self.p is not None or self.pq is not None or self.request_share is not None

    @classmethod
    def preset(cls, name: str, /, **fields: Any) -> Policy:
        """Return the policy of an office, with fields of one's own in place of its.

        Parameters
        ----------
        name : str
            `acro-1`, `handbook`, `dual-dominance`, `qcew-2008`, `compnet-obs-5`, `compnet-de`, `datashield` or
            `opensafely`.
        **fields
            Fields that differ. `handbook` and `compnet-de` name a p % rule without its p, which must be said.
        """
        if name not in PRESETS:
            raise PolicyError(
                [f"{name!r} is no preset; there are {listing(list(PRESETS))}.{hint(name, list(PRESETS))}"]
            )
        found = PRESETS[name]
        lacks = [word for word in found.needs if word not in fields]
        if lacks:
            raise PolicyError([f"preset {name!r} names a rule without its {word}; say {word}" for word in lacks])
        return cls(**{**found.fields, **fields})

    @classmethod
    def read(cls, path: str | Path) -> Policy:
        """Read a policy from a TOML file: fields, and `preset` for those that are not said.

        Raises
        ------
        MissingFileError, BrokenFileError
            If the file is not there, or is no TOML.
        PolicyError
            If its fields are no policy.
        """
        place = Path(path)
        if not place.is_file():
            raise MissingFileError(str(path), str(place.absolute().parent), [])
        try:
            said = tomllib.loads(place.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BrokenFileError(str(path), f"{error}") from None
        preset = said.pop("preset", None)
        return cls(**said) if preset is None else cls.preset(str(preset), **said)

    def __and__(self, other: Policy) -> Policy:
        """Combine with another policy to the stricter in every field; what is not stricter either way is this one's."""
        if self.method != other.method:
            raise PolicyError([f"methods {self.method!r} and {other.method!r} cannot be combined"])
        both = dict(self) | {name: pick(dict(self)[name], dict(other)[name]) for name, pick in STRICTER.items()}
        if both["prior"] == (1.0, 1.0):
            told = f"prior = {list(self.prior)} and prior = {list(other.prior)} together"
            raise PolicyError([f"{told} say that everybody knows every value; nothing could be protected"])
        if both["weights"] == "sample" and "weights" not in self.model_fields_set & other.model_fields_set:
            del both["weights"]
        return Policy(**both)


def _what(place: tuple[int | str, ...], kind: str, detail: Mapping[str, Any]) -> str:
    """Say what is wrong with a field in words."""
    if not place:
        return str(detail["ctx"]["error"])
    field = str(place[0])
    if kind == "extra_forbidden":
        known = list(Policy.model_fields)
        return f"{field!r} is no field of a policy; it takes {listing(known, 40)}.{hint(field, known)}"
    if kind == "value_error":
        return f"{field}: {detail['ctx']['error']}"
    return f"{field} = {detail['input']!r}: {str(detail['msg']).removeprefix('Input ')}"


def _largest(a: Any, b: Any) -> Any:
    return max((one for one in (a, b) if one is not None), default=None)


def _least(a: Any, b: Any) -> Any:
    return min((one for one in (a, b) if one is not None), default=None)


def _ordered(*words: str) -> Callable[[str, str], str]:
    """Take the later of words that stand from lenient to strict."""
    return lambda a, b: max(a, b, key=words.index)


def _pq(a: tuple[float, float] | None, b: tuple[float, float] | None) -> tuple[float, float] | None:
    return max((one for one in (a, b) if one is not None), key=lambda pair: pair[0] / pair[1], default=None)


STRICTER: Final[dict[str, Callable[[Any, Any], Any]]] = {
    **dict.fromkeys(
        (
            *("threshold", "threshold_range", "p", "coalition", "degrees_of_freedom", "percentile_units"),
            *("rounding_base", "noise_variance", "noise_deviation"),
        ),
        _largest,
    ),
    **dict.fromkeys(("request_share", "negative_factor", "digits"), _least),
    **dict.fromkeys(("unions", "checker"), lambda a, b: a or b),
    "publish_intervals": lambda a, b: a and b,
    # Where one of the two has a rule of concentration, or wants one, magnitudes do not leave without.
    "concentration": lambda a, b: a if a == b else None,
    "threshold_level": _ordered("unit", "holding"),
    "dominance": lambda a, b: (*a, *b),
    "pq": _pq,
    "zeros": _ordered("publish", "withhold"),
    "negatives": _ordered("threshold", "absolute", "refuse"),
    "weights": _ordered("sample", "expanded", "known"),
    **dict.fromkeys(("extremes", "cluster_sums"), _ordered("publish", "withhold")),
    "percentile_values": _ordered("any", "window"),
    "insiders": _ordered("none", "singletons", "largest"),
    # Neither side alone implies the other; both together are what symmetric asks.
    "protection": lambda a, b: a if a == b else "symmetric",
    "prior": lambda a, b: (max(a[0], b[0]), min(a[1], b[1])),
    "keep": lambda a, b: tuple(cell for cell in a if cell in b),
}

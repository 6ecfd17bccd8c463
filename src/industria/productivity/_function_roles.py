"""Which columns play which part in a production function, and which parts exclude each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from industria.core.table import Column
from industria.errors import (
    ChoiceError,
    ExcludedParameterError,
    ParameterRangeError,
    RepeatedColumnError,
    RoleError,
)

__all__ = ["CONTROL_DEGREE", "MARKOV", "Concept", "Estimator", "Form", "Prices", "Roles", "check_degree", "named"]

Estimator: TypeAlias = Literal[
    "ackerberg_caves_frazer",
    "ols",
    "fixed_effects",
    "cost_share",
    "olley_pakes",
    "levinsohn_petrin",
    "robinson_wooldridge",
    "wooldridge",
    "gandhi_navarro_rivers",
]
Concept: TypeAlias = Literal["value_added", "gross_output"]
Prices: TypeAlias = Literal["deflated_revenue", "quantity"]
Form: TypeAlias = Literal["cobb_douglas", "translog"]

MARKOV: Final = ("ackerberg_caves_frazer", "olley_pakes", "levinsohn_petrin", "gandhi_navarro_rivers")
"""Estimators whose coefficients are roots, or minima, of moments of a Markov process."""
PROXIED: Final = ("ackerberg_caves_frazer", "olley_pakes", "levinsohn_petrin", "robinson_wooldridge", "wooldridge")
STAGED: Final = (*PROXIED, "gandhi_navarro_rivers")
"""Estimators with a polynomial in a first stage, or in place of one."""
PROCESSED: Final = (*MARKOV, "wooldridge")
"""Estimators with a polynomial of lagged productivity."""
CONTROL_DEGREE: Final = 2
MOST_INPUTS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Columns by their parts, and what is made of them.

    Attributes
    ----------
    free, state : tuple of str
        Inputs chosen in the period, and before it.
    proxy, flexible, revenue_share, weights : str or None
        As in `production_function`.
    controls, by : tuple of str
        Further regressors, and what makes a cell.
    shifters : tuple of str
        What moves the process of productivity from one period to the next.
    costs : mapping of str to str
        Cost column of each input.
    exit : str or None
        "last_seen", or the column that marks the last year of a unit.
    control_degree, markov_degree : int or None
        As given; `first_degree` and `process_degree` are those that are used.
    """

    unit: Column
    time: Column
    output: Column
    state: tuple[Column, ...]
    free: tuple[Column, ...]
    proxy: Column | None
    flexible: Column | None
    revenue_share: Column | None
    controls: tuple[Column, ...]
    shifters: tuple[Column, ...]
    costs: Mapping[str, Column]
    exit: str | None
    weights: Column | None
    by: tuple[Column, ...]
    estimator: Estimator
    output_concept: Concept
    prices: Prices
    form: Form
    logs: bool
    control_degree: int | None
    markov_degree: int | None
    overidentified: bool = False
    window: int | None = None

    @property
    def variable(self) -> tuple[Column, ...]:
        """Inputs chosen in the period."""
        return (*self.free, *((self.flexible,) if self.flexible else ()))

    @property
    def inputs(self) -> tuple[Column, ...]:
        """All inputs, those chosen in the period first."""
        return (*self.variable, *self.state)

    @property
    def first_degree(self) -> int:
        """Degree of the polynomial of stage one."""
        return CONTROL_DEGREE if self.control_degree is None else self.control_degree

    @property
    def process_degree(self) -> int:
        """Degree of the process of productivity."""
        if self.markov_degree is not None:
            return self.markov_degree
        return 1 if self.estimator == "wooldridge" else 3

    @property
    def revenue(self) -> bool:
        """Whether prices and markups move what is estimated."""
        return self.prices == "deflated_revenue"

    def check(self) -> None:
        """Refuse parts that exclude each other.

        Raises
        ------
        ChoiceError, ParameterRangeError
            If a word or number is not among those taken.
        RoleError
            If an estimator lacks a part, or a column plays one that it cannot.
        ExcludedParameterError
            If a degree is given to an estimator without such a polynomial.
        RepeatedColumnError
            If one column plays two parts.
        """
        self._check_words()
        self._check_columns()
        self._check_parts()
        self._check_intermediates()

    def _check_words(self) -> None:
        if self.prices == "nominal":  # type: ignore[comparison-overlap]
            raise RoleError(
                f"output ({self.output}) is nominal: divide it by the price index of its industry, and inputs by "
                "theirs, before this step; then prices='deflated_revenue'"
            )
        for parameter, value, kind in (
            ("estimator", self.estimator, Estimator),
            ("output_concept", self.output_concept, Concept),
            ("prices", self.prices, Prices),
            ("form", self.form, Form),
        ):
            if value not in get_args(kind):
                raise ChoiceError(parameter, value, get_args(kind))
        for parameter, degree, users, of in (
            ("control_degree", self.control_degree, STAGED, "polynomial of stage one"),
            ("markov_degree", self.markov_degree, PROCESSED, "process of productivity"),
        ):
            check_degree(parameter, degree)
            if degree is not None and self.estimator not in users:
                raise ExcludedParameterError(parameter, self.estimator, f"it has no {of}: leave {parameter} out")
        if self.window is not None and (type(self.window) is not int or self.window < 2):
            raise ParameterRangeError("window", self.window, "a whole number of periods, 2 or more")
        if self.window is not None and self.exit is not None:
            raise RoleError("exit is told by the whole panel: leave it or the window out")
        if not 1 <= len(self.inputs) <= MOST_INPUTS:
            raise ParameterRangeError("state", self.state, f"with free, 1 to {MOST_INPUTS} inputs")

    def _check_columns(self) -> None:
        parts = [(self.output, "the output")]
        parts += [(c, "a state") for c in self.state] + [(c, "free") for c in self.free]
        parts += [(self.flexible, "the flexible input")] if self.flexible else []
        parts += [(c, "a control") for c in self.controls] + [(c, "a shifter") for c in self.shifters]
        parts += [(self.revenue_share, "the revenue share")] if self.revenue_share else []
        said: dict[str, str] = {}
        for column, part in parts:
            if column in said:
                raise RepeatedColumnError(column, said[column], part)
            said[column] = part
        if self.proxy in self.free:
            raise RoleError(
                f"proxy ({self.proxy}) is free, too: an input that shows productivity to the estimator cannot be one "
                "that is chosen knowing it. Take it out of free, or name another proxy"
            )
        if self.proxy in {*self.state, self.output, *self.controls, *self.shifters}:
            raise RepeatedColumnError(str(self.proxy), "the proxy", said[str(self.proxy)])

    def _check_parts(self) -> None:
        name = self.estimator
        if name in PROXIED and self.proxy is None:
            what = "investment" if name == "olley_pakes" else "an intermediate input, such as energy or materials"
            raise RoleError(f"{name} needs a proxy: {what}")
        if self.proxy is not None and name not in STAGED:
            raise RoleError(
                f"proxy ({self.proxy}) plays no part in {name}, and would take rows without it away: leave it out"
            )
        if name != "ols" and name not in ("fixed_effects", "cost_share") and not self.state:
            raise RoleError(f"{name} needs a state: an input chosen before the period, as capital is")
        if self.exit is not None and name not in ("olley_pakes", "levinsohn_petrin"):
            raise RoleError(f"exit belongs to olley_pakes and levinsohn_petrin; {name} takes none")
        if self.overidentified and name != "ackerberg_caves_frazer":
            raise RoleError(f"overidentified moments belong to ackerberg_caves_frazer; {name} has none")
        if self.shifters and name not in MARKOV:
            raise RoleError(f"shifters ({named(self.shifters)}) move a Markov process, and {name} has none")
        if bool(self.costs) != (name == "cost_share"):
            say = "needs costs: the cost of each input" if name == "cost_share" else "takes no costs; cost_share does"
            raise RoleError(f"{name} {say}")
        if self.costs and (lost := [one for one in self.inputs if one not in self.costs]):
            raise RoleError(f"costs has no column for the input {lost[0]}: write costs = {{ {lost[0]} = ... }}")
        if name == "cost_share" and self.controls:
            raise RoleError(f"cost_share takes no controls ({named(self.controls)}): shares of cost regress on nothing")
        if name == "cost_share" and self.form == "translog":
            raise RoleError("cost_share gives one elasticity an input: form='cobb_douglas'")
        if name == "gandhi_navarro_rivers" and self.form == "translog":
            raise RoleError("gandhi_navarro_rivers has no form of its own but control_degree: leave form out")

    def _check_intermediates(self) -> None:
        gnr = self.estimator == "gandhi_navarro_rivers"
        if gnr and (self.flexible is None or self.revenue_share is None or self.free or self.proxy):
            raise RoleError(
                "gandhi_navarro_rivers takes predetermined inputs as state, one flexible input, and revenue_share, its "
                f"share of revenue; it has state {list(self.state)}, free {list(self.free)}, flexible {self.flexible}, "
                f"revenue_share {self.revenue_share}, proxy {self.proxy}"
            )
        if gnr and self.controls:
            raise RoleError(f"gandhi_navarro_rivers takes no controls ({named(self.controls)})")
        if not gnr and self.revenue_share is not None:
            raise RoleError(f"revenue_share ({self.revenue_share}) belongs to gandhi_navarro_rivers alone")
        if gnr and self.output_concept != "gross_output":
            raise RoleError("gandhi_navarro_rivers is of gross output: say output_concept='gross_output'")
        if self.output_concept == "gross_output" and self.flexible is None:
            raise RoleError(
                f"gross output ({self.output}) is made of intermediate inputs, too, and no role holds them: name them "
                "as flexible, or hand in value added"
            )
        if self.output_concept == "value_added" and self.flexible is not None:
            raise RoleError(
                f"value added ({self.output}) has intermediate inputs taken out already: flexible ({self.flexible}) "
                "belongs to output_concept='gross_output'"
            )
        if self.flexible is not None and self.estimator == "olley_pakes" and self.flexible == self.proxy:
            raise RoleError(f"the proxy of olley_pakes is investment, not the flexible input ({self.flexible})")


def check_degree(parameter: str, degree: int | None) -> None:
    """Refuse a degree that is none.

    Raises
    ------
    ParameterRangeError
        If it is neither None nor a whole number from 1 to 5.
    """
    if degree is not None and (type(degree) is not int or not 1 <= degree <= 5):
        raise ParameterRangeError(parameter, degree, "a whole number from 1 to 5")


def named(columns: Sequence[str]) -> str:
    """Write columns for a message."""
    return ", ".join(columns)

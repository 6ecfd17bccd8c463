"""First stages: what is left of output without its noise, and the Markov process that the rest must follow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from industria.kernels.least_squares import independent
from industria.kernels.markov_rows import Markov, process
from industria.kernels.polynomials import Powers, derivative, exponents, monomials, moved
from industria.kernels.survival import survival
from industria.kernels.unit_grams import coefficients, grams
from industria.productivity._function_roles import Roles
from industria.productivity._function_sample import Sample
from industria.productivity._panel import Array, Codes

__all__ = ["PolynomialStage", "Stage", "mean_elasticities", "polynomial_stage"]


class Stage(Protocol):
    """A first stage that can be had again under other weights of units.

    Attributes
    ----------
    powers : array, shape (m, J)
        Monomials of the function in logs of the inputs; no constant.
    """

    powers: Powers

    def first(self, W: Array) -> list[Array]:
        """Fit the stage under each row of weights of units, shape (R, U)."""

    def markov(self, first: Array, w: Array) -> Markov:
        """Build what the second stage must solve, with weights of units w, shape (U,)."""

    def function(self, first: Array, b: Array) -> Array:
        """Return coefficients of the function, shape (m,), from those of both stages."""

    def at_means(self, first: Array) -> Array:
        """Return what mean elasticities are where b is zero, shape (p1,), p1 the inputs of the second stage."""

    def guess(self, first: Array) -> Array:
        """Return a guess of b from least squares, shape (p,)."""

    def controls(self, first: Array) -> Array:
        """Return coefficients of the controls; NaN where one depends on others."""


def mean_elasticities(powers: Powers, c: Array, inputs: Array, w: Array) -> Array:
    """Average e_j = d f / d x_j over rows.

    Parameters
    ----------
    powers : array, shape (m, J)
        Monomials of f.
    c : array, shape (..., m)
        Their coefficients.
    inputs : array, shape (n, J)
        In logs.
    w : array, shape (n,)
        Weights.

    Returns
    -------
    array, shape (..., J)
        Per cent of output with one per cent of the input.
    """
    means = []
    for j in range(powers.shape[1]):
        lower, d = derivative(powers, c, j)
        means.append(d @ (w @ monomials(inputs, lower) / w.sum()))
    return np.stack(means, axis=-1)


@dataclass(frozen=True, slots=True, eq=False)
class Further:
    """Instruments beyond those that identify exactly.

    Attributes
    ----------
    rows : array, shape (n2,)
        Of the rows with a row a period before, those with one two periods before.
    columns : array, shape (n2, c)
        States a period before, and variable inputs two periods before.
    unit : array, shape (n2,)
        Of these rows.
    """

    rows: Codes
    columns: Array
    unit: Codes


@dataclass(frozen=True, slots=True, eq=False)
class PolynomialStage:
    """Output on a polynomial of state, proxy and, as the estimator goes, free inputs (OP, LP, ACF)."""

    sample: Sample
    powers: Powers
    raw: Array
    """Takes coefficients of centered monomials to raw ones, shape (m, m)."""
    now: Array
    """Monomials of centered inputs that the second stage gives coefficients, shape (n_lagged, p)."""
    before: Array
    """The same a period before."""
    instruments: Array | None
    """Of the variable inputs a period before and the state now; None where a sum of squares is minimized."""
    guessed: Array
    """The monomials of all rows with a constant before them, shape (n, 1 + p)."""
    design: Array
    """Regressors of the stage that are independent, shape (n, q)."""
    column: npt.NDArray[np.int64]
    """Of each column of the whole design, its place in `design`; -1 where it was left out."""
    phi: npt.NDArray[np.bool_]
    """Which columns of the design make phi."""
    phi_now: Array
    """These columns, shape (n_lagged, f)."""
    phi_before: Array
    """The same a period before."""
    linear: npt.NDArray[np.bool_]
    """Which monomials have their coefficient from this stage."""
    degree: int
    n_controls: int
    further: Further | None
    """Instruments beyond those that identify exactly; None where none are asked for."""
    exits: Array | None
    """Polynomial behind the probability of survival, shape (n, r)."""
    products: Array
    """Of the design, by unit."""

    def first(self, W: Array) -> list[Array]:
        return list(coefficients(self.products, W))

    def markov(self, first: Array, w: Array) -> Markov:
        s = self.sample
        beside = None
        weights = s.weights * w[s.unit]
        if self.exits is not None:
            assert s.last is not None
            beside = survival(self.exits, s.last, weights * s.at_risk)[s.before]
        powers, columns = process(self.degree, beside, s.shifters[s.before] if s.shifters.shape[1] else None)
        c = first[self.phi]
        return Markov(
            a=self.phi_now @ c,
            a_lag=self.phi_before @ c,
            X=self.now,
            X_lag=self.before,
            Z=self.instruments,
            noise=(s.y - self.design @ first)[s.now] if self.instruments is None else None,
            w=weights[s.now],
            powers=powers,
            beside=columns,
        )

    def function(self, first: Array, b: Array) -> Array:
        c = np.zeros(len(self.powers))
        c[self.linear] = first[self.column[: int(self.linear.sum())]]
        c[~self.linear] = b
        return np.asarray(c @ self.raw)

    def at_means(self, first: Array) -> Array:
        return np.zeros(int((self.powers[~self.linear].sum(axis=1) == 1).sum()))

    def guess(self, first: Array) -> Array:
        phi, root = self.design[:, self.phi] @ first[self.phi], np.sqrt(self.sample.weights)
        return np.asarray(np.linalg.lstsq(self.guessed * root[:, None], phi * root)[0][1:])

    def controls(self, first: Array) -> Array:
        if not self.n_controls:
            return np.zeros(0)
        places = self.column[-self.n_controls :]
        return np.where(places >= 0, first[places], np.nan)

    def overidentified(self, first: Array, w: Array) -> tuple[Markov, Codes]:
        """Add last period's states, and variable inputs of the period before that; rows without it leave."""
        rows, further = self.markov(first, w), self.further
        assert further is not None
        assert rows.Z is not None
        at = further.rows
        # Phi of last period would say nothing more: xi goes with no power of phi less its inputs, which are here.
        Z = np.column_stack([rows.Z[at], further.columns])
        made = replace(
            rows,
            a=rows.a[at],
            a_lag=rows.a_lag[at],
            X=rows.X[at],
            X_lag=rows.X_lag[at],
            Z=Z - Z.mean(axis=0),
            w=rows.w[at],
            beside=None if rows.beside is None else rows.beside[at],
        )
        return made, further.unit


def _further(s: Sample) -> Further:
    before = np.full(len(s.y), -1)
    before[s.now] = s.before
    at = np.flatnonzero(before[s.before] >= 0)
    twice = before[s.before[at]]
    columns = np.column_stack([s.state[s.before[at]], s.inputs[twice, : s.n_variable]])
    return Further(rows=at, columns=columns, unit=s.unit[s.now[at]])


def polynomial_stage(sample: Sample, roles: Roles) -> PolynomialStage:
    """Lay out the first stage of Olley-Pakes, Levinsohn-Petrin and Ackerberg-Caves-Frazer."""
    s, J = sample, sample.inputs.shape[1]
    powers = exponents(J, 2 if roles.form == "translog" else 1)
    center = np.average(s.inputs, axis=0, weights=s.weights)
    raw, to_raw = moved(powers, np.eye(len(powers)), center)
    centered = monomials(s.inputs - center, powers)
    behind = s.inputs[s.now].copy()
    behind[:, : s.n_variable] = s.inputs[s.before, : s.n_variable]
    acf = roles.estimator == "ackerberg_caves_frazer"
    own = [] if s.proxy is None or roles.proxy in roles.inputs else [s.proxy]
    by_hand = roles.flexible is not None and roles.flexible == roles.proxy
    # What the polynomial holds beside the proxy; for a proxy that is itself an input, that input.
    late = [j for j in range(J) if acf or j >= s.n_variable or (by_hand and roles.inputs[j] == roles.flexible)]
    linear = np.asarray((powers[:, [j for j in range(J) if j not in late]] > 0).any(axis=1))
    V = np.column_stack([s.inputs[:, late], *own])
    V = V - np.average(V, axis=0, weights=s.weights)
    poly = monomials(V, exponents(V.shape[1], roles.first_degree, 0))
    whole = np.column_stack([centered[:, linear], poly, s.controls])
    kept = independent(whole, np.linalg.norm(whole, axis=0))
    column = np.full(whole.shape[1], -1)
    column[kept] = np.arange(len(kept))
    n_linear = int(linear.sum())
    phi = np.array([n_linear <= j < n_linear + poly.shape[1] for j in kept])
    design = np.ascontiguousarray(whole[:, kept])
    exits = None
    if s.last is not None:
        seen = [j for j in range(poly.shape[1]) if column[n_linear + j] >= 0]
        exits = poly[:, seen]
    return PolynomialStage(
        sample=s,
        powers=raw[1:],
        raw=to_raw[:, 1:],
        now=centered[s.now][:, ~linear],
        before=centered[s.before][:, ~linear],
        # Off a root, moments are weighted by logs as they come: a local minimum is then where others meet it.
        instruments=monomials(behind - (center if roles.form == "translog" else 0), powers)[:, ~linear]
        if acf or by_hand
        else None,
        guessed=np.column_stack([np.ones(len(s.y)), centered[:, ~linear]]),
        design=design,
        column=column,
        phi=phi,
        phi_now=design[s.now][:, phi],
        phi_before=design[s.before][:, phi],
        linear=linear,
        degree=roles.process_degree,
        n_controls=s.controls.shape[1],
        further=_further(s) if roles.overidentified else None,
        exits=exits,
        products=grams(design, s.y, s.weights, s.unit),
    )

"""The first stage of Gandhi, Navarro and Rivers: a share of revenue is an elasticity, and its integral a function."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from industria.kernels.markov_rows import Markov, process
from industria.kernels.polynomials import Powers, exponents, monomials, moved
from industria.kernels.share_regression import share_regression
from industria.productivity._function_roles import Roles
from industria.productivity._function_sample import Sample
from industria.productivity._function_stages import mean_elasticities
from industria.productivity._panel import Array

__all__ = ["STATE_DEGREE", "FlexibleStage", "flexible_stage"]

STATE_DEGREE = 2
"""Of the constant of integration, a polynomial in the states."""


@dataclass(frozen=True, slots=True, eq=False)
class FlexibleStage:
    """ln S = ln(P c) - e; with E = mean exp(e), the flexible input's elasticity is P c / E.

    Coefficients of the stage are c and, last, E. The flexible input is the first of all.

    Attributes
    ----------
    share_design : array, shape (n, s)
        P, of centered logs; `share_powers` tells its monomials.
    state_design : array, shape (n, p)
        Polynomial of centered states without constant; `state_powers` tells its monomials.
    """

    sample: Sample
    powers: Powers
    share_powers: Powers
    share_design: Array
    state_powers: Powers
    state_design: Array
    center: Array
    start: Array
    degree: int

    def first(self, W: Array) -> list[Array]:
        """Fit the share regression under each row of weights of units, shape (R, U)."""
        s = self.sample
        assert s.share is not None
        found = []
        for w in W:
            weights = s.weights * w[s.unit]
            c = share_regression(s.share, self.share_design, weights, self.start)
            found.append(np.append(c, np.average(np.exp(self._noise(c)), weights=weights)))
        return found

    def _noise(self, c: Array) -> Array:
        assert self.sample.share is not None
        return np.asarray(np.log(self.share_design @ c) - self.sample.share)

    def _integral(self, first: Array) -> tuple[Powers, Array]:
        """Integrate the elasticity over the log of the flexible input."""
        raw, c = moved(self.share_powers, first[:-1] / first[-1], self.center)
        higher = raw.copy()
        higher[:, 0] += 1
        return higher, c / higher[:, 0]

    def markov(self, first: Array, w: Array) -> Markov:
        """Take noise and integral out of output; what is left is a polynomial of the states, and productivity."""
        s = self.sample
        higher, c = self._integral(first)
        left = s.y - self._noise(first[:-1]) - monomials(s.inputs, higher) @ c
        C = self.state_design
        powers, beside = process(self.degree, None, s.shifters[s.before] if s.shifters.shape[1] else None)
        return Markov(
            a=left[s.now],
            a_lag=left[s.before],
            X=C[s.now],
            X_lag=C[s.before],
            Z=C[s.now],
            noise=None,
            w=(s.weights * w[s.unit])[s.now],
            powers=powers,
            beside=beside,
        )

    def function(self, first: Array, b: Array) -> Array:
        """Add the integral and the polynomial of the states, shape (m,)."""
        c = np.zeros(len(self.powers))
        place = {tuple(one): i for i, one in enumerate(self.powers.tolist())}
        higher, integral = self._integral(first)
        states, rest = moved(self.state_powers, b, self.center[1:])
        for powers, values in ((higher, integral), (np.insert(states, 0, 0, axis=1), rest)):
            for one, value in zip(powers.tolist(), values, strict=True):
                if any(one):
                    c[place[tuple(one)]] += value
        return c

    def at_means(self, first: Array) -> Array:
        """Return what the integral alone gives the states, shape (J - 1,)."""
        s = self.sample
        return mean_elasticities(*self._integral(first), s.inputs, s.weights)[1:]

    def guess(self, first: Array) -> Array:
        """Return least squares of what is left on the polynomial of the states."""
        rows = self.markov(first, np.ones(self.sample.n_units))
        X, root = np.column_stack([np.ones(len(rows.a)), rows.X]), np.sqrt(rows.w)
        return np.asarray(np.linalg.lstsq(X * root[:, None], rows.a * root)[0][1:])

    def controls(self, first: Array) -> Array:
        """Return nothing: the share regression takes no controls."""
        return np.zeros(0)


def flexible_stage(sample: Sample, roles: Roles) -> FlexibleStage:
    """Lay out the share regression, and fit it once."""
    s, J = sample, sample.inputs.shape[1]
    assert s.share is not None
    share_powers, state_powers = exponents(J, roles.first_degree, 0), exponents(J - 1, STATE_DEGREE)
    center = np.average(s.inputs, axis=0, weights=s.weights)
    P = monomials(s.inputs - center, share_powers)
    return FlexibleStage(
        sample=s,
        powers=exponents(J, max(roles.first_degree + 1, STATE_DEGREE)),
        share_powers=share_powers,
        share_design=P,
        state_powers=state_powers,
        state_design=monomials(s.state - center[1:], state_powers),
        center=center,
        start=share_regression(s.share, P, s.weights),
        degree=roles.process_degree,
    )

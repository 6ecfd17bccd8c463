"""Production functions in one step: regressions, instruments, cost shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from industria.kernels.groups import sums
from industria.kernels.instruments import two_stage
from industria.kernels.polynomials import Powers, exponents, monomials, moved
from industria.kernels.two_equations import TwoEquations, joint
from industria.productivity._function_roles import Roles
from industria.productivity._function_sample import Sample
from industria.productivity._panel import Array

__all__ = ["OneStep", "one_step"]


@dataclass(frozen=True, slots=True, eq=False)
class OneStep:
    """A production function that one regression gives.

    Attributes
    ----------
    powers : array, shape (m, J)
        Monomials of the function in logs of the inputs; no constant.
    raw : array, shape (m, m)
        Takes coefficients of centered monomials to raw ones.
    centered, behind : array, shapes (n, m) and (n_lagged, m)
        Monomials of centered inputs, and with the variable ones of a period before.
    """

    sample: Sample
    roles: Roles
    powers: Powers
    raw: Array
    centered: Array
    behind: Array

    def fit(self, w: Array) -> tuple[Array, Array]:
        """Fit under weights of units.

        Parameters
        ----------
        w : array, shape (U,)
            How often each unit is there.

        Returns
        -------
        tuple of array, shapes (m + c,) and (m + c, m + c)
            Coefficients of raw monomials and of controls, and their covariance clustered by unit.
        """
        weights = self.sample.weights * w[self.sample.unit]
        b, V = {
            "ols": self._ols,
            "fixed_effects": self._fixed_effects,
            "cost_share": self._cost_share,
            "robinson_wooldridge": self._robinson,
            "wooldridge": self._wooldridge,
        }[self.roles.estimator](weights)
        m = len(self.powers)
        b[:m], V[:m, :m] = self.raw.T @ b[:m], self.raw.T @ V[:m, :m] @ self.raw
        return b, V

    def _ols(self, w: Array) -> tuple[Array, Array]:
        s = self.sample
        # The constant first, so that a control that is constant is the one left out.
        X = np.column_stack([np.ones(len(s.y)), self.centered, s.controls])
        b, V = two_stage(s.y, X, X, w, s.unit)
        return b[1:], V[1:, 1:]

    def _fixed_effects(self, w: Array) -> tuple[Array, Array]:
        s = self.sample
        columns = np.column_stack([s.y, self.centered, s.controls])
        total = sums(w, s.unit)
        means = sums(columns * w[:, None], s.unit) / np.where(total > 0, total, 1.0)[:, None]
        net = columns - means[s.unit]
        X = net[:, 1:]
        return two_stage(net[:, 0], X, X, w, s.unit)

    def _cost_share(self, w: Array) -> tuple[Array, Array]:
        s = self.sample
        b = w @ s.costs / w.sum()
        scores = sums((s.costs - b) * w[:, None], s.unit) / w.sum()
        G = int((sums(w, s.unit) > 0).sum())
        return b, scores.T @ scores * (G / (G - 1) if G > 1 else np.nan)

    def _lagged_polynomial(self) -> Array:
        """Polynomial of state and proxy without constant, shape (n, q)."""
        s = self.sample
        assert s.proxy is not None
        V = np.column_stack([s.state, s.proxy])
        V = V - np.average(V, axis=0, weights=s.weights)
        return monomials(V, exponents(V.shape[1], self.roles.first_degree))

    def _robinson(self, w: Array) -> tuple[Array, Array]:
        s = self.sample
        one, h = np.ones((len(s.now), 1)), self._lagged_polynomial()[s.before]
        controls = s.controls[s.now]
        X = np.column_stack([one, self.centered[s.now], controls, h])
        Z = np.column_stack([one, self.behind, controls, h])
        b, V = two_stage(s.y[s.now], X, Z, w[s.now], s.unit[s.now])
        own = slice(1, 1 + len(self.powers) + controls.shape[1])
        return b[own], V[own, own]

    def _wooldridge(self, w: Array) -> tuple[Array, Array]:
        s = self.sample
        one, h = np.ones((len(s.now), 1)), self._lagged_polynomial()
        variable = (self.powers[:, : s.n_variable] > 0).any(axis=1)
        controls = s.controls[s.now]
        X = np.column_stack([self.centered[s.now], controls])
        of = TwoEquations(
            y=s.y[s.now],
            X=X,
            h=h[s.now],
            h_lag=h[s.before],
            Z1=np.column_stack([one, self.centered[s.now][:, variable], controls, h[s.now]]),
            Z2=np.column_stack([one, self.behind, controls, h[s.before]]),
            w=w[s.now],
            unit=s.unit[s.now],
            degree=self.roles.process_degree,
        )
        return joint(of)


def one_step(sample: Sample, roles: Roles) -> OneStep:
    """Lay out a regression in logs of inputs that are centered, so that squares and products stay apart."""
    s = sample
    powers = exponents(s.inputs.shape[1], 2 if roles.form == "translog" else 1)
    center = np.average(s.inputs, axis=0, weights=s.weights)
    raw, to_raw = moved(powers, np.eye(len(powers)), center)
    behind = s.inputs[s.now].copy()
    behind[:, : s.n_variable] = s.inputs[s.before, : s.n_variable]
    return OneStep(
        sample=s,
        roles=roles,
        powers=raw[1:],
        raw=to_raw[:, 1:],
        centered=monomials(s.inputs - center, powers),
        behind=monomials(behind - center, powers),
    )

"""A panel regression net of effects, and what is inferred from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from industria.errors import (
    AbsorbedTreatmentError,
    CollinearTreatmentError,
    NoDegreesOfFreedomError,
    UndefinedJackknifeError,
    WideEffectsError,
)
from industria.evaluation._pyfixest import demeaner
from industria.evaluation._sample import Columns, Dropped, Sample
from industria.kernels import covariance
from industria.kernels.groups import Array, nested
from industria.kernels.least_squares import Demean, Fit, independent, least_squares, orthonormal, poisson_regression

__all__ = ["Family", "Model", "Vcov", "covariance_of", "fit", "lying_across", "net", "share_explained", "wide"]

Vcov = Literal["iid", "HC1", "CRV1", "CRV3"]
Family = Literal["gaussian", "poisson"]

WIDE: Final = 100_000_000
"""Entries of the largest matrix made of levels: 0.8 GB."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """A fitted regression with its sample.

    Attributes
    ----------
    sample, columns
        The rows, and which column is which.
    terms : tuple of str
        Treatments, then the controls that are no combination of others.
    X, within : array, shape (n, k)
        Their values as they are, and net of effects, times the root of the weights.
    fit : Fit
        Slopes net of effects.
    demean : callable
        Takes effects out of a matrix with given weights.
    K, K_clustered : int
        Coefficients, all of them and without those of effects nested in clusters.
    r2_within : float or None
        Share of the outcome's variance net of all effects; None for Poisson.
    dropped : list
        Rows of the sample left out, and controls left out.
    """

    sample: Sample
    columns: Columns
    family: Family
    terms: tuple[str, ...]
    X: Array
    within: Array
    fit: Fit
    demean: Demean
    K: int
    K_clustered: int
    r2_within: float | None
    dropped: list[Dropped]


def fit(sample: Sample, columns: Columns, family: Family) -> Model:
    """Fit a regression of the outcome on treatments and controls, net of effects.

    Parameters
    ----------
    sample, columns
        The rows, and which column is which.
    family : {"gaussian", "poisson"}
        Least squares, or a log link.

    Returns
    -------
    Model
        Controls that others determine are left out and told.

    Raises
    ------
    AbsorbedTreatmentError, CollinearTreatmentError, NoDegreesOfFreedomError
        If a treatment has no variation of its own, or rows are too few.
    """
    demean = demeaner(sample.F)
    X = np.column_stack([sample.D, sample.C])
    root = np.sqrt(sample.w)[:, None]
    around = np.column_stack([sample.y, X])
    within = demean(around, sample.w) * root
    size = np.linalg.norm((around - sample.w @ around / sample.w.sum()) * root, axis=0)
    # An outcome that the effects determine leaves rounding, whose slopes would have p-values like any other's.
    rounding = 1e-10 * size[0] + 1e-14 * np.linalg.norm(around[:, 0] * root[:, 0])
    if family == "gaussian" and np.linalg.norm(within[:, 0]) <= rounding:
        sample, within[:, 0] = replace(sample, y=np.zeros_like(sample.y)), 0.0
    kept, left_out = _chosen(columns, within[:, 1:], size[1:])
    K, K_clustered = (covariance.estimated(len(kept), sample.F, g) for g in (None, sample.g))
    if len(sample.y) <= K:
        raise NoDegreesOfFreedomError(len(sample.y), K)

    if family == "poisson":
        fitted, r2 = poisson_regression(sample.y, X[:, kept], sample.w, demean), None
    else:
        fitted = least_squares(within[:, 0], within[:, [1 + j for j in kept]])
        r2 = share_explained(fitted, within[:, 0])
    return Model(
        sample=sample,
        columns=columns,
        family=family,
        terms=tuple((*columns.treatment, *columns.controls)[j] for j in kept),
        X=X[:, kept],
        within=within[:, [1 + j for j in kept]],
        fit=fitted,
        demean=demean,
        K=K,
        K_clustered=K_clustered,
        r2_within=r2,
        dropped=[*sample.dropped, *left_out],
    )


def _chosen(columns: Columns, X: Array, size: Array) -> tuple[list[int], list[Dropped]]:
    """Pick the regressors that stand on their own, and tell the controls that do not."""
    names = (*columns.treatment, *columns.controls)
    kept = independent(X, size)
    left_out: list[Dropped] = []
    for j in sorted(set(range(len(names))) - set(kept)):
        absorbed = float(np.linalg.norm(X[:, j])) <= 1e-7 * size[j]
        if j >= len(columns.treatment):
            reason = "control absorbed by the effects" if absorbed else "control collinear with others"
            left_out.append((names[j], reason, 0))
        elif absorbed:
            raise AbsorbedTreatmentError(names[j], columns.effects)
        else:
            raise CollinearTreatmentError(names[j], names[:j])
    return kept, left_out


def share_explained(fitted: Fit, y: Array) -> float | None:
    """One minus the residual over the total sum of squares; None where the outcome does not vary."""
    total = float(y @ y)
    return 1 - fitted.dispersion / total if total else None


def covariance_of(model: Model, vcov: Vcov) -> tuple[Array, int]:
    """Return the covariance of the slopes and the degrees of freedom of their t distribution.

    Parameters
    ----------
    model : Model
        Fitted.
    vcov : {"iid", "HC1", "CRV1", "CRV3"}
        Which errors.

    Returns
    -------
    covariance : array, shape (k, k)
        In squared units of the slopes.
    df : int
        N - K, or G - 1 for clustered errors.

    Raises
    ------
    UndefinedJackknifeError, WideEffectsError
        If CRV3 does not exist or would not fit in memory.
    """
    fitted, g, n = model.fit, model.sample.g, len(model.sample.y)
    if vcov == "iid":
        return covariance.homoskedastic(fitted.bread, fitted.dispersion, n, model.K), n - model.K
    if vcov == "HC1":
        return covariance.heteroskedastic(fitted.bread, fitted.scores, model.K), n - model.K
    df = len(model.sample.clusters) - 1
    if vcov == "CRV1":
        return covariance.clustered(fitted.bread, fitted.scores, g, model.K_clustered), df
    V, identified = covariance.jackknifed(*wide(model, len(model.terms), "vcov='CRV3'"), g, model.K_clustered)
    if not identified.all():
        raise UndefinedJackknifeError(model.columns.cluster, model.sample.clusters[int(np.argmin(identified))])
    return V, df


def wide(model: Model, slopes: int, asked: str) -> tuple[Array, Array, Array]:
    """Take out the effects nested in the clusters, and write out the others as columns.

    What is nested stays within a cluster whatever is done to whole clusters;
    what lies across them has to be estimated again each time.

    Parameters
    ----------
    model : Model
        Fitted by least squares.
    slopes : int
        Regressors to keep apart from the other columns, from the left.
    asked : str
        What the columns are for, in case there are too many.

    Returns
    -------
    y : array, shape (n,)
    X : array, shape (n, slopes)
    Q : array, shape (n, m)
        Orthonormal; all times the root of the weights.

    Raises
    ------
    WideEffectsError
        If the columns would not fit in memory.
    """
    s = model.sample
    across = lying_across(s)
    levels = int(np.sum(s.F[:, across].max(axis=0) + 1))
    if len(s.y) * levels > WIDE:
        names = [name for name, lies in zip(model.columns.effects, across, strict=True) if lies]
        raise WideEffectsError(asked, names, levels, model.columns.cluster)
    dummies = [(effect[:, None] == np.arange(effect.max() + 1)).astype(float) for effect in s.F[:, across].T]
    before = np.column_stack([s.y, model.X, *dummies])
    Z = before if across.all() else demeaner(s.F[:, ~across])(before, s.w)
    # A level that the nested effects contain leaves noise, which must not pass for a direction.
    Z = np.where(np.linalg.norm(Z, axis=0) > 1e-9 * np.linalg.norm(before, axis=0), Z, 0.0) * np.sqrt(s.w)[:, None]
    return Z[:, 0], Z[:, 1 : 1 + slopes], orthonormal(Z[:, 1 + slopes :])


def lying_across(sample: Sample) -> npt.NDArray[np.bool_]:
    """Tell which effects are not nested in the clusters.

    Returns
    -------
    array, shape (q,)
        One entry an effect.
    """
    return np.array([not nested(effect, sample.g) for effect in sample.F.T])


def net(model: Model, M: Array) -> Array:
    """Take effects and controls out of a matrix.

    Parameters
    ----------
    model : Model
        Fitted by least squares.
    M : array, shape (n, m)
        Anything row by row.

    Returns
    -------
    array, shape (n, m)
        Times the root of the weights.
    """
    root = np.sqrt(model.sample.w)[:, None]
    k = model.sample.D.shape[1]
    within = model.demean(M, model.sample.w) * root
    if model.X.shape[1] == k:
        return within
    Q = orthonormal(model.demean(model.X[:, k:], model.sample.w) * root)
    return within - Q @ (Q.T @ within)

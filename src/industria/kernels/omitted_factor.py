"""How strong a factor left out of a regression would have to be to change its answer."""

from __future__ import annotations

import numpy as np

__all__ = ["adjusted_error", "bias", "bounds", "partial_r2", "proportional_selection", "robustness_value"]


def partial_r2(t: float, df: float) -> float:
    """Return the share of the residual variance that a regressor explains, t² / (t² + df).

    Parameters
    ----------
    t : float
        Its classical t statistic.
    df : float
        Residual degrees of freedom.

    Returns
    -------
    float
        Between 0 and 1.
    """
    return t * t / (t * t + df)


def robustness_value(t: float, df: float, q: float = 1.0, critical: float = 0.0) -> float:
    """Return the least equal strength of a factor left out that takes q of an estimate away.

    RV = ½ (√(f⁴ + 4 f²) - f²) with f = q |t| / √df, less critical / √(df - 1) where not
    the estimate but its significance is to go (Cinelli & Hazlett 2020, equations 18-20).

    Parameters
    ----------
    t, df : float
        t statistic of the estimate, residual degrees of freedom.
    q : float
        Share of the estimate to take away.
    critical : float
        Critical value of t with df - 1 degrees of freedom; 0 asks for the estimate alone.

    Returns
    -------
    float
        Partial R² with both outcome and regressor, between 0 and 1.
    """
    if np.isinf(t):
        return 1.0
    f = q * abs(t) / df**0.5
    f_critical = critical / (df - 1) ** 0.5
    fq = f - f_critical
    if fq <= 0:
        return 0.0
    # Beyond this the factor's tie to the outcome is at its bound of 1 already.
    if f * f_critical > 1:
        return float((f**2 - f_critical**2) / (1 + f**2))
    return float(0.5 * ((fq**4 + 4 * fq**2) ** 0.5 - fq**2))


def bias(se: float, df: float, r2_outcome: float, r2_regressor: float) -> float:
    """Return the largest bias that a factor of given strength left out makes.

    se √df √(R²_Y R²_D / (1 - R²_D)) (Cinelli & Hazlett 2020, equation 8).

    Parameters
    ----------
    se : float
        Classical standard error of the estimate.
    df : float
        Residual degrees of freedom.
    r2_outcome, r2_regressor : float
        Partial R² of the factor with outcome and regressor.

    Returns
    -------
    float
        In the unit of the estimate.
    """
    return float(se * (df * r2_outcome * r2_regressor / (1 - r2_regressor)) ** 0.5)


def adjusted_error(se: float, df: float, r2_outcome: float, r2_regressor: float) -> float:
    """Return the standard error that the estimate would have with the factor in the regression.

    se √((1 - R²_Y) / (1 - R²_D)) √(df / (df - 1)) (Cinelli & Hazlett 2020, equation 9).

    Parameters
    ----------
    se, df, r2_outcome, r2_regressor : float
        As for `bias`.

    Returns
    -------
    float
        In the unit of the estimate.
    """
    return float(se * ((1 - r2_outcome) / (1 - r2_regressor) * df / (df - 1)) ** 0.5)


def bounds(r2_outcome: float, r2_regressor: float, times: float) -> tuple[float, float]:
    """Return the strength of a factor that is `times` as strong as an observed one.

    Cinelli & Hazlett (2020), section 4.4, relative to what all other regressors leave.

    Parameters
    ----------
    r2_outcome : float
        Partial R² of the observed one with the outcome, given the regressor of interest and all others.
    r2_regressor : float
        Its partial R² with the regressor of interest, given all others.
    times : float
        How often as strong.

    Returns
    -------
    r2_outcome, r2_regressor : float
        Of the factor left out; NaN where none could be as strong.
    """
    if max(r2_outcome, r2_regressor) >= 1:
        return float("nan"), float("nan")
    d = times * r2_regressor / (1 - r2_regressor)
    if d >= 1:
        return float("nan"), float("nan")
    overlap = times * r2_regressor**2 / ((1 - times * r2_regressor) * (1 - r2_regressor))
    if not 0 <= overlap < 1:
        return float("nan"), float("nan")
    eta = (times**0.5 + overlap**0.5) / (1 - overlap) ** 0.5
    return float(min(eta**2 * r2_outcome / (1 - r2_outcome), 1.0)), float(d)


def proportional_selection(
    short: float,
    long: float,
    *,
    r2_short: float,
    r2_long: float,
    r2_max: float,
    s2_y: float,
    s2_d: float,
    s2_d_rest: float,
) -> float:
    """Return how much stronger selection on factors left out than on those seen must be to leave nothing.

    δ of Oster (2019), Proposition 3, for an effect of 0.

    Parameters
    ----------
    short, long : float
        Coefficient without and with the regressors seen.
    r2_short, r2_long, r2_max : float
        R² of both regressions, and of one with the factors left out.
    s2_y, s2_d, s2_d_rest : float
        Variance of the outcome, of the regressor of interest, and of what the regressors seen leave of it.

    Returns
    -------
    float
        Dimensionless; infinite where no selection does it.
    """
    moved, gained, room = short - long, (r2_long - r2_short) * s2_y, (r2_max - r2_long) * s2_y
    both = long**2 * s2_d_rest * moved * s2_d + long**3 * (s2_d_rest * s2_d - s2_d_rest**2)
    above = long * gained * s2_d_rest + long * s2_d * s2_d_rest * moved**2 + both + long**2 * s2_d_rest * moved * s2_d
    below = room * moved * s2_d + long * room * (s2_d - s2_d_rest) + both
    return float(above / below) if below else float(np.inf)

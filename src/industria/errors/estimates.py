"""Estimates: rows, variation and clusters that a model needs and does not find."""

from __future__ import annotations

from collections.abc import Sequence

from industria.errors.tree import DataError
from industria.errors.wording import listing

__all__ = [
    "AbsorbedTreatmentError",
    "CollinearTreatmentError",
    "ConstantTreatmentError",
    "ConvergenceError",
    "CovarianceError",
    "ExchangeError",
    "FewClustersError",
    "NoDegreesOfFreedomError",
    "NoRowsLeftError",
    "OneUnitError",
    "UndefinedJackknifeError",
    "WideEffectsError",
]


class NoRowsLeftError(DataError):
    """Every row was left out before the estimate."""

    def __init__(self, table: str, rows: int, reasons: Sequence[str]) -> None:
        super().__init__(f"none of the {rows} rows of {table} can be used: {listing(reasons)}.")


class OneUnitError(DataError):
    """A comparison of units has one unit."""

    def __init__(self, table: str, unit: str, label: object) -> None:
        super().__init__(
            f"the rows of {table} that can be used hold one {unit}, {str(label)!r}; two or more are needed."
        )


class ConstantTreatmentError(DataError):
    """A treatment has one value throughout."""

    def __init__(self, column: str, value: float, rows: int) -> None:
        super().__init__(
            f"treatment {column!r} is {value:g} in all {rows} rows that can be used: nothing to compare with."
        )


class AbsorbedTreatmentError(DataError):
    """The effects explain a treatment completely."""

    def __init__(self, column: str, effects: Sequence[str]) -> None:
        super().__init__(
            f"treatment {column!r} has no variation left once the effects of {' and '.join(effects)} are taken out. "
            "Take fewer effects or a treatment that changes within them."
        )


class CollinearTreatmentError(DataError):
    """A treatment repeats the treatments before it."""

    def __init__(self, column: str, others: Sequence[str]) -> None:
        super().__init__(
            f"treatment {column!r} is a combination of {listing(others)} once effects are taken out; leave one out."
        )


class FewClustersError(DataError):
    """There are too few clusters for the t distribution to hold."""

    def __init__(self, column: str, labels: Sequence[str], least: int) -> None:
        super().__init__(
            f"clusters by {column!r}: {len(labels)} {'cluster' if len(labels) == 1 else 'clusters'} "
            f"({listing(labels)}), and clustered errors need at least {least}. Cluster by something finer"
            + (", or ask for vcov='CRV3', bootstrap=9999 or permutations=9999." if len(labels) > 1 else ".")
        )


class NoDegreesOfFreedomError(DataError):
    """A model has as many coefficients as rows."""

    def __init__(self, rows: int, coefficients: int) -> None:
        super().__init__(f"{rows} rows cannot carry {coefficients} coefficients, those of the effects among them.")


class UndefinedJackknifeError(DataError):
    """Leaving one cluster out leaves an effect without an estimate."""

    def __init__(self, column: str, label: str) -> None:
        super().__init__(
            f"without the cluster {column} = {label!r} a treatment has no variation left, so CRV3 does not exist. "
            "Ask for vcov='CRV1' with permutations=9999."
        )


class WideEffectsError(DataError):
    """Too many levels of effects lie across the clusters."""

    def __init__(self, asked: str, effects: Sequence[str], levels: int, cluster: str) -> None:
        super().__init__(
            f"{asked} would need a matrix with {levels} columns for the levels of {listing(effects)}, "
            f"which lie across the clusters by {cluster!r}. Cluster by something that contains them."
        )


class ExchangeError(DataError):
    """No two units can change treatment paths."""

    def __init__(self, unit: str, time: str) -> None:
        super().__init__(
            f"no two {unit} are observed at the same values of {time}, so no treatment path can be permuted."
        )


class CovarianceError(DataError):
    """A table of covariances holds what no covariance can be."""

    def __init__(self, why: str) -> None:
        super().__init__(f"covariance is none: {why}. It is symmetric, with squared standard errors on its diagonal.")


class ConvergenceError(DataError):
    """An iteration did not settle."""

    def __init__(self, what: str, rounds: int, advice: str) -> None:
        super().__init__(f"{what} did not settle in {rounds} rounds; {advice}.")

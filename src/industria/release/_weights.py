"""Weights that may be sizes: a mean with shares of jobs, times the jobs, is a sum of amounts as any other."""

from __future__ import annotations

from industria.release.policy import Policy

__all__ = ["may_be_sizes"]


def may_be_sizes(policy: Policy) -> bool:
    """Tell whether nobody has said that weights are those of a sample, which no reader knows.

    Then contributors are held to the rules twice: with what they bring, and with weight times what they bring.
    """
    return policy.weights == "sample" and "weights" not in policy.model_fields_set

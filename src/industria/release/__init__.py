"""What may leave a site, by which rules, and who has checked it."""

from industria.release.attack import Attack, attack
from industria.release.policy import Policy

__all__ = ["Attack", "Policy", "attack"]

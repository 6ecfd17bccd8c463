"""What may leave a site, by which rules, and who has checked it."""

from industria.release.policy import Policy

__all__ = ["Policy"]

"""What is not released at all: under a policy that is too weak, or where nothing may be withheld."""

from __future__ import annotations

from collections.abc import Iterator

from industria.errors import ReleaseRefusedError
from industria.release._decided import Decided
from industria.release._packed import Pack
from industria.release.policy import Policy
from industria.study.record import WITHHELD, Run

__all__ = ["leasts", "refuse_weaker", "refuse_withheld"]


def leasts(sent: Pack | None, run: Run | None) -> Iterator[Policy]:
    """List the policies that are the least: of the pack that is named, and of the one that the run is of."""
    if sent is not None and sent.policy is not None:
        yield sent.policy
    brought = None if run is None else (run.record.get("pack") or {}).get("minimum_policy")
    if brought is not None:
        yield Policy(**brought)


def refuse_weaker(policy: Policy, least: Policy) -> None:
    """Refuse a policy that is less strict than that of the pack in any field."""
    both = dict(policy & least)
    weaker = [name for name, value in dict(policy).items() if both[name] != value]
    if weaker:
        raise ReleaseRefusedError("the policy", f"it is weaker than that of the pack in {', '.join(weaker)}")


def refuse_withheld(found: Decided) -> None:
    """Refuse to let anything leave where something of it may not."""
    for step, why in found.refused.items():
        raise ReleaseRefusedError(f"step {step!r}", f"it does not leave: {why}; strict was asked for")
    for step, one in found.judged.items():
        gone = one.table["status"].to_pylist().count(WITHHELD) if "status" in one.table.column_names else 0
        if gone:
            raise ReleaseRefusedError(
                f"step {step!r}", f"{gone} of {one.table.num_rows} rows may not leave; strict was asked for"
            )

"""What is not released at all: under a policy that is too weak, or where nothing may be withheld."""

from __future__ import annotations

from collections.abc import Iterator

from industria.errors import ReleaseRefusedError, listing
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
    """Refuse to let anything leave where something of it may not, or was not attacked; the notes list all of it."""
    late = [one.joint.blocks[0].variable for one in found.several if one.ran_out_of_time]
    if late:
        raise ReleaseRefusedError(
            listing(late),
            "time was over before all contributors had attacked it, and strict was asked for; raise time_limit",
        )
    gone = {f"step {step!r}": f"does not leave: {why}" for step, why in found.refused.items()}
    for step, one in found.judged.items():
        rows = one.table["status"].to_pylist().count(WITHHELD) if "status" in one.table.column_names else 0
        if rows:
            why = f": {listing(one.reasons)}" if one.reasons else ""
            gone[f"step {step!r}"] = f"{rows} of {one.table.num_rows} rows may not leave{why}"
    if not gone:
        return
    (step, what), more = next(iter(gone.items())), len(gone) - 1
    others = f", and {more} more {'steps do' if more > 1 else 'step does'} not leave whole" if more else ""
    error = ReleaseRefusedError(step, f"{what}{others}; strict was asked for")
    for other, why in list(gone.items())[1:]:
        error.add_note(f"{other}: {why}")
    raise error

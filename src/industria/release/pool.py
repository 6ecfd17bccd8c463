"""Releases of several sites, put together as one run."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pyarrow as pa

from industria.errors import ChoiceError, NoRunError, ParameterRangeError, UnknownStepError
from industria.kernels.meta_analysis import Method, Test
from industria.release._agreement import agree
from industria.release._packed import Pack, open_pack
from industria.release._part import Part
from industria.release._pooled_bins import BINS, bin_quantiles
from industria.release._pooled_run import write_run
from industria.release._pooled_steps import Ways, pooled_step
from industria.release._pooled_sums import SITE, labeled_by_site, summed
from industria.release._sound import copies, unless_of_one_name
from industria.release.keys import Trust
from industria.release.sealed import Sealed, open_release
from industria.study.folders import replacing
from industria.study.record import Run
from industria.study.run import Finish

__all__ = ["Pooled", "pool"]


@dataclass(frozen=True, slots=True, weakref_slot=True, repr=False)
class Pooled(Run):
    """A run over all sites, made of what each of them released.

    Attributes
    ----------
    folder : Path
        `run.json`, `results/` and what the brief wrote.
    record : dict
        What `run.json` says.
    releases : tuple of Sealed
        Of the sites, in the order of their names.
    """

    releases: tuple[Sealed, ...] = ()

    @property
    def report(self) -> str:
        """Which code ran where, what is withheld by whom, and how far the sites differ."""
        return str(self.record["pool"]["report"])

    def __repr__(self) -> str:
        told = [name for name in self.steps if self.leaves(name)]
        return f"Pooled({', '.join(release.site for release in self.releases)}: {', '.join(told)})"

    def sites(self, step: str) -> pa.Table:
        """Put the released tables of a step side by side.

        Parameters
        ----------
        step : str
            The step.

        Returns
        -------
        pyarrow.Table
            `site`, the columns of the released tables, and what each site says of its data: `definitions` in
            words, and `coverage`, as it tells them; null where it does not.

        Raises
        ------
        UnknownStepError
            If no site released it.
        """
        rows = labeled_by_site(self._released(step))
        told = {release.site: release.manifest for release in self.releases}
        for word in ("definitions", "coverage"):
            said = {site: _listed(manifest.get(word)) for site, manifest in told.items()}
            rows = rows.append_column(word, pa.array([said[site] for site in rows[SITE].to_pylist()], pa.string()))
        return rows

    def leave_one_out(self, step: str) -> pa.Table:
        """Pool a step once more without each site.

        Returns
        -------
        pyarrow.Table
            `site`, the one left out, and the pooled columns without it.

        Raises
        ------
        UnknownStepError
            If the step is not pooled.
        """
        if "leave_one_out" in self.tables(step):
            return self.table(step, "leave_one_out")
        told, tables = self.releases[0].step(step), self._released(step)
        if not self.leaves(step) or told["pools"] != "sums":
            raise UnknownStepError(
                "nothing is pooled of step", step, [name for name in self.steps if self.leaves(name)]
            )
        there: dict[str, pa.Table | None] = {one.site: tables.get(one.site) for one in self.releases}
        without = {
            site: summed(step, others, by=told["by"], additive=told["additive"])
            for site in there
            if any((others := {name: table for name, table in there.items() if name != site}).values())
        }
        return labeled_by_site(without)

    def quantiles(self, step: str, probabilities: Sequence[float] = (0.25, 0.5, 0.75)) -> pa.Table:
        """Tell where quantiles of all sites lie, from their counts by bin.

        Parameters
        ----------
        step : str
            A step of `tables.histogram`.
        probabilities : sequence of float
            Above 0, up to 1.

        Returns
        -------
        pyarrow.Table
            The keys of the groups, `probability`, `low` and `high`, between which the quantile lies for certain
            (infinite in an open bin), and `value`, where it lies if values are spread evenly over their bins. All
            three are null where a site withholds, rounds or adjusts a bin of the group.

        Raises
        ------
        UnknownStepError
            If the step is not pooled, or counts nothing by bin.
        ParameterRangeError
            If a probability is none.
        """
        q = np.asarray(probabilities, float)
        if not ((q > 0) & (q <= 1)).all():
            raise ParameterRangeError("probabilities", list(probabilities), "above 0 and at most 1")
        counted = [name for name in self.steps if self.leaves(name) and set(BINS) <= set(self.columns(name))]
        if step not in counted:
            raise UnknownStepError("no bins are pooled of step", step, counted)
        return bin_quantiles(self.table(step), self.releases[0].step(step)["by"], q)

    def _released(self, step: str) -> dict[str, pa.Table]:
        there = {one.site: one.table(step) for one in self.releases if one.leaves(step)}
        if not there:
            raise UnknownStepError("no site released a step", step, self.releases[0].steps)
        return there


def pool(
    releases: Iterable[str | Path | Sealed],
    *,
    trust: Iterable[str] | Trust = (),
    pack: str | Path | Pack | None = None,
    method: Method = "reml",
    test: Test = "hartung_knapp",
    confidence: float = 0.95,
    allow_older: bool = False,
    out: str | Path | None = None,
    finish: Finish | None = None,
) -> Pooled:
    """Put releases of several sites together, each step by what its measure says of it.

    Sums are added up; a cell that one site withholds is null and names the site, and is never zero. Normal equations
    are added up and solved: slopes and clustered errors are those of one run over all rows. Estimates are pooled by
    `evaluation.meta_analysis`. What is computed of pooled tables alone is computed anew, where the pack tells how.

    Parameters
    ----------
    releases : iterable of path or Sealed
        Sealed files, one a site.
    trust : iterable of str, or mapping
        Public keys of sites and their second persons, as a mapping each with its site; without any, nobody is
        asked who sealed the files.
    pack : path or Pack, optional
        What was sent to the sites: code and parameters are held against it, and its words make the brief.
    method, test, confidence
        Of estimates, as `evaluation.meta_analysis` takes them; `confidence` is also that of intervals from sums.
    allow_older : bool
        Whether a release may be older than the one of its site that was pooled into `out` before.
    out : path, optional
        Folder of the pooled run, `industria read` and `explain` answer from it; else it lasts as long as the answer.
    finish : callable, optional
        Writes the brief of the pack's study, before the run takes its place.

    Returns
    -------
    Pooled
        A run: `.table(step)`, `.value(address)`; with `.sites(step)`, `.leave_one_out(step)`, `.quantiles(step)`
        and `.report`.

    Raises
    ------
    ReleaseRefusedError
        With site and item: a broken seal, a key that is not trusted, another study, pack, code, parameter, period,
        unit, type or code; a step that is missing; synthetic beside real; a site that stands there twice; a number
        that no data have, or estimates that are not those of their sums; a release that does not protect its own
        cells; one that is older than what was pooled before; one that nobody has approved where its site wants that.
    ChoiceError, ParameterRangeError
        If a parameter is not among its choices, or outside its range.
    """
    for word, value, kind in (("method", method, Method), ("test", test, Test)):
        if value not in get_args(kind):
            raise ChoiceError(word, value, get_args(kind))
    if not 0 < confidence < 1:
        raise ParameterRangeError("confidence", confidence, "between 0 and 1")
    opened = [open_release(one.path if isinstance(one, Sealed) else one, trust=trust) for one in releases]
    opened.sort(key=lambda release: release.site)
    sent = open_pack(pack) if isinstance(pack, str | Path) else pack
    cautions = agree(opened, sent, earlier=_pooled_before(out), allow_older=allow_older)
    unless_of_one_name(opened)
    cautions += copies(opened)

    ways, codes = Ways(method, test, confidence), _codes(sent)
    parts: dict[str, Part] = {}
    left: dict[str, str] = {}
    for step in opened[0].manifest["steps"]:
        made = pooled_step(step, opened, ways, codes)
        if isinstance(made, Part):
            parts[step["name"]] = made
        else:
            left[step["name"]] = made
    with _folder(out) as new:
        write_run(new, opened, parts, left, cautions, sent, finish)
    pooled = Pooled(*_read(new, out), releases=tuple(opened))
    if out is None:
        weakref.finalize(pooled, shutil.rmtree, new, ignore_errors=True)
    return pooled


def _codes(pack: Pack | None) -> dict[str, set[str]]:
    """List the codes that the contract of a pack promises, by column."""
    found: dict[str, set[str]] = {}
    for source in pack.promised.values() if pack is not None else ():
        for column, rule in source.table.columns.items():
            if rule.values:
                found.setdefault(column, set()).update(map(str, rule.values))
    return found


def _read(new: Path, out: str | Path | None) -> tuple[Path, Mapping[str, Any]]:
    run = Run.read(new if out is None else out)
    return run.folder, run.record


@contextmanager
def _folder(out: str | Path | None) -> Iterator[Path]:
    """Offer a folder that takes the place of the last pool once it is whole, or one for as long as the answer."""
    if out is not None:
        with replacing(Path(out)) as new:
            yield new
        return
    new = Path(tempfile.mkdtemp(prefix="industria-pool-"))
    (new / "results").mkdir()
    try:
        yield new
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _pooled_before(out: str | Path | None) -> dict[str, str]:
    """Tell when the releases were made that a folder was pooled of."""
    if out is None:
        return {}
    try:
        record = Run.read(out).record
    except NoRunError:
        return {}
    return {site: told["created"] for site, told in record.get("pool", {}).get("sites", {}).items()}


def _listed(told: Mapping[str, Any] | None) -> str | None:
    if not told:
        return None
    return "; ".join(f"{name}: {'withheld' if value is None else value}" for name, value in sorted(told.items()))

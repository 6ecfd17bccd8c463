"""What left a site, and what the site keeps of how that was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from industria.errors import ReleaseRefusedError, UnknownStepError
from industria.release._decided import Decided
from industria.release._proposal import proposal
from industria.release._statement import statement
from industria.release._tables import TIDY, melted
from industria.release.policy import Policy
from industria.study.steps import MAIN

__all__ = ["Release"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Release:
    """What may leave a site, and what the site keeps of how that was decided.

    Attributes
    ----------
    certificate : mapping
        What was checked, how far an outsider gets, and what was not checked.
    counts : mapping of str to mapping of str to int
        Of each step the cells, and how many of them are published, withheld, primary and secondary, or withheld as
        statistics that are no cells; for the site.
    path : Path or None
        The sealed file, where one was asked for.
    sha256 : str
        Of the sealed file; of the certificate where nothing was sealed.
    site_folder : Path or None
        What stays at the site.
    refused : mapping of str to str
        Steps that do not leave at all, and why.
    public : mapping of str to list of str
        Sources that the study calls public, and the steps that leave and read them.
    forgotten : list of str
        Releases that the site remembers and that were not named as earlier ones, by their digests.
    n_cells, n_withheld, n_primary, n_secondary : int
        Numbers in tables of cells, and those withheld: since they are sensitive, and to protect others.
    n_attacked : int
        Withheld numbers that a reader can reckon something of.
    """

    certificate: Mapping[str, Any]
    counts: Mapping[str, Mapping[str, int]]
    path: Path | None
    sha256: str
    site_folder: Path | None
    refused: Mapping[str, str]
    public: Mapping[str, list[str]]
    forgotten: list[str]
    n_cells: int
    n_withheld: int
    n_primary: int
    n_secondary: int
    n_attacked: int
    _tables: Mapping[str, Mapping[str, pa.Table]]
    _site: Mapping[str, pa.Table]
    _by: Mapping[str, tuple[str, ...]]
    _found: Decided
    _policy: Policy

    @property
    def cost(self) -> float:
        """What is withheld costs, by the policy."""
        return sum(one.cost for one in self._found.several)

    @property
    def bound(self) -> float:
        """What it costs at least."""
        return sum(one.bound for one in self._found.several)

    @property
    def _ledger(self) -> pa.Table:
        """What the next release must know of this one."""
        return self._found.ledger(self.sha256)

    @property
    def forced(self) -> list[str]:
        """Sums and differences of cells that had to be protected besides, in words; confidential."""
        return [words for one in self._found.several for words in one.forced]

    @property
    def proposal(self) -> list[dict[str, Any]]:
        """Coarser designs of tables of which more than a third is withheld; each is protected to tell its cost.

        `step`, `design` in words, `cells`, `withheld`, their `share`, and `cost`; by step, the cheapest first.
        """
        return proposal(self._found, self._policy)

    def statement(self, language: str = "en") -> str:
        """Say in words what was reached: `en`, as the certificate has it, `pt-BR`, `tr`, `ms` or `es`.

        Raises
        ------
        UnknownLanguageError
            If nobody translated it into the language.
        """
        return statement(
            self.certificate["counts"], self.certificate["attack"], self.n_attacked, language, public=self.public
        )

    @property
    def steps(self) -> list[str]:
        """The steps that leave, in order."""
        return list(self._tables)

    def table(self, step: str, table: str | None = None) -> pa.Table:
        """Return what leaves of a step.

        Parameters
        ----------
        step : str
            The step.
        table : str, optional
            A further table of it, as "hierarchies".

        Returns
        -------
        pyarrow.Table
            The columns of its measure, null where withheld, and `status`: published, withheld, rounded or adjusted.

        Raises
        ------
        ReleaseRefusedError
            If nothing of the step leaves.
        UnknownStepError
            If there is no such step or table.
        """
        of = self._of(step)
        if (table or MAIN) not in of:
            raise UnknownStepError(f"of step {step!r} there leaves no further table", str(table), self.tables(step))
        return of[table or MAIN]

    def tables(self, step: str) -> list[str]:
        """List the further tables that leave of a step."""
        return [name for name in self._of(step) if name != MAIN]

    def by(self, step: str) -> tuple[str, ...]:
        """Return the columns that tell the rows of a step apart."""
        self._of(step)
        return self._by[step]

    def site_table(self, step: str) -> pa.Table:
        """Return why each cell of a step is what it is; confidential.

        Returns
        -------
        pyarrow.Table
            The dimensions, `value status rules required_low required_high required_width low high witness`; status is
            published, primary or secondary. With `support_column`, the column, where a step has several sums.

        Raises
        ------
        UnknownStepError
            If the step is not of cells.
        """
        if step not in self._site:
            raise UnknownStepError("there is no table of cells called", step, list(self._site))
        return self._site[step]

    def tidy(self) -> pa.Table:
        """Return all that leaves, one row a number: `step cell value status`; a cell is its address in the step."""
        parts = [melted(name, of[MAIN], self._by[name]) for name, of in self._tables.items()]
        return pa.concat_tables([TIDY.empty_table(), *parts])

    def __repr__(self) -> str:
        where = f", {self.path.name}" if self.path else ""
        return f"Release({', '.join(self.steps)}: {self.n_withheld} of {self.n_cells} cells withheld{where})"

    def _of(self, step: str) -> Mapping[str, pa.Table]:
        if step in self.refused:
            raise ReleaseRefusedError(f"step {step!r}", f"it does not leave: {self.refused[step]}")
        if step not in self._tables:
            raise UnknownStepError("nothing was released called", step, self.steps)
        return self._tables[step]

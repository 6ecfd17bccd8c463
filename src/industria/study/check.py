"""Checking a study before any data is read."""

from __future__ import annotations

from industria.core.contract import Contract
from industria.core.hierarchy import CLASSIFICATIONS
from industria.core.value import Address
from industria.errors import Problem, hint, listing
from industria.sources.code_lists import LISTS
from industria.study.columns import Known, columns_of, wrong_address
from industria.study.folders import FILE
from industria.study.lines import Place, key_lines, line_of
from industria.study.model import Claim, Study
from industria.study.sites import SiteContract
from industria.study.walk import walk

__all__ = ["check"]


def check(study: Study, *, local_code: bool = True) -> list[Problem]:
    """Check every name, parameter, table, column and address of a study.

    Of the sources only the columns are read, never the rows; the measures are
    called on tables without rows.

    Parameters
    ----------
    study : Study
        As `load` reads it.
    local_code : bool
        Whether measures of the study's own folder may be imported.

    Returns
    -------
    list of Problem
        All that is wrong, in the order of the file; empty where nothing is.
        Prose is checked by `brief`.
    """
    seen = walk(study, local_code=local_code)
    known = columns_of(study, seen)
    lines = key_lines(study.text)
    problems = list(seen.problems)
    if not study.file.step:
        problems.append(Problem(FILE, None, "the study has no step; write [[step]] with a name and a measure to use."))
    problems += [*_unlisted(study), *_of_sites(study)]
    for i, claim in enumerate(study.file.claim):
        what = wrong_address(claim.value, known) or _without_interval(claim, known)
        if what:
            problems.append(Problem(FILE, line_of(lines, ("claim", i, "value")), f"claim {i + 1}: {what}"))
    return sorted(problems, key=lambda problem: problem.line or 0)


def _unlisted(study: Study) -> list[Problem]:
    """Tell contracts that name a vintage whose codes nobody lists."""
    lines = key_lines(study.text)
    places: list[tuple[Place, str, Contract | None]] = [
        *((("sources", name), f"source {name!r}", use.contract) for name, use in study.file.sources.items()),
        *((("step", i), f"step {step.name!r}", step.contract) for i, step in enumerate(study.file.step)),
    ]
    listed = [*LISTS.names(), *CLASSIFICATIONS]
    return [
        Problem(
            FILE,
            line_of(lines, (*place, "contract", "columns", column, "classification")),
            f"{column} of {user}: {rule.classification!r} is no classification whose codes are listed; "
            f"there is {listing(listed, 40)}.{hint(rule.classification, listed)}",
        )
        for place, user, contract in places
        for column, rule in (contract.columns if contract else {}).items()
        if rule.classification is not None and rule.classification not in listed
    ]


def _of_sites(study: Study) -> list[Problem]:
    """Tell what `[contract.SOURCE]` names that is not there: sources, and columns that nothing is promised of."""
    lines = key_lines(study.text)
    sources = study.file.sources
    problems = []
    for name, site in study.file.contract.items():
        place: Place = ("contract", name)
        if name not in sources:
            what = f"[contract.{name}] is of no source; there is {listing(list(sources))}.{hint(name, list(sources))}"
            problems.append(Problem(FILE, line_of(lines, place), what))
            continue
        promised = sources[name].contract
        known = list(promised.columns) if promised else []
        for column in _named(site):
            if column not in known:
                what = f"[contract.{name}] names {column!r}, but [sources.{name}.contract.columns] has"
                what = f"{what} {listing(known, 40)}.{hint(column, known)}"
                problems.append(Problem(FILE, line_of(lines, place), what))
    return problems


def _named(site: SiteContract) -> list[str]:
    """List the columns of the source that a site's contract names."""
    named = [column for column in (site.unit, site.holding) if column is not None]
    for target in site.coverage:
        named += [target.column, *(label for label in target.by if label not in target.classes)]
        named += [classes.column for classes in target.classes.values()]
    return list(dict.fromkeys(named))


def _without_interval(claim: Claim, known: Known) -> str | None:
    """Tell a claim that asks for an interval where the table has none."""
    address = Address.parse(claim.value)
    names = known.get(address.place)
    if claim.confidence is None or names is None or "standard_error" in names:
        return None
    return f"{claim.value} has no standard_error beside it, so no interval of confidence {claim.confidence:g}."

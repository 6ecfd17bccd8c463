"""One step of a run: taken from the store where nothing that goes into it changed, or computed and kept."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Mapping
from typing import Any, Final

import duckdb

from industria.core.result import MARK, Result
from industria.core.table import Table
from industria.errors import EngineError, UnknownStepError
from industria.sources.code_lists import LISTS
from industria.study.digest import digest_of, rows_digest
from industria.study.inputs import Input, from_step
from industria.study.plan import Plan, key_of
from industria.study.provenance import peak_memory
from industria.study.store import Store
from industria.study.tables import read, relation_of, write
from industria.study.units import Columns, Labels, promised

__all__ = ["MAIN", "carry_out"]

MAIN: Final = "table"
"""What the table of a result is called among its tables."""

SILENT: Final = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)


def carry_out(
    plan: Plan, inputs: Mapping[str, Input], store: Store, *, threads: int, fresh: bool = False
) -> tuple[dict[str, Any], dict[str, Input]]:
    """Take a step from the store, or compute and keep it.

    Parameters
    ----------
    plan : Plan
        What it does.
    inputs : mapping of str to Input
        Sources and earlier results by name.
    store : Store
        Where results are kept.
    threads : int
        Of the engine. Where it is one, results of several threads are computed again.
    fresh : bool
        Compute it even where the store has it.

    Returns
    -------
    dict
        What `run.json` says of the step.
    dict of str to Input
        Its tables, as later steps name them.

    Raises
    ------
    UnknownStepError
        If it reads what is neither a source nor an earlier step.
    EngineError
        If DuckDB stops, by want of memory or by what it is asked to do.
    ContractError
        If its table breaks the contract of the step.
    """
    for table in plan.tables.values():
        if table not in inputs:
            what = f"step {plan.step.name!r} reads no source and no earlier step"
            raise UnknownStepError(what, table, list(inputs))
    name, parts = plan.step.name, _parts(plan, inputs)
    key = key_of(parts)
    known = None if fresh else store.get(key)
    if known is not None and threads == 1 < known["threads"]:
        known = None
    try:
        entry = known or _computed(plan, inputs, store, threads)
        entry = _as_promised(_relabeled(entry, plan, inputs, store), plan, store)
    except duckdb.Error as error:
        short_of_memory = isinstance(error, duckdb.OutOfMemoryException)
        raise EngineError(str(error).strip().splitlines()[0].rstrip("."), memory=short_of_memory) from error
    if entry != known:
        store.put(key, entry)
    results = {
        name if table == MAIN else f"{name}.{table}": from_step(
            store.table(kept), kept["digest"], kept["columns"], entry[MARK]
        )
        for table, kept in entry["tables"].items()
    }
    contract = plan.step.contract
    return {
        "name": name,
        **parts,
        **{word: entry["tables"][MAIN][word] for word in ("digest", "rows")},
        MARK: entry[MARK],
        "reused": known is not None,
        **{word: entry[word] for word in ("seconds", "peak_memory", "warnings")},
        "contracts": {name: contract.model_dump(mode="json", exclude_defaults=True)} if contract else {},
        "seed": plan.parameters.get("rng"),
        "key": key,
        "facts": entry["facts"],
        "fact_columns": _labels(plan, inputs, entry).facts(entry["facts"]),
        "tables": entry["tables"],
        **plan.said,
    }, results


def _parts(plan: Plan, inputs: Mapping[str, Input]) -> dict[str, Any]:
    digests = {name: given.digest for name, given in inputs.items()}
    return plan.parts(digests, {name for name, given in inputs.items() if given.synthetic})


def _computed(plan: Plan, inputs: Mapping[str, Input], store: Store, threads: int) -> dict[str, Any]:
    started = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        opened = {argument: inputs[name].table() for argument, name in plan.tables.items()}
        result: Result = plan.measure.function(**opened, **plan.parameters)
        told = {"units": dict(result.units), "meanings": dict(result.meanings)}
        labels = _labels(plan, inputs, told)
        # What is computed of synthetic rows is synthetic, however little of them is left in it.
        synthetic = result.synthetic or any(inputs[name].synthetic for name in plan.tables.values())
        made = {MAIN: result.table, **result.tables()}
        tables = {name: _kept(table, labels, store, synthetic) for name, table in made.items()}
    return {
        "facts": {name: _finite(value) for name, value in result.facts().items()},
        **told,
        MARK: synthetic,
        "tables": tables,
        "warnings": list(dict.fromkeys(str(w.message) for w in caught if not issubclass(w.category, SILENT))),
        "seconds": round(time.perf_counter() - started, 3),
        "peak_memory": peak_memory(),
        "threads": threads,
        "contract": digest_of(None),
    }


def _kept(table: Table, labels: Labels, store: Store, synthetic: bool) -> dict[str, Any]:
    """Write a table into the store; the engine streams it there."""
    rows = relation_of(table)
    columns = labels.columns(rows.columns)
    with store.keeping() as (path, kept):
        write(rows, path, columns, synthetic)
        # The file is read again rather than the rows computed again.
        digest, n = rows_digest(relation_of(read(path)))
    return {**kept, "digest": digest, "rows": n, "columns": columns}


def _relabeled(entry: dict[str, Any], plan: Plan, inputs: Mapping[str, Input], store: Store) -> dict[str, Any]:
    """Renew units and meanings where the study now tells others of the same rows."""
    labels = _labels(plan, inputs, entry)
    tables = {
        name: kept
        if labels.columns(kept["columns"]) == kept["columns"]
        else _kept(read(store.table(kept)), labels, store, entry[MARK])
        for name, kept in entry["tables"].items()
    }
    return {**entry, "tables": tables}


def _as_promised(entry: dict[str, Any], plan: Plan, store: Store) -> dict[str, Any]:
    """Check the contract of the step, unless the same rows have kept the same contract before."""
    contract = plan.step.contract
    digest = digest_of(contract.model_dump(mode="json") if contract else None)
    if contract is not None and entry["contract"] != digest:
        contract.check(read(store.table(entry["tables"][MAIN])), plan.step.name, LISTS)
    return {**entry, "contract": digest}


def _labels(plan: Plan, inputs: Mapping[str, Input], told: Mapping[str, Any]) -> Labels:
    known: Columns = {}
    for name in plan.tables.values():
        known = {**inputs[name].columns, **known}
    return Labels(
        gives=plan.measure.gives,
        parameters=plan.parameters,
        inputs=known,
        units=told["units"],
        # Results that were kept before a result told meanings have none.
        meanings=told.get("meanings", {}),
        promises=promised(plan.step.contract),
    )


def _finite(value: Any) -> Any:
    """JSON has no infinity and no NaN: an infinite number of degrees of freedom is none told."""
    return None if isinstance(value, float) and not math.isfinite(value) else value

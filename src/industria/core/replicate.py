"""Replications: bootstraps, permutations, ensembles, the same for any number of workers."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np

from industria.core.table import Array
from industria.core.threads import one_thread
from industria.errors import UsageError

__all__ = ["replicate", "seeds"]

T = TypeVar("T")
RNG: TypeAlias = int | np.random.SeedSequence | np.random.Generator


def seeds(rng: RNG, n: int) -> list[np.random.SeedSequence]:
    """Spawn one child seed a replication; a whole number always spawns the same children.

    Raises
    ------
    UsageError
        If `rng` is neither a non-negative whole number, a SeedSequence nor a Generator.
    """
    if isinstance(rng, np.random.Generator):
        parent = rng.bit_generator.seed_seq
        return list(parent.spawn(n))  # type: ignore[attr-defined]
    if isinstance(rng, np.random.SeedSequence):
        return list(rng.spawn(n))
    if type(rng) is bool or not hasattr(rng, "__index__") or rng < 0:
        raise UsageError(f"rng is {rng!r}; hand in a whole number of 0 or more, a SeedSequence or a Generator.")
    return list(np.random.SeedSequence(int(rng)).spawn(n))


def replicate(
    function: Callable[..., T],
    replications: int,
    *,
    arrays: Sequence[Array] = (),
    rng: RNG,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[T]:
    """Call `function(rng, *arrays)` once a replication, each with a generator of its own.

    Parameters
    ----------
    function : callable
        Takes a `numpy.random.Generator` and the arrays. With several workers it
        must be importable; what it returns travels back by pickle.
    replications : int
        How often.
    arrays : sequence of array
        What every call reads; shared with workers through memory maps.
    rng : int, SeedSequence or Generator
        Where the seeds come from: one child of it a replication.
    workers : int, optional
        Processes; 1 stays in this one. None takes `INDUSTRIA_WORKERS`, or 1.
    progress : callable, optional
        Is told how many are done and how many there are.

    Returns
    -------
    list
        The answers in the order of the replications: the same bits for any number of workers.

    Raises
    ------
    UsageError
        If `replications` or `workers` is below one, or `rng` is no seed.
    """
    if replications < 1:
        raise UsageError(f"replications is {replications}; at least 1 is needed.")
    workers = _workers() if workers is None else workers
    if workers < 1:
        raise UsageError(f"workers is {workers}; at least 1 is needed.")
    children = seeds(rng, replications)
    tell = progress or (lambda done, of: None)
    if workers == 1:
        answers = []
        # As in a worker.
        with one_thread():
            for done, child in enumerate(children, 1):
                answers.append(function(np.random.default_rng(child), *arrays))
                tell(done, replications)
        return answers
    return _in_batches(function, children, arrays, workers, tell)


def _workers() -> int:
    told = os.environ.get("INDUSTRIA_WORKERS", "1")
    if not told.isdecimal():
        raise UsageError(f"INDUSTRIA_WORKERS is {told!r}; write a whole number.")
    return int(told)


def _in_batches(
    function: Callable[..., T],
    children: list[np.random.SeedSequence],
    arrays: Sequence[Array],
    workers: int,
    tell: Callable[[int, int], None],
) -> list[T]:
    # Four batches a worker: few enough to send the arrays cheaply, enough to even out slow ones.
    from joblib import Parallel, delayed

    cuts = np.array_split(np.arange(len(children)), min(len(children), 4 * workers))
    batches = [[children[i] for i in cut] for cut in cuts]
    parallel = Parallel(n_jobs=workers, return_as="generator", inner_max_num_threads=1)
    answers: list[T] = []
    for some in parallel(delayed(_batch)(function, batch, tuple(arrays)) for batch in batches):
        answers += some
        tell(len(answers), len(children))
    return answers


def _batch(function: Callable[..., T], children: list[np.random.SeedSequence], arrays: tuple[Any, ...]) -> list[T]:
    return [function(np.random.default_rng(child), *arrays) for child in children]

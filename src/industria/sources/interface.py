"""Interfaces: how tables are asked of a publisher, in as many requests as its limits ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, prod
from typing import Any, TypeAlias

from industria.errors import RefusedError, TooLargeError
from industria.sources.publisher import Publisher
from industria.sources.store import Answer, Store

__all__ = ["Interface", "Lists", "Refusal", "halved", "parts"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a publisher says instead of answering.

    Attributes
    ----------
    said : str
        In its own words.
    too_large : bool
        Whether half the question may be answered.
    """

    said: str
    too_large: bool = False


Lists: TypeAlias = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """How tables are asked of a publisher: how a request is built, and what its refusals look like.

    Attributes
    ----------
    publisher : Publisher
        Whose.
    build : callable
        From lists of what is asked, by parameter, to a request: `method`, `url`, `body`.
    refusal : callable
        From an answer to a refusal, or to None: some refuse inside a success.
    most : int, optional
        How much one request may ask for.
    each : mapping of str to int
        How long single lists may be.
    size : callable
        How much a request with these lists asks for; the product of their lengths without it.
    expects : str
        The format of the answers.
    """

    publisher: Publisher
    build: Callable[[Lists], Mapping[str, Any]]
    refusal: Callable[[Answer], Refusal | None]
    most: int | None = None
    each: Mapping[str, int] = field(default_factory=dict)
    size: Callable[[Lists], int] = lambda lists: prod(len(words) for words in lists.values())
    expects: str = "json"


def parts(lists: Lists, interface: Interface) -> list[Lists]:
    """Split a question into few even parts that keep the limits of an interface.

    Parameters
    ----------
    lists : mapping of str to sequence of str
        What is asked, by parameter.
    interface : Interface
        Tells how long a list may be, and how much all together may ask for.

    Returns
    -------
    list of mappings
        In order; a list of one word is not split.
    """
    for name, longest in interface.each.items():
        if len(lists[name]) > longest:
            smaller = _split(lists, name, ceil(len(lists[name]) / longest))
            return [part for piece in smaller for part in parts(piece, interface)]
    size = interface.size(lists)
    if interface.most is None or size <= interface.most or len(lists[_longest(lists)]) < 2:
        return [lists]
    smaller = _split(lists, _longest(lists), ceil(size / interface.most))
    return [part for piece in smaller for part in parts(piece, interface)]


def halved(interface: Interface, lists: Lists) -> Iterator[Answer]:
    """Send a request, and its halves where the publisher finds it too large."""
    from industria.sources.network import check, send

    request, publisher = interface.build(lists), interface.publisher
    answer = send(publisher, request, Store.here())
    refusal = interface.refusal(answer) or (Refusal(f"HTTP {answer.status}") if answer.status != 200 else None)
    if refusal is None:
        check(publisher, answer, interface.expects)
        yield answer
        return
    if not refusal.too_large:
        raise RefusedError(publisher.title, str(request["url"]), refusal.said)
    if not lists or len(lists[_longest(lists)]) < 2:
        raise TooLargeError(publisher.title, str(request["url"]), refusal.said)
    for half in _split(lists, _longest(lists), 2):
        yield from halved(interface, half)


def _longest(lists: Lists) -> str:
    return max(lists, key=lambda name: len(lists[name]))


def _split(lists: Lists, name: str, pieces: int) -> list[Lists]:
    """Split along one list into even pieces; into fewer where it has not as many words."""
    words = lists[name]
    step = ceil(len(words) / pieces)
    return [{**lists, name: words[start : start + step]} for start in range(0, len(words), step)]

"""Publishers over the network, and the store of what they answered."""

from __future__ import annotations

from collections.abc import Sequence

from industria.errors.tree import SourceError
from industria.errors.wording import listing

__all__ = [
    "BusyPublisherError",
    "LooseKeysError",
    "MissingContactError",
    "MissingKeyError",
    "MissingVintageError",
    "OfflineError",
    "RefusedError",
    "TooLargeError",
    "UnexpectedAnswerError",
    "UnreachableError",
    "UnwritableStoreError",
]


class UnwritableStoreError(SourceError):
    """The store of sources cannot be written."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"the store of sources cannot be written at {path}: {reason}. "
            "What is in it can still be read with INDUSTRIA_OFFLINE=1; INDUSTRIA_STORE=FOLDER names another place."
        )


class MissingVintageError(SourceError):
    """Neither the store nor the mirror has an answer that is old enough."""

    def __init__(self, what: str, as_of: str, retrieved: Sequence[str]) -> None:
        held = f"the store has {listing(retrieved)}" if retrieved else "the store has none"
        super().__init__(f"{what} as of {as_of} is not there: {held}. A publisher is only ever asked for today.")


class OfflineError(SourceError):
    """A source is neither in the mirror nor in the store, and the network is closed."""

    def __init__(self, what: str, url: str, mirrored: Sequence[str], store: str, *, is_file: bool = False) -> None:
        self.is_file = is_file
        super().__init__(
            f"{what} is neither in the mirror ({listing(mirrored) if mirrored else 'INDUSTRIA_MIRROR names none'}) "
            f"nor in the store ({store}), and INDUSTRIA_OFFLINE is set. It is published at {url}."
        )


class MissingKeyError(SourceError):
    """A publisher wants a key, and there is none."""

    def __init__(self, publisher: str, title: str, registration: str, file: str) -> None:
        super().__init__(
            f"{title} answers only with a key. A key is free at {registration}; then set "
            f'INDUSTRIA_KEY_{publisher.upper()}, or write {publisher} = "..." to {file} (chmod 600). Nothing was sent.'
        )


class LooseKeysError(SourceError):
    """Others can read the file of keys."""

    def __init__(self, path: str, mode: str) -> None:
        super().__init__(f"{path} is open to others ({mode}); close it first: chmod 600 {path}")


class MissingContactError(SourceError):
    """A publisher refuses programs that tell no e-mail address."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"{title} refuses programs that tell no e-mail address: set INDUSTRIA_CONTACT=you@example.org. "
            "Nothing was sent."
        )


class UnreachableError(SourceError):
    """A publisher does not answer."""

    def __init__(self, title: str, url: str, reason: str) -> None:
        super().__init__(
            f"{title} does not answer at {url}: {reason}. Behind a proxy set HTTPS_PROXY; "
            "without a network set INDUSTRIA_MIRROR to a folder of its files."
        )


class BusyPublisherError(SourceError):
    """A publisher asks for patience, or its limit is used up."""

    def __init__(self, title: str, reason: str, until: str) -> None:
        super().__init__(
            f"{title}: {reason}. Ask again {until}; what the store holds is read with INDUSTRIA_OFFLINE=1."
        )


class RefusedError(SourceError):
    """A publisher refuses a question."""

    def __init__(self, title: str, url: str, said: str) -> None:
        super().__init__(f"{title} refuses {url}: {said}")


class TooLargeError(RefusedError):
    """A question is too large for its publisher, and cannot be split further."""


class UnexpectedAnswerError(SourceError):
    """An answer is not of the format that was asked for."""

    def __init__(self, title: str, url: str, wanted: str, got: str) -> None:
        super().__init__(f"{title} answers {url} with {got} where {wanted} was asked for; nothing was kept.")

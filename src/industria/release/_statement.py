"""What was reached, in one paragraph, in the languages that sites are spoken to in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from industria.release._messages import word

__all__ = ["ends", "statement"]


def statement(
    counts: Mapping[str, Mapping[str, int]],
    attack: Mapping[str, Any],
    attacked: int,
    language: str = "en",
    public: Iterable[str] = (),
) -> str:
    """Say in words what was reached, and no more.

    Parameters
    ----------
    counts, attack : mapping
        As a certificate has them.
    attacked : int
        Withheld numbers that a reader can reckon something of.
    language : str
        One of `LANGUAGES`; a certificate is written in English.
    public : iterable of str
        Sources that the study calls public.

    Raises
    ------
    UnknownLanguageError
        If nobody translated it into the language.
    """
    cells, withheld, rounded, adjusted = (
        sum(of.get(what, 0) for of in counts.values()) for what in ("cells", "withheld", "rounded", "adjusted")
    )
    told = [word("statement_withheld", language, withheld=withheld, cells=cells)]
    told += [word("statement_rounded", language, n=rounded)] if rounded else []
    told += [word("statement_adjusted", language, n=adjusted)] if adjusted else []
    said = [f"{', '.join(told)}."]
    if attacked or rounded:
        whom = "both" if rounded and attacked else "rounded" if rounded else "withheld"
        said.append(word("statement_outsider", language, reach=_reach(attack, whom, language)))
    if withheld > attacked:
        said.append(word("statement_not_attacked", language, n=withheld - attacked))
    if adjusted:
        said.append(word("statement_noised", language))
    said += [word("statement_public", language, source=source) for source in public]
    return " ".join([*said, word("statement_other", language)])


def _reach(attack: Mapping[str, Any], whom: str, language: str) -> str:
    narrowest = attack["narrowest"]
    if "exact proof" in attack["method"]:
        return word("reach_proof", language)
    if "witness" in attack["method"]:
        return word("reach_rules", language)
    if narrowest is None:
        return word("reach_open", language, whom=word(f"any_{whom}", language))
    low, high = ends(narrowest, language)
    return word("reach_ends", language, whom=word(f"a_{whom}", language), low=low, high=high)


def ends(interval: Mapping[str, Any], language: str = "en") -> tuple[str, str]:
    """Write both ends of an interval; they are numbers, and stand in all languages as a certificate has them."""
    low, high = (
        word("no_bound", language) if end is None else f"{end:.12g}" for end in (interval["low"], interval["high"])
    )
    return low, high

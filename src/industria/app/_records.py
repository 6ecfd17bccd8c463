"""What `--json` tells of a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from industria.core.parameters import Parameter

__all__ = ["parameter_record", "signature"]


def parameter_record(parameter: Parameter) -> dict[str, Any]:
    """Tell name, type in words, whether it is required, and the default."""
    from industria.core.parameters import type_in_words

    default = None if parameter.required else parameter.default
    return {
        "name": parameter.name,
        "type": type_in_words(parameter.type),
        "required": parameter.required,
        "default": list(default) if isinstance(default, tuple) else default,
    }


def signature(parameters: Iterable[Parameter], *first: str) -> str:
    """Write what stands first, then the keywords with their defaults: panel, *, outcome, confidence=0.95."""
    words = [p.name if p.required else f"{p.name}={p.default!r}" for p in parameters if p.name not in first]
    return ", ".join([*first, *(["*", *words] if words else [])])

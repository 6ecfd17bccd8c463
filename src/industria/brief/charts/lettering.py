"""How wide words are in the font that figures are set in, and where to break them.

Vega lays out a chart before anybody knows where its labels end. To keep labels
apart and inside the figure their widths are needed first, and the font file
tells them exactly: the table `cmap` says which glyph draws a character,
`hmtx` how far the pen moves on.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import cache

from industria.brief.theme import font_folder

__all__ = ["text_width", "wrap"]


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line of text in pixels, without kerning.

    Parameters
    ----------
    text : str
        One line.
    size : float
        Font size in pixels.
    bold : bool
        In the bold cut.
    """
    advances, units = _advances("Bold" if bold else "Regular")
    unknown = advances.get(ord("m"), units)
    return sum(advances.get(ord(character), unknown) for character in text) * size / units


def wrap(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines that are no wider than a column.

    No word is left alone: the last line is at least half as long as the longest.

    Parameters
    ----------
    text : str
        Words between spaces; line breaks in it are kept.
    size : float
        Font size in pixels.
    width : float
        Of the column, in pixels. A word that is wider stands alone.
    bold : bool
        In the bold cut.

    Returns
    -------
    list of str
        At least one line for each line of the text.
    """
    lines = []
    for paragraph in text.split("\n"):
        filled = _fill(paragraph, size, width, bold)
        tighter = width
        while len(filled) > 1 and not _even(filled, size, bold) and tighter > width / 2:
            tighter -= size / 2
            tried = _fill(paragraph, size, tighter, bold)
            if len(tried) > len(filled):
                break
            filled = tried
        lines += filled
    return lines


def _even(lines: list[str], size: float, bold: bool) -> bool:
    widths = [text_width(line, size, bold=bold) for line in lines]
    return widths[-1] >= max(widths) / 2


def _fill(text: str, size: float, width: float, bold: bool) -> list[str]:
    lines = [""]
    # Only plain spaces break: the others (U+00A0, U+202F) hold a number and its unit together.
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip(" ")
        if lines[-1] and text_width(longer, size, bold=bold) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@cache
def _advances(cut: str) -> tuple[Mapping[int, int], int]:
    """Read the advance of each character, in font units, and how many of these are one em."""
    font = (font_folder() / f"IBMPlexSans-{cut}.ttf").read_bytes()
    (count,) = struct.unpack_from(">H", font, 4)
    tables = {}
    for i in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * i)
        tables[tag] = offset
    (units,) = struct.unpack_from(">H", font, tables[b"head"] + 18)
    (measured,) = struct.unpack_from(">H", font, tables[b"hhea"] + 34)

    def advance(glyph: int) -> int:
        # Glyphs past the last measured one share its advance.
        (wide,) = struct.unpack_from(">H", font, tables[b"hmtx"] + 4 * min(glyph, measured - 1))
        return int(wide)

    return {code: advance(glyph) for code, glyph in _glyphs(font, tables[b"cmap"]).items()}, int(units)


def _glyphs(font: bytes, cmap: int) -> dict[int, int]:
    """Read which glyph draws each character: the format 4 subtable, which holds all of the basic plane."""
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    offsets = [cmap + struct.unpack_from(">HHI", font, cmap + 4 + 8 * i)[2] for i in range(count)]
    start = next(offset for offset in offsets if struct.unpack_from(">H", font, offset)[0] == 4)
    segments = struct.unpack_from(">H", font, start + 6)[0] // 2
    ends, starts, deltas, ranges = (start + 14 + 2 * (segments * i + (i > 0)) for i in range(4))
    glyphs = {}
    for s in range(segments):
        (first,), (last,) = struct.unpack_from(">H", font, starts + 2 * s), struct.unpack_from(">H", font, ends + 2 * s)
        (delta,), (skip,) = (
            struct.unpack_from(">H", font, deltas + 2 * s),
            struct.unpack_from(">H", font, ranges + 2 * s),
        )
        for code in range(first, last + 1):
            glyph = code if not skip else struct.unpack_from(">H", font, ranges + 2 * s + skip + 2 * (code - first))[0]
            if skip and not glyph:
                continue
            glyphs[code] = (glyph + delta) % 65536
            if code == 0xFFFF:
                break
    glyphs.pop(0xFFFF, None)
    return glyphs

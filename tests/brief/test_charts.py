"""What charts are made of: colors, letters, scales, labels."""

import hashlib
import itertools
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.brief.charts.labels import Box, place, spread
from industria.brief.charts.lettering import text_width, wrap
from industria.brief.charts.scales import Axis, Reading, fit
from industria.brief.language import codes, speak
from industria.brief.theme import GRID, INK, MOST_INKS, PALETTE, QUIET, contrast, font_folder, ink

FRACTION = 1e-9  # pixels; positions are sums of a few floats

# Colors


def test_contrast_is_that_of_the_web_guidelines() -> None:
    """WCAG 2.2: black on white is 21, and #767676 is the lightest gray that passes 4.5."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676") == pytest.approx(4.54, abs=0.005)  # two decimals, as the guidelines' own tables


def test_marks_stand_out_and_words_can_be_read() -> None:
    assert min(contrast(color.mark) for color in PALETTE) >= 3
    assert min(contrast(color.text) for color in PALETTE) >= 4.5
    assert min(contrast(INK), contrast(QUIET)) >= 4.5
    assert contrast(GRID) < 1.5  # the grid stays behind


def test_no_two_groups_differ_by_color_alone() -> None:
    inks = [ink(i) for i in range(MOST_INKS)]

    assert len({(color.shape, color.dash) for color in inks}) == MOST_INKS
    assert len({color.shape for color in inks[: len(PALETTE)]}) == len(PALETTE)
    assert len({color.dash for color in inks[: len(PALETTE)]}) == len(PALETTE)


# Letters


def test_the_fonts_are_the_ones_that_were_vetted() -> None:
    vendor = json.loads((font_folder() / "vendor.json").read_text(encoding="utf-8"))

    assert sorted(vendor["files"]) == sorted(file.name for file in font_folder().glob("*.ttf"))
    for name, known in vendor["files"].items():
        assert hashlib.sha256((font_folder() / name).read_bytes()).hexdigest() == known["sha256"]
    assert "SIL OPEN FONT LICENSE" in (font_folder() / vendor["license_file"]).read_text(encoding="utf-8").upper()


# fontTools 4.68, sum of hmtx advances at 1000 units to the em, IBM Plex Sans 3.005.
@pytest.mark.parametrize(
    ("text", "regular", "bold"),
    [("Scrap fell −22.3%", 8053, 8407), ("Ağustos çöğüş ı", 6996, 7299), ("n = 36", 2840, 2868)],
)
def test_measures_text_as_the_font_does(text: str, regular: float, bold: float) -> None:
    assert text_width(text, 1000) == regular
    assert text_width(text, 1000, bold=True) == bold


@pytest.mark.parametrize("cut", ["Regular", "Bold", "Italic"])
@pytest.mark.parametrize("language", codes())
def test_the_font_draws_every_letter_of_every_catalog(cut: str, language: str) -> None:
    from industria.brief.charts.lettering import _advances

    spoken = speak(language)
    needed = set("−–—×±≥≤€%·…“”’«»0123456789\u00a0\u202f")
    for part in (spoken.words, spoken.units, spoken.columns, spoken.descriptions):
        needed |= {letter for text in part.values() for letter in text}

    assert {letter for letter in needed if ord(letter) not in _advances(cut)[0]} == set()


def test_wraps_without_leaving_a_word_alone() -> None:
    lines = wrap("whether the gain lasted the data cannot say", 17, 300, bold=True)

    assert " ".join(lines) == "whether the gain lasted the data cannot say"
    widths = [text_width(line, 17, bold=True) for line in lines]
    assert max(widths) <= 300
    assert widths[-1] >= max(widths) / 2


def test_keeps_a_number_with_its_unit() -> None:
    assert wrap("about 16.5\u00a0points", 12, 1) == ["about", "16.5\u00a0points"]


# Scales


@pytest.mark.parametrize(
    ("values", "axis", "labels"),
    [
        # The intervals of the training grants in log points: −60 to +20 percent, equal ratios equally far.
        ([-0.922, -0.252, 0.071], "percent change", ("−60", "−40", "−20", "0", "+20")),
        ([0.0, 50.7], "linear", ("0", "10", "20", "30", "40", "50")),
        ([0.0, 55.0], "linear", ("0", "10", "20", "30", "40", "50", "60")),
        ([0.03, 0.98], "linear", ("0", "0.2", "0.4", "0.6", "0.8", "1.0")),
        ([0.05, 0.72], "percent", ("0", "20", "40", "60", "80")),
        ([-2.0, 2.3], "percent change", ("−75", "−50", "0", "+100", "+300")),
        ([5.0, 5.0], "linear", ("2", "3", "4", "5", "6", "7", "8")),
    ],
)
def test_counts_by_ticks_that_a_reader_can_follow(values: list[float], axis: Axis, labels: tuple[str, ...]) -> None:
    scale = fit(values, 0, 500, read=Reading(axis, "en"))

    assert scale.labels == labels


@pytest.mark.parametrize("value", [-0.9, -1.1, -3.0, -4.0, 3.0])
def test_a_single_large_fall_has_ticks_around_it(value: float) -> None:
    """Nothing falls by more than 100 percent, and the axis does not either."""
    scale = fit([value], 0, 500, read=Reading("percent change", "en"))

    assert scale.low < value < scale.high
    assert scale.ticks


def test_ticks_speak_the_language() -> None:
    assert fit([0.0, 0.5], 0, 500, read=Reading("linear", "pt-BR")).labels[1] == "0,1"


@given(
    st.lists(st.floats(-4, 4).map(lambda x: round(x, 6)), min_size=1, max_size=8),
    st.sampled_from(["linear", "percent", "percent change"]),
    st.sampled_from([120.0, 300.0, 560.0]),
)
def test_every_value_is_inside_and_no_two_labels_touch(values: list[float], axis: Axis, width: float) -> None:
    read = Reading(axis, "en")
    scale = fit(values, 0, width, read=read)
    slack = 1e-9 * max(1.0, *map(abs, values))

    assert scale.low - slack <= min(values)
    assert max(values) <= scale.high + slack
    ends = [
        (scale.pixel(tick), text_width(label, 12) / 2) for tick, label in zip(scale.ticks, scale.labels, strict=True)
    ]
    assert all(a + half < b - other for (a, half), (b, other) in itertools.pairwise(ends))
    assert scale.value(scale.pixel(values[0])) == pytest.approx(values[0], abs=1e-6)


def test_a_percent_change_is_not_a_hundred_times_the_coefficient() -> None:
    """exp(-0.421590) - 1 = -34.4 percent, not -42.2."""
    assert Reading("percent change", "en").write(-0.421590, 1) == "−34.4%"
    assert Reading("percent change", "en").drawn(-40.0) == math.log(0.6)


# Labels


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(5, 40)), min_size=1, max_size=8))
def test_labels_along_a_line_keep_apart_and_in_order(wishes: list[tuple[float, float]]) -> None:
    wanted, sizes = [w for w, _ in wishes], [s for _, s in wishes]
    middles = spread(wanted, sizes, 0, 400)

    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    for a, b in itertools.pairwise(order):
        assert middles[a] + sizes[a] / 2 <= middles[b] - sizes[b] / 2 + FRACTION
    assert min(m - s / 2 for m, s in zip(middles, sizes, strict=True)) >= -FRACTION
    assert max(m + s / 2 for m, s in zip(middles, sizes, strict=True)) <= 400 + FRACTION


def test_labels_with_room_stay_where_they_want() -> None:
    assert spread([50, 100, 200], [20, 20, 20], 0, 300) == [50, 100, 200]
    assert spread([100, 100], [20, 20], 0, 300) == [90, 110]


def test_labels_in_the_plane_give_way() -> None:
    same = [Box(0, 0, 10, 10), Box(0, 20, 10, 30)]

    assert sorted(place([same, same], lambda box: 0.0)) == [0, 1]
    assert place([same], lambda box: 100.0 if box.top == 0 else 0.0) == [1]

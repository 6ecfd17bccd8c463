"""Tags take literals, and what a reader reads of them is bound and checked like prose."""

import pytest

from industria.brief.inline import plain
from industria.brief.marks import Mark
from industria.brief.shown import Number
from industria.brief.tags import FigureUse, Panel, PanelEnd, TableUse
from tests.brief.bound import drafted, refused

FIGURE = '{% figure "effect" kind="strip", title="Fell by {{ effect.change | percent(0) }}", description="Dots." %}'


def test_a_title_binds_values_by_the_same_addresses() -> None:
    (figure,) = drafted(FIGURE).pieces

    assert isinstance(figure, FigureUse)
    assert plain(figure.texts["title"]) == "Fell by −22%"
    assert figure.options == {"kind": "strip"}
    (number,) = [part for part in figure.texts["title"] if isinstance(part, Number)]
    assert (number.line, number.column) == (1, FIGURE.index("{{") + 4)


def test_a_figure_takes_its_numbers_by_address() -> None:
    (figure,) = drafted('{% figure "effect" title="a" description="b" reference="effect[term=x].estimate" %}').pieces

    assert isinstance(figure, FigureUse)
    assert figure.options == {"reference": pytest.approx(-0.252315, abs=0)}


def test_words_for_codes_may_hold_marks() -> None:
    tag = """{% figure "effect" title="a" description="b" names={"g": "grant in {{ date('1988') }}"} %}"""

    (figure,) = drafted(tag).pieces

    assert isinstance(figure, FigureUse)
    assert Mark("date", "1988", 1) in figure.names["g"]


def test_a_table_keeps_headings_and_labels_in_order() -> None:
    tag = """{% table "effect.inferences" columns={"term": "", "low": "from"}, rows={"b": "B", "a": "A"},
        key="term", where={"method": "wild"}, format={"low": "number(2)"}, caption="All" notes="n" %}"""

    (table,) = drafted(tag).pieces

    assert isinstance(table, TableUse)
    assert list(table.columns) == ["term", "low"]
    assert list(table.rows) == ["b", "a"]
    assert (table.place, table.key, table.where) == ("effect.inferences", "term", {"method": "wild"})


def test_what_we_do_not_know_is_prose_between_two_ends() -> None:
    draft = drafted("{% unknowns %}\n- a\n{% endunknowns %}")

    assert draft.pieces == (Panel("unknowns", 1), PanelEnd("unknowns", 3))


@pytest.mark.parametrize(
    ("tag", "why"),
    [
        ('{% figure "effect" description="b" %}', '{% figure %} has no title; write title="the finding'),
        ('{% figure "effect" title="a" %}', "{% figure %} has no description"),
        ('{% figure "effect" title="a" description=" " %}', "{% figure %} has no description"),
        ("{% figure effect %}", "begins with its step in quotes"),
        ('{% figure "effect" title="a" title="b" %}', "says title= twice"),
        ('{% figure "effect" title=effect.x description="b" %}', "takes a text, number, list or mapping as it stands"),
        ('{% figure "effect" title="a" * 2 description="b" %}', "nothing computed"),
        ('{% figure "effect" title=-"a" description="b" %}', "nothing computed"),
        ('{% figure "effect" title=["a"] description="b" %}', "title= of {% figure %} takes a text"),
        ('{% figure "effect" title="a" description="b" names="c" %}', "names= of {% figure %} takes a mapping"),
        ('{% figure "effect" title="a" description="b" where={"week": 3} %}', "where= of {% figure %} maps texts"),
        ('{% figure "effect" title="a" description="b" reference=-0.42 %}', "reference=-0.42 was typed by hand"),
        ('{% figure "effect" title="a" description="b" confidence=0.9 %}', "confidence=0.9 was typed by hand"),
        (
            '{% figure "effect" title="{{ effect.hours | percent }}" description="b" %}',
            "brief.md:1:30: effect.hours is in",
        ),
        ('{% figure "effect" title="{{ effect.hours }}" description="b" %}', "needs a way to show it"),
        ('{% figure "effect" title="{% claims %}" description="b" %}', "a tag has no place inside a text"),
        ('{% table "effect" caption="a" %}', "{% table %} has no columns"),
        ('{% table "effect" columns={"term": "a"} %}', "{% table %} has no caption"),
        ('{% table "effect" columns={"term": "a"} caption="b" colour="c" %}', "{% table %} takes no 'colour'"),
        ('{% table "effect" columns={"term": "a"} caption="b" captoin="c" %}', "Did you mean 'caption'?"),
        ('{% table "effect" columns={"term": 3} caption="b" %}', "columns= of {% table %} maps texts to texts"),
        ('{% claims kind="all" %}', "{% claims %} takes no 'kind'"),
        ("{% sources all %}", "brief.md:1"),
        ("{% unknowns %}", "brief.md:1"),
        ("{% chart %}", "unknown tag 'chart'"),
    ],
)
def test_refuses(tag: str, why: str) -> None:
    assert why in refused(tag)

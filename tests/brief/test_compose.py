"""Composing: what is written where, and what is refused before anything is."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from industria.brief.compose import compose
from industria.errors import BriefError, UsageError
from industria.study.model import Study
from industria.study.record import Run
from industria.study.store import Store
from tests.brief.conftest import Composed


def test_writes_pages_papers_figures_and_their_data(grants: Composed) -> None:
    folder = grants.run.folder

    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {"brief.html", "brief.pdf", "brief.pt-BR.html", "brief.pt-BR.pdf"} <= names
    assert {f"figures/{name}" for name in ("training.svg", "training.csv", "effect-2.svg", "effect.pt-BR.csv")} <= names


def test_the_same_run_gives_the_same_bytes(
    grants: Composed, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn anew: another store knows nothing of the first time."""
    monkeypatch.setenv("INDUSTRIA_CACHE", str(tmp_path_factory.mktemp("store")))
    compose(grants.study, grants.run, tmp_path)

    for path in sorted(p for p in tmp_path.rglob("*") if p.is_file()):
        assert path.read_bytes() == (grants.run.folder / path.relative_to(tmp_path)).read_bytes(), path


def test_the_same_brief_is_not_drawn_twice(grants: Composed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until a result, a claim, a word or Industria itself changes."""

    class DrawnError(Exception):
        pass

    def drawn(*_: object) -> None:
        raise DrawnError

    monkeypatch.setattr("industria.brief.compose.document", drawn)

    again = compose(grants.study, grants.run, tmp_path)

    assert again["values"] == grants.run.record["values"]
    assert (tmp_path / "brief.pdf").read_bytes() == (grants.run.folder / "brief.pdf").read_bytes()
    monkeypatch.setattr("industria.brief.compose.package_digest", lambda: "another Industria")
    with pytest.raises(DrawnError):
        compose(grants.study, grants.run, tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr("industria.brief.compose.document", drawn)
    other = Run(grants.run.folder, {**grants.run.record, "claims": []})
    with pytest.raises(DrawnError):
        compose(grants.study, other, tmp_path)


def test_a_store_does_not_say_where_to_write(grants: Composed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have come with a study by mail."""
    forged = {"tables": {}, "files": {"../outside.html": "aGVsbG8="}, "said": {"values": [], "marks": []}}
    monkeypatch.setattr(Store, "get", lambda *_: forged)

    again = compose(grants.study, grants.run, tmp_path / "run", formats=["html"], languages=["en"])

    assert again["values"]
    assert (tmp_path / "run" / "brief.html").is_file()
    assert not (tmp_path / "outside.html").exists()


def test_lists_every_number_with_its_place(grants: Composed) -> None:
    values = grants.run.record["values"]

    assert {"address", "value", "text", "unit", "synthetic", "where"} == set(values[0])
    found = [v for v in values if v["where"] == "brief.md:8" and v["text"] == "−22.3%"]
    assert found[0]["value"] == pytest.approx(-0.22300005546653962, abs=0)
    assert found[0]["unit"] == "fraction"


def test_keeps_the_answer_and_the_findings_in_plain_words(grants: Composed) -> None:
    english, portuguese = grants.run.record["answers"]

    assert (english["language"], portuguese["language"]) == ("en", "pt-BR")
    assert english["answer"].startswith("The grants bought a year of training. Scrap was lower by about a fifth")
    assert len(english["findings"]) == 4
    assert "It moved by −22.3% against plants without a grant" in english["findings"][1]


def test_lists_what_a_person_typed_with_its_place(grants: Composed) -> None:
    marks = grants.run.record["marks"]

    assert {"kind": "cite", "text": "Holzer et al. (1993)", "where": "brief.md:10"} in marks
    assert {"kind": "number word", "text": "fifth", "where": "brief.md:2"} in marks


def test_one_format_and_one_language_may_be_asked_for(grants: Composed, tmp_path: Path) -> None:
    compose(grants.study, grants.run, tmp_path, formats=["html"], languages=["pt-BR"])

    assert sorted(path.name for path in tmp_path.iterdir()) == ["brief.pt-BR.html", "figures"]
    assert "<nav" not in (tmp_path / "brief.pt-BR.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "why"),
    [({"formats": ["htm"]}, "Did you mean 'html'"), ({"languages": ["pt"]}, "has no brief in 'pt'; it has en, pt-BR")],
)
def test_refuses_formats_and_languages_that_are_not_there(
    grants: Composed, tmp_path: Path, options: dict[str, list[str]], why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        compose(grants.study, grants.run, tmp_path, **options)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("## Findings", "## Findings of 1988", r"brief\.md:5:16: the number '1988' was typed by hand"),
        ("It moved by", "The grants caused", r"brief\.md:8:\d+: 'caused' says more than the design"),
        (
            "[term=grant].change | percent(1)",
            "[term=grnt].change | percent(1)",
            r"brief\.md:8:\d+: .*Did you mean term=grant",
        ),
        ('figure "training"', 'figure "trainin"', r"brief\.md:14.*no step 'trainin'"),
        ('y="hours"', 'y="hour"', r"brief\.md:14.*Did you mean 'hours'"),
        ('"p_value": "number(3)"', '"p_value": "points(1)"', None),
        ('"estimate": "number(3)"', '"estimate": "percent(1)"', r"brief\.md:32:1: .*log points, which are not percent"),
    ],
)
def test_a_brief_that_may_not_be_is_refused_with_its_place(
    grants: Composed, changed: Callable[..., Study], tmp_path: Path, old: str, new: str, why: str | None
) -> None:
    study = changed({"brief.md": [(old, new)]})
    shutil.copytree(grants.run.folder, tmp_path / "run")

    if why is None:
        compose(study, grants.run, tmp_path, languages=["en"])
    else:
        with pytest.raises(BriefError, match=why):
            compose(study, grants.run, tmp_path, languages=["en"])

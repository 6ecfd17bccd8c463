"""Exposure labels of tasks, by people and by GPT-4."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from industria.errors import BrokenFileError
from industria.sources import openai
from tests.sources.official_files import WHOLE, mirrored, rows_of, source_of

HEADER = (
    "\tO*NET-SOC Code\tTask ID\tTask\tTask Type\tTitle\thuman_exposure_agg\tgpt4_exposure\tgpt4_exposure_alt_rubric\t"
    "gpt_3_relevant\tgpt4_automation\talpha\tbeta\tgamma\tautomation\thuman_labels\n"
)
LABELS = {"E0": "0.0\t0.0\t0.0", "E1": "1.0\t1.0\t1.0", "E2": "0.0\t0.5\t1.0"}


def row(i: int, kind: str = "Core", human: str = "E0", gpt4: str = "E2") -> str:
    """Write a row in the publisher's form."""
    task = '"Conduct ""head counts"", daily."' if i == 0 else f"Direct task {i}."
    return (
        f"{i}\t11-1011.00\t{8823 + i}.0\t{task}\t{kind}\tChief Executives\t{human}\t{gpt4}\tE0\tFalse\tT2\t"
        f"{LABELS[gpt4]}\t0.5\t{human}\n"
    )


def small(folder: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    """Put a small file in the place of the whole one."""
    (folder / "full_labelset.tsv").write_text(content)
    mirrored(monkeypatch, folder)
    uncounted = replace(openai.LABELS, table=replace(openai.LABELS.table, counts={}))
    monkeypatch.setattr(openai, "LABELS", uncounted)


def test_labels_of_people_and_of_gpt4_have_columns_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(i) for i in range(18)]
    small(
        tmp_path, monkeypatch, HEADER + "".join([*rows, row(18, "", "E1", "E0"), row(19, "Supplemental", "E2", "E1")])
    )
    found = rows_of("openai.task_labels").to_pylist()

    assert len(found) == 20
    assert found[0] == {
        "occupation": "11-1011.00",
        "title": "Chief Executives",
        "task_id": "8823",
        "task": 'Conduct "head counts", daily.',
        "task_type": "Core",
        "label": "E0",
        "label_gpt4": "E2",
        "label_gpt4_alternative": "E0",
        "automation_label_gpt4": "T2",
        "alpha": 0.0,
        "beta": 0.5,
        "gamma": 1.0,
        "automation": 0.5,
    }
    assert [found[i][name] for i in (18, 19) for name in ("task_type", "label", "label_gpt4")] == [
        *(None, "E1", "E0"),
        *("Supplemental", "E2", "E1"),
    ]


def test_a_label_that_is_none_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(tmp_path, monkeypatch, HEADER + row(0) + row(1).replace("E2\tE0", "E3\tE0"))

    with pytest.raises(BrokenFileError, match="line 3: gpt4_exposure has 'E3'; it is one of E0, E1, E2"):
        rows_of("openai.task_labels")


def test_the_published_counts_of_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    table = rows_of("openai.task_labels")

    assert Counter(table["label"].to_pylist()) == {"E0": 10_256, "E1": 2_862, "E2": 6_147}
    assert Counter(table["label_gpt4"].to_pylist()) == {"E0": 8_561, "E1": 2_702, "E2": 8_002}
    assert Counter(table["task_type"].to_pylist()) == {"Core": 13_225, "Supplemental": 4_728, None: 1_312}
    assert (table.num_rows, len(table["occupation"].unique()), len(table["task_id"].unique())) == (19_265, 923, 19_265)
    # The authors' scores are those of GPT-4.
    scores = {"E0": (0.0, 0.0, 0.0), "E1": (1.0, 1.0, 1.0), "E2": (0.0, 0.5, 1.0)}
    names = ("label_gpt4", "alpha", "beta", "gamma")
    assert {(label, (a, b, g)) for label, a, b, g in zip(*(table[n].to_pylist() for n in names), strict=True)} == set(
        scores.items()
    )


def test_what_is_known_of_the_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    source = source_of("openai.task_labels")

    assert (source.license, source.redistributable) == ("MIT; tasks from O*NET, CC BY 4.0", True)
    assert "weight 1" in source.notes[0]

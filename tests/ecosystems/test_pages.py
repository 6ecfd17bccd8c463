"""Every measure of the room has a page that shows it at work."""

from __future__ import annotations

import pytest
from numpydoc.docscrape import FunctionDoc

from industria.core.measure import find, names

ROOM = [name for name in names() if name.startswith("ecosystems.")]


@pytest.mark.parametrize("name", ROOM)
def test_a_page_has_a_worked_example(name: str) -> None:
    example = "\n".join(FunctionDoc(find(name).function)["Examples"])

    assert f"{name.split('.')[1]}(" in example
    assert any(line and not line.startswith((">>>", "...")) for line in example.splitlines()), "it shows what comes out"

"""A tool of the script's own is known as one, whatever blanks stand in what makes it."""

from __future__ import annotations

import pytest

from rules.conversion import converted


@pytest.mark.parametrize("made", ["iatool.create()", "iatool.create ()", "iatool . create( )", "iatool.create(\\\n)"])
def test_a_tool_of_the_scripts_own(made: str) -> None:
    found = converted(f"mine = {made}", "mine.open('x.image')", "print mine.summary ()['header']['shape']")
    assert "out-parameters" in {one.rule for one in [*found.changes, *found.attention]}

"""Imports go one way: a folder of `src/cal_upgrade` may use those below it, and never those above."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "cal_upgrade"

GROUND = ("characters", "compact", "files", "options", "records")
"""Modules that stand by themselves; every folder may use them."""

FLOORS = (
    "text", "casa", "script", "changes", "steps", "layout", "rules", "report", "rewrite", "convert",
    "parallel", "run", "archive", "cli",
)  # fmt: skip
"""The folders, from the ground up, as docs/decisions.md shows them."""


def imported(module: Path) -> Iterator[str]:
    """The names of the project's modules that a module imports, at any place in it."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def floor(name: str) -> int:
    """How high a folder or a module of the ground stands."""
    return FLOORS.index(name) + 1 if name in FLOORS else 0


@pytest.mark.parametrize("folder", FLOORS)
def test_no_arrow_goes_up(folder: str) -> None:
    # a `__main__` is a command, whichever folder it stands in
    for module in sorted(set((SOURCE / folder).rglob("*.py")) - set((SOURCE / folder).rglob("__main__.py"))):
        for name in imported(module):
            package, _, rest = name.partition(".")
            if package == "cal_upgrade" and rest:
                used = rest.split(".")[0]
                assert floor(used) <= floor(folder), f"{module.relative_to(SOURCE)} imports {name}"


def test_the_ground_stands_by_itself() -> None:
    for name in GROUND:
        used = {rest.split(".")[1] for rest in imported(SOURCE / f"{name}.py") if rest.startswith("cal_upgrade.")} - {
            "__version__"
        }
        assert used <= set(GROUND), name


def test_every_folder_has_its_floor() -> None:
    folders = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    modules = {path.stem for path in SOURCE.glob("*.py")} - {"__init__", "__main__"}
    assert folders == set(FLOORS)
    assert modules == set(GROUND)


def test_decisions_show_the_floors() -> None:
    text = (SOURCE.parents[1] / "docs" / "decisions.md").read_text(encoding="utf-8")
    shown = [
        line.split("`")[1] for line in text.splitlines() if line.startswith("| `") and line.split("`")[1] in FLOORS
    ]
    assert shown == list(FLOORS)

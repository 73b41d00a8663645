"""A 4.2 script as the runner sees it: its steps, and its code for Python 3 with the runner's hooks at each step."""

from __future__ import annotations

import ast
import copy
import hashlib
from dataclasses import dataclass
from pathlib import Path

from cal_upgrade.reading import source
from cal_upgrade.records import Refused
from cal_upgrade.run.python2.to_python3 import convert

RECALIBRATION = "listobs, clear pointing table"
"""How the title of the first step of the re-calibration begins (9 in a standard 4.2 script)."""

ENTER = "__enter_step__"
LEAVE = "__leave_step__"
"""The names under which a script's code finds the runner's hooks."""


@dataclass(frozen=True)
class Step:
    """One step: its number, its title, the line (from 1) of its `if`, its code, and the SHA-256 of its text."""

    number: int
    title: str
    line: int
    body: tuple[ast.stmt, ...]
    sha256: str


@dataclass(frozen=True)
class Script:
    """A script that was read. `tree` is its code for Python 3; `steps` stand in the order of the file."""

    path: Path
    sha256: str
    text: str
    tree: ast.Module
    steps: tuple[Step, ...]

    @property
    def numbers(self) -> list[int]:
        """Give the numbers of the steps, in the order of the file."""
        return [step.number for step in self.steps]

    @property
    def start(self) -> int | None:
        """Give the first step of the re-calibration; None if no step has its title."""
        return next((step.number for step in self.steps if step.title.lower().startswith(RECALIBRATION)), None)

    def step(self, number: int) -> Step:
        """Give a step. Raises KeyError if there is none of that number."""
        for step in self.steps:
            if step.number == number:
                return step
        raise KeyError(number)


def read(path: Path) -> Script:
    """Read a script.

    Raises Refused if the file is not Python 2 or two steps have one number, OSError if it can't be read.
    """
    return parse(path, path.read_bytes())


def parse(path: Path, data: bytes) -> Script:
    """Read a script from its bytes; `path` is its name. Raises Refused as `read` does."""
    text = source.decode(data).text.decode("utf-8")
    tree = convert(text, str(path))
    titles = _titles(tree)
    steps = [_step(number, block, titles, text) for number, block in _blocks(tree)]
    seen: set[int] = set()
    for step in steps:
        if step.number in seen:
            raise Refused(step.line, f"there are two steps {step.number}", "Give each step a number of its own.")
        seen.add(step.number)
    return Script(path, hashlib.sha256(data).hexdigest(), text, tree, tuple(steps))


def with_hooks(script: Script) -> ast.Module:
    """Give a script's code with a call of `ENTER` at the start and of `LEAVE` at the end of each step."""
    tree = copy.deepcopy(script.tree)
    for number, block in _blocks(tree):
        first, last = block.body[0], block.body[-1]
        block.body.insert(0, _hook(ENTER, number, block))
        block.body.append(_hook(LEAVE, number, last))
        ast.copy_location(block.body[0], first)
    return ast.fix_missing_locations(tree)


def _hook(name: str, number: int, place: ast.stmt) -> ast.stmt:
    call = ast.Expr(ast.Call(ast.Name(name, ast.Load()), [ast.Constant(number)], []))
    return ast.copy_location(call, place)


def _titles(tree: ast.Module) -> dict[int, str]:
    """Give the titles in `step_title = {0: '…', …}`."""
    titles: dict[int, str] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Dict):
            target = statement.targets[0]
            if isinstance(target, ast.Name) and target.id == "step_title":
                for key, value in zip(statement.value.keys, statement.value.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(value, ast.Constant):
                        titles[int(key.value)] = str(value.value)  # type: ignore[arg-type]
    return titles


def _blocks(tree: ast.Module) -> list[tuple[int, ast.If]]:
    """Find the steps: `mystep = N`, then `if (mystep in thesteps):`, whatever the two names."""
    found = []
    numbers: dict[str, int] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            value = statement.value
            if isinstance(value, ast.Constant) and type(value.value) is int:
                numbers[statement.targets[0].id] = value.value
            else:
                numbers.pop(statement.targets[0].id, None)
        elif isinstance(statement, ast.If):
            number = _asked(statement.test, numbers)
            if number is not None:
                found.append((number, statement))
    return found


def _asked(test: ast.expr, numbers: dict[str, int]) -> int | None:
    """Give the step number that a test asks for: `mystep in thesteps`, also with `and …` after it."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return next((n for n in (_asked(part, numbers) for part in test.values) if n is not None), None)
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.In):
        listed = test.comparators[0]
        if isinstance(listed, ast.Name) and listed.id.lower().endswith("steps"):
            if isinstance(test.left, ast.Name):
                return numbers.get(test.left.id)
            if isinstance(test.left, ast.Constant) and type(test.left.value) is int:
                return test.left.value
    return None


def _step(number: int, block: ast.If, titles: dict[int, str], text: str) -> Step:
    lines = text.split("\n")[block.lineno - 1 : block.end_lineno]
    digest = hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()
    return Step(number, titles.get(number, ""), block.lineno, tuple(block.body), digest)

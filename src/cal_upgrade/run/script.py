"""A 4.2 script as the runner sees it: its steps, and its code for Python 3 with the runner's hooks at each step."""

from __future__ import annotations

import ast
import copy
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tree_sitter import Node

from cal_upgrade.records import Refused
from cal_upgrade.run.python2.to_python3 import convert
from cal_upgrade.steps.find import find
from cal_upgrade.steps.model import Block
from cal_upgrade.steps.titles import Known, known
from cal_upgrade.text import python2, source
from cal_upgrade.text.edits import Edit, apply

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
    """A script that was read.

    `code` is its text without comments, line for line; `tree` its code for Python 3; `steps` stand in the order of
    the file.
    """

    path: Path
    sha256: str
    text: str
    code: str
    tree: ast.Module
    steps: tuple[Step, ...]

    @property
    def numbers(self) -> list[int]:
        """Give the numbers of the steps, in the order of the file."""
        return [step.number for step in self.steps]

    @property
    def start(self) -> int | None:
        """Give the first step of the re-calibration; None if no step has its title."""
        return next((step.number for step in self.steps if known(step.title) is Known.START), None)

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
    reading = python2.read(text.encode("utf-8"))
    found = find(reading)
    ifs = {node.lineno: node for node in ast.walk(tree) if isinstance(node, ast.If)}
    steps: list[Step] = []
    for block in found.blocks:
        if block.test is None:
            continue
        line = reading.line(block.test)
        _check(block, block.test, line, [step.number for step in steps])
        steps.append(_step(block.number, ifs[line], found.titles.get(block.number, ""), text))
    code = apply(reading.text, [Edit(node.start_byte, node.end_byte, "") for node in found.comments]).text.decode()
    return Script(path, hashlib.sha256(data).hexdigest(), text, code, tree, tuple(steps))


def with_hooks(script: Script) -> ast.Module:
    """Give a script's code with a call of `ENTER` at the start and of `LEAVE` at the end of each step."""
    tree = copy.deepcopy(script.tree)
    numbers = {step.line: step.number for step in script.steps}
    for block in [node for node in ast.walk(tree) if isinstance(node, ast.If) and node.lineno in numbers]:
        number = numbers[block.lineno]
        first, last = block.body[0], block.body[-1]
        block.body.insert(0, _hook(ENTER, number, block))
        block.body.append(_hook(LEAVE, number, last))
        ast.copy_location(block.body[0], first)
    return ast.fix_missing_locations(tree)


def _hook(name: str, number: int, place: ast.stmt) -> ast.stmt:
    call = ast.Expr(ast.Call(ast.Name(name, ast.Load()), [ast.Constant(number)], []))
    return ast.copy_location(call, place)


def _check(block: Block, test: Node, line: int, before: Sequence[int]) -> None:
    """See that a step runs once. Raises Refused."""
    if block.number in before:
        raise Refused(line, f"there are two steps {block.number}", "Give each step a number of its own.")
    above = test.parent
    while above is not None:
        if above.type in ("for_statement", "while_statement"):
            what = f"step {block.number} stands in a loop, and cal-run runs each step once"
            raise Refused(line, what, "Take the steps out of the loop.")
        above = above.parent


def _step(number: int, block: ast.If, title: str, text: str) -> Step:
    lines = text.split("\n")[block.lineno - 1 : block.end_lineno]
    digest = hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()
    return Step(number, title, block.lineno, tuple(block.body), digest)

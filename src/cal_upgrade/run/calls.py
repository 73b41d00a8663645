"""The task calls of a step as the script's text shows them, before anything is run."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from cal_upgrade.run.script import Script
from cal_upgrade.text.values import UNKNOWN, as_text, bounded, combined

MAKES = {"outputvis", "caltable", "fluxtable", "concatvis", "caltableout", "imagename", "outfile", "accumtable"}
"""Parameters that name what a task makes."""

READS = {"gaintable", "tablein", "intable", "incrtable"}
"""Parameters that name calibration tables that a task needs."""

_READ_ITS_CALTABLE = {"fluxscale", "calstat", "plotcal", "plotbandpass", "listcal", "plotants"}


@dataclass(frozen=True)
class Call:
    """A task call: the line (from 1), each parameter's value (`UNKNOWN` if the text does not show it), its source."""

    task: str
    line: int
    values: dict[str, object] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    def texts(self, parameter: str) -> list[str]:
        """Give the names that a parameter holds, as far as the text shows them."""
        value = self.values.get(parameter)
        listed = value if isinstance(value, list) else [value]
        return [each for each in listed if isinstance(each, str) and each]

    @property
    def measurement_sets(self) -> list[str]:
        """Give the measurement sets that the call works on."""
        return self.texts("vis")

    @property
    def tables_read(self) -> list[str]:
        """Give the calibration tables that the call needs."""
        names = [name for parameter in sorted(READS) for name in self.texts(parameter)]
        return names + (self.texts("caltable") if self.task in _READ_ITS_CALTABLE else [])

    @property
    def made(self) -> list[str]:
        """Give what the call makes."""
        skip = {"caltable"} if self.task in _READ_ITS_CALTABLE else set()
        made = [name for parameter in sorted(MAKES - skip) for name in self.texts(parameter)]
        if self.task.startswith("import") and "vis" in self.values:
            made += self.texts("vis")
        elif self.task == "importasdm":
            made += [f"{name}.ms" for name in self.texts("asdm")]
        return made


def of_steps(script: Script, tasks: Collection[str], order: dict[str, tuple[str, ...]]) -> dict[int, list[Call]]:
    """Give the task calls of each step, in order.

    `tasks` are the names that count as tasks, `order` their parameters in order.
    """
    reader = _Reader(frozenset(tasks), order)
    found: dict[int, list[Call]] = {step.number: [] for step in script.steps}
    ends = [(step.line, step.body[-1].end_lineno or step.line, step.number) for step in script.steps]
    for call in reader.statements(script.tree.body):
        number = next((number for first, last, number in ends if first <= call.line <= last), None)
        if number is not None:
            found[number].append(call)
    return found


class _Reader:
    """Goes through statements in order, and knows the values of names as far as they can be told."""

    def __init__(self, tasks: frozenset[str], order: dict[str, tuple[str, ...]]) -> None:
        self.tasks = tasks
        self.order = order
        self.names: dict[str, object] = {"T": True, "F": False}

    def statements(self, body: Sequence[ast.stmt]) -> Iterator[Call]:
        for statement in body:
            yield from self.statement(statement)

    def statement(self, node: ast.stmt) -> Iterator[Call]:
        if isinstance(node, ast.For):
            yield from self.loop(node)
            return
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr):
                yield from self.expressions(part)
        if isinstance(node, ast.Assign):
            value = bounded(self.value(node.value))
            for target in node.targets:
                self.assign(target, value)
        elif isinstance(node, ast.AugAssign):
            self.assign(node.target, UNKNOWN)
        before = dict(self.names) if hasattr(node, "body") else self.names
        for name in ("body", "handlers", "orelse", "finalbody"):
            for part in getattr(node, name, []):
                yield from self.statements(part.body if isinstance(part, ast.ExceptHandler) else [part])
        self.leave(node, before)

    def leave(self, node: ast.stmt, before: dict[str, object]) -> None:
        """Forget what a block set that need not have run: a step counts as run; a function's names are its own."""
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            self.names = before
        elif isinstance(node, (ast.While, ast.Try)) or (isinstance(node, ast.If) and not _is_step(node)):
            changed = {name for name, value in self.names.items() if name not in before or before[name] is not value}
            self.names.update(dict.fromkeys(changed, UNKNOWN))

    def loop(self, node: ast.For) -> Iterator[Call]:
        yield from self.expressions(node.iter)
        items = self.value(node.iter)
        for item in items if isinstance(items, list) and items else [UNKNOWN]:
            self.assign(node.target, item)
            yield from self.statements(node.body)
        yield from self.statements(node.orelse)

    def assign(self, target: ast.expr, value: object) -> None:
        if isinstance(target, ast.Name):
            self.names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts = value if isinstance(value, list) and len(value) == len(target.elts) else []
            for k, each in enumerate(target.elts):
                self.assign(each, parts[k] if parts else UNKNOWN)

    def expressions(self, node: ast.expr) -> Iterator[Call]:
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
                name = part.func.id
                if name in self.tasks:
                    yield self.call(name, part)
                elif name == "default" and part.args:
                    self.default(part.args[0])

    def default(self, task: ast.expr) -> None:
        value = task.id if isinstance(task, ast.Name) else self.value(task)
        for parameter in self.order.get(str(value), ()):
            self.names.pop(parameter, None)

    def call(self, task: str, node: ast.Call) -> Call:
        order = self.order.get(task, ())
        given = dict(zip(order, node.args, strict=False))
        given.update({keyword.arg: keyword.value for keyword in node.keywords if keyword.arg})
        if not given:
            values = {name: self.names[name] for name in order if name in self.names}
            return Call(task, node.lineno, values, {name: _source(value) for name, value in values.items()})
        values = {name: self.value(expression) for name, expression in given.items()}
        shown = {name: ast.unparse(given[name]) if _hidden(value) else repr(value) for name, value in values.items()}
        return Call(task, node.lineno, values, shown)

    def value(self, node: ast.expr) -> object:
        """Give the value of an expression, `UNKNOWN` where the text does not show it."""
        match node:
            case ast.Constant():
                return node.value
            case ast.Name(id=name):
                return self.names.get(name, UNKNOWN)
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return [self.value(part) for part in parts]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = self.value(operand)
                return -value if isinstance(value, (int, float)) else UNKNOWN
            case ast.BinOp(left=left, op=ast.Add() | ast.Mod() as sign, right=right):
                return _combined(self.value(left), sign, self.value(right))
            case ast.Call(func=ast.Name(id="str"), args=[argument]):
                value = self.value(argument)
                return UNKNOWN if value is UNKNOWN else as_text(value)
        return UNKNOWN


def _combined(left: object, sign: ast.operator, right: object) -> object:
    if _hidden(left) or _hidden(right):
        return UNKNOWN
    if isinstance(sign, ast.Mod):
        return combined(left, "%", tuple(right) if isinstance(right, list) else right)
    return combined(left, "+", right)


def _hidden(value: object) -> bool:
    """Whether the text does not show a value, or a part of it."""
    return any(_hidden(part) for part in value) if isinstance(value, list) else value is UNKNOWN


def _source(value: object) -> str:
    return "…" if _hidden(value) else repr(value)


def _is_step(node: ast.If) -> bool:
    """Whether this is `if mystep in thesteps:`."""
    test = node.test
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.In):
        return False
    return isinstance(test.comparators[0], ast.Name) and test.comparators[0].id in ("thesteps", "mysteps")

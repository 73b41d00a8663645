"""CASA's side of the property tests: its tables as the judge reads them, and tasks that note what they are given.

Nothing here is shared with the converter. A made-up script is also Python 3 (`async` apart), so that it can be run
in this process, before with the interface of 3.4.0 and after with that of 4.2.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from tests.judge import INTERFACES
from tests.judge.interfaces import Interface

OLD, NEW = "3.4.0", ("4.2.0", "4.2.2")


@cache
def interface(casa: str) -> Any:
    """The tables of a release."""
    return Interface(str(INTERFACES / f"casa-{casa}.json"))


class Seen(NamedTuple):
    """A task call as it happened: its line, the task, and what it was given."""

    line: int
    task: str
    given: dict[str, object]


class Stopped(NamedTuple):
    """An error that ended the script."""

    line: int
    why: str


class Tool:
    """A tool: everything can be asked of it, nothing happens."""

    def __getattr__(self, name: str) -> Tool:
        return self

    def __call__(self, *arguments: object, **named: object) -> Tool:
        return self


def run(script: str, casa: str) -> tuple[list[Seen], Stopped | None]:
    """Run a script with the tasks of a release; the task calls in order, and what ended it (None: its end)."""
    tasks = interface(casa).tasks
    names: dict[str, Any] = {"T": True, "F": False, "casalog": Tool(), "os": Tool(), "thesteps": list(range(99))}
    seen: list[Seen] = []
    for name, task in tasks.items():
        names[name] = _task(task, names, seen)

    def default(task: Any = None) -> None:
        name = task if isinstance(task, str) else task.__name__
        names["taskname"] = name
        for parameter in tasks[name].order:
            names[parameter] = tasks[name].default(parameter, {})

    def go(task: Any = None) -> None:
        called = names["taskname"] if task is None else task
        (names[called] if isinstance(called, str) else called)(_line=sys._getframe(1).f_lineno)

    names.update(default=default, go=go, inp=lambda *task: None, saveinputs=lambda *task: None)
    text = re.sub(r"\basync\b", "async_", script.replace("\r\n", "\n"))
    try:
        exec(compile(text, "script", "exec"), names)
    except Exception as error:
        trace, line = error.__traceback__, 0
        while trace is not None:
            line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == "script" else line
            trace = trace.tb_next
        return seen, Stopped(line, f"{type(error).__name__}: {error}")
    return seen, None


def _task(task: Any, names: dict[str, Any], seen: list[Seen]) -> Callable[..., dict[str, object]]:
    def called(*positional: object, _line: int = 0, **named: object) -> dict[str, object]:
        given = dict(zip([*task.order, "async_"], positional, strict=False))
        given |= named
        unknown = given.keys() - {*task.order, "async_"}
        line = _line or sys._getframe(1).f_lineno
        if not given:
            given = {name: names[name] for name in task.order if name in names}
        seen.append(Seen(line, task.name, {name: value for name, value in given.items() if value is not None}))
        if unknown:
            raise TypeError(f"{task.name} has no {', '.join(sorted(unknown))}")
        names["taskname"] = task.name
        return {}

    called.__name__ = task.name
    return called


def faults(call: Seen, casa: str) -> list[str]:
    """What a release refuses in a call: an unknown parameter, or a value."""
    task = interface(casa).tasks.get(call.task)
    if task is None:
        return [f"no task {call.task}"]
    found = [f"no parameter {name}" for name in call.given if name not in (*task.order, "async_")]
    return found + [
        fault[1] for name in task.order if name in call.given if (fault := _fault(task, name, call.given))
    ]


def _fault(task: Any, name: str, given: Mapping[str, object]) -> tuple[str, str] | None:
    value = given[name]
    if task.default(name, given) == value:
        return None
    found: tuple[str, str] | None = task.fault(name, value)
    return found

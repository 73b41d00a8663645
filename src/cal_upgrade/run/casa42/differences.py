"""What differs between the tasks of CASA 4.2 and those of CASA 6: the rule pack `rules/casa-4.2-to-6`."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, TypeVar

import msgspec

from cal_upgrade.files import rules_folder

Kind = Literal["flags", "models"]


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Parameters (as `task.parameter`) that CASA 6 has not (`drop`), calls or writes otherwise (`rename`, `same`)."""

    parameters: list[str]
    verb: Literal["drop", "same", "rename"]
    why: str
    harmless: list[Any] = []
    value: Any = None
    to: str = ""


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A task that CASA 6 has not, has under another name, or wants to be called with care."""

    name: str
    why: str
    stand_in: str = ""
    renamed: str = ""
    adapted: str = ""
    todo: str = ""


class Calls(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Calls of some tasks; `when`: only those in which these parameters have one of these values."""

    names: list[str]
    why: str
    when: dict[str, list[Any]] = {}

    def mean(self, values: dict[str, Any]) -> bool:
        """Tell whether a call of one of the tasks is meant, by the values of all its parameters."""
        return all(values.get(name) in wanted for name, wanted in self.when.items())


class State(Calls, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What calls change in a measurement set."""

    changes: list[Kind]


class Harmless(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Text of a SEVERE message that does not mean a failure."""

    text: str
    why: str


class _Parameters(msgspec.Struct, forbid_unknown_fields=True):
    parameter: list[Parameter]


class _Tasks(msgspec.Struct, forbid_unknown_fields=True):
    task: list[Task]


class _States(msgspec.Struct, forbid_unknown_fields=True):
    task: list[State]
    reads: list[Calls]


class _Messages(msgspec.Struct, forbid_unknown_fields=True):
    harmless: list[Harmless]


_File = TypeVar("_File")


def _load(name: str, shape: type[_File]) -> _File:
    return msgspec.toml.decode((rules_folder() / "casa-4.2-to-6" / name).read_bytes(), type=shape)


@cache
def parameters() -> dict[tuple[str, str], list[Parameter]]:
    """Give the rules on each parameter, by task and parameter."""
    found: dict[tuple[str, str], list[Parameter]] = {}
    for rule in _load("parameters.toml", _Parameters).parameter:
        for place in rule.parameters:
            task, _, name = place.partition(".")
            found.setdefault((task, name), []).append(rule)
    return found


@cache
def tasks() -> dict[str, Task]:
    """Give the rule on each task, by its name in 4.2."""
    return {rule.name: rule for rule in _load("tasks.toml", _Tasks).task}


@cache
def states() -> dict[str, State]:
    """Give what each task changes, by its name."""
    return {name: rule for rule in _load("state.toml", _States).task for name in rule.names}


@cache
def harmless_messages() -> tuple[str, ...]:
    """Give the texts of SEVERE messages that mean no failure."""
    return tuple(rule.text for rule in _load("messages.toml", _Messages).harmless)


@cache
def readers() -> dict[str, Calls]:
    """Give the calls that change nothing in a measurement set, by task."""
    return {name: rule for rule in _load("state.toml", _States).reads for name in rule.names}


def changed_by(task: str, values: dict[str, Any]) -> list[Kind]:
    """Say what a task call changes in its measurement set, by the values of all its parameters."""
    rule = states().get(task)
    return list(rule.changes) if rule is not None and rule.mean(values) else []


def only_reads(task: str, values: dict[str, Any]) -> bool:
    """Tell whether a task call leaves every file of its measurement set as it is."""
    rule = readers().get(task)
    return rule is not None and rule.mean(values)

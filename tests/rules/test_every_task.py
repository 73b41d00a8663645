"""Every task of 3.4, with every parameter: what becomes of it fits 4.2, or a person is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from judge import judge_all, python2

from cal_upgrade.casa.tables import Parameter, Task, load
from cal_upgrade.records import Translation
from rules.conversion import converted

OLD = load("3.4.0")


def at_default(parameter: Parameter) -> object:
    return parameter.default


def at_last_allowed(parameter: Parameter) -> object:
    return parameter.allowed[-1] if parameter.allowed else parameter.default


def at_work(parameter: Parameter) -> object:
    """A value that is not the default, of the parameter's type."""
    if parameter.allowed:
        return next((one for one in parameter.allowed if one != parameter.default), parameter.default)
    by_type: dict[str, object] = {"bool": True, "int": 3, "double": 2.5, "string": "a", "stringArray": ["a"]}
    return by_type.get(parameter.type, parameter.default)


def call(task: Task, value: Callable[[Parameter], object]) -> str:
    given = ",\n  ".join(f"{parameter.name} = {value(parameter)!r}" for parameter in task.parameters)
    return f"{task.name}({given})"


@pytest.mark.skipif(python2() is None, reason="no Python 2.7 on this machine (python2.7, python2, pyenv)")
@pytest.mark.parametrize("value", [at_default, at_last_allowed, at_work], ids=lambda value: value.__name__)
def test_every_parameter_of_every_task(value: Callable[[Parameter], object]) -> None:
    given = {name: call(task, value) for name, task in OLD.items()}
    found: dict[str, Translation] = {name: converted(text) for name, text in given.items()}
    refused_before = judge_all({name: text.encode() for name, text in given.items()}, ["3.4.0"])
    misfits = judge_all({name: one.output for name, one in found.items()})
    assert sum(not seen for seen in refused_before.values()) > 60, "most calls must be right in 3.4"
    for name, seen in misfits.items():
        if not found[name].attention and not refused_before[name]:
            assert seen == [], found[name].result


@pytest.mark.parametrize("task", sorted(OLD))
def test_all_arguments_by_place(task: str) -> None:
    """A call that passes everything without names, at the defaults: each value stays with its parameter."""
    given = ", ".join(repr(parameter.default) for parameter in OLD[task].parameters)
    found = converted(f"{task}({given})")
    assert found.attention or found.calls[0].status in ("changed", "checked")

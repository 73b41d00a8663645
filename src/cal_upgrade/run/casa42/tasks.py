"""The tasks of CASA 4.2: their interface, their defaults and both ways to call them, over the tasks of CASA 6."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cal_upgrade.casa import check
from cal_upgrade.casa.tables import Interface, Task
from cal_upgrade.run.casa42 import differences

Performer = Callable[[str, Callable[[], "Ready"]], Any]
"""What carries out a call: it takes the task's name, and what makes the call ready or raises WrongCall."""


class WrongCall(Exception):
    """A call that CASA 4.2 would refuse, or that CASA 6 has no way to carry out. The text says why."""


class Ready:
    """A call that was checked: 4.2's values of all parameters, and what is passed to the function that does the work.

    `given`: the parameters that the script gave, by name.
    """

    def __init__(self, task: str, given: dict[str, Any], values: dict[str, Any], passed: dict[str, Any]) -> None:
        """Keep the call; the function is found when it is needed."""
        self.task = task
        self.given = given
        self.values = values
        self.passed = passed

    def perform(self) -> Any:
        """Call the function that does the work, and give what it gives."""
        rule = differences.tasks().get(self.task)
        return _function(self.task, rule)(**self.passed)


class Task42:
    """A 4.2 task as a script calls it: with arguments, or without, when it takes its parameters from the globals."""

    def __init__(self, task: Task, names: dict[str, Any], perform: Performer) -> None:
        """Take the interface, the script's globals, and what carries out a call."""
        self.__name__ = task.name
        self.__doc__ = f"{task.name} of CASA {task.casa}: {', '.join(p.name for p in task.parameters)}"
        self.task = task
        self._names = names
        self._perform = perform

    def __call__(self, *positional: Any, **keywords: Any) -> Any:
        """Have the call checked by 4.2's interface and carried out."""
        self._names["taskname"] = self.__name__
        return self._perform(self.__name__, lambda: self._ready(positional, keywords))

    def _ready(self, positional: Sequence[Any], keywords: Mapping[str, Any]) -> Ready:
        given = _given(self.task, positional, keywords)
        if given:
            return ready(self.task, given)
        return ready(self.task, {name: self._names[name] for name in in_use(self.task, self._names)}, assigned=True)

    def __repr__(self) -> str:
        """Show what it is at a prompt."""
        return f"<task {self.__name__} of CASA {self.task.casa}>"


def all_tasks(interface: Interface, names: dict[str, Any], perform: Performer) -> dict[str, Task42]:
    """Give every task of a release by its name."""
    return {name: Task42(interface[name], names, perform) for name in interface}


def in_use(task: Task, names: Mapping[str, Any]) -> list[str]:
    """Give the parameters that a call without arguments takes from the globals."""
    candidates = {p.name: names[p.name] for p in task.parameters if p.name in names}
    return [name for name in candidates if task.in_use(name, candidates)]


def _given(task: Task, positional: Sequence[Any], keywords: Mapping[str, Any]) -> dict[str, Any]:
    keywords = {"async" if name == "async_" else name: value for name, value in keywords.items()}
    binding = check.bind(task, len(positional), keywords)
    if binding.problems:
        raise WrongCall(binding.problems[0].message)
    given = dict(zip(binding.parameters, positional, strict=False)) | keywords
    return {name: value for name, value in given.items() if value is not None}


def ready(task: Task, given: dict[str, Any], assigned: bool = False) -> Ready:
    """Check a call and make it ready for CASA 6. Raises WrongCall."""
    rule = differences.tasks().get(task.name)
    if rule and rule.todo:
        raise WrongCall(f"{task.name} of CASA 4.2 is not in CASA 6 ({rule.why}). {rule.todo}")
    problems = check.problems(task, given, complete=True)
    if problems:
        raise WrongCall(". ".join(problem.message for problem in problems))
    given = {name: value for name, value in given.items() if name != "async"}
    values = {
        p.name: given[p.name] if p.name in given else task.default(p.name, given, assigned) for p in task.parameters
    }
    if rule and rule.stand_in:
        return Ready(task.name, given, values, values)
    passed = to_casa6(task.name, given, values, _defaults(_function(task.name, rule)))
    if rule and rule.adapted:
        passed = _named(rule.adapted)(passed)
    return Ready(task.name, given, values, passed)


def to_casa6(
    task: str, given: Mapping[str, Any], values: Mapping[str, Any], defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """Give what to pass to the CASA 6 task: what the script gave, and 4.2's defaults where CASA 6 has others.

    `values`: of all parameters in 4.2. `defaults`: CASA 6's own. Raises WrongCall for what CASA 6 can't be asked.
    """
    passed: dict[str, Any] = {}
    for name, value in values.items():
        rules = differences.parameters().get((task, name), [])
        if any(rule.verb == "same" and _equal(value, rule.value) for rule in rules):
            continue
        if name in defaults:
            if name in given or not _equal(value, defaults[name]):
                passed[name] = value
            continue
        to = next((rule.to for rule in rules if rule.verb == "rename"), "")
        if to and name in given:
            passed[to] = value
        elif name in given and not any(_equal(value, one) for rule in rules for one in rule.harmless):
            why = f": {rules[0].why}" if rules else ""
            raise WrongCall(f"{task}({name}={value!r}) can't be done by CASA 6{why}")
    return passed


def _equal(a: Any, b: Any) -> bool:
    try:
        return bool(a == b) and isinstance(a, bool) == isinstance(b, bool)
    except ValueError:  # an array
        return False


def _function(task: str, rule: differences.Task | None) -> Callable[..., Any]:
    """Find the function that does a 4.2 task's work. Raises WrongCall if there is none."""
    import casatasks

    if rule and rule.stand_in:
        return _named(rule.stand_in)
    found = getattr(casatasks, rule.renamed if rule and rule.renamed else task, None)
    if found is None:
        raise WrongCall(f"{task} of CASA 4.2 is not in CASA 6. Take the call out of the script")
    return found  # type: ignore[no-any-return]


def _defaults(function: Callable[..., Any]) -> dict[str, Any]:
    return {name: parameter.default for name, parameter in inspect.signature(function).parameters.items()}


def _named(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]

"""Lists all that differs between the interfaces of CASA releases, and what becomes of it: to read, and to judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cal_upgrade.interfaces.check import accepts, refusal
from cal_upgrade.interfaces.differences import ALIKE, HINTS, SUCCESSORS, same
from cal_upgrade.interfaces.tables import Interface, Parameter, Task


class Difference(NamedTuple):
    """One difference: the rule that looks after it, the parameter ("" for all), and what is done about it."""

    rule: str
    task: str
    parameter: str
    what: str
    done: str


def differences(old: Interface, new: Sequence[Interface]) -> Iterator[Difference]:
    """Give every difference that a call written for the old release may meet in one of the new ones."""
    for name, task in old.items():
        lacking = [interface.casa for interface in new if name not in interface]
        if lacking:
            yield Difference("interface-task", name, "", f"gone in {lacking[0]}", SUCCESSORS.get(name, "attention"))
        successors = [interface[name] for interface in new if name in interface]
        yield from _places(task, successors)
        for parameter in task.parameters:
            yield from _parameter(task, successors, parameter)


def _places(old: Task, new: Sequence[Task]) -> Iterator[Difference]:
    """The first parameter whose place moved."""
    for place, name in enumerate(old.order[:-1]):
        moved = [task for task in new if task.order[place : place + 1] != (name,)]
        if moved:
            what = f"place {place + 1} is another's in {moved[0].casa}"
            yield Difference("interface-position", old.name, name, what, "by keyword from here on")
            return


def _parameter(old: Task, new: Sequence[Task], parameter: Parameter) -> Iterator[Difference]:
    """What differs in one parameter."""
    name = parameter.name
    lacking = [task for task in new if name not in task.by_name]
    if lacking:
        done = HINTS.get((old.name, name), "dropped at rest, else attention")
        yield Difference("interface-parameter", old.name, name, f"gone in {lacking[0].casa}", done)
        return
    seen: set[str] = set()
    for task in new:
        other = task.by_name[name]
        for rule, what in _limits(parameter, other):
            if what not in seen:
                seen.add(what)
                done = "completed if it can be told, else attention" if rule == "interface-value" else "attention"
                yield Difference(rule, old.name, name, f"{what} in {task.casa}", done)
        for what, before in _defaults(old, task, name):
            if what not in seen:
                seen.add(what)
                refused = any(refusal(one, one.by_name[name], before) for one in new)
                done = "attention" if refused else "written out"
                done = f"nothing: {ALIKE[old.name, name]}" if (old.name, name) in ALIKE else done
                yield Difference("interface-default", old.name, name, f"{what} in {task.casa}", done)


def _limits(old: Parameter, new: Parameter) -> Iterator[tuple[str, str]]:
    """Types and values that the old parameter took and the new one does not."""
    kinds = ("bool", "int", "double", "string", "boolvec", "intvec", "doublevec", "stringvec", "record")
    lost = [kind for kind in kinds if accepts(old, kind) and not accepts(new, kind)]
    if lost:
        yield "interface-type", f"no {', '.join(lost)}"
    if new.allowed is not None and old.allowed is None:
        yield "interface-value", f"only {', '.join(map(repr, new.allowed))}"
    elif new.allowed is not None and old.allowed is not None:
        away = [repr(one) for one in old.allowed if one not in new.allowed]
        if away:
            yield "interface-value", f"no {', '.join(away)}"
    if new.range != old.range and new.range is not None:
        yield "interface-value", f"only from {new.range[0]} to {new.range[1]}"


def _defaults(old: Task, new: Task, name: str) -> Iterator[tuple[str, object]]:
    """Defaults that are others, under each of the conditions that either task knows, with the old one."""
    conditions = {
        (when.parameter, repr(when.value)): {when.parameter: when.value}
        for task in (old, new)
        for when in task.when
        if name in when.defaults and when.op == "=="
    }
    for given in ({}, *conditions.values()):
        before, after = old.default(name, given), new.default(name, given)
        if not same(before, after):
            under = "".join(f" under {key}={value!r}" for key, value in given.items())
            yield f"{before!r} is {after!r}{under}", before

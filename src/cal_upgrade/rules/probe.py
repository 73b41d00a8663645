"""Tries whether derivation answers a difference between interfaces: by a call that is concerned, made up here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cal_upgrade.casa.difference import Difference
from cal_upgrade.casa.tables import Interface, Parameter, Task
from cal_upgrade.changes.operations import Add, ByKeyword, Drop, Proposal, Set
from cal_upgrade.rules.derived import derive, gone

SAMPLES: dict[str, object] = {
    "bool": True,
    "int": 7,
    "double": 7.5,
    "string": "something",
    "boolvec": [True, False],
    "intvec": [7, 8],
    "doublevec": [7.5, 8.5],
    "stringvec": ["something", "else"],
    "record": {"a": 7},
}
"""A value of each type."""


class Probe(NamedTuple):
    """A call that a difference concerns, as derivation looks at it."""

    values: Mapping[str, object]
    texts: Mapping[str, str]
    positional: Sequence[str] = ()
    starred: bool = False
    assigned: bool = False


def derived(old: Interface, new: Sequence[Interface], one: Difference) -> str | None:
    """Say what is derived for calls that a difference concerns; None if nothing is."""
    if one.what == "task":
        return "a person is told" if gone(one.task, new) is not None else None
    if one.what in ("allowed", "type") and not one.lost:
        return "all that was taken still is"
    before = old[one.task]
    after = [interface[one.successor] for interface in new if one.successor in interface]
    if one.what == "default" and not any(task.in_use(one.parameter, one.under) for task in (before, *after)):
        return "it plays no part there"
    seen = [_done(derive(before, after, probe), one.parameter) for probe in _probes(before, one)]
    if not seen or None in seen:
        return None
    return ", ".join(dict.fromkeys(done for done in seen if done is not None))


def _probes(task: Task, one: Difference) -> list[Probe]:
    """Make up calls that a difference concerns."""
    name = one.parameter
    match one.what:
        case "moved":
            names = task.order[: task.order.index(name) + 1]
            values = {each: task.by_name[each].default for each in names}
            return [Probe(values, _texts(values), names)]
        case "default":
            return [_probe(one.under)]
        case "gone":
            parameter = task.by_name[name]
            return [_probe({name: value}) for value in (parameter.default, _at_work(parameter)) if value is not None]
        case "type":
            return [_probe({name: SAMPLES[kind]}) for kind in one.lost if kind in SAMPLES]
        case "allowed":
            allowed = task.by_name[name].allowed
            lost: list[object] = [value for value in one.lost if allowed and value in allowed]
            return [_probe({name: value}) for value in lost or [_outside(task.by_name[name])]]
        case _:
            return []


def _probe(values: Mapping[str, object]) -> Probe:
    return Probe(values, _texts(values))


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: repr(value) for name, value in values.items()}


def _at_work(parameter: Parameter) -> object:
    """Give a value other than the default, of the parameter's type."""
    if parameter.allowed:
        return next((one for one in parameter.allowed if one != parameter.default), None)
    if parameter.type == "bool":
        return not parameter.default
    kind = {"int": "int", "double": "double", "intArray": "intvec", "doubleArray": "doublevec"}
    return SAMPLES[kind.get(parameter.type, "string")]


def _outside(parameter: Parameter) -> object:
    """Give a value that a list of allowed values or a range is sure to leave out."""
    return -1000 if parameter.type in ("int", "double") else "something"


def _done(proposals: Sequence[Proposal], name: str) -> str | None:
    """Say what proposals do about a parameter."""
    for proposal in proposals:
        for operation in proposal.operations:
            if operation.parameter == name if isinstance(operation, (Add, ByKeyword, Drop, Set)) else False:
                return _WORDS[type(operation)]
        if f" {name} " in f" {proposal.message} ".replace("=", " "):
            return "a person is told"
    return None


_WORDS: dict[type, str] = {
    Add: "the old default is written out",
    ByKeyword: "the arguments are given their names",
    Drop: "dropped where it does nothing",
    Set: "the value is written in full",
}

"""What a call written for one CASA release needs in another, as far as the two interfaces tell.

Nothing here is said of a task by hand: a parameter that is gone, a value that is not allowed any more, a default that
is another one, an argument whose place moved. What people have judged of a difference is data (`judgements`).
Declared rules know more; what they have dealt with is left alone (`skip`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Protocol

from cal_upgrade.casa import judgements
from cal_upgrade.casa.check import Problem, full_values, refusal
from cal_upgrade.casa.tables import Interface, Parameter, Task
from cal_upgrade.changes.operations import Add, ByKeyword, Drop, Proposal, Set
from cal_upgrade.records import Kind
from cal_upgrade.text.values import UNKNOWN

RULES: dict[str, tuple[Kind, str]] = {
    "interface-task": ("required", "CASA 4.2 does not have this task"),
    "interface-parameter": ("required", "CASA 4.2 refuses a call with a parameter that its task does not have"),
    "interface-value": ("required", "CASA 4.2 takes only the values its tables allow, and only in full"),
    "interface-type": ("required", "CASA 4.2 refuses a value of another type than its tables ask for"),
    "interface-position": ("required", "the argument's place in the call belongs to another parameter in CASA 4.2"),
    "interface-default": ("results", "the call relies on a default that is another one in CASA 4.2"),
}
"""The rules that follow from the interfaces: how much each matters, and why it is there."""


class Call(Protocol):
    """What is looked at of a task call.

    `values`: each parameter it gives with its Python value, `UNKNOWN` where the text does not show it. `texts`: their
    source, of those that the call itself writes. `positional`: the names of those that are told by their place.
    `starred`: there may be more of them than the text shows. `assigned`: they are assignments ahead of the call.
    """

    @property
    def values(self) -> Mapping[str, object]: ...  # noqa: D102

    @property
    def texts(self) -> Mapping[str, str]: ...  # noqa: D102

    @property
    def positional(self) -> Sequence[str]: ...  # noqa: D102

    @property
    def starred(self) -> bool: ...  # noqa: D102

    @property
    def assigned(self) -> bool: ...  # noqa: D102


def gone(name: str, new: Sequence[Interface]) -> Proposal | None:
    """Tell a person of a task that one of the new releases does not have; None if all have it."""
    lacking = [interface.casa for interface in new if name not in interface]
    if not lacking:
        return None
    hint = judgements.load().hint("task", name) or "Find out what does its work in CASA 4.2, and call that."
    return _say("interface-task", f"{name} is gone in CASA {lacking[0]}", hint)


def derive(
    old: Task, new: Sequence[Task], call: Call, skip: Collection[str] = (), namesake: Task | None = None
) -> list[Proposal]:
    """Say what a call of `old` needs to be taken by all of `new`, and to mean the same there.

    `new` is the task of the same name, or that which takes its place. `skip`: parameters that somebody else has seen
    to; their arguments are still given a name where their place moved. `namesake`: the task of the old release that
    had the new one's name, if `old` is another: whoever reads the result by it must find the arguments in place too.
    """
    proposals = list(_moved([*new, *([namesake] if namesake is not None else [])], call))
    for name, value in call.values.items():
        if name not in skip and (proposal := _given(old, new, call, name, value)) is not None:
            proposals.append(proposal)
    if _newer(old, new, call):
        return proposals
    for name in _unlike(old, *new):
        if name not in skip and call.values.get(name) is None:
            proposal = _missing(old, new, call, name)
            if proposal is not None:
                proposals.append(proposal)
    return proposals


def _newer(old: Task, new: Sequence[Task], call: Call) -> bool:
    """Whether a call gives what the old release has not: then it does not rely on that release's defaults."""
    given = () if call.assigned else call.texts
    return any(name not in old.by_name and all(name in task.by_name for task in new) for name in given)


def same(one: object, other: object) -> bool:
    """Whether two values mean the same to a task: a list of one and its element, an empty list and no text."""
    return _plain(one) == _plain(other)


def blank(value: object) -> bool:
    """Whether a value switches nothing on: nothing, zero, False, or lists of that."""
    return _plain(value) in ("", 0.0, (bool, False))


def _plain(value: object) -> object:
    if value is None or value in ([], (), {}):
        return ""
    if isinstance(value, dict):
        return tuple(sorted((str(key), _plain(one)) for key, one in value.items()))
    if isinstance(value, (list, tuple)):
        return _plain(value[0]) if len(value) == 1 else tuple(_plain(one) for one in value)
    if isinstance(value, bool):
        return (bool, value)  # True is not 1 to CASA
    return float(value) if isinstance(value, int) else value


def _moved(new: Sequence[Task], call: Call) -> Iterator[Proposal]:
    """Name the arguments from the first on whose place belongs to another parameter in one of the tasks."""
    for place, name in enumerate(call.positional):
        if any(task.order[place : place + 1] != (name,) for task in new):
            after = call.positional[place:]
            operations = tuple(ByKeyword(place + k, moved) for k, moved in enumerate(after))
            yield _do("interface-position", *operations)
            return


def _given(old: Task, new: Sequence[Task], call: Call, name: str, value: object) -> Proposal | None:
    """Look at one parameter that the call gives."""
    parameter = old.by_name.get(name)
    lacking = [task for task in new if name not in task.by_name]
    if lacking:
        at_rest = parameter is not None and _at_rest(old, call, name, value)
        if at_rest and name in call.texts:
            return _do("interface-parameter", Drop(name))
        hint = judgements.load().hint("gone", old.name, name)
        hint = hint or "Take it away, and see to it that what it did is done otherwise."
        return _say("interface-parameter", f"{lacking[0].name} has no {name} in CASA {lacking[0].casa}", hint, name)
    if parameter is None and call.assigned and name in call.texts:
        message = (
            f"{new[-1].name} takes the script's variable {name} in CASA {new[-1].casa}, which {old.name} left alone"
        )
        return _say(
            "interface-parameter", message, f"Give the variable another name, unless it is meant for {name}.", name
        )
    if parameter is None or value is UNKNOWN or value is None:
        return None
    problem = _refused(new, name, value)
    if problem is None:
        return None
    full = _in_full(parameter, value)
    if name in call.texts:
        if _refused(new, name, full) is None:
            return _do("interface-value", Set(name, _source(full, call.texts[name])))
        if same(value, parameter.default) and _alike(old, new, call, name):
            return _do("interface-type", Drop(name))
    rule = "interface-type" if problem.what == "type" else "interface-value"
    return _say(rule, problem.message, _choice(parameter, new, value), name)


@cache
def _unlike(old: Task, *new: Task) -> list[str]:
    """Give the parameters whose defaults, or the conditions for them, are not the same in letters in all releases."""
    return [
        name
        for name, parameter in old.by_name.items()
        if all(name in task.by_name for task in new)
        and any(
            parameter.default != task.by_name[name].default or _conditions(old, name) != _conditions(task, name)
            for task in new
        )
    ]


def _conditions(task: Task, name: str) -> list[tuple[str, str, object, object]]:
    return [(w.parameter, w.op, w.value, w.defaults[name]) for w in task.conditions.get(name, ())]


def _missing(old: Task, new: Sequence[Task], call: Call, name: str) -> Proposal | None:
    """Look at one parameter that the call does not give."""
    if _alike(old, new, call, name) or not any(task.in_use(name, call.values) for task in (old, *new)):
        return None
    before = old.default(name, call.values, call.assigned)
    after = [task.default(name, call.values, call.assigned) for task in new]
    if before is not UNKNOWN and not call.starred and _refused(new, name, before) is None:
        return _do("interface-default", Add(name, repr(before)))
    unlike = [(task.casa, value) for task, value in zip(new, after, strict=True) if not same(before, value)]
    if not unlike and before is not UNKNOWN:
        return None
    casa, other = unlike[0] if unlike else (new[0].casa, after[0])
    change = "depends on others that the text does not show"
    if before is not UNKNOWN and other is not UNKNOWN:
        change = f"went from {before!r} to {other!r}"
    message = f"the default of {name} of {old.name} {change} in CASA {casa}"
    return _say("interface-default", message, f"Write {name} out with the value that is meant.", name)


def _alike(old: Task, new: Sequence[Task], call: Call, name: str) -> bool:
    """Whether a parameter's default is the same in all releases, in letters or in meaning."""
    judged = judgements.load().of("default", old.name, name)
    if judged is not None and judged.harmless:
        return True
    before = old.default(name, call.values, call.assigned)
    after = [task.default(name, call.values, call.assigned) for task in new]
    if before is not UNKNOWN and UNKNOWN not in after:
        return all(same(before, value) for value in after)
    # which default holds can't be told: it does not matter where each release has the same ones to choose from
    return all(_defaults(old, name) == _defaults(task, name) for task in new)


def _defaults(task: Task, name: str) -> set[object]:
    """All the defaults that a parameter may have."""
    values = [task.by_name[name].default, *(when.defaults[name] for when in task.when if name in when.defaults)]
    return {_plain(value) for value in values}


def _at_rest(old: Task, call: Call, name: str, value: object) -> bool:
    """Whether a call could as well do without a parameter: it is at its default, or both do nothing."""
    others = {other: given for other, given in call.values.items() if other != name}
    default = old.default(name, others, call.assigned)
    if value is UNKNOWN or default is UNKNOWN:
        return False
    return same(value, default) or (blank(value) and blank(default))


def _refused(new: Sequence[Task], name: str, value: object) -> Problem | None:
    """What the first of the releases that does not take a value says about it."""
    problems = (refusal(task, task.by_name[name], value) for task in new)
    return next((problem for problem in problems if problem is not None), None)


def _in_full(parameter: Parameter, value: object) -> object:
    """Give the value that CASA 3.4 takes an abbreviated one for, also inside of a list; else the value itself."""
    if isinstance(value, (list, tuple)):
        return [_in_full(parameter, one) for one in value]
    if isinstance(value, str):
        found = full_values(parameter, value)
        return found[0] if len(found) == 1 else value
    return value


def _source(value: object, text: str) -> str:
    """Write a value as Python source, with the quotes of the text that it replaces."""
    source = repr(value)
    return source.replace("'", '"') if '"' in text and "'" not in text and '"' not in source else source


def _choice(parameter: Parameter, new: Sequence[Task], value: object) -> str:
    """Say what a person can do about a value that is refused."""
    allowed = new[-1].by_name[parameter.name].allowed
    if isinstance(value, str) and len(full_values(parameter, value)) > 1:
        return f"Write out which of these is meant: {', '.join(full_values(parameter, value))}."
    if allowed:
        return f"Choose one of these: {', '.join(repr(one) for one in allowed)}."
    return f"Look up {parameter.name} in the help of {new[-1].name}."


def _do(rule: str, *operations: Add | ByKeyword | Drop | Set) -> Proposal:
    kind, why = RULES[rule]
    return Proposal(rule, kind, why, operations)


def _say(rule: str, message: str, hint: str, *about: str) -> Proposal:
    kind, why = RULES[rule]
    return Proposal(rule, kind, why, (), message, hint, about=about)

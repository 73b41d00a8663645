"""What is wrong with a rule as such: keys that don't go together, names and values that no release of CASA has.

What a rule matches has to exist in 3.4, what it writes in every release of 4.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module

from cal_upgrade.casa.check import refusal
from cal_upgrade.casa.tables import Interface
from cal_upgrade.rules.schema import Rule, Verb
from cal_upgrade.text.values import UNKNOWN, literal

VERBS = ("task", "drop", "rename", "set", "add", "before", "behind")


def faults(rule: Rule, old: Interface, new: Sequence[Interface]) -> Iterator[str]:
    """Say what is wrong with a rule, in sentences that begin with the key; `old` is 3.4, `new` all of 4.2."""
    yield from _keys(rule)
    yield from _function(rule)
    for verb in (*rule.do, *rule.nrao, *rule.keep):
        yield from _verb(verb)
    for task in rule.tasks:
        if task not in old:
            yield f"tasks: CASA {old.casa} has no task {task}"
        else:
            yield from _names(rule, task, old, new)


def _keys(rule: Rule) -> Iterator[str]:
    if rule.built_in:
        return
    acts = rule.function is not None or rule.do or rule.nrao or rule.keep or rule.attention
    if not rule.tasks and rule.function is None:
        yield "tasks: it names neither tasks nor a function"
    if not acts and not rule.handles:
        yield "do: it does nothing; give do, nrao, keep, attention or handles"
    if rule.unknown not in ("attention", "ignore"):
        yield f'unknown: {rule.unknown!r} is neither "attention" nor "ignore"'
    if not any(example.unchanged is not None for example in rule.example):
        yield "example: it needs one of what must not change (unchanged)"
    if acts and not any(example.before is not None for example in rule.example):
        yield "example: it needs one of what changes (before)"


def _function(rule: Rule) -> Iterator[str]:
    if rule.function is None:
        return
    package, wanted = ("tasks", "propose") if rule.tasks else ("script", "amend")
    try:
        found = hasattr(import_module(f"cal_upgrade.rules.{package}.{rule.function}"), wanted)
    except ImportError:
        found = False
    if not found:
        yield f"function: cal_upgrade.rules.{package} has no {rule.function}"


def _verb(verb: Verb) -> Iterator[str]:
    chosen = [key for key in VERBS if getattr(verb, key) is not None]
    if len(chosen) != 1:
        yield f"do: a verb says exactly one thing, this one {len(chosen)}: {', '.join(chosen) or 'nothing'}"
        return
    if chosen[0] in ("set", "add") and verb.value is None:
        yield f"do: {chosen[0]} = {getattr(verb, chosen[0])!r} needs a value"
    if chosen[0] == "rename" and verb.to is None:
        yield f"do: rename = {verb.rename!r} needs to"


def _names(rule: Rule, task: str, old: Interface, new: Sequence[Interface]) -> Iterator[str]:
    """Check parameters and values against the interfaces of a task, and of the one that takes its place."""
    for verbs in ([*rule.do, *rule.nrao], [*rule.do, *rule.keep]):
        target = next((verb.task for verb in verbs if verb.task is not None), task)
        # a condition may be about a parameter that only some of the rule's tasks have
        known = {name for one in rule.tasks if one in old for name in old[one].by_name}
        for release in new:
            if target in release:
                known |= set(release[target].by_name)
            elif any(verb.task is not None or verb.add is not None for verb in verbs):
                yield f"do: CASA {release.casa} has no task {target}"
        for name in (*rule.when, *rule.handles, *(n for v in verbs for n in (v.drop, v.rename, v.set) if n)):
            if name not in known:
                yield f"when, do: {task} has no parameter {name}"
        for verb in verbs:
            yield from _written(verb, target, new)
    for name, condition in rule.when.items():
        parameter = old[task].by_name.get(name)
        for value in [*(condition.is_ or []), *(condition.beginning or [])] if parameter is not None else []:
            if parameter is not None and (problem := refusal(old[task], parameter, value)) is not None:
                yield f"when: {problem.message}"


def _written(verb: Verb, target: str, new: Sequence[Interface]) -> Iterator[str]:
    """Check that every new release takes what a verb writes."""
    name = verb.add or verb.to or verb.set
    for release in new if name is not None else ():
        if target not in release:
            continue
        parameter = release[target].by_name.get(name or "")
        if parameter is None:
            yield f"do: {target} has no parameter {name} in CASA {release.casa}"
        elif verb.value is not None and (value := literal(verb.value)) is not UNKNOWN:
            problem = refusal(release[target], parameter, value)
            if problem is not None:
                yield f"do: {problem.message}"

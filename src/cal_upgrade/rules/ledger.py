"""The ledger: every difference between the interfaces of two releases, and what looks after it.

A difference is looked after by a rule, by what is derived from the interfaces, or by a judgement that says why it
does no harm. `faults` says where nothing does, and where a judgement or a rule speaks of a difference that does not
exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from cal_upgrade.casa.difference import Difference, What
from cal_upgrade.casa.judgements import ALL, Judgement, Judgements, keys
from cal_upgrade.casa.tables import Interface
from cal_upgrade.rules.difference_table import differences
from cal_upgrade.rules.probe import derived
from cal_upgrade.rules.schema import Rule

Sort = Literal["rule", "judgement", "derivation", "nothing"]
"""What looks after a difference, the most particular first."""

RETURNED = "returned"
"""In place of a parameter's name: what the task gives back."""


class Entry(NamedTuple):
    """One difference, what looks after it, and why that is enough: a reason, or ids of rules.

    `rules`: the ids of the rules that answer it, beside a judgement too.
    """

    difference: Difference
    sort: Sort
    reason: str
    rules: str = ""


class Releases(NamedTuple):
    """Releases to compare: scripts are for `old` and must fit all of `new`; `between` are those between, in order."""

    old: Interface
    between: Sequence[Interface]
    new: Sequence[Interface]


def ledger(releases: Releases, rules: Sequence[Rule], judgements: Judgements) -> list[Entry]:
    """Give every difference that a call may meet, with what looks after it."""
    by_task = _by_task(rules)
    found = differences(releases.old, releases.new, releases.between, renamed(rules))
    return [_entry(one, releases, by_task.get(one.task, ()), judgements) for one in found]


def renamed(rules: Iterable[Rule]) -> dict[str, str]:
    """Give the tasks that a rule turns into another whatever their parameters are, with that one's name."""
    return {
        task: verb.task
        for rule in rules
        if not rule.when and not rule.optional
        for verb in rule.do
        if verb.task is not None
        for task in rule.tasks
    }


def faults(entries: Sequence[Entry], rules: Sequence[Rule], judgements: Judgements) -> Iterator[str]:
    """Say which differences nothing looks after, and which rules and judgements speak of one that does not exist."""
    for one in entries:
        if one.sort == "nothing":
            yield f"{_name(one.difference)} ({one.difference.detail}): no rule, no derivation, no judgement"
    met = {(one.difference.what, one.difference.task, one.difference.parameter): one.difference for one in entries}
    tasks = {(what, task) for what, task, _ in met}
    for judgement in judgements.all:
        yield from _stale(judgement, met, tasks)
    for rule in rules:
        for name in rule.covers:
            known = {(RETURNED if what == "returned" else name) for what, task, name in met if task in rule.tasks}
            if name != ALL and name not in known:
                yield f"rule {rule.id}: covers {name}: no difference of {', '.join(rule.tasks)} is about that"


def _stale(
    judgement: Judgement, met: Mapping[tuple[What, str, str], Difference], tasks: set[tuple[What, str]]
) -> Iterator[str]:
    """Say what is wrong with a judgement: it is about no difference, or about one of another release."""
    for what, task, parameter in keys(judgement):
        name = f"judgement {task} {what} {parameter}".rstrip()
        if parameter == ALL:
            if (what, task) not in tasks:
                yield f"{name}: there is no such difference"
        elif (what, task, parameter) not in met:
            yield f"{name}: there is no such difference"
        elif (since := met[what, task, parameter].since) != judgement.since:
            yield f"{name}: it came with CASA {since}, not {judgement.since}"
    if bool(judgement.harmless) == bool(judgement.hint):
        yield f"judgement {', '.join(judgement.tasks)} {judgement.what}: give either harmless or hint"


def _entry(one: Difference, releases: Releases, rules: Iterable[Rule], judgements: Judgements) -> Entry:
    covering = ", ".join(rule.id for rule in rules if _covers(rule, one))
    judged = judgements.of(one.what, one.task, one.parameter)
    if judged is not None and judged.harmless:
        return Entry(one, "judgement", judged.harmless, covering)
    if covering:
        return Entry(one, "rule", covering, covering)
    reason = derived(releases.old, releases.new, one)
    if reason is not None and judged is not None:
        reason = f"{reason}: {judgements.hint(one.what, one.task, one.parameter)}"
    return Entry(one, "nothing" if reason is None else "derivation", reason or "")


def _covers(rule: Rule, one: Difference) -> bool:
    """Whether a rule looks after a difference: by a verb that answers it, or because it says so."""
    name = RETURNED if one.what == "returned" else one.parameter
    if one.what == "moved":
        return False
    if ALL in rule.covers or name in (*rule.covers, *rule.handles):
        return True
    verbs = [*rule.do, *rule.nrao, *rule.keep]
    match one.what:
        case "task":
            return any(verb.task is not None for verb in rule.do)
        case "added":
            return any(one.parameter in (verb.add, verb.to) for verb in verbs)
        case "default":
            return any(one.parameter == verb.add for verb in verbs)
        case "gone":
            return any(one.parameter in (verb.drop, verb.rename) for verb in verbs)
        case "allowed" | "type":
            return any(one.parameter in (verb.drop, verb.rename, verb.set) for verb in verbs if one.lost)
        case _:
            return False


def _by_task(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        for task in rule.tasks if not rule.optional else ():
            found.setdefault(task, []).append(rule)
    return found


def _name(one: Difference) -> str:
    return f"{one.task} {one.what} {one.parameter}".rstrip()

"""Lists all that differs between the interfaces of CASA releases: to read, to judge, and to hold rules against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cal_upgrade.casa.check import accepts
from cal_upgrade.casa.difference import Difference
from cal_upgrade.casa.tables import Interface, Parameter, Task
from cal_upgrade.rules.derived import same

KINDS = ("bool", "int", "double", "string", "boolvec", "intvec", "doublevec", "stringvec", "record")
"""The types of values that a parameter may take, in CASA's words."""


def differences(
    old: Interface, new: Sequence[Interface], between: Sequence[Interface], renamed: Mapping[str, str]
) -> Iterator[Difference]:
    """Give every difference between a release and later ones, each once, dated.

    `between`: the releases after `old` and before the first of `new`, in order. `renamed`: the tasks that another
    took the place of, with its name.
    """
    releases = [*between, *new]
    for name, task in old.items():
        seen: dict[tuple[str, str, str, str], Difference] = {}
        by_release = [{one.key: one for one in _task(task, release, renamed.get(name))} for release in releases]
        for found in by_release[len(between) :]:
            seen = {**found, **seen}
        for key, one in seen.items():
            yield one._replace(since=_since(key, releases, by_release))


def _since(key: tuple[str, str, str, str], releases: Sequence[Interface], found: Sequence[Iterable[object]]) -> str:
    """Date a difference by the first release from which on all have it."""
    first = len(found)
    while first and key in found[first - 1]:
        first -= 1
    # the task files of 4.0.0 are those of 4.0.1
    return releases[min(first, len(found) - 1)].casa.replace("4.0.1", "4.0.0")


def _task(old: Task, release: Interface, successor: str | None) -> Iterator[Difference]:
    """Give the differences of one task in one release: from itself, else from the task that took its place."""
    name = old.name
    if name not in release:
        after = f", {successor} took its place" if successor else ""
        yield Difference(name, successor or "", "task", "", f"gone{after}")
    target = name if name in release else successor
    if target is not None and target in release:
        yield from (one._replace(successor=target) for one in compared(old, release[target]))


def compared(old: Task, new: Task) -> Iterator[Difference]:
    """Give the differences between two tasks, parameter by parameter."""
    blank = Difference(old.name, new.name, "added", "", "")
    for place, name in enumerate(old.order[:-1]):
        if new.order[place : place + 1] != (name,):
            yield blank._replace(what="moved", parameter=name, detail=f"place {place + 1} and later ones")
            break
    for parameter in new.parameters:
        if parameter.name not in old.by_name:
            yield blank._replace(what="added", parameter=parameter.name, detail=repr(parameter.default))
    for parameter in old.parameters:
        other = new.by_name.get(parameter.name)
        if other is None:
            yield blank._replace(what="gone", parameter=parameter.name, detail="gone")
            continue
        for one in (*_defaults(old, new, parameter.name), *_types(parameter, other), *_allowed(parameter, other)):
            yield one._replace(task=old.name, successor=new.name, parameter=parameter.name)
    if old.returns != new.returns:
        yield blank._replace(what="returned", detail=f"{old.returns or 'nothing'} → {new.returns or 'nothing'}")


def _defaults(old: Task, new: Task, name: str) -> Iterator[Difference]:
    """Defaults that are others, under each of the conditions that a call for the old task may meet."""
    conditions = {
        (when.parameter, repr(when.value)): {when.parameter: when.value}
        for task in (old, new)
        for when in task.when
        if name in when.defaults and when.op == "==" and when.parameter in old.by_name
    }
    for given in ({}, *conditions.values()):
        before, after = old.default(name, given), new.default(name, given)
        if not same(before, after):
            under = "".join(f" under {key}={value!r}" for key, value in given.items())
            yield Difference("", "", "default", name, f"{before!r} → {after!r}{under}", given)


def _types(old: Parameter, new: Parameter) -> Iterator[Difference]:
    """The types of values that only one of two parameters takes, and the units that a bare number gets."""
    lost = tuple(kind for kind in KINDS if accepts(old, kind) and not accepts(new, kind))
    more = tuple(kind for kind in KINDS if accepts(new, kind) and not accepts(old, kind))
    if lost or more:
        words = [f"no {', '.join(lost)}"] * bool(lost) + [f"also {', '.join(more)}"] * bool(more)
        yield Difference("", "", "type", old.name, "; ".join(words), lost=lost)
    elif old.units != new.units:
        detail = f"a bare number is in {old.units or 'no units'} → {new.units or 'no units'}"
        yield Difference("", "", "type", old.name, detail, lost=("units",))


def _allowed(old: Parameter, new: Parameter) -> Iterator[Difference]:
    """The values that only one of two parameters takes."""
    words: list[str] = []
    lost: tuple[str, ...] = ()
    if old.allowed is not None and new.allowed is not None:
        lost = tuple(one for one in old.allowed if one not in new.allowed)
        more = [repr(one) for one in new.allowed if one not in old.allowed]
        words += [f"no {', '.join(map(repr, lost))}"] * bool(lost) + [f"also {', '.join(more)}"] * bool(more)
    elif new.allowed is not None:
        words, lost = [f"only {', '.join(map(repr, new.allowed))}"], ("any other",)
    elif old.allowed is not None:
        words.append("any value")
    if new.range != old.range:
        lost = (*lost, "out of range") if new.range is not None else lost
        words.append(f"from {new.range[0]} to {new.range[1]}" if new.range is not None else "any number")
    if new.mustexist != old.mustexist:
        words.append("need not be a file" if old.mustexist else "must be a file")
        lost = (*lost, "no file") if new.mustexist else lost
    if new.ignore_case != old.ignore_case:
        words.append("whatever the case" if new.ignore_case else "case counts")
        lost = (*lost, "other case") if old.ignore_case else lost
    if words:
        yield Difference("", "", "allowed", old.name, "; ".join(words), lost=lost)

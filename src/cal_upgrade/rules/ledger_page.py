"""Writes the ledger as Markdown, task by task: `docs/ledger.md`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import get_args

from cal_upgrade.casa.difference import What
from cal_upgrade.rules.ledger import Entry, Releases, Sort
from cal_upgrade.rules.schema import Rule

_OPENING = """# The ledger

Every difference between the task interfaces of CASA {old} and those of {new}, and what looks after it.
Written from `rules/` by `make docs`; a test fails where nothing looks after one.

**rule**: a rule of [rules.md](rules.md) answers it. **derivation**: what is due follows from the interface tables
alone. **judgement**: a call means the same with it and without, for the reason given (`rules/judgements/`). Of a
parameter that was added, the question is whether its default changes what a call does that does not give it.
"""

_WORDS: Mapping[What, str] = {
    "task": "task gone",
    "added": "added",
    "gone": "gone",
    "moved": "moved",
    "default": "default",
    "allowed": "values",
    "type": "type",
    "returned": "returned",
}

_SORTS: tuple[Sort, ...] = ("rule", "derivation", "judgement")


def page(entries: Sequence[Entry], rules: Sequence[Rule], releases: Releases) -> str:
    """Write the ledger: how many entries there are of each sort, and all of them by task."""
    new = " and ".join(interface.casa for interface in releases.new)
    parts = [_OPENING.format(old=releases.old.casa, new=new), *_counts(entries)]
    by_task: dict[str, list[Entry]] = {}
    for entry in entries:
        by_task.setdefault(entry.difference.task, []).append(entry)
    for task, found in sorted(by_task.items()):
        parts += _section(task, found, rules)
    return "".join(parts)


def _counts(entries: Sequence[Entry]) -> Iterator[str]:
    """How many entries there are, by sort of difference and by what looks after them."""
    count = Counter((entry.difference.what, entry.sort) for entry in entries)
    yield f"\n| difference | {' | '.join(_SORTS)} | all |\n|---|{'---:|' * (len(_SORTS) + 1)}\n"
    for what in get_args(What):
        row = [count[what, sort] for sort in _SORTS]
        yield f"| {_WORDS[what]} | {' | '.join(map(str, row))} | {sum(row)} |\n"
    total = [sum(entry.sort == sort for entry in entries) for sort in _SORTS]
    yield f"| all | {' | '.join(map(str, total))} | {len(entries)} |\n"


def _section(task: str, entries: Sequence[Entry], rules: Iterable[Rule]) -> Iterator[str]:
    """One task: its differences in a table, and its rules about what no interface shows."""
    successor = entries[0].difference.successor
    yield f"\n## {task}{f' (now {successor})' if successor not in ('', task) else ''}\n\n"
    yield "| difference | parameter | since | looked after by | |\n|---|---|---|---|---|\n"
    rows: dict[tuple[str, ...], list[str]] = {}
    for entry in entries:
        one = entry.difference
        beside = f" (beside it: {entry.rules})" if entry.sort == "judgement" and entry.rules else ""
        key = (_WORDS[one.what], one.since, entry.sort, entry.reason + beside)
        rows.setdefault(key, []).append(_parameter(entry))
    for (what, since, sort, reason), parameters in rows.items():
        yield f"| {what} | {', '.join(parameters)} | {since} | {sort} | {_cell(reason)} |\n"
    named = {rule for entry in entries for rule in entry.rules.split(", ")}
    others = [rule.id for rule in rules if task in rule.tasks and rule.id not in named]
    if others:
        yield f"\nRules about more than the interface: {', '.join(others)}.\n"


def _parameter(entry: Entry) -> str:
    one = entry.difference
    shown = f"{one.parameter}={one.detail}" if one.what == "added" else one.parameter
    name = f"`{_cell(shown)}`" if shown else ""
    detail = _cell(one.detail) if one.what in ("default", "allowed", "type", "returned", "moved") else ""
    return f"{name} {detail}".strip() or "–"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

"""What every report is made of: the scripts that were looked at, the words of the rules, and the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, get_args

import msgspec

from cal_upgrade.records import Attention, Change, Kind, Refused, StepMove, Translation
from cal_upgrade.rules.schema import Rule

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""The kinds of change, what matters most first."""


class RuleText(msgspec.Struct, frozen=True):
    """A rule in words: `summary` in a line, `why` in a sentence or two, `source` the evidence, a line each."""

    id: str
    kind: Kind
    summary: str
    why: str
    source: tuple[str, ...] = ()


Rules = Mapping[str, RuleText]
"""The words of the rules by rule id. A report does without those of a rule that is not in it."""


Results = Literal["nrao", "keep"]
"""The choice of `--results`: do as NRAO's 4.2 scripts do, or keep 3.4's numbers."""


class Reviewed(msgspec.Struct, frozen=True):
    """One script for a report.

    `script` and `output` are names as the user should read them (`output` None: no result is named), `outcome` what
    came out, or why nothing did. `to` is the CASA version that was asked for, `results` the choice of `--results`.
    """

    script: str
    output: str | None
    outcome: Translation | Refused
    to: str = "4.2"
    results: Results = "nrao"


class Summary(msgspec.Struct, frozen=True):
    """Counts: task calls in all and by what became of them, changes by kind, places that need attention."""

    calls: int
    changed: int
    checked: int
    unknown: int
    changes: dict[Kind, int]
    attention: int


def summary(translations: Iterable[Translation]) -> Summary:
    """Count what was done to one script, or to several together."""
    status: Counter[str] = Counter()
    kinds: Counter[Kind] = Counter()
    attention = 0
    for translation in translations:
        status.update(call.status for call in translation.calls)
        kinds.update(change.kind for change in translation.changes)
        attention += len(translation.attention)
    return Summary(
        calls=status.total(),
        changed=status["changed"],
        checked=status["checked"],
        unknown=status["unknown"],
        changes={kind: kinds[kind] for kind in KINDS},
        attention=attention,
    )


def reason(change: Change, rules: Rules) -> str:
    """Give the reason of a change: its own, else the rule's."""
    rule = rules.get(change.rule)
    return change.why or (rule.why if rule else "")


def what_to_do(attention: Attention) -> str:
    """Say what is the matter and what to do about it."""
    return sentences(attention.message, attention.hint)


def alike(attention: Iterable[Attention]) -> list[tuple[Attention, list[int]]]:
    """Put together what one rule says in the same words at several lines: the first of each, and all its lines."""
    found: dict[tuple[str, str, str], tuple[Attention, list[int]]] = {}
    for item in sorted(attention, key=lambda item: item.line):
        found.setdefault((item.rule, item.message, item.hint), (item, []))[1].append(item.line)
    return list(found.values())


def steps_in_words(steps: Sequence[StepMove]) -> str:
    """Say how many steps there are, how many came in, and whether any number moved."""
    inserted = sum(step.old is None for step in steps)
    if inserted:
        return f"{number(len(steps), 'step')}, {inserted} inserted"
    moved = any(step.old != step.new for step in steps)
    return f"{number(len(steps), 'step')}, {'renumbered' if moved else 'numbers as they were'}"


def sentences(*parts: str) -> str:
    """Join texts into sentences, each with one end."""
    ended = (part.strip() for part in parts if part.strip())
    return " ".join(part if part[-1] in ".!?:" else part + "." for part in ended)


def number(count: int, noun: str) -> str:
    """Write a count with its noun: 1 change, 2 changes."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def by_kind(counts: Mapping[Kind, int]) -> str:
    """List the kinds that occur: `3 required, 1 style`."""
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)


def line_list(lines: Iterable[int]) -> str:
    """Write line numbers shortly: `3, 7-9, 12`."""
    runs: list[list[int]] = []
    for line in sorted(set(lines)):
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def rule_texts(rules: Iterable[Rule]) -> dict[str, RuleText]:
    """Give what reports say of each rule, by its id."""
    return {rule.id: RuleText(rule.id, rule.kind, rule.summary, rule.why, tuple(rule.source)) for rule in rules}

"""The report for a terminal: what a person must look at first, then what was done, folded where it repeats."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from cal_upgrade.characters import visible, visible_name
from cal_upgrade.records import Change, Refused, StepMove, Translation
from cal_upgrade.report.describe import (
    KINDS,
    Reviewed,
    Rules,
    alike,
    by_kind,
    line_list,
    number,
    reason,
    sentences,
    steps_in_words,
    summary,
    what_to_do,
)

SHORT = 48
"""As many characters of a change's text are shown."""

FORMS = 6
"""As many different changes of one rule are shown; of the others only the lines."""

_Paint = Callable[[str, str], str]

_STYLES = {
    "bold": "1",
    "dim": "2",
    "required": "31",
    "results": "33",
    "advice": "36",
    "style": "34",
    "attention": "35",
}


def as_text(scripts: Sequence[Reviewed], rules: Rules, *, check: bool = False, colour: bool = False) -> str:
    """Write the report. `check`: nothing was written, say what would change. `colour`: with terminal colours."""
    paint = _paint if colour else _plain
    if len(scripts) == 1:
        return "\n".join(_script(scripts[0], rules, check, paint)) + "\n"
    parts: list[str] = []
    for reviewed in scripts:
        lines = _in_a_line(reviewed, paint) or _script(reviewed, rules, check, paint)
        parts.append("\n".join(lines) + "\n")
    return "\n".join([*parts, *_together(scripts, check, paint)]) + "\n"


def short_change(before: str, after: str) -> str:
    """Write what a change did in a few words: `a → b`, `+ added`, `- dropped`."""
    before, after = " ".join(before.split()), " ".join(after.split())
    if before == after:
        return _cut(before)
    if max(len(before), len(after)) > SHORT // 2:
        before, after = _differing(before, after)
    if before and after:
        return f"{_cut(before)} → {_cut(after)}"
    return f"- {_cut(before)}" if before else f"+ {_cut(after)}"


def _script(reviewed: Reviewed, rules: Rules, check: bool, paint: _Paint) -> Iterator[str]:
    name, found = visible_name(reviewed.script), reviewed.outcome
    if isinstance(found, Refused):
        place = f"{name}:{found.line}" if found.line is not None else name
        yield paint("attention", visible(f"{place}: {sentences(found.what, found.todo)}"))
        return
    yield paint("bold", name) + _goes_to(reviewed, found, check)
    yield visible(f"CASA {found.version}: {sentences(found.why_version)}")
    if found.attention:
        yield ""
        yield paint("bold", f"Needs attention ({len(found.attention)})")
        for item, lines in alike(found.attention):
            yield visible(f"{name}:{item.line}: {what_to_do(item)}") + paint("attention", f" [{visible(item.rule)}]")
            if len(lines) > 1:
                yield paint("dim", f"      {len(lines) - 1} more like this: {_lines(lines[1:])}")
    if found.changes:
        yield ""
        counts = summary([found]).changes
        heading = "Would change" if check else "Changes"
        yield paint("bold", f"{heading} ({len(found.changes)}: {by_kind(counts)})")
        yield from _changes(name, found.changes, rules, paint)
    if found.steps:
        yield ""
        yield paint("bold", f"Steps ({steps_in_words(found.steps)})")
        if any(step.old != step.new for step in found.steps):
            yield from _steps(found.steps)
    yield ""
    yield from _account(found, reviewed.to, check)
    yield paint("bold", _one_line(found, check))


def _in_a_line(reviewed: Reviewed, paint: _Paint) -> list[str]:
    """Say in one line that a script among several is as it should be; nothing if it is not."""
    found = reviewed.outcome
    if isinstance(found, Refused) or found.changed or found.changes or found.attention:
        return []
    counts = summary([found])
    if counts.unknown:
        return []
    calls = f", {number(counts.calls, 'task call')} checked" if counts.calls else ", no task calls"
    return [paint("bold", visible_name(reviewed.script)) + f": nothing to change{calls}."]


def _goes_to(reviewed: Reviewed, found: Translation, check: bool) -> str:
    if not found.changed:
        return ": nothing to change"
    if reviewed.output is None:
        return " would change" if check else ""
    return f"{' would become' if check else ' →'} {visible(reviewed.output)}"


def _changes(name: str, changes: Iterable[Change], rules: Rules, paint: _Paint) -> Iterator[str]:
    """List the changes by kind and rule, with the reason once for each rule."""
    groups: dict[tuple[int, str, str], dict[str, list[int]]] = {}
    for change in sorted(changes, key=lambda change: change.line):
        key = (KINDS.index(change.kind), change.rule, reason(change, rules))
        forms = groups.setdefault(key, {})
        forms.setdefault(short_change(change.before, change.after), []).append(change.line)
    for (kind, rule, why), forms in sorted(groups.items(), key=lambda group: group[0][0]):
        label = KINDS[kind]
        yield paint(label, label) + (f": {visible(sentences(why))}" if why else "")
        shown = list(forms.items())[:FORMS] if len(forms) > FORMS + 1 else list(forms.items())
        for form, lines in shown:
            yield f"  {name}:{lines[0]}: {visible(form)}" + paint("dim", f" [{visible(rule)}]")
            if len(lines) > 1:
                yield paint("dim", f"      {len(lines) - 1} more like this: {_lines(lines[1:])}")
        rest = [line for lines in list(forms.values())[len(shown) :] for line in lines]
        if rest:
            yield paint("dim", f"      {len(rest)} more by this rule: {_lines(rest)}")


def _lines(lines: Sequence[int]) -> str:
    listed = line_list(lines)
    return f"line {listed}" if listed.isdecimal() else f"lines {listed}"


def _steps(steps: Iterable[StepMove]) -> Iterator[str]:
    for step in steps:
        old = "new" if step.old is None else str(step.old)
        yield visible(f"  {old:>3} → {step.new:>2}  {step.title}")


def _account(found: Translation, to: str, check: bool) -> Iterator[str]:
    """Say what became of the task calls; that they all fit only if every one was judged and none needs a person."""
    counts = summary([found])
    if not counts.calls:
        yield "No task calls were found."
        return
    yield (
        f"{number(counts.calls, 'task call')}: {counts.changed} changed, {counts.checked} checked, "
        f"{counts.unknown} unknown."
    )
    unknown = [call for call in found.calls if call.status == "unknown"]
    if unknown:
        listed = ", ".join(f"{visible(call.task)} (line {call.line})" for call in unknown[:12])
        more = f" and {len(unknown) - 12} more" if len(unknown) > 12 else ""
        yield f"Not to be judged by machine: {listed}{more}."
    elif not counts.attention:
        fits = "would fit" if check and found.changed else "fits"
        yield f"Every task call {fits} CASA {visible(to)}."


def _one_line(found: Translation, check: bool) -> str:
    """Count what was done, what is good to know (nothing was written there), and what needs a person."""
    made = sum(change.before != change.after for change in found.changes)
    known, wants = len(found.changes) - made, len(found.attention)
    said = [f"{number(made, 'change')} {'to make' if check else 'made'}" if made else "Nothing to change"]
    if known:
        said.append(f"{number(known, 'place')} to know of")
    if wants:
        said.append(f"{number(wants, 'place')} {'needs' if wants == 1 else 'need'} attention")
    return ", ".join(said) + "."


def _together(scripts: Sequence[Reviewed], check: bool, paint: _Paint) -> Iterator[str]:
    found = [reviewed.outcome for reviewed in scripts if isinstance(reviewed.outcome, Translation)]
    changed = sum(translation.changed for translation in found)
    counts = summary(found)
    verb = "to change" if check else "changed"
    yield paint("bold", f"{number(len(scripts), 'script')} together")
    yield f"{changed} {verb}, {len(found) - changed} with nothing to change, {len(scripts) - len(found)} failed."
    kinds = by_kind(counts.changes)
    yield (
        f"{number(sum(counts.changes.values()), 'change')}{f' ({kinds})' if kinds else ''}; "
        f"{number(counts.attention, 'place')} for a person to look at."
    )
    yield (
        f"{number(counts.calls, 'task call')}: {counts.changed} changed, {counts.checked} checked, "
        f"{counts.unknown} unknown."
    )


def _differing(before: str, after: str) -> tuple[str, str]:
    """Take away the words that two texts begin and end with in common."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    least = min(len(old), len(new))
    head = next((k for k in range(least) if old[k] != new[k]), least)
    tail = next((k for k in range(least - head) if old[-1 - k] != new[-1 - k]), least - head)
    return "".join(old[head : len(old) - tail]).strip(), "".join(new[head : len(new) - tail]).strip()


_WORDS = re.compile(r"\w+|\s+|.", re.DOTALL)


def _cut(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def _plain(style: str, text: str) -> str:
    return text


def _paint(style: str, text: str) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"

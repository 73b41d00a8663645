"""A script and its result side by side: what changed is open, what did not is folded away but there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cal_upgrade.records import Translation
from cal_upgrade.report.align import Aligned, Row, around, runs
from cal_upgrade.report.describe import Reviewed, Rules, line_list, number, reason, sentences
from cal_upgrade.report.page.colour import Piece, as_html, coloured
from cal_upgrade.report.page.html import attribute, escaped, shown
from cal_upgrade.report.page.words import changed_words

CONTEXT = 3
"""As many unchanged lines stay open round what changed."""

GAP = 4
"""So few unchanged lines are not worth folding."""


class Note(NamedTuple):
    """A remark at a line: a change, several of one rule in neighbouring lines, or something for a person."""

    kind: str
    rule: str
    words: str
    lines: tuple[int, ...]
    source: tuple[str, ...]


def comparison(reviewed: Reviewed, found: Translation, aligned: Aligned, rules: Rules, mark: str) -> Iterator[str]:
    """Write the comparison of one script; `mark` begins the names of its lines (`s1-L12`)."""
    rows = aligned.rows
    notes = _notes(found, rows, rules)
    named = {item.line for item in found.attention} | {call.line for call in found.calls}
    lines = _Lines(rows, coloured(_code(found.text)), coloured(_code(found.result)), mark, named)
    yield (
        '<div class="heads" aria-hidden="true">'
        f"<div>CASA {escaped(found.version)} <span>{escaped(reviewed.script)}</span></div>"
        f"<div>CASA {escaped(reviewed.to)} <span>{escaped(reviewed.output or '')}</span></div></div>\n"
    )
    at = 0
    near = [k for k, row in enumerate(rows) if not row.same] + list(notes)
    for part in around(sorted(near), CONTEXT, len(rows), GAP):
        yield from _unchanged(range(at, part.start), lines)
        yield _TABLE.format("block", "Changed lines")
        for k in part:
            yield lines.row(k)
            if k in notes:
                yield '<tr class=notes><td colspan="4">' + "".join(map(_note, notes[k])) + "\n"
        yield "</table>\n"
        at = part.stop
    yield from _unchanged(range(at, len(rows)), lines)


def _unchanged(part: range, lines: _Lines) -> Iterator[str]:
    """Write rows that are the same on both sides, folded unless they are few."""
    if part:
        table = [_TABLE.format("", "Unchanged lines"), *map(lines.row, part), "</table>"]
        folded = len(part) > GAP
        yield f'<details class="fold"><summary>{number(len(part), "unchanged line")}</summary>\n' if folded else ""
        yield from table
        yield "</details>\n" if folded else "\n"


_TABLE = '<table class="code {}" aria-label="{}"><colgroup><col class=ln><col><col class=ln><col></colgroup>\n'


class _Lines(NamedTuple):
    """The rows of a comparison with the coloured lines of both sides; lines in `named` can be linked to."""

    rows: Sequence[Row]
    old: list[list[Piece]]
    new: list[list[Piece]]
    mark: str
    named: set[int]

    def row(self, k: int) -> str:
        """Write a row: line number and text of the script, the same of the result."""
        old, new, same = self.rows[k]
        name = f' id="{self.mark}-L{old}"' if old in self.named else ""
        if old is None or new is None:
            left = "<th><td class=none>" if old is None else f"<th>{old}<td>{as_html(self.old[old - 1])}"
            right = "<th><td class=none>" if new is None else f"<th>{new}<td>{as_html(self.new[new - 1])}"
            return f"<tr class={'come' if old is None else 'gone'}{name}>{left}{right}\n"
        before = self.old[old - 1]
        if same:
            text = as_html(before)
            return f"<tr{name}><th>{old}<td>{text}<th>{new}<td>{text}\n"
        after = self.new[new - 1]
        gone, come = changed_words(_text(before), _text(after))
        return f"<tr class=both{name}><th>{old}<td>{as_html(before, gone)}<th>{new}<td>{as_html(after, come)}\n"


def _notes(found: Translation, rows: Sequence[Row], rules: Rules) -> dict[int, list[Note]]:
    """Place the remarks: those of changes below the stretch of lines they are about, others below their line."""
    by_new = {row.new: k for k, row in enumerate(rows) if row.new is not None}
    by_old = {row.old: k for k, row in enumerate(rows) if row.old is not None}
    last = {k: part.stop - 1 for part in runs(rows) for k in part}
    grouped: dict[tuple[int, str, str, str], list[int]] = {}
    for change in sorted(found.changes, key=lambda change: (change.line, change.output_line)):
        at = by_new.get(change.output_line, len(rows) - 1)
        if at not in last:
            at = by_old.get(change.line, at)
        key = (last.get(at, at), change.kind, change.rule, sentences(reason(change, rules)))
        grouped.setdefault(key, []).append(change.line)
    notes: dict[int, list[Note]] = {}
    for item in found.attention:
        words = sentences(item.message, item.hint)
        source = rules[item.rule].source if item.rule in rules else ()
        notes.setdefault(by_old.get(item.line, len(rows) - 1), []).append(
            Note("attention", item.rule, words, (item.line,), source)
        )
    for (at, kind, rule, words), lines in grouped.items():
        source = rules[rule].source if rule in rules else ()
        notes.setdefault(at, []).append(Note(kind, rule, words, tuple(lines), source))
    return notes


def _note(note: Note) -> str:
    lines = line_list(note.lines)
    source = f"<small>Source: {escaped('; '.join(note.source))}</small>" if note.source else ""
    return (
        f'<div class="note k-{note.kind}" data-kind="{note.kind}" data-rule="{attribute(note.rule)}" '
        f'data-count="{len(note.lines)}" tabindex="-1"><b class="badge">{note.kind}</b> '
        f"<code>{escaped(note.rule)}</code> <span class=at>line{'' if lines.isdecimal() else 's'} {lines}</span> "
        f"<span>{escaped(note.words)}</span>{source}</div>"
    )


def _code(text: str) -> str:
    return shown(text.replace("\r\n", "\n").replace("\r", "\n"))


def _text(pieces: Sequence[Piece]) -> str:
    return "".join(text for _, text in pieces)

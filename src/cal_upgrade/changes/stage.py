"""One stage of a translation: a text, edits with their reasons, the text after, and the records of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from cal_upgrade.changes.operations import Amendment
from cal_upgrade.records import Attention, Change
from cal_upgrade.text.edits import Edit, Lines, apply


class Stage(NamedTuple):
    """What a stage gives: the text after it, where its lines come from, and what it did and saw.

    In `changes`, `line` is a line of the text before the stage and `output_line` one of the text after it; in
    `attention`, `line` is a line of the text before. `touched`: the bytes of the text before, from … up to, that a
    change is about; what is put ahead of a statement is about that statement. Where both are one, it is about what
    begins there.
    """

    text: bytes
    origin: list[int | None]
    changes: tuple[Change, ...]
    attention: tuple[Attention, ...]
    edits: tuple[Edit, ...] = ()
    touched: tuple[tuple[int, int], ...] = ()


def settle(text: bytes, amendments: Iterable[Amendment], attention: Sequence[Attention] = ()) -> Stage:
    """Apply amendments to a text, and note each of their reasons as a change."""
    amendments = list(amendments)
    done = apply(text, [amendment.edit for amendment in amendments])
    before, after = Lines(text), Lines(done.text)
    changes = []
    for amendment, place in zip(amendments, done.places, strict=True):
        first_old, first_new = before.of(amendment.edit.start), after.of(place)
        brought, top = amendment.edit.text, first_new
        last_new = first_new + brought.rstrip("\n").count("\n")
        if amendment.edit.start == amendment.edit.end:
            first_new += len(brought) - len(brought.lstrip("\n"))
        for reason in amendment.reasons:
            found = first_new + (reason.line - first_old)
            line = _shown(reason.after, brought.split("\n"), top, min(max(found, first_new), last_new))
            changes.append(
                Change(reason.rule, reason.kind, reason.line, line, reason.before, reason.after, reason.why)
            )
    edits = tuple(amendment.edit for amendment in amendments)
    touched = tuple(place for amendment in amendments for place in _about(text, amendment))
    return Stage(done.text, done.origin, tuple(changes), tuple(attention), edits, touched)


def _about(text: bytes, amendment: Amendment) -> Iterator[tuple[int, int]]:
    """Give the bytes that the changes of an amendment are about."""
    start, end, _ = amendment.edit
    if start == end:
        while end < len(text) and text[end] in b" \t\f":
            end += 1
        end += 1
    for reason in amendment.reasons:
        if reason.before != reason.after:
            yield (start, end) if reason.place is None else (reason.place, reason.place)


def _shown(text: str, rows: Sequence[str], top: int, line: int) -> int:
    """Give the line that shows a text: `line`, one behind it, or one ahead; `rows` are lines from `top` on."""
    first = text.strip().split("\n")[0]
    order = [*range(line - top, len(rows)), *range(line - top - 1, -1, -1)]
    return next((top + k for k in order if as_written(first, rows[k]) is not None), line)


def as_written(text: str, line: str) -> str | None:
    """Give the part of a line that says the same as a text but for blanks, and is no part of a longer word."""
    wanted = "".join(text.split())
    places = [k for k, char in enumerate(line) if not char.isspace()]
    said = "".join(line.split())
    at = said.find(wanted) if wanted else -1
    while at >= 0:
        start, end = places[at], places[at + len(wanted) - 1] + 1
        if not (_in_word(line[max(start - 1, 0) : start + 1]) or _in_word(line[end - 1 : end + 1])):
            return line[start:end]
        at = said.find(wanted, at + 1)
    return None


def _in_word(pair: str) -> bool:
    """Whether two neighbouring characters belong to one word."""
    return len(pair) == 2 and all(char.isalnum() or char == "_" for char in pair)


def insertion(text: bytes, at: int, statement: str, behind: int | None = None) -> Edit | None:
    """Put a statement on lines of its own ahead of the one that starts at byte `at`, indented alike.

    With `behind`, the byte where that statement ends, it goes behind it instead. None if the statement shares its
    lines with another.
    """
    start = text.rfind(b"\n", 0, at) + 1
    indent = text[start:at]
    if indent.strip(b" \t\f"):
        return None
    lines = [indent.decode("utf-8") + line if line else line for line in statement.splitlines()]
    if behind is None:
        return Edit(start, start, "".join(line + "\n" for line in lines))
    end = text.find(b"\n", behind)
    rest = (text[behind:end] if end >= 0 else text[behind:]).strip()
    if rest.strip(b";").strip() and not rest.startswith(b"#"):
        return None
    if end < 0:
        return Edit(len(text), len(text), "".join("\n" + line for line in lines))
    return Edit(end + 1, end + 1, "".join(line + "\n" for line in lines))

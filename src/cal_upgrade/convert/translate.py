"""From a CASA 3.4 script to one that runs in CASA 4.2: the whole way, at a glance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from cal_upgrade import steps
from cal_upgrade.casa.tables import load
from cal_upgrade.changes.operations import Told
from cal_upgrade.changes.stage import Stage, as_written, settle
from cal_upgrade.convert.account import account, misfits
from cal_upgrade.records import Attention, Change, Refused, StepMove, Translation
from cal_upgrade.rewrite.assigned_calls import rewrite_assigned
from cal_upgrade.rewrite.calls import rewrite_calls
from cal_upgrade.rewrite.commented_calls import rewrite_commented
from cal_upgrade.rules.deriver import deriver
from cal_upgrade.rules.ruleset import Book
from cal_upgrade.rules.script import amend as amend_script
from cal_upgrade.script import hidden
from cal_upgrade.script.model import Script, open_script
from cal_upgrade.script.version import Version, detect
from cal_upgrade.steps.drivers import Lookup
from cal_upgrade.text import source
from cal_upgrade.text.edits import Edit, Traced, compose, given_line

Record = TypeVar("Record", Change, Attention)

READ_BY, MUST_FIT = "3.4.0", ("4.2.0", "4.2.2")
"""The interface that a script's calls are read by, and those they must fit (4.2.1 has the task files of 4.2.0)."""


class Passed(NamedTuple):
    """What one pass through all stages gives; lines in `changes` and `attention` are those of the script given.

    `edits`: those of each stage. `touched`: the bytes of the script given that changes are about.
    """

    text: bytes
    origin: list[int | None]
    changes: tuple[Change, ...]
    attention: tuple[Attention, ...]
    steps: tuple[StepMove, ...]
    told: tuple[Told, ...] = ()
    edits: tuple[tuple[Edit, ...], ...] = ()
    touched: tuple[tuple[int, int], ...] = ()


def translate(data: bytes, book: Book, lookup: Lookup | None = None) -> Translation:
    """Translate one script, given as the bytes of its file.

    `lookup` finds the steps of a script that a driver names. Raises Refused if the script can't be read, is for
    another CASA version, or would not come out as Python 2 that a second pass leaves alone.
    """
    given = source.decode(data)
    script = open_script(given.text, load(READ_BY), load(MUST_FIT[-1]))
    version = _version(script, book)
    passed = pass_through(script, book, lookup) if version.casa == "3.4" else untouched(script)
    result = script if passed.text == given.text else open_script(passed.text, script.interface, script.later)
    if result is not script:
        _must_settle(result, book, lookup)
    converted = source.encode(given, passed.text, passed.origin)
    must_fit = [load(casa) for casa in MUST_FIT]
    attention = [one for one in (*passed.attention, *_stray_bytes(given)) if book.selected(one.rule)]
    attention += misfits(result, passed.origin, must_fit, passed.told)
    return Translation(
        text=data.decode(given.encoding),
        result=converted.decode(given.encoding),
        output=converted,
        encoding=given.encoding,
        version=version.casa,
        why_version=version.why,
        changes=_verbatim(passed.changes, given.text, passed.text),
        attention=tuple(sorted(attention, key=lambda seen: seen.line)),
        steps=passed.steps or steps.unmoved(script.reading),
        calls=account(script, passed.changes, passed.touched, passed.steps, must_fit),
        origin=tuple(passed.origin),
    )


def pass_through(script: Script, book: Book, lookup: Lookup | None = None) -> Passed:
    """Take a script through every stage: task calls, idioms, steps."""
    passed = untouched(script)
    if book.options.select == ("none",):
        return passed
    must_fit = [load(casa) for casa in MUST_FIT]
    derive = deriver(script.interface, must_fit, book.options)
    direct = rewrite_calls(script, book, derive)
    assigned = rewrite_assigned(script, book, derive, must_fit[-1])
    commented = rewrite_commented(script, book, derive)
    amendments = [*direct.amendments, *assigned.amendments, *commented]
    seen = [*direct.attention, *assigned.attention]
    if book.selected(hidden.RULE):
        seen += hidden.attention(script)
    passed = _follow(passed, settle(script.reading.text, amendments, seen))
    script = _again(script, passed)
    passed = _follow(passed, settle(script.reading.text, *amend_script(script, book)))
    script = _again(script, passed)
    stepped = steps.amend(script.reading, book.options.selected, lookup)
    passed = _follow(passed, settle(script.reading.text, stepped.amendments, stepped.attention))
    return passed._replace(steps=stepped.steps, told=(*direct.told, *assigned.told))


def untouched(script: Script) -> Passed:
    """Give a script as it is."""
    lines = script.reading.text.count(b"\n") + 1
    return Passed(script.reading.text, list(range(1, lines + 1)), (), (), ())


def _version(script: Script, book: Book) -> Version:
    if book.options.version != "auto":
        return Version(book.options.version, "as --from says")
    new_tasks = frozenset(load(MUST_FIT[0])) - frozenset(script.interface)
    return detect(script, new_tasks)


def _again(script: Script, passed: Passed) -> Script:
    """Read a script's text as it is by now, unless it is unchanged; only the result is held against the grammar."""
    if passed.text == script.reading.text:
        return script
    return open_script(passed.text, script.interface, script.later, surely=True)


def _follow(passed: Passed, stage: Stage) -> Passed:
    """Put a stage behind those before it: its lines are traced back to the script given."""
    forward: dict[int, int] = {}
    for line, old in enumerate(stage.origin, 1):
        if old is not None:
            forward[old] = line
    earlier = [_moved(change, forward) for change in passed.changes]
    here = [_traced(change, passed.origin) for change in stage.changes]
    seen = [_traced(attention, passed.origin) for attention in stage.attention]
    origin = compose(passed.origin, stage.origin)
    touched = stage.touched
    for edits in reversed(passed.edits):
        back = Traced(edits).back
        touched = tuple((back(start), back(end)) for start, end in touched)
    return Passed(
        stage.text,
        origin,
        (*earlier, *here),
        (*passed.attention, *seen),
        passed.steps,
        edits=(*passed.edits, stage.edits),
        touched=(*passed.touched, *touched),
    )


def _moved(change: Change, forward: dict[int, int]) -> Change:
    return replace(change, output_line=forward.get(change.output_line, change.output_line))


def _traced(record: Record, origin: list[int | None]) -> Record:
    return replace(record, line=given_line(origin, record.line))


def _verbatim(changes: Iterable[Change], given: bytes, result: bytes) -> tuple[Change, ...]:
    """Put changes in order, and let each show what stands in the script and in the result.

    Where several meet in a line, none of them alone says how the line came out: they show the whole of it.
    """
    old, new = given.decode("utf-8").split("\n"), result.decode("utf-8").split("\n")

    def shown(text: str, line: str) -> str:
        first, *more = text.strip().split("\n")
        written = as_written(first, line) if first else ""
        if written is None:
            return line.strip()
        return text if more or written == first.strip() else written

    exact = (
        change
        if change.before == change.after
        else replace(change, before=shown(change.before, old[change.line - 1]), after=shown(change.after, line))
        for change in changes
        for line in [new[change.output_line - 1]]
    )
    return tuple(sorted(exact, key=lambda change: (change.line, change.output_line)))


def _must_settle(result: Script, book: Book, lookup: Lookup | None = None) -> None:
    """Refuse a result that a second pass would change: then a rule is at fault, and no file is written."""
    second = pass_through(result, book, lookup)
    if second.text != result.reading.text:
        change = second.changes[0]
        raise Refused(
            change.line,
            f"the result does not settle: rule {change.rule} would change it again",
            f"Leave the rule out (--ignore {change.rule}) and report this.",
        )


def _stray_bytes(given: source.Source) -> list[Attention]:
    line = source.stray_bytes(given)
    if line is None:
        return []
    return [
        Attention(
            "coding-line",
            line,
            "this line is not ASCII and the script has no coding line: Python 2, and so CASA, refuses it",
            f"Put a coding line on top, such as: # -*- coding: {given.encoding} -*-",
        )
    ]

"""Whatever calls of 3.4's tasks a script holds: it is converted, 4.2 takes the result or a person is told, and
nothing else is touched."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from hypothesis import given

from cal_upgrade.convert.translate import translate
from cal_upgrade.options import Options
from cal_upgrade.records import Translation
from cal_upgrade.rules.ruleset import make
from cal_upgrade.text.edits import given_line
from tests.properties.casa import NEW, OLD, Seen, faults, interface, run
from tests.properties.scripts import scripts
from tests.rules.conversion import RULES

BOOKS = [make(RULES, Options(version="3.4", results=results)) for results in ("nrao", "keep")]  # type: ignore[arg-type]
NOTHING = make(RULES, Options(version="3.4", select=("none",)))


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """The task calls of a script as Python reads them: the name called, first and last line."""
    tree = ast.parse(re.sub(r"\basync\b", "async_", text))
    for node in ast.walk(tree):
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if isinstance(node, ast.Call) and (name in interface(OLD).tasks or name == "go"):
            yield name, node.lineno, node.end_lineno or node.lineno


@given(scripts())
def test_42_takes_the_calls_or_a_person_is_told(text: str) -> None:
    for book in BOOKS:
        found = translate(text.encode(), book)
        told = {attention.line for attention in found.attention}
        for casa in NEW:
            calls, stopped = run(found.result, casa)
            for call in calls:
                wrong = faults(call, casa)
                assert not wrong or given_line(found.origin, call.line) in told, (casa, call, wrong)
            assert stopped is None or given_line(found.origin, stopped.line) in told, (casa, stopped)


@given(scripts())
def test_what_no_change_explains_is_the_same(text: str) -> None:
    for book in BOOKS:
        found = translate(text.encode(), book)
        before, _ = run(text, OLD)
        after, _ = run(found.result, NEW[1])
        explained = " ".join(f"{change.before} {change.after}" for change in found.changes)
        # a person is told of calls whose inputs can't be followed
        if found.attention:
            continue
        rest = iter(after)
        for call in before:
            for other in rest:
                if same_call(call, other, found):
                    break
                assert other.task in explained, other
            else:
                raise AssertionError(f"{call} is not called any more")
            for name in call.given.keys() | other.given.keys():
                if call.given.get(name) != other.given.get(name) and not (
                    by_default(call, name, OLD) and by_default(other, name, NEW[1])
                ):
                    assert name in explained, (name, call, other)


def by_default(call: Seen, name: str, casa: str) -> bool:
    """Whether a parameter is what default() makes it, or is not given."""
    task = interface(casa).tasks[call.task]
    return name not in call.given or call.given[name] == task.default(name, {})


def same_call(call: Seen, other: Seen, found: Translation) -> bool:
    """Whether a call of the result is this call of the script."""
    return given_line(found.origin, other.line) == call.line and (
        call.task == other.task or any(c.before == call.task and c.after == other.task for c in found.changes)
    )


@given(scripts())
def test_lines_that_no_change_names_stay(text: str) -> None:
    found = translate(text.encode(), BOOKS[0])
    old, new = text.split("\n"), found.result.split("\n")
    touched = set()
    for change in found.changes:
        if change.before != change.after:
            touched |= set(range(change.line, change.line + change.before.count("\n") + 1))
    calls = [set(range(first, last + 1)) for _, first, last in spans(text)]
    touched |= {line for call in calls if call & touched for line in call}
    place = {origin: line for line, origin in enumerate(found.origin) if origin is not None}
    for number, line in enumerate(old, 1):
        if number not in touched:
            assert new[place[number]] == line, number


@given(scripts())
def test_every_call_is_in_the_account(text: str) -> None:
    found = translate(text.encode(), BOOKS[0])
    assert sorted(call.line for call in found.calls) == sorted(first for _, first, _ in spans(text))


@given(scripts())
def test_no_rule_changes_nothing(text: str) -> None:
    for ends in ("\n", "\r\n"):
        data = text.replace("\n", ends).encode()
        assert translate(data, NOTHING).output == data


@given(scripts())
def test_line_ends_do_not_matter(text: str) -> None:
    plain = translate(text.encode(), BOOKS[0])
    dos = translate(text.replace("\n", "\r\n").encode(), BOOKS[0])
    assert dos.output.replace(b"\r\n", b"\n") == plain.output
    assert dos.output.count(b"\n") == dos.output.count(b"\r\n")

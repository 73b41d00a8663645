"""Every fixture run before in a stand-in for CASA 3.4 and after in one for 4.2: only what a rule says is another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from cal_upgrade.records import Translation
from cal_upgrade.text.edits import given_line
from tests.judge import RecordedCall, python2, run_stand_in
from tests.properties.casa import NEW, OLD, interface
from tests.translate.test_fixtures import FIXTURES, converted

ADOPTED = {("setjy", "usescratch")}
"""With `--results nrao` a calibrator's model is virtual, as in NRAO's scripts for 4.2: the numbers are the same."""

SCRIPTS = [path for path in FIXTURES if not path.stem.startswith("driver")]


@pytest.mark.parametrize("fixture", SCRIPTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("results", ["nrao", "keep"])
def test_the_same_calls_with_the_same_values(fixture: Path, results: str) -> None:
    if python2() is None:
        pytest.skip("no Python 2.7 here")
    found = converted(fixture, results)
    before, after = run_stand_in(fixture.read_bytes(), casa="3.4.0"), run_stand_in(found.output)
    assert before.ended is None
    calls = before.calls
    if after.ended is not None:
        # a person was told of what stops it; nothing can be said of what would come behind
        stop = given_line(found.origin, after.ended_line or 1)
        assert any(abs(one.line - stop) <= 1 for one in found.attention), after.ended
        calls = calls[: next((k for k, call in enumerate(calls) if call.line >= stop), None)]
    assert not list(differences(found, calls, after.calls))


def differences(found: Translation, before: Sequence[RecordedCall], after: Sequence[RecordedCall]) -> Iterator[str]:
    """Give what is another call, or another value, without a change that names it."""
    explained = " ".join(f"{change.before} {change.after}" for change in found.changes)
    rest = list(after)
    for call in before:
        place = next((k for k, one in enumerate(rest) if found.origin[one.line - 1] == call.line), None)
        if place is None:
            yield f"line {call.line}: {call.task} is not called any more"
            continue
        yield from (f"{one.task} is called too" for one in rest[:place] if one.task not in explained)
        other, rest = rest[place], rest[place + 1 :]
        for name in {*call.given, *other.given}:
            was, now = value(call, other, name), value(other, call, name)
            if was != now and name not in explained and (other.task, name) not in ADOPTED:
                yield f"line {call.line}: {call.task}: {name}: {was!r} → {now!r}"


def value(call: RecordedCall, other: RecordedCall, name: str) -> object:
    """Give what a parameter was in a call; one that it has not is as the `other` has it by default."""
    found = call.values.get(name)
    if name not in call.values:
        releases = [interface(casa).tasks.get(other.task) for casa in (OLD, NEW[-1])]
        found = next((task.default(name, {}) for task in releases if task and name in task.order), None)
    if isinstance(found, list) and len(found) < 2:
        # to CASA a list of one is that one, and an empty list is nothing
        return found[0] if found else ""
    return found

"""A backslash at the end of a line says nothing: wherever a script has one, the same is done to it, and told."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from cal_upgrade.convert.translate import translate
from cal_upgrade.files import rules_folder
from cal_upgrade.options import Options
from cal_upgrade.records import Translation
from cal_upgrade.rules.load import load
from cal_upgrade.rules.ruleset import make
from tests.translate.continued import broken, continued_ends, gaps, line_ends, meaning, some

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*.py"))
BOOK = make(load([rules_folder() / "casa-3.4-to-4.2"]), Options(version="3.4"))

each = pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)


@cache
def given(fixture: Path) -> str:
    """Give a fixture's text, one character a byte."""
    return fixture.read_bytes().decode("latin-1").replace("\r\n", "\n")


@cache
def converted(text: str) -> Translation:
    """Convert a text."""
    return translate(text.encode("latin-1"), BOOK)


def result(found: Translation) -> str:
    """Give a result, one character a byte."""
    return found.output.decode("latin-1")


def test_there_are_lines_to_continue() -> None:
    """The fixtures have line ends in brackets, and far more places where a line can be broken."""
    assert sum(len(line_ends(given(fixture))) for fixture in FIXTURES) > 400
    assert sum(len(gaps(given(fixture))) for fixture in FIXTURES) > 10_000


@each
def test_backslashes_in_brackets_come_out_where_they_were(fixture: Path) -> None:
    """All line ends in brackets get one: neither records nor results change, but for the backslashes."""
    text = given(fixture)
    plain, found = converted(text), converted(continued_ends(text))
    assert result(found).replace(" \\\n", "\n") == result(plain).replace(" \\\n", "\n")
    shown = [(c.rule, c.kind, c.line, c.output_line, _without(c.before), _without(c.after)) for c in found.changes]
    assert shown == [
        (c.rule, c.kind, c.line, c.output_line, _without(c.before), _without(c.after)) for c in plain.changes
    ]
    assert [(a.rule, a.line, _without(a.message)) for a in found.attention] == [
        (a.rule, a.line, _without(a.message)) for a in plain.attention
    ]
    assert (found.steps, found.calls) == (plain.steps, plain.calls)


@each
def test_backslashes_in_brackets_with_other_line_ends(fixture: Path) -> None:
    """The same where lines end in CR LF."""
    text = continued_ends(given(fixture))
    assert result(converted(text.replace("\n", "\r\n"))) == result(converted(text)).replace("\n", "\r\n")


@each
@pytest.mark.parametrize("seed", range(3))
def test_a_line_may_go_on_in_the_next_one_anywhere(fixture: Path, seed: int) -> None:
    """Lines are broken between any two words, in brackets or not: what Python 2 reads of the result is the same."""
    text = given(fixture)
    plain, found = converted(text), converted(broken(text, some(gaps(text), seed, 60)))
    assert meaning(result(found)) == meaning(result(plain))
    assert sorted((c.rule, c.kind) for c in found.changes) == sorted((c.rule, c.kind) for c in plain.changes)
    assert [a.rule for a in found.attention] == [a.rule for a in plain.attention]
    assert [(c.task, c.step, c.status) for c in found.calls] == [(c.task, c.step, c.status) for c in plain.calls]
    assert [(s.old, s.new, s.title) for s in found.steps] == [(s.old, s.new, s.title) for s in plain.steps]


def _without(text: str) -> str:
    return text.replace(" \\\n", "\n").removesuffix(" \\")

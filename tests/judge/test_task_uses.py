"""Wherever a script may reach a task, by what Python 2.7 sees in it, the account or an attention has the place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cal_upgrade.convert.translate import translate
from cal_upgrade.options import Options
from cal_upgrade.records import Refused
from cal_upgrade.rules.ruleset import make
from tests.judge import Place, places, python2, unaccounted
from tests.properties.scripts import scripts
from tests.rules.conversion import RULES

ROOT = Path(__file__).parents[2]
BOOK = make(RULES, Options(version="3.4"))
FILES = sorted([*(ROOT / "fixtures").glob("*.py"), *(ROOT / "tests" / "cases" / "inputs").rglob("*.py")])

needs_python2 = pytest.mark.skipif(python2() is None, reason="no Python 2.7 here")


def silent(texts: dict[str, bytes]) -> list[str]:
    """The places of some scripts that are in no account."""
    found = []
    for name, reached in places(texts).items():
        if reached is None:
            continue
        try:
            translation = translate(texts[name], BOOK)
        except (Refused, ValueError):
            continue  # nothing is written then, which is no silence
        found += [f"{name}:{one.line}: {one.kind} {one.task}" for one in unaccounted(reached, translation)]
    return found


@needs_python2
def test_what_it_finds() -> None:
    text = b"""import tasks as tk
def run(gaincal): gaincal(vis='own')
gaincal(vis='x')
g = bandpass
tk.setjy(vis='x')
globals()['ft'](vis='x')
globals()[name](vis='x')
exec cmd
exec "a%d = 1" % 2
exec "split(vis='x')"
default(gaincal)
getattr(tk, 'clean')()
x = 'a b'.split()
globals()['x'] = 1
"""
    assert places({"it": text})["it"] == [
        Place(3, "call", "gaincal"),
        Place(4, "use", "bandpass"),
        Place(5, "module", "setjy"),
        Place(6, "text", "ft"),
        Place(7, "lookup", ""),
        Place(8, "run", ""),
        Place(10, "run", "split"),
        Place(12, "text", "clean"),
    ]


@needs_python2
def test_fixtures_and_cases() -> None:
    assert silent({str(path.relative_to(ROOT)): path.read_bytes() for path in FILES}) == []


@needs_python2
@settings(max_examples=15)
@given(st.lists(scripts(), min_size=4, max_size=8))
def test_scripts_made_up(texts: list[str]) -> None:
    assert silent({str(number): text.encode() for number, text in enumerate(texts)}) == []

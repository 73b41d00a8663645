"""A script that is only written otherwise gets the same changes, or an attention in their place: none gets lost.

This tries a part of the ways on each fixture, always the same; `benchmarks/mutations.py` tries all, on any folder.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.judge import places, python2
from tests.properties.mutations import MUTATIONS
from tests.properties.written_otherwise import lost, tried
from tests.rules.conversion import BOOK, converted

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*.py"))
LONG = 300
"""Of scripts with more lines, fewer ways are tried."""


def chosen(fixture: Path) -> list[str]:
    number = FIXTURES.index(fixture)
    step = 6 if fixture.read_bytes().count(b"\n") > LONG else 3
    return [name for k, name in enumerate(MUTATIONS) if k % step == number % step]


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_fixtures(fixture: Path) -> None:
    wrong = [one for one in tried(fixture.read_bytes(), BOOK, 1, dict.fromkeys(chosen(fixture))) if one.wrong]
    assert [(one.mutation, one.wrong) for one in wrong] == []


TEXT = b"""vis = 'x.ms'
tflagdata(vis='x.ms', mode='manual', antenna='DV04', flagbackup=True)
gaincal('x.ms', 'x.g', refant='DV04', solint='inf', minsnr=3.00, gaincurve=False, opacity=0.1)
wvrgcal(vis='x.ms', caltable='x.wvr', segsource=True, nsol=1)
"""


@pytest.mark.parametrize("name", MUTATIONS)
def test_short_script(name: str) -> None:
    """The same for each way on a script of a few lines."""
    for seed in range(3):
        for one in tried(TEXT, BOOK, seed, {name: None}):
            assert one.wrong == ""


def test_what_is_written_otherwise_is_python_2() -> None:
    if python2() is None:
        pytest.skip("no Python 2.7 here")
    texts = {name: change(TEXT, Random(name)) for name, change in MUTATIONS.items()}
    made = {name: text for name, text in texts.items() if text is not None}
    assert len(made) > 30
    assert [name for name, found in places(made).items() if found is None] == []


def test_what_gets_lost_is_seen() -> None:
    before = converted("gaincal(vis='x.ms', caltable='a', gaincurve=True)")
    after = converted("gaincal(vis='x.ms', caltable='a')")
    assert before.changes or before.attention
    assert lost(before, after) != ""
    assert lost(before, before) == ""

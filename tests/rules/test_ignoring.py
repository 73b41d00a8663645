"""Whatever rule is left out, and whichever is taken alone, the result settles: translate refuses it otherwise."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from cal_upgrade.convert.translate import translate
from cal_upgrade.options import Options
from cal_upgrade.rules.ruleset import make
from rules.conversion import RULES

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*_3.4.py"))


@cache
def at_work(results: str) -> dict[str, list[Path]]:
    """The fixtures that each rule has something to say about."""
    found: dict[str, list[Path]] = {}
    for fixture in FIXTURES:
        done = translate(fixture.read_bytes(), make(RULES, Options(version="3.4", results=results)))  # type: ignore[arg-type]
        for rule in {one.rule for one in (*done.changes, *done.attention)}:
            found.setdefault(rule, []).append(fixture)
    return found


@pytest.mark.parametrize("results", ["nrao", "keep"])
@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_one_rule_left_out(rule: str, results: str) -> None:
    for fixture in at_work(results).get(rule, [])[:1]:
        options = Options(version="3.4", results=results, ignore=(rule,))  # type: ignore[arg-type]
        done = translate(fixture.read_bytes(), make(RULES, options))
        assert rule == "call-check" or not [one for one in done.changes if one.rule == rule]


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_one_rule_alone(rule: str) -> None:
    for fixture in at_work("nrao").get(rule, [])[:1]:
        done = translate(fixture.read_bytes(), make(RULES, Options(version="3.4", select=(rule,))))
        assert {one.rule for one in done.changes} <= {rule}

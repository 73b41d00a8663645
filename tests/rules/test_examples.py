"""Every rule's examples are its tests."""

from __future__ import annotations

import pytest

from cal_upgrade.convert.translate import translate
from cal_upgrade.files import rules_folder
from cal_upgrade.options import Options
from cal_upgrade.rules.load import load
from cal_upgrade.rules.ruleset import make
from cal_upgrade.rules.schema import Example, Rule

RULES = load([rules_folder() / "casa-3.4-to-4.2"])
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in RULES
    for number, example in enumerate(rule.example, 1)
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example(rule: Rule, example: Example) -> None:
    select = ("default", rule.id) if rule.optional else ()
    book = make(RULES, Options(version="3.4", results=example.results, select=select))  # type: ignore[arg-type]
    before = example.unchanged if example.unchanged is not None else example.before
    found = translate(text(before), book)

    told = [one for one in found.attention if one.rule == rule.id]
    noted = [one for one in found.changes if one.rule == rule.id]
    if example.unchanged is not None:
        assert found.result == before.strip("\n") + "\n"
        assert not told
        assert not noted
        return
    if example.after is not None:
        assert found.result == example.after.strip("\n") + "\n"
        assert noted
    if example.attention:
        assert told or (rule.kind == "advice" and noted)
    else:
        assert not told


def text(example: str | None) -> bytes:
    assert example is not None
    return (example.strip("\n") + "\n").encode()

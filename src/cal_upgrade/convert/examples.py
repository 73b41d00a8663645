"""Runs the examples of users' own rules: a rule that does not do what its examples say is not used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cal_upgrade.convert.translate import translate
from cal_upgrade.options import Options
from cal_upgrade.records import Refused
from cal_upgrade.rules.load import BadRule, read_file, toml_files
from cal_upgrade.rules.ruleset import make
from cal_upgrade.rules.schema import Example, Rule


def check(folders: Sequence[Path], rules: Sequence[Rule]) -> bool:
    """Run the examples of all rules in the folders, among all `rules`. Raises BadRule for the first that is false."""
    for file in toml_files(folders):
        for rule in read_file(file)[0]:
            if rule not in rules:
                # another of the user's rules takes its place
                continue
            for number, example in enumerate(rule.example, 1):
                wrong = false(rule, example, rules)
                if wrong:
                    what = f"{file}: rule {rule.id}: example {number} is not what comes out: {wrong}"
                    raise BadRule(None, what, "Mend the example, or the rule.")
    return True


def false(rule: Rule, example: Example, rules: Sequence[Rule]) -> str:
    """Say what is wrong with an example, "" if nothing is. It has to hold for the rule alone, or among all rules."""
    alone = _wrong(rule, example, rules, (rule.id,))
    return alone and _wrong(rule, example, rules, ("default", rule.id)) and alone


def _wrong(rule: Rule, example: Example, rules: Sequence[Rule], select: tuple[str, ...]) -> str:
    if example.results not in ("nrao", "keep"):
        return f'results is "{example.results}", and neither "nrao" nor "keep"'
    before = example.before if example.unchanged is None else example.unchanged
    options = Options("3.4", "keep" if example.results == "keep" else "nrao", select)
    try:
        found = translate(_script(before).encode(), make(rules, options))
    except Refused as refused:
        return refused.what
    told = any(one.rule == rule.id for one in found.attention)
    noted = any(one.rule == rule.id for one in found.changes)
    if example.unchanged is not None:
        return "" if found.result == _script(before) and not told and not noted else _came_out(found.result, told)
    if example.after is not None and (found.result != _script(example.after) or not noted):
        return _came_out(found.result, told)
    if example.attention != (told or (example.attention and rule.kind == "advice" and noted)):
        return "nobody is told" if example.attention else "a person is told"
    return ""


def _came_out(result: str, told: bool) -> str:
    return f"{result.strip()!r}{', and a person is told' if told else ''}"


def _script(example: str | None) -> str:
    return (example or "").strip("\n") + "\n"

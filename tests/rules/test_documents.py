"""The documents made from the rules are up to date, and say all there is."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from cal_upgrade.files import rules_folder
from cal_upgrade.rules.document import by_subject, document, schema
from rules.conversion import RULES

DOCS = Path(__file__).parents[2] / "docs"
FILES = sorted((rules_folder() / "casa-3.4-to-4.2").glob("*.toml"))


def test_rules_are_documented_as_they_are() -> None:
    made = document(by_subject(rules_folder() / "casa-3.4-to-4.2"))
    assert (DOCS / "rules.md").read_text(encoding="utf-8") == made, "run make docs"


def test_every_rule_is_documented_and_every_documented_rule_exists() -> None:
    headings = re.findall(r"^### (.+)$", (DOCS / "rules.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(rule.id for rule in RULES)


def test_every_rule_is_dated() -> None:
    assert [rule.id for rule in RULES if not rule.since] == []


def test_the_date_of_a_rule_is_shown() -> None:
    dated = re.findall(r"### wvrgcal-toffset\n.*?since CASA ([0-9.]+)", (DOCS / "rules.md").read_text(), re.DOTALL)
    assert dated == ["4.2.0"]


def test_the_schema_is_published_as_it_is() -> None:
    assert (DOCS / "rule.schema.json").read_text(encoding="utf-8") == schema(), "run make docs"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_schema_takes_our_own_files(file: Path) -> None:
    jsonschema.Draft202012Validator(json.loads(schema())).validate(tomllib.loads(file.read_text(encoding="utf-8")))


def test_the_schema_refuses_what_is_no_rule() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema()))
    assert not validator.is_valid({"rule": [{"id": "x", "colour": "red"}]})
    assert not validator.is_valid({"rules": []})


def test_the_guide_names_every_key() -> None:
    guide = (DOCS / "writing-rules.md").read_text(encoding="utf-8")
    definitions = json.loads(schema())["$defs"]
    for name in ("Rule", "Condition", "Verb"):
        for key in definitions[name]["properties"]:
            if key not in ("built_in", "marks", "example"):
                assert re.search(rf"\b{key}\b", guide), f"{key} of {name}"


def test_the_guide_s_rule_works(tmp_path: Path) -> None:
    from cal_upgrade.options import Options
    from cal_upgrade.rules.load import load
    from cal_upgrade.rules.ruleset import make
    from rules.conversion import converted

    guide = (DOCS / "writing-rules.md").read_text(encoding="utf-8")
    found = re.search(r"```toml\n(.*?)```", guide, re.DOTALL)
    assert found is not None
    (tmp_path / "ours.toml").write_text(found[1])
    rules = load([rules_folder() / "casa-3.4-to-4.2", tmp_path])
    ours = rules[-1]
    for example in ours.example:
        before = example.before or example.unchanged or ""
        result = converted(before, book=make(rules, Options(version="3.4"))).result
        assert result == (example.after or before) + "\n"

"""Writes the documentation of the rules, `docs/rules.md`, the ledger, `docs/ledger.md`, and the schema of rule files.

`python -m cal_upgrade.rules.document docs` writes all three (`make docs`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from inspect import cleandoc
from pathlib import Path

import msgspec

from cal_upgrade.casa import judgements
from cal_upgrade.casa.tables import load as interface
from cal_upgrade.files import rules_folder
from cal_upgrade.rules.explain import dated
from cal_upgrade.rules.ledger import Releases, ledger
from cal_upgrade.rules.ledger_page import page
from cal_upgrade.rules.load import load, read_file
from cal_upgrade.rules.schema import Example, Rule, RuleFile

_OPENING = """# Rules

Written from the rule files under `rules/` by `make docs`: change those. How to write rules of your own:
[writing-rules.md](writing-rules.md).

A rule is of one of four kinds. **required**: without it the call, or the script, fails in 4.2 or does nothing.
**results**: it runs, but the numbers change. **advice**: nothing to rewrite safely, something to know.
**style**: it only looks as 4.2 scripts do. `--select` and `--ignore` take ids and kinds.
"""


def document(subjects: Mapping[str, Sequence[Rule]]) -> str:
    """Write all rules, by subject, as Markdown."""
    parts = [_OPENING]
    for subject, rules in subjects.items():
        parts.append(f"\n## {subject}\n")
        parts += [text for rule in rules for text in _section(rule)]
    return "".join(parts)


def schema() -> str:
    """Write the JSON Schema (2020-12) of a rule file, for editors that check TOML by one."""
    found = msgspec.json.schema(RuleFile)
    found = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "cal-upgrade rule file", **found}
    return json.dumps(_dedented(found), indent=2, ensure_ascii=False) + "\n"


def _dedented(part: object) -> object:
    """Take the indentation of docstrings out of the descriptions in a schema."""
    if isinstance(part, dict):
        return {
            k: cleandoc(v) if k == "description" and isinstance(v, str) else _dedented(v) for k, v in part.items()
        }
    return [_dedented(one) for one in part] if isinstance(part, list) else part


def by_subject(folder: Path) -> dict[str, list[Rule]]:
    """Read a folder of rules, a file a subject, in the order of the subjects. Raises BadRule."""
    subjects: dict[str, list[Rule]] = {}
    for file in sorted(folder.glob("*.toml")):
        rules, subject = read_file(file)
        subjects.setdefault(subject or file.stem, []).extend(rules)
    return dict(sorted(subjects.items()))


def _section(rule: Rule) -> Iterator[str]:
    yield f"\n### {rule.id}\n\n{rule.summary}\n\n"
    about = [f"**{rule.kind}**"]
    if dated(rule):
        about.append(dated(rule))
    if rule.tasks:
        about.append(", ".join(f"`{task}`" for task in rule.tasks))
    if rule.optional:
        about.append("off unless selected by its id")
    yield f"{' · '.join(about)}\n\n{rule.why}\n\n"
    yield f"Source: {'; '.join(rule.source)}.\n"
    for example in rule.example:
        yield from _example(example)


def _example(example: Example) -> Iterator[str]:
    mode = f" (`--results {example.results}`)" if example.results != "nrao" else ""
    if example.unchanged is not None:
        yield f"\nStays as it is{mode}:\n{_code(example.unchanged)}"
        return
    if example.after is not None:
        yield f"\nBefore and after{mode}:\n{_code(example.before or '')}{_code(example.after)}"
        yield "\nAnd a person is told.\n" if example.attention else ""
        return
    yield f"\nA person is told{mode}:\n{_code(example.before or '')}"


def _code(text: str) -> str:
    lines = text.strip("\n")
    return f"\n```python\n{lines}\n```\n"


def ledger_page() -> str:
    """Write the ledger of all differences between CASA 3.4 and 4.2."""
    rules = load([rules_folder() / "casa-3.4-to-4.2"])
    old, *between = map(interface, ("3.4.0", "4.0.1", "4.1.0"))
    releases = Releases(old, between, [interface("4.2.0"), interface("4.2.2")])
    return page(ledger(releases, rules, judgements.load()), rules, releases)


def main(folder: Path) -> None:
    """Write all documents into a folder."""
    (folder / "rules.md").write_text(document(by_subject(rules_folder() / "casa-3.4-to-4.2")), encoding="utf-8")
    (folder / "ledger.md").write_text(ledger_page(), encoding="utf-8")
    (folder / "rule.schema.json").write_text(schema(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Loads rule packs: TOML files, validated once, then kept in a compact form that loads in a millisecond."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from cal_upgrade.compact import kept
from cal_upgrade.records import Refused
from cal_upgrade.rules.schema import Rule, RuleFile

RELEASES = ("3.4.0", "4.2.0", "4.2.2")
"""What a rule matches exists in the first of these releases, what it writes in all others."""


class BadRule(Refused):
    """A rule file that can't be used; `what` names the file, the rule and the key."""


def load(folders: Sequence[Path]) -> list[Rule]:
    """Give the rules of all TOML files in the folders, in the order of folders and file names.

    A rule of a later folder takes the place of one with the same id in an earlier folder, if it says so. Raises
    BadRule.
    """
    try:
        return kept("rules", toml_files(folders), list[Rule], lambda: _read(folders))
    except OSError as error:
        raise BadRule(None, f"{error.filename}: {error.strerror}", "Take it out of the folder of rules.") from None


def _read(folders: Sequence[Path]) -> list[Rule]:
    """Read the rules of all folders from their TOML files."""
    rules: dict[str, tuple[Rule, Path]] = {}
    for folder in folders:
        here: dict[str, Path] = {}
        for file in toml_files([folder]):
            for rule in read_file(file)[0]:
                if rule.id in here:
                    raise BadRule(None, f"{file}: rule {rule.id}: there is one of that name in {here[rule.id]}")
                _check_place(rule, file, rules.get(rule.id), first=folder == folders[0])
                here[rule.id] = file
                rules[rule.id] = (rule, file)
    return [rule for rule, _ in rules.values()]


def _check_place(rule: Rule, file: Path, other: tuple[Rule, Path] | None, *, first: bool) -> None:
    """See that a rule takes the place of another one only where it says so, and may. Raises BadRule."""
    name = f"{file}: rule {rule.id}"
    if rule.built_in and not first:
        raise BadRule(None, f"{name}: built_in: only rules that come with cal-upgrade can be", "Leave it out.")
    if rule.replaces and other is None:
        raise BadRule(None, f"{name}: replaces: there is no other rule {rule.id}", "Leave it out, or mend the id.")
    if other is None:
        return
    if other[0].built_in:
        raise BadRule(None, f"{name}: the program itself does what this name stands for", "Give it another id.")
    if not rule.replaces:
        hint = "Give it another id, or say replaces = true if it is to take that rule's place."
        raise BadRule(None, f"{name}: there is one of that name in {other[1]}", hint)


def read_file(file: Path) -> tuple[list[Rule], str]:
    """Read and validate one rule file: its rules, and its subject.

    Raises BadRule, which names the file, the rule and the key.
    """
    # not needed where the compact form is at hand
    import tomllib

    from cal_upgrade.casa.tables import load as interface
    from cal_upgrade.rules.faults import faults

    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadRule(None, f"{file}: {error}") from None
    try:
        rules, subject = msgspec.structs.astuple(msgspec.convert(data, RuleFile))
    except msgspec.ValidationError as error:
        raise BadRule(None, f"{file}: {_which_rule(data, str(error))}{error}") from None
    old, *new = map(interface, RELEASES)
    for rule in rules:
        for fault in faults(rule, old, new):
            raise BadRule(None, f"{file}: rule {rule.id}: {fault}")
    return rules, subject


def toml_files(folders: Sequence[Path]) -> list[Path]:
    """Give the rule files of the folders, in order. Raises BadRule if one is no folder."""
    for folder in folders:
        if not folder.is_dir():
            raise BadRule(None, f"{folder}: there is no such folder of rules")
    return [file for folder in folders for file in sorted(folder.iterdir()) if file.suffix == ".toml"]


def _which_rule(data: dict[str, object], message: str) -> str:
    """Name the rule that a validation error is about, from the index in its message."""
    found = re.search(r"\$\.rule\[(\d+)\]", message)
    rules = data.get("rule")
    if found is None or not isinstance(rules, list):
        return ""
    rule = rules[int(found[1])]
    return f"rule {rule['id']}: " if isinstance(rule, dict) and "id" in rule else ""

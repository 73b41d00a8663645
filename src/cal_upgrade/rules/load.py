"""Loads rule packs: TOML files, validated once, then kept in a compact form that loads in a millisecond."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from cal_upgrade import __version__
from cal_upgrade.records import Refused
from cal_upgrade.rules.schema import Rule, RuleFile


class BadRule(Refused):
    """A rule file that can't be used; `what` names the file, the rule and the key."""


def load(folders: Sequence[Path]) -> list[Rule]:
    """Give the rules of all TOML files in the folders, in the order of folders and file names.

    A rule of a later folder takes the place of one with the same id in an earlier folder. Raises BadRule.
    """
    state = _state(file for folder in folders for file in sorted(_toml_files(folder)))
    kept = _kept_file(state)
    with suppress(OSError, msgspec.DecodeError):
        made_from, found = msgspec.msgpack.decode(kept.read_bytes(), type=tuple[str, list[Rule]])
        if made_from == state:
            return found
    rules: dict[str, Rule] = {}
    for folder in folders:
        here: dict[str, Path] = {}
        for file in sorted(_toml_files(folder)):
            for rule in read_file(file):
                if rule.id in here:
                    raise BadRule(None, f"{file}: rule {rule.id}: there is one of that name in {here[rule.id]}")
                here[rule.id] = file
                rules[rule.id] = rule
    found = list(rules.values())
    with suppress(OSError):
        _keep(kept, msgspec.msgpack.encode((state, found)))
    return found


def read_file(file: Path) -> list[Rule]:
    """Read and validate one rule file. Raises BadRule, which names the file, the rule and the key."""
    import tomllib  # not needed where the compact form is at hand

    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadRule(None, f"{file}: {error}") from None
    try:
        rules = msgspec.convert(data, RuleFile).rule
    except msgspec.ValidationError as error:
        raise BadRule(None, f"{file}: {_which_rule(data, str(error))}{error}") from None
    for rule in rules:
        wrong = _wrong(rule)
        if wrong:
            raise BadRule(None, f"{file}: rule {rule.id}: {wrong}")
    return rules


def _toml_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise BadRule(None, f"{folder}: there is no such folder of rules")
    return [file for file in folder.iterdir() if file.suffix == ".toml"]


def _which_rule(data: dict[str, object], message: str) -> str:
    """Name the rule that a validation error is about, from the index in its message."""
    found = re.search(r"\$\.rule\[(\d+)\]", message)
    rules = data.get("rule")
    if found is None or not isinstance(rules, list):
        return ""
    rule = rules[int(found[1])]
    return f"rule {rule['id']}: " if isinstance(rule, dict) and "id" in rule else ""


def _wrong(rule: Rule) -> str:
    """Say what the schema can't: which keys go together."""
    if rule.built_in:
        return ""
    if rule.function is None and not rule.tasks:
        return "it names neither `tasks` nor a `function`"
    if rule.function is None and not (rule.do or rule.nrao or rule.keep or rule.attention or rule.handles):
        return "it does nothing: give `do`, `nrao`, `keep`, `attention` or `handles`"
    if rule.unknown not in ("attention", "ignore"):
        return '`unknown` is "attention" or "ignore"'
    for verb in [*rule.do, *rule.nrao, *rule.keep]:
        chosen = [
            k for k in ("task", "drop", "rename", "set", "add", "before", "behind") if getattr(verb, k) is not None
        ]
        if len(chosen) != 1:
            return f"a verb says exactly one thing, this one {len(chosen)}: {', '.join(chosen)}"
        if chosen[0] in ("set", "add") and verb.value is None:
            return f"`{chosen[0]}` needs a `value`"
        if chosen[0] == "rename" and verb.to is None:
            return "`rename` needs `to`"
    if not any(example.unchanged is not None for example in rule.example):
        return "it needs an example of what must not change (`unchanged`)"
    acts = rule.function is not None or rule.do or rule.nrao or rule.keep or rule.attention
    if acts and not any(example.before is not None for example in rule.example):
        return "it needs an example of what changes (`before`)"
    return ""


def _state(files: Iterable[Path]) -> str:
    """Tell by their paths, sizes and times which files these are."""
    stats = ((file.resolve(), file.stat()) for file in files)
    return "\n".join([__version__, *(f"{str(file)!a} {stat.st_size} {stat.st_mtime_ns}" for file, stat in stats)])


def _kept_file(state: str) -> Path:
    """Where the compact form of the rules in files of this state is kept."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    return base / "cal-upgrade" / f"rules-{zlib.crc32(state.encode()):08x}.msgpack"


def _keep(kept: Path, data: bytes) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(f".{os.getpid()}")
    part.write_bytes(data)
    part.replace(kept)

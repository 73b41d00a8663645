"""Files of flag commands that the script itself writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from tree_sitter import Node

from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.tasks.flag_commands import (
    as_34,
    grows,
    has_several_times,
    may_mean_otherwise,
    repaired,
    repaired_source,
    spoilt,
)
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import arguments_of, parts_of


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Repair the commands in the texts that are written to files which flagdata or flagcmd read."""
    amendments: list[Amendment] = []
    attention: list[Attention] = []
    files = set(_files(script))
    write = partial(as_34, keep=results == "keep", once=False)
    for text in _written(script, files) if files else ():
        before, line = script.reading.of(text), script.reading.line(text)
        value = script.names.value(text)
        if not isinstance(value, str):
            attention += [_told(rule, line)] if may_mean_otherwise(before) else []
            continue
        attention += [Attention(rule.id, line, *told) for told in _otherwise(value, results)]
        if all(write(one) == one for one in value.split("\n")):
            continue
        after = repaired_source(before, write) if text.type == "string" else None
        if after is not None and after != before:
            reason = Reason(rule.id, rule.kind, rule.why, before, after, line)
            amendments.append(Amendment(Edit(text.start_byte, text.end_byte, after), (reason,)))
        elif any(spoilt(one) or write(one) != repaired(one) for one in value.rstrip("\n").split("\n")):
            attention.append(_told(rule, line))
    attention += [_told(rule, script.reading.line(text)) for text in _echoed(script, files)]
    return amendments, attention


def _told(rule: Rule, line: int) -> Attention:
    return Attention(
        rule.id,
        line,
        "4.2 reads the flag commands that are written here otherwise than 3.4 did",
        "Write key='value' pairs with one blank between them and none ahead, quackinterval above 0, growtime and "
        "growfreq of mode extend exchanged, and see that all time ranges are meant.",
    )


def _echoed(script: Script, files: set[str]) -> Iterator[Node]:
    """Give the shell commands that write to those files what 4.2 reads otherwise: `echo mode=quack > x.flags`."""
    for node in script.nodes.get("string", ()):
        text = script.reading.of(node)
        written = any(re.search(rf">\s?{re.escape(name)}\b", text) for name in files)
        if written and may_mean_otherwise(text):
            yield node


def _otherwise(value: str, results: str) -> Iterator[tuple[str, str]]:
    """Say what is the matter with commands that are not changed, and what to do."""
    if any(map(grows, value.split("\n"))):
        yield (
            "3.4 took growtime and growfreq one for the other, and 4.2 does not, in the flag commands written here",
            "Exchange their values.",
        )
    if results != "keep" and any(map(has_several_times, value.split("\n"))):
        yield (
            "3.4 flagged only the first of several time ranges of a command, 4.2 flags all",
            "See that all of them are meant.",
        )


def _files(script: Script) -> Iterator[str]:
    """Give the names of files that commands are read from."""
    for view in script.views:
        mode = view.values.get("inpmode" if view.task == "flagcmd" else "mode")
        given = view.values.get("inpfile")
        if view.task in ("flagcmd", "tflagdata", "flagdata") and mode in ("file", "list"):
            yield from ([given] if isinstance(given, str) else given if isinstance(given, list) else [])


def _written(script: Script, files: set[str]) -> Iterator[Node]:
    """Give what is written to those files: the arguments of `write`, the operands of `print >>`."""
    handles = set(_handles(script, files))
    for function, calls in script.functions.items():
        handle, _, method = function.rpartition(".")
        if method in ("write", "writelines") and (handle in handles or _opens(handle, files)):
            for call in calls:
                for given in arguments_of(call):
                    yield from parts_of(given) if given.type == "list" else [given]
    for statement in script.nodes.get("print_statement", ()):
        chevron = next(iter(parts_of(statement)), None)
        if chevron is not None and chevron.type == "chevron":
            name = script.reading.of(chevron.named_children[0]) if chevron.named_children else ""
            yield from parts_of(statement)[1:] if name in handles else ()


def _opens(handle: str, files: set[str]) -> bool:
    """Whether a file is opened where it is written to: `open('x.flags', 'w').write(…)`."""
    opened = re.match(r"(?:open|file)\(['\"]([^'\"]{0,200}+)['\"]", handle)
    return opened is not None and opened[1] in files


def _handles(script: Script, files: set[str]) -> Iterator[str]:
    """Give the names that such files are opened under: `f = open(…)`, `with open(…) as f`."""
    for opener in ("open", "file"):
        for call in script.functions.get(opener, ()):
            given = arguments_of(call)
            parent = call.parent
            if not given or parent is None or script.names.value(given[0]) not in files:
                continue
            target = parent.child_by_field_name("left") or parent.child_by_field_name("alias")
            if target is None and parent.type == "as_pattern":
                target = parent.named_children[-1]
            if target is not None:
                yield script.reading.of(target)

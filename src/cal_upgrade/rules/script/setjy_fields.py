"""One setjy for several Solar system bodies: one for each."""

from __future__ import annotations

import re

from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.bodies import field_value, fields
from cal_upgrade.script.calls import CallView
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import Reading, statement_of

_MODELS = "Butler-JPL-Horizons 2012"


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Write a setjy for each field that a call with the models of 2012 names."""
    amendments: list[Amendment] = []
    attention: list[Attention] = []
    for view in script.placed_views[1]:
        names = fields(view) if view.task == "setjy" and view.values.get("standard") == _MODELS else None
        if view.node is None or names is None or len(names) < 2:
            continue
        text = _one_by_one(script, view, names)
        statement, line = statement_of(view.node), script.reading.line(view.node)
        if text is None:
            message = (
                f"with '{_MODELS}' all fields of field={view.texts.get('field', names)} get the last one's model"
            )
            hint = "Give each field a setjy of its own."
            attention.append(Attention(rule.id, line, message, hint))
            continue
        before = script.reading.text[statement.start_byte : statement.end_byte].decode("utf-8")
        reason = Reason(rule.id, rule.kind, rule.why, before, text, script.reading.line(statement))
        amendments.append(Amendment(Edit(statement.start_byte, statement.end_byte, text), (reason,)))
    return amendments, attention


def _one_by_one(script: Script, view: CallView, names: list[str]) -> str | None:
    """Write the calls in the place of one; None if it does not stand by itself, or its field is not in the text."""
    assert view.node is not None
    reading, statement, value = script.reading, statement_of(view.node), field_value(script, view)
    indent = reading.ahead(statement)
    alone = statement.type == "expression_statement" and statement.named_children[0] == view.node
    if value is None or not alone or indent.strip() or not _ends_line(reading, statement.end_byte):
        return None
    whole = reading.text[statement.start_byte : statement.end_byte]
    if view.assigned:
        calls = [f"field = '{name}'\n{indent}{whole.decode('utf-8')}" for name in names]
        return f"\n{indent}".join([*calls, f"field = {reading.of(value)}"])
    start, end = value.start_byte - statement.start_byte, value.end_byte - statement.start_byte
    ahead, rest = whole[:start].decode("utf-8"), whole[end:].decode("utf-8")
    texts = [f"{ahead}'{name}'{_named(rest, k, len(names))}" for k, name in enumerate(names)]
    return f"\n{indent}".join(texts)


def _ends_line(reading: Reading, place: int) -> bool:
    rest = reading.text[place:].split(b"\n", 1)[0].strip()
    return not rest or rest.startswith(b"#")


def _named(rest: str, k: int, count: int) -> str:
    """Keep of a comment such as `# Titan, Neptune` the name of one field, where it names them all."""
    line, end, others = rest.partition("\n")
    code, mark, comment = line.partition("#")
    words = [word.strip() for word in re.split(r",| and ", comment)]
    return f"{code}{mark} {words[k]}{end}{others}" if mark and len(words) == count else rest

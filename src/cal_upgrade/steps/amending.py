"""Makes amendments out of edits: what a step edit looks like in a report."""

from __future__ import annotations

from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.records import Kind
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import Reading

STEPS = "steps"
TITLES = "step-titles"
COMMENTS = "step-comments"
DRIVER = "driver"

RULES: dict[str, Kind] = {STEPS: "required", TITLES: "style", COMMENTS: "style", DRIVER: "required"}
"""The rules of this package and their kinds."""


def amendment(reading: Reading, edit: Edit, why: dict[str, str]) -> Amendment:
    """Give an edit its reasons, a sentence for each rule that is behind it."""
    line = reading.lines.of(edit.start)
    before, after = shown(reading, edit)
    return Amendment(edit, tuple(Reason(rule, RULES[rule], text, before, after, line) for rule, text in why.items()))


def shown(reading: Reading, edit: Edit) -> tuple[str, str]:
    """Give the lines an edit touches, before and after; only what comes in where the edit takes nothing away."""
    if edit.start == edit.end:
        return "", edit.text.strip(", \t\r\n\\")
    start, end = line_start(reading, edit.start), line_end(reading, edit.end)
    head, tail = reading.text[start : edit.start].decode(), reading.text[edit.end : end].decode()
    return reading.text[start:end].decode().strip(), (head + edit.text + tail).strip()


def line_start(reading: Reading, offset: int) -> int:
    """Give the offset at which the line that holds `offset` starts."""
    return reading.text.rfind(b"\n", 0, offset) + 1


def line_end(reading: Reading, offset: int) -> int:
    """Give the offset of the line end (LF or CRLF) after `offset`, or of the end of the text."""
    end = reading.text.find(b"\n", offset)
    if end < 0:
        return len(reading.text)
    return end - 1 if reading.text[end - 1 : end] == b"\r" and end > offset else end


def line_break(reading: Reading, offset: int) -> str:
    """Give the line end in use where an edit goes: that of its line, else of the first line."""
    end = reading.text.find(b"\n", offset)
    if end < 0:
        end = reading.text.find(b"\n")
    return "\r\n" if end > 0 and reading.text[end - 1 : end] == b"\r" else "\n"


def indentation(reading: Reading, offset: int) -> str:
    """Give the blanks and tabs that the line of `offset` starts with."""
    line = reading.text[line_start(reading, offset) : offset].decode()
    return line[: len(line) - len(line.lstrip(" \t"))]

"""GitHub annotations: workflow commands that a job prints, and that GitHub shows at the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cal_upgrade.characters import visible
from cal_upgrade.records import Refused
from cal_upgrade.report.describe import Reviewed, Rules, reason, sentences, what_to_do
from cal_upgrade.report.text import short_change


def as_annotations(scripts: Sequence[Reviewed], rules: Rules) -> str:
    """Write one command a line.

    A script that can't be translated is an error; so is attention by a rule of kind `required`, other attention is
    a warning; a change is a notice, for it is made by machine.
    """
    return "".join(line + "\n" for reviewed in scripts for line in _commands(reviewed, rules))


def _commands(reviewed: Reviewed, rules: Rules) -> Iterator[str]:
    found, name = reviewed.outcome, reviewed.script
    if isinstance(found, Refused):
        yield _command("error", name, found.line, "not translated", sentences(found.what, found.todo))
        return
    for item in found.attention:
        rule = rules.get(item.rule)
        level = "error" if rule is not None and rule.kind == "required" else "warning"
        yield _command(level, name, item.line, f"{item.rule}: needs attention", what_to_do(item))
    for change in found.changes:
        words = f"{short_change(change.before, change.after)}\n{sentences(reason(change, rules))}".strip()
        yield _command("notice", name, change.line, f"{change.rule}: {change.kind}", words)


def _command(level: str, name: str, line: int | None, title: str, message: str) -> str:
    place = f"file={_property(name)}" + (f",line={line}" if line is not None else "")
    return f"::{level} {place},title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    r"""Escape as GitHub documents for a command's data; other characters that steer a log become `\x1b`."""
    return visible(text, keep="\t\r\n").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape as GitHub documents for a command's property, which ends at a comma or a colon."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")

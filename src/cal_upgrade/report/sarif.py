"""SARIF 2.1.0, the format in which code review sites take findings. Lines and columns count from 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from cal_upgrade import __version__
from cal_upgrade.records import Kind, Refused, Translation
from cal_upgrade.report.align import Aligned, align, runs
from cal_upgrade.report.describe import Reviewed, Rules, RuleText, reason, sentences, what_to_do
from cal_upgrade.report.text import short_change

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS: dict[Kind, str] = {"required": "error", "results": "warning", "advice": "note", "style": "note"}
"""How grave a change of each kind is to SARIF."""

Json = dict[str, Any]


def as_sarif(scripts: Sequence[Reviewed], rules: Rules) -> str:
    """Write one SARIF run over all scripts. Each change carries the fix: the text that replaces a region."""
    used = sorted({rule for reviewed in scripts for rule in _rules_of(reviewed.outcome)})
    place = {rule: k for k, rule in enumerate(used)}
    found = [(reviewed.script, reviewed.outcome) for reviewed in scripts]
    refused = [_notification(name, outcome) for name, outcome in found if isinstance(outcome, Refused)]
    run: Json = {
        "tool": {
            "driver": {
                "name": "cal-upgrade",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_descriptor(rule, rules.get(rule)) for rule in used],
            }
        },
        "invocations": [{"executionSuccessful": not refused, "toolExecutionNotifications": refused}],
        "artifacts": [{"location": _location(reviewed.script), "sourceLanguage": "python"} for reviewed in scripts],
        "columnKind": "unicodeCodePoints",
        "results": [
            result
            for name, outcome in found
            if isinstance(outcome, Translation)
            for result in _results(name, outcome, rules, place)
        ],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode("utf-8") + "\n"


def _rules_of(outcome: Translation | Refused) -> Iterator[str]:
    if isinstance(outcome, Translation):
        yield from (change.rule for change in outcome.changes)
        yield from (item.rule for item in outcome.attention)


def _descriptor(rule: str, text: RuleText | None) -> Json:
    if text is None:
        return {"id": rule}
    source = "\n".join(f"- {line}" for line in text.source)
    return {
        "id": rule,
        "shortDescription": {"text": sentences(text.summary)},
        "fullDescription": {"text": sentences(text.why)},
        "help": {"text": "\n\n".join(part for part in (sentences(text.why), source) if part)},
        "defaultConfiguration": {"level": LEVELS[text.kind]},
        "properties": {"kind": text.kind, "tags": [text.kind]},
    }


def _results(name: str, found: Translation, rules: Rules, place: dict[str, int]) -> Iterator[Json]:
    aligned = align(found)
    fixes = _fixes(aligned)
    for item in found.attention:
        rule = rules.get(item.rule)
        yield {
            "ruleId": item.rule,
            "ruleIndex": place[item.rule],
            "level": "error" if rule is not None and rule.kind == "required" else "warning",
            "message": {"text": what_to_do(item)},
            "locations": [_place(name, _line_region(aligned, item.line))],
        }
    for change in found.changes:
        text = sentences(short_change(change.before, change.after), reason(change, rules))
        result: Json = {
            "ruleId": change.rule,
            "ruleIndex": place[change.rule],
            "level": LEVELS[change.kind],
            "message": {"text": text},
            "locations": [_place(name, _line_region(aligned, change.line))],
            "properties": {"kind": change.kind, "outputLine": change.output_line},
        }
        if change.before != change.after and change.output_line in fixes:
            mended = {"artifactLocation": _location(name), "replacements": [fixes[change.output_line]]}
            result["fixes"] = [{"description": {"text": text}, "artifactChanges": [mended]}]
        yield result


def _fixes(aligned: Aligned) -> dict[int, Json]:
    """Give the replacement that mends each line of the result that differs.

    There is one replacement for each stretch of lines that differ: changes that meet in it share it, for none of
    them was made without the others.
    """
    fixes: dict[int, Json] = {}
    for part in runs(aligned.rows):
        first = (aligned.rows[part.start - 1].old or 0) + 1 if part.start else 1
        here = [aligned.rows[k] for k in part]
        gone = sum(row.old is not None for row in here)
        come = [row.new for row in here if row.new is not None]
        fix = {
            "deletedRegion": _region(_point(aligned, first), _point(aligned, first + gone)),
            "insertedContent": {"text": "".join(aligned.new[new - 1] for new in come)},
        }
        # where lines only went, the change stands at the line of the result that follows
        following = aligned.rows[part.stop].new if part.stop < len(aligned.rows) else None
        fixes.update(dict.fromkeys(come or [following or len(aligned.new)], fix))
    return fixes


def _point(aligned: Aligned, line: int) -> tuple[int, int]:
    """Give the start of a line; behind the last one the end of the text."""
    if line > len(aligned.old) and aligned.old and not aligned.old[-1].endswith("\n"):
        return len(aligned.old), len(aligned.old[-1]) + 1
    return line, 1


def _line_region(aligned: Aligned, line: int) -> Json:
    """Give the region of one line without its end."""
    text = aligned.old[line - 1].rstrip("\r\n") if 0 < line <= len(aligned.old) else ""
    return _region((max(line, 1), 1), (max(line, 1), len(text) + 1))


def _region(start: tuple[int, int], end: tuple[int, int]) -> Json:
    return {"startLine": start[0], "startColumn": start[1], "endLine": end[0], "endColumn": end[1]}


def _place(name: str, region: Json) -> Json:
    return {"physicalLocation": {"artifactLocation": _location(name), "region": region}}


def _location(name: str) -> Json:
    """Name a file by URI: relative to where the command ran, as the name is; an absolute one as a `file` URI."""
    return {"uri": ("file://" if name.startswith("/") else "") + quote(name.removeprefix("./"))}


def _notification(name: str, refused: Refused) -> Json:
    region = {} if refused.line is None else {"region": {"startLine": refused.line}}
    return {
        "level": "error",
        "message": {"text": sentences(refused.what, refused.todo)},
        "locations": [{"physicalLocation": {"artifactLocation": _location(name), **region}}],
    }

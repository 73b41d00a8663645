"""Prints what was found and writes it into reports, in the form that was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from cal_upgrade import files
from cal_upgrade.characters import readable, visible, visible_json
from cal_upgrade.cli import streams
from cal_upgrade.records import Translation
from cal_upgrade.report.describe import Reviewed
from cal_upgrade.rules.schema import Rule

REPORTS = (".html", ".json", ".sarif", ".txt")
"""The endings of reports."""


def write_reports(places: Iterable[Path], reviewed: Sequence[Reviewed], rules: Sequence[Rule]) -> None:
    """Write reports, each as its ending says. Raises Refused if one can't be written."""
    for file in places:
        files.write(file, _document(file.suffix, reviewed, rules).encode("utf-8"), force=True)


def print_out(
    reviewed: Sequence[Reviewed], rules: Sequence[Rule], form: str, *, diff: bool = False, check: bool = False
) -> None:
    """Print what was found: as `text`, `json`, `github` or `sarif`, or as a diff."""
    out = sys.stdout
    if form != "text":
        streams.put(_document("." + form, reviewed, rules).encode("utf-8"))
    elif diff:
        _print_diff(reviewed)
    elif any(isinstance(one.outcome, Translation) for one in reviewed):
        from cal_upgrade.report.describe import rule_texts
        from cal_upgrade.report.text import as_text

        colour = out.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        shown = [one for one in reviewed if isinstance(one.outcome, Translation) or len(reviewed) > 1]
        out.write(as_text(shown, rule_texts(rules), check=check, colour=colour))
    out.flush()


def _document(ending: str, reviewed: Sequence[Reviewed], rules: Sequence[Rule]) -> str:
    from cal_upgrade.report.describe import rule_texts

    texts = rule_texts(rules)
    reviewed = [_named(one) for one in reviewed]
    if ending == ".html":
        from cal_upgrade.report.page import as_page

        return as_page(reviewed, texts)
    if ending == ".json":
        from cal_upgrade.report.json_report import as_json

        return visible_json(as_json(reviewed))
    if ending == ".sarif":
        from cal_upgrade.report.sarif import as_sarif

        return visible_json(as_sarif(reviewed, texts))
    if ending == ".github":
        from cal_upgrade.report.github import as_annotations

        return as_annotations(reviewed, texts)
    from cal_upgrade.report.text import as_text

    return as_text(reviewed, texts)


def _named(one: Reviewed) -> Reviewed:
    """Give the same with names that any report can hold."""
    output = None if one.output is None else readable(one.output)
    return replace(one, script=readable(one.script), output=output)


def _print_diff(reviewed: Sequence[Reviewed]) -> None:
    """Print the diffs in the scripts' own encodings, so that they apply; on a terminal only to be looked at."""
    from cal_upgrade.report.diff import as_diff

    for one in reviewed:
        if isinstance(one.outcome, Translation):
            lines = as_diff(one).splitlines(keepends=True)
            if sys.stdout.isatty():
                sys.stdout.write("".join(visible(line, keep="\t\n") for line in lines))
            else:
                streams.put(b"".join(_encoded(line, one.outcome.encoding) for line in lines))


def _encoded(line: str, encoding: str) -> bytes:
    """Give a line of a diff as bytes; a file's name need not fit the encoding of what is in the file."""
    try:
        return line.encode(encoding)
    except UnicodeEncodeError:
        return os.fsencode(line)

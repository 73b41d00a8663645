"""Prints what was found and writes it into reports, in the form that was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from cal_upgrade import files
from cal_upgrade.records import Translation
from cal_upgrade.review.describe import Reviewed
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
        out.write(_document("." + form, reviewed, rules))
    elif diff:
        _print_diff(reviewed)
    elif any(isinstance(one.outcome, Translation) for one in reviewed):
        from cal_upgrade.review.text import as_text
        from cal_upgrade.words import rule_texts

        colour = out.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        shown = [one for one in reviewed if isinstance(one.outcome, Translation) or len(reviewed) > 1]
        out.write(as_text(shown, rule_texts(rules), check=check, colour=colour))
    out.flush()


def _document(ending: str, reviewed: Sequence[Reviewed], rules: Sequence[Rule]) -> str:
    from cal_upgrade.words import rule_texts

    texts = rule_texts(rules)
    if ending == ".html":
        from cal_upgrade.review.page import as_page

        return as_page(reviewed, texts)
    if ending == ".json":
        from cal_upgrade.review.report import as_json

        return as_json(reviewed)
    if ending == ".sarif":
        from cal_upgrade.review.sarif import as_sarif

        return as_sarif(reviewed, texts)
    if ending == ".github":
        from cal_upgrade.review.github import as_annotations

        return as_annotations(reviewed, texts)
    from cal_upgrade.review.text import as_text

    return as_text(reviewed, texts)


def _print_diff(reviewed: Sequence[Reviewed]) -> None:
    """Print the diffs in the scripts' own encodings, so that they apply."""
    from cal_upgrade.review.diff import as_diff

    sys.stdout.flush()
    for one in reviewed:
        if isinstance(one.outcome, Translation):
            data = as_diff(one).encode(one.outcome.encoding)
            if hasattr(sys.stdout, "buffer"):
                sys.stdout.buffer.write(data)
            else:
                sys.stdout.write(data.decode(one.outcome.encoding))

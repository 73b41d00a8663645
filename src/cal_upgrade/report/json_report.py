"""The JSON report. Its field names are a contract with users, published as `docs/report.schema.json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from cal_upgrade.records import Attention, Call, Change, Refused, StepMove, Translation
from cal_upgrade.report.describe import Results, Reviewed, Summary, summary


class Problem(msgspec.Struct, frozen=True):
    """Why a script was not translated: the line to blame (null: none), what is the matter, what to do (`hint`)."""

    line: int | None
    message: str
    hint: str


class Report(msgspec.Struct, frozen=True, rename={"version": "from"}):
    """One script. `error` is there only if it was not translated; then `from` is null and the lists are empty."""

    script: str
    output: str | None
    version: str | None
    to: str
    results: Results
    changes: tuple[Change, ...]
    attention: tuple[Attention, ...]
    steps: tuple[StepMove, ...]
    calls: tuple[Call, ...]
    summary: Summary
    error: Problem | msgspec.UnsetType = msgspec.UNSET


class Reports(msgspec.Struct, frozen=True):
    """Several scripts, in the order in which they were given."""

    scripts: tuple[Report, ...]


def as_json(scripts: Sequence[Reviewed]) -> str:
    """Write the report: an object for one script, `{"scripts": [...]}` for more."""
    reports = tuple(_report(reviewed) for reviewed in scripts)
    document = reports[0] if len(reports) == 1 else Reports(reports)
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode("utf-8") + "\n"


def schema() -> str:
    """Write the JSON Schema (2020-12) of the report, the content of `docs/report.schema.json`."""
    (one, several), parts = msgspec.json.schema_components([Report, Reports], ref_template="#/$defs/{name}")
    document: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "cal-upgrade report",
        "description": "What cal-upgrade did to one script, or to several.",
        "anyOf": [one, several],
        "$defs": parts,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode("utf-8") + "\n"


def _report(reviewed: Reviewed) -> Report:
    outcome = reviewed.outcome
    found = outcome if isinstance(outcome, Translation) else _NOTHING
    return Report(
        script=reviewed.script,
        output=reviewed.output,
        version=None if isinstance(outcome, Refused) else found.version,
        to=reviewed.to,
        results=reviewed.results,
        changes=found.changes,
        attention=found.attention,
        steps=found.steps,
        calls=found.calls,
        summary=summary([found]),
        error=Problem(outcome.line, outcome.what, outcome.todo) if isinstance(outcome, Refused) else msgspec.UNSET,
    )


_NOTHING = Translation(text="", result="", version="", why_version="")

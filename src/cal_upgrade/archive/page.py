"""Writes the page over all executions of a package: how each stands, the fluxes found, and links to their pages."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from importlib.resources import files as resources
from pathlib import Path
from urllib.parse import quote

from cal_upgrade import files
from cal_upgrade.archive.execution import Task
from cal_upgrade.records import Refused
from cal_upgrade.report.page.html import attribute, escaped
from cal_upgrade.run.selection import span
from cal_upgrade.run.state import journal
from cal_upgrade.run.state.journal import Flux
from cal_upgrade.run.state.summary import Told, tell

PAGE = "cal-run.html"
"""The page's file name, in the working directory and in that of each execution."""

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Executions – cal-run</title>
<style>
"""


def write_page(workdir: Path, tasks: Sequence[Task], refused: Sequence[tuple[Path, Refused]]) -> None:
    """Write the page. Raises Refused if it can't be written."""
    told = [(task, _told(task)) for task in tasks]
    files.write(workdir / PAGE, page(told, refused, workdir).encode("utf-8"), force=True)


def page(told: Sequence[tuple[Task, Told | None]], refused: Sequence[tuple[Path, Refused]], workdir: Path) -> str:
    """Make the page from what the journals tell (None: nothing has run)."""
    style = resources("cal_upgrade.run").joinpath("page.css").read_text("utf-8")
    body = [*_header(told, refused), *_executions(told, workdir), *_fluxes(told)]
    return f"{_HEAD}{style}</style>\n</head>\n<body>\n<main>\n{''.join(body)}</main>\n</body>\n</html>\n"


def _told(task: Task) -> Told | None:
    try:
        scripts = tell(journal.read(task.folder / journal.NAME))
    except journal.Damaged:
        return None
    return next((told for told in scripts if told.script == task.execution.file), None)


def _header(told: Sequence[tuple[Task, Told | None]], refused: Sequence[tuple[Path, Refused]]) -> Iterator[str]:
    done = sum(_state(task, one)[0] == "done" for task, one in told)
    yield f"<header>\n<p class=tool>cal-run</p>\n<h1>{done} of {len(told)} executions done</h1>\n"
    yield f"<p class=soft>{time.strftime('%Y-%m-%d %H:%M')}</p>\n"
    for path, why in refused:
        line = "" if why.line is None else f":{why.line}"
        yield f'<p class="trouble"><b>{escaped(str(path))}{line}:</b> {escaped(f"{why.what}. {why.todo}")}</p>\n'
    yield "</header>\n<nav></nav>\n"


def _executions(told: Sequence[tuple[Task, Told | None]], workdir: Path) -> Iterator[str]:
    yield "<section>\n<h2>Executions</h2>\n<div class=wide><table>\n<thead><tr><th scope=col>Execution"
    yield "<th scope=col>Outcome<th scope=col>Steps done<th scope=col>Time<th scope=col>Flagged<th scope=col>Script"
    yield "</thead>\n<tbody>\n"
    for task, one in told:
        state, message = _state(task, one)
        own = task.folder / PAGE
        name = escaped(task.execution.name)
        if own.exists():
            name = f'<a href="{attribute(quote(str(own.relative_to(workdir))))}">{name}</a>'
        done = sorted(number for number, step in one.steps.items() if step.state == "done") if one else []
        seconds = sum(step.seconds for step in one.steps.values()) if one else 0.0
        flagged = ", ".join(f"{part.total:.1%}" for part in one.flagged.values()) if one else ""
        trouble = f"<p class=trouble>{escaped(message)}</p>" if message else ""
        yield f'<tr><th scope=row>{name}<td><span class="badge {state}">{state}</span>{trouble}'
        yield f"<td>{span(done) or '–'}<td class=number>{_duration(seconds)}<td class=number>{flagged or '–'}"
        yield f"<td><code>{escaped(task.execution.file)}</code>\n"
    yield "</tbody></table></div>\n</section>\n"


def _state(task: Task, told: Told | None) -> tuple[str, str]:
    """Say how an execution stands, in a word, and what is wrong."""
    if told is None or not told.steps:
        return "stopped", "Nothing has run yet."
    for number, step in sorted(told.steps.items()):
        if step.state in ("failed", "stopped", "interrupted"):
            return step.state, f"Step {number}, {step.title}: {step.message or 'it began and did not end.'}"
    lacking = [number for number in task.execution.steps if number not in told.steps]
    return ("stopped", f"Not run yet: {span(lacking)}.") if lacking else ("done", "")


def _fluxes(told: Sequence[tuple[Task, Told | None]]) -> Iterator[str]:
    """Put what the executions found side by side: a line a field and window, a column an execution."""
    found: dict[tuple[str, int], dict[str, Flux]] = {}
    for task, one in told:
        for flux in one.fluxes if one else ():
            if flux.source == "fluxscale":
                found.setdefault((flux.field, flux.spw), {})[task.execution.name] = flux
    if not found:
        return
    yield "<section>\n<h2>Flux densities</h2>\n<div class=wide><table class=numbers>\n"
    yield "<caption>In Jy, found by fluxscale</caption>\n<thead><tr><th scope=col>Field<th scope=col>spw"
    yield "".join(f"<th scope=col>{escaped(task.execution.name)}" for task, _ in told) + "</thead>\n<tbody>\n"
    for (field, window), fluxes in sorted(found.items()):
        yield f"<tr><th scope=row>{escaped(field)}<td>{window}"
        for task, _ in told:
            value = fluxes.get(task.execution.name)
            error = f" <small>± {value.error:.4f}</small>" if value and value.error else ""
            yield f"<td>{value.flux:.4f}{error}" if value else "<td>–"
        yield "\n"
    yield "</tbody></table></div>\n</section>\n"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"

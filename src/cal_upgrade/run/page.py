"""Writes cal-run.html: what ran, how long it took, which fluxes came out, how much is flagged, and the plots.

One file that holds all it needs, plots too, and loads nothing.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from cal_upgrade.report.page.html import attribute, escaped
from cal_upgrade.run.state.journal import AnyRecord, Flagged, Flux
from cal_upgrade.run.state.summary import Told, ToldStep, tell

_MOST_BYTES = 40_000_000
"""Plots beyond that are named, with a link, and not held in the page."""

_WORDS = {
    "done": "done",
    "failed": "failed",
    "stopped": "stopped",
    "interrupted": "interrupted",
    "outdated": "out of date",
}


def page(records: Iterable[AnyRecord], folder: Path) -> str:
    """Write the page of a journal; plots are read from `folder`, the working directory."""
    scripts = tell(records)
    name = scripts[0].script if len(scripts) == 1 else f"{len(scripts)} scripts"
    style = files(__package__).joinpath("page.css").read_text("utf-8")
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        f"<title>{escaped(name)} – cal-run</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
    )
    held = _Plots(folder)
    parts = ["".join(_script(told, held, f"s{k}-")) for k, told in enumerate(scripts, 1)]
    nothing = "" if scripts else "<h1>cal-run</h1>\n<p>Nothing has run here yet.</p>\n"
    return head + nothing + "".join(parts) + "</main>\n</body>\n</html>\n"


def _script(told: Told, held: _Plots, mark: str) -> Iterator[str]:
    steps = [told.steps[number] for number in sorted(told.steps)]
    sections = [
        ("fluxes", "Flux densities", list(_fluxes(told.fluxes))),
        ("steps", "Steps", list(_steps(steps))),
        ("flagged", "Flagged data", [line for one in told.flagged.values() for line in _flagged(one)]),
        ("warnings", "Warnings", list(_warnings(told))),
        ("plots", "Plots", [line for step in steps for line in held.of(step)]),
        ("runs", "Runs", list(_runs(told))),
    ]
    yield from _header(told, steps)
    yield '<nav aria-label="Contents">'
    yield " ".join(f'<a href="#{mark}{name}">{title}</a>' for name, title, lines in sections if lines)
    yield "</nav>\n"
    for name, title, lines in sections:
        if lines:
            yield f'<section id="{mark}{name}">\n<h2>{title}</h2>\n'
            yield from lines
            yield "</section>\n"


def _header(told: Told, steps: Sequence[ToldStep]) -> Iterator[str]:
    run = told.runs[-1]
    state = run.ended.outcome if run.ended else "interrupted"
    took = f" in {_duration(run.ended.seconds)}" if run.ended else ""
    yield f"<header>\n<p class=tool>cal-run</p>\n<h1>{escaped(told.script)}</h1>\n"
    yield f"<p>{_badge(state)} {_span(run.began.steps)}{took}"
    yield f" <span class=soft>· {_moment(run.began.when)} · CASA {escaped(run.began.casa or '?')}</span></p>\n"
    for step in steps:
        if step.state in ("failed", "stopped", "interrupted"):
            said = step.message or "It began and did not end: the run was cut off."
            yield f'<p class="trouble"><b>Step {step.number}, {escaped(step.title)}:</b> {escaped(said)}</p>\n'
    yield "</header>\n"


def _fluxes(fluxes: Sequence[Flux]) -> Iterator[str]:
    """Write a table a task: a line a field, a column a spectral window."""
    if not fluxes:
        return
    yield "<div class=beside>\n"
    for task, group in groupby(sorted(fluxes, key=lambda flux: flux.source), key=lambda flux: flux.source):
        found = list(group)
        windows = sorted({flux.spw for flux in found})
        frequencies = {flux.spw: flux.frequency for flux in found if flux.frequency}
        words = {"fluxscale": "found by fluxscale", "setjy": "set by setjy"}.get(task, task)
        yield f"<div class=wide><table class=numbers>\n<caption>In Jy, {escaped(words)}</caption>\n"
        yield "<thead><tr><th scope=col>Field"
        for window in windows:
            at = f"<br><small>{frequencies[window] / 1e9:.2f} GHz</small>" if window in frequencies else ""
            yield f"<th scope=col>spw {window}{at}"
        yield "</thead>\n<tbody>\n"
        for field in dict.fromkeys(flux.field for flux in found):
            values = {flux.spw: flux for flux in found if flux.field == field}
            yield f"<tr><th scope=row>{escaped(field)}"
            yield "".join(f"<td>{_flux(values.get(window))}" for window in windows) + "\n"
        yield "</tbody></table></div>\n"
    yield "</div>\n"


def _flux(flux: Flux | None) -> str:
    if flux is None:
        return "–"
    error = f" <small>± {flux.error:.4f}</small>" if flux.error else ""
    return f"{flux.flux:.4f}{error}"


def _steps(steps: Sequence[ToldStep]) -> Iterator[str]:
    if not steps:
        return
    longest = max(step.seconds for step in steps) or 1.0
    yield "<div class=wide><table class=steps>\n<thead><tr><th scope=col>Step<th scope=col>Title<th scope=col>Outcome"
    yield "<th scope=col colspan=2>Time</thead>\n<tbody>\n"
    for step in steps:
        yield f"<tr><th scope=row>{step.number}<td>"
        if step.tasks:
            yield f"<details><summary>{escaped(step.title)}</summary>\n<table class=tasks><tbody>\n"
            for task in step.tasks:
                given = ", ".join(f"{name}={value}" for name, value in task.parameters.items())
                yield f"<tr><td>{task.line}<td><code>{escaped(task.task)}({escaped(given)})</code>"
                yield f"{_message(task.message)}<td>{_duration(task.seconds)}\n"
            yield "</tbody></table></details>"
        else:
            yield escaped(step.title)
        share = max(step.seconds / longest * 100, 0.5)
        yield f"<td>{_badge(step.state)}<td class=number>{_duration(step.seconds)}"
        yield f'<td class=bar><span style="inline-size:{share:.1f}%"></span>\n'
    total = sum(step.seconds for step in steps)
    yield f"</tbody>\n<tfoot><tr><th><td>All<td><td class=number>{_duration(total)}<td></tfoot></table></div>\n"


def _message(text: str) -> str:
    return f"<p class=trouble>{escaped(text)}</p>" if text else ""


def _flagged(flagged: Flagged) -> Iterator[str]:
    fields = list(flagged.fields)
    yield "<div class=wide><table class=heat>\n"
    yield f"<caption>{escaped(flagged.vis)}: {flagged.total:.1%} of all data</caption>\n"
    yield "<thead><tr><th scope=col>Antenna"
    yield "".join(f"<th scope=col>{escaped(field)}" for field in fields) + "<th scope=col>All</thead>\n<tbody>\n"
    for antenna, part in flagged.antennas.items():
        row = flagged.cross.get(antenna, {})
        yield f"<tr><th scope=row>{escaped(antenna)}"
        yield "".join(_part(row.get(field)) for field in fields) + _part(part) + "\n"
    yield "</tbody>\n<tfoot><tr><th scope=row>All" + "".join(_part(flagged.fields[field]) for field in fields)
    yield f"{_part(flagged.total)}</tfoot></table></div>\n"


def _part(part: float | None) -> str:
    """Write a fraction in a cell that is the deeper coloured the more is flagged."""
    if part is None:
        return "<td>–"
    return f'<td style="--part:{part * 100:.0f}%">{part:.1%}'


def _warnings(told: Told) -> Iterator[str]:
    if not told.warnings:
        return
    yield "<ul class=plain>\n"
    for warned in told.warnings:
        step = f"Step {warned.step}" if warned.step is not None else "Before the steps"
        place = f"{step}, line {warned.line}" if warned.line else step
        yield f"<li><span class=soft>{place}:</span> {escaped(warned.message)}\n"
    yield "</ul>\n"


class _Plots:
    """Plots of a working directory, taken into the page as long as they fit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.left = _MOST_BYTES
        self.shown: set[str] = set()

    def of(self, step: ToldStep) -> Iterator[str]:
        """Write the plots of one step."""
        # what is made at the very end of a step may be counted to the next one as well
        names = [name for name in step.plots if name not in self.shown]
        self.shown.update(names)
        if not names:
            return
        yield f"<details open class=plots><summary>Step {step.number}: {escaped(step.title)}</summary>\n"
        for name in names:
            yield self._figure(name)
        yield "</details>\n"

    def _figure(self, name: str) -> str:
        title = escaped(Path(name).name.removesuffix(".png"))
        try:
            data = (self.folder / name).read_bytes()
        except OSError:
            return f"<p class=soft>{title}: the file is no longer there.</p>\n"
        if len(data) > self.left:
            return f'<p><a href="{attribute(name)}">{title}</a></p>\n'
        self.left -= len(data)
        source = f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}"
        alt = attribute(f"Plot {Path(name).name}")
        return f'<figure><img src="{source}" alt="{alt}" loading="lazy"><figcaption>{title}</figcaption></figure>\n'


def _runs(told: Told) -> Iterator[str]:
    yield "<div class=wide><table>\n<thead><tr><th scope=col>Began<th scope=col>Steps<th scope=col>Outcome"
    yield "<th scope=col>Time<th scope=col>CASA<th scope=col>Script (SHA-256)</thead>\n<tbody>\n"
    for run in told.runs:
        ended = run.ended
        yield f"<tr><td>{_moment(run.began.when)}<td>{_span(run.began.steps, '')}"
        yield f"<td>{_badge(ended.outcome if ended else 'interrupted')}"
        yield f"<td>{_duration(ended.seconds) if ended else '–'}"
        yield f"<td>{escaped(run.began.casa)}<td><code>{escaped(run.began.sha256[:12])}</code>\n"
    yield "</tbody></table></div>\n"


def _badge(state: str) -> str:
    return f'<span class="badge {state}">{_WORDS[state]}</span>'


def _span(steps: Sequence[int], word: str = "step") -> str:
    """Write step numbers as ranges: steps 9–12, 15."""
    ranges: list[list[int]] = []
    for number in steps:
        if ranges and number == ranges[-1][-1] + 1:
            ranges[-1].append(number)
        else:
            ranges.append([number])
    text = ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in ranges)
    return f"{word}{'s' if len(steps) > 1 else ''} {text}" if word else text


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def _moment(when: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(when))

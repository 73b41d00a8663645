"""What stands above the comparison: what needs a person, the steps, the account of task calls."""

from __future__ import annotations

from collections.abc import Iterator

from cal_upgrade.records import Translation
from cal_upgrade.report.describe import alike, number, steps_in_words, summary, what_to_do
from cal_upgrade.report.page.html import attribute, escaped


def attention(found: Translation, mark: str) -> Iterator[str]:
    """List what needs attention, each with a link to its line."""
    if not found.attention:
        return
    yield f'<div class="attention"><h3>{number(len(found.attention), "place")} for a person to look at</h3>\n<ul>\n'
    for item, lines in alike(found.attention):
        links = ", ".join(f'<a href="#{mark}-L{line}">{line}</a>' for line in lines)
        yield (
            f'<li data-rule="{attribute(item.rule)}">line{"s" if len(lines) > 1 else ""} {links}: '
            f"{escaped(what_to_do(item))} <code>{escaped(item.rule)}</code>\n"
        )
    yield "</ul></div>\n"


def steps(found: Translation) -> Iterator[str]:
    """Write the table of steps: number before, number after, title."""
    if not found.steps:
        return
    yield f'<details class="card"><summary><b>Steps</b> {steps_in_words(found.steps)}</summary>\n'
    yield '<table class="list"><thead><tr><th>Before<th>After<th>Title</thead>\n<tbody>\n'
    for step in found.steps:
        old = '<td class="new">inserted' if step.old is None else f"<td>{step.old}"
        yield f"<tr>{old}<td>{step.new}<td>{escaped(step.title)}\n"
    yield "</tbody></table></details>\n"


def account(found: Translation, mark: str, *, linked: bool) -> Iterator[str]:
    """Write the table of all task calls and what became of each, and the switches for it; `linked` to their lines."""
    counts = summary([found])
    by_status = {"changed": counts.changed, "checked": counts.checked, "unknown": counts.unknown}
    said = ", ".join(f"{count} {status}" for status, count in by_status.items())
    yield f'<details class="card account"><summary><b>Task calls</b> {counts.calls}: {said}</summary>\n'
    yield '<form aria-label="Task calls that are shown">'
    for status, count in {"all": counts.calls, **by_status}.items():
        state = 'value="" checked' if status == "all" else f'value="{status}"'
        yield f'<label class="chip"><input type="radio" name="status" {state}> {status} <b>{count}</b></label>\n'
    yield '</form>\n<table class="list"><thead><tr><th>Line<th>Task<th>Step<th>Status</thead>\n<tbody>\n'
    for call in found.calls:
        step = "" if call.step is None else str(call.step)
        line = f'<a href="#{mark}-L{call.line}">{call.line}</a>' if linked else str(call.line)
        yield f'<tr data-status="{call.status}"><td>{line}<td><code>{escaped(call.task)}</code><td>{step}'
        yield f'<td class="{call.status}">{call.status}\n'
    yield "</tbody></table></details>\n"

"""The review page: one HTML file that holds all it needs, for a code review, a ticket or paper."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files

from cal_upgrade.records import Refused, Translation
from cal_upgrade.report.align import align
from cal_upgrade.report.describe import KINDS, Reviewed, Rules, by_kind, number, sentences, summary
from cal_upgrade.report.page.comparison import comparison
from cal_upgrade.report.page.html import attribute, escaped
from cal_upgrade.report.page.tables import account, attention, steps


def as_page(scripts: Sequence[Reviewed], rules: Rules) -> str:
    """Write the page. It works without its script too, but for filters and keys."""
    return "".join(_page(scripts, rules))


def _page(scripts: Sequence[Reviewed], rules: Rules) -> Iterator[str]:
    style, script = (files(__package__).joinpath(name).read_text("utf-8") for name in ("style.css", "script.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    # nothing is loaded, and no script runs but the page's own, whatever a calibration script holds
    policy = f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    title = scripts[0].script if len(scripts) == 1 else number(len(scripts), "script")
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        f"<title>{escaped(title)} – cal-upgrade</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
    )
    yield from _bar(scripts)
    yield "<main>\n"
    if len(scripts) > 1:
        yield from _contents(scripts)
    for k, reviewed in enumerate(scripts, 1):
        yield from _script(reviewed, rules, f"s{k}")
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>\n"


def _bar(scripts: Sequence[Reviewed]) -> Iterator[str]:
    """Write the bar at the top: what to show, and the way from change to change."""
    found = [reviewed.outcome for reviewed in scripts if isinstance(reviewed.outcome, Translation)]
    counts = summary(found)
    rules = Counter(change.rule for outcome in found for change in outcome.changes)
    rules.update(item.rule for outcome in found for item in outcome.attention)
    yield '<a class="skip" href="#s1">Skip to the first script</a>\n<header class="bar">\n<h1>cal-upgrade</h1>\n'
    yield '<form id="filters" aria-label="What is shown">\n<fieldset><legend>Show</legend>\n'
    kinds = [("attention", counts.attention), *((kind, counts.changes[kind]) for kind in KINDS)]
    for kind, count in kinds:
        off = "" if count else " disabled"
        yield (
            f'<label class="chip k-{kind}"><input type="checkbox" name="kind" value="{kind}" checked{off}> '
            f"{kind} <b>{count}</b></label>\n"
        )
    yield '</fieldset>\n<label>Rule <select name="rule"><option value="">all</option>\n'
    for rule, count in sorted(rules.items()):
        yield f'<option value="{attribute(rule)}">{escaped(rule)} ({count})</option>\n'
    yield (
        "</select></label>\n</form>\n"
        '<div class="go"><output id="shown" aria-live="polite"></output>\n'
        '<button type="button" id="previous" aria-keyshortcuts="p" title="Previous (key p)">‹ <kbd>p</kbd></button>\n'
        '<button type="button" id="next" aria-keyshortcuts="n" title="Next (key n)"><kbd>n</kbd> ›</button></div>\n'
        "</header>\n"
    )


def _contents(scripts: Sequence[Reviewed]) -> Iterator[str]:
    yield '<nav aria-label="Scripts"><table class="list contents">\n<thead><tr><th>Script<th>Changes<th>Attention'
    yield "<th>Task calls<th>Changed<th>Checked<th>Unknown</thead>\n<tbody>\n"
    for k, reviewed in enumerate(scripts, 1):
        yield f'<tr><td><a href="#s{k}">{escaped(reviewed.script)}</a>'
        if isinstance(reviewed.outcome, Refused):
            yield '<td colspan="6" class="bad">not translated\n'
            continue
        counts = summary([reviewed.outcome])
        cells = (counts.attention, counts.calls, counts.changed, counts.checked, counts.unknown)
        kinds = by_kind(counts.changes) or "none"
        yield f"<td>{kinds}" + "".join(f"<td>{count}" for count in cells) + "\n"
    yield "</tbody></table></nav>\n"


def _script(reviewed: Reviewed, rules: Rules, mark: str) -> Iterator[str]:
    found = reviewed.outcome
    renamed = isinstance(found, Translation) and found.changed and reviewed.output
    into = f' <span class="soft">→</span> {escaped(reviewed.output or "")}' if renamed else ""
    yield f'<section class="script" id="{mark}" tabindex="-1">\n<h2>{escaped(reviewed.script)}{into}</h2>\n'
    if isinstance(found, Refused):
        place = "" if found.line is None else f"Line {found.line}: "
        yield f'<p class="refused">{place}{escaped(sentences(found.what, found.todo))}</p>\n</section>\n'
        return
    version, why = escaped(found.version), escaped(sentences(found.why_version))
    yield f'<p class="found">From CASA {version} to CASA {escaped(reviewed.to)}. '
    yield f'<span class="soft">It is for {version}: {why}</span></p>\n'
    compared = bool(found.changed or found.changes or found.attention)
    yield from attention(found, mark)
    yield '<div class="cards">\n'
    yield from steps(found)
    yield from account(found, mark, linked=compared)
    yield "</div>\n"
    if compared:
        yield from comparison(reviewed, found, align(found), rules, mark)
    if not found.changed:
        yield "<p>Nothing to change.</p>\n"
    yield "</section>\n"

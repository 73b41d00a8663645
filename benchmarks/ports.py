"""Holds conversions beside ports of the same scripts that CASA's own staff made by hand, call by call.

    python benchmarks/ports.py FOLDER_3.4 FOLDER_4.2 NAME [NAME …]

Each folder holds `NAME.py`; docs/evidence.md says which public repository and commits they are from. None of their
text is kept in this project: what is printed are lines, tasks, parameters and short values. There is a row for each
task call (in either style; `#`: in a comment) that the staff or the converter changed, by its line in the 3.4 script.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from cal_upgrade.casa.tables import Interface, load
from cal_upgrade.convert.account import task_calls
from cal_upgrade.convert.translate import translate
from cal_upgrade.files import rules_folder
from cal_upgrade.options import Options
from cal_upgrade.records import Refused
from cal_upgrade.rules.load import load as load_rules
from cal_upgrade.rules.ruleset import make
from cal_upgrade.script.model import Script, open_script
from cal_upgrade.text.source import decode
from cal_upgrade.text.values import UNKNOWN

SUCCESSORS = {"flagautocorr": "flagdata", "tflagdata": "flagdata", "uvcontsub2": "uvcontsub"}
COMMENT = re.compile(r"[ \t]*#+[ \t]*(\w+\(.*\))[ \t;]*$")
LONGEST = 48


class Seen(NamedTuple):
    """A task call as it stands in a script: its parameters as source text, and what they hold where that is known."""

    line: int
    task: str
    texts: dict[str, str]
    values: dict[str, object]
    comment: bool = False

    @property
    def kind(self) -> tuple[str, bool]:
        """What calls of the two versions have in common."""
        return SUCCESSORS.get(self.task, self.task), self.comment


class Row(NamedTuple):
    """A call before, as the staff left it, and as the converter leaves it; None where there is none."""

    before: Seen | None
    staff: Seen | None
    ours: Seen | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("old", type=Path, metavar="FOLDER_3.4")
    parser.add_argument("new", type=Path, metavar="FOLDER_4.2")
    parser.add_argument("names", nargs="+", metavar="NAME")
    given = parser.parse_args()
    for name in given.names:
        print(f"\n### {name}\n")
        print(comparison((given.old / f"{name}.py").read_bytes(), (given.new / f"{name}.py").read_bytes()))


def comparison(before: bytes, port: bytes) -> str:
    """Compare the port of a script, and what the converter makes of it: a table in Markdown, and what it tells."""
    found = translate(before, make(load_rules([rules_folder() / "casa-3.4-to-4.2"]), Options()))
    old, new = load("3.4.0"), load("4.2.0")
    given = list(calls(decode(before).text, old))
    rows = with_one_name(
        aligned(given, list(calls(decode(port).text, new)), list(calls(decode(found.output).text, new)))
    )
    changed = [row for row in rows if any(differences(row.before, side) for side in (row.staff, row.ours))]
    lines = ["| line | call | CASA's staff | cal-upgrade | |", "|---:|---|---|---|---|"]
    lines += [shown(row, new) for row in changed]
    lines += [
        f"\n{len(given)} task calls, {len(changed)} changed by either; the rest stay as they are on both sides."
    ]
    told = [f"- line {one.line}, {one.rule}: {one.message}" for one in found.attention]
    return "\n".join([*lines, "\nAttention:", *(told or ["- none"])])


def calls(text: bytes, interface: Interface) -> Iterator[Seen]:
    """Give the task calls of a script in order, those in comments of one line among them."""
    script = open_script(text, interface)
    found = list(_calls(script, interface, 0))
    for number, line in enumerate(text.decode("utf-8").split("\n")):
        commented = COMMENT.match(line)
        if commented is not None:
            try:
                inner = open_script((commented[1] + "\n").encode("utf-8"), interface)
            except Refused:
                continue
            found += [one._replace(comment=True) for one in _calls(inner, interface, number)]
    yield from sorted(found, key=lambda call: call.line)


def _calls(script: Script, interface: Interface, above: int) -> Iterator[Seen]:
    for call in task_calls(script, [interface]):
        yield Seen(call.first + above, call.view.task, dict(call.view.texts), dict(call.view.values))


def aligned(before: Sequence[Seen], port: Sequence[Seen], ours: Sequence[Seen]) -> list[Row]:
    """Put the calls of three scripts side by side, by order and task."""
    staff_at, staff_new = _matched(before, port)
    ours_at, ours_new = _matched(before, ours)
    rows = []
    for place in range(len(before) + 1):
        rows += _inserted(staff_new.get(place, []), ours_new.get(place, []))
        if place < len(before):
            rows.append(Row(before[place], staff_at.get(place), ours_at.get(place)))
    return rows


def _matched(before: Sequence[Seen], after: Sequence[Seen]) -> tuple[dict[int, Seen], dict[int, list[Seen]]]:
    """Give what became of each call, and the calls that are new ahead of each place."""
    same: dict[int, Seen] = {}
    new: dict[int, list[Seen]] = {}
    opcodes = SequenceMatcher(None, [one.kind for one in before], [one.kind for one in after], autojunk=False)
    for what, a, b, c, d in opcodes.get_opcodes():
        if what == "equal":
            same.update(zip(range(a, b), after[c:d], strict=True))
        else:
            new.setdefault(a, []).extend(after[c:d])
    return same, new


def _inserted(staff: Sequence[Seen], ours: Sequence[Seen]) -> list[Row]:
    """Pair new calls of both sides by task; what only one has stands alone."""
    left = list(ours)
    rows = []
    for one in staff:
        partner = next((other for other in left if other.kind == one.kind), None)
        if partner is not None:
            left.remove(partner)
        rows.append(Row(None, one, partner))
    return rows + [Row(None, None, one) for one in left]


def with_one_name(rows: Sequence[Row]) -> list[Row]:
    """Call the tables that both sides make anew by our names on both."""
    names = {
        row.staff.texts["caltable"]: row.ours.texts["caltable"]
        for row in rows
        if row.before is None and row.staff and row.ours and {"caltable"} <= row.staff.texts.keys() & row.ours.texts
    }

    def renamed(call: Seen | None) -> Seen | None:
        if call is None:
            return None
        texts = call.texts
        for theirs, ours in names.items():
            texts = {name: text.replace(theirs, ours) for name, text in texts.items()}
        return call._replace(texts=texts)

    return [row._replace(staff=renamed(row.staff)) for row in rows]


def differences(before: Seen | None, after: Seen | None) -> list[str]:
    """Say in short what was done to a call."""
    if before is None or after is None:
        return [] if before is after else ["new" if before is None else "taken away"]
    found = [] if before.task == after.task else [f"`{after.task}`"]
    for name in dict.fromkeys((*before.texts, *after.texts)):
        old, new = _plain(before.texts.get(name)), _plain(after.texts.get(name))
        if old == new:
            continue
        if old is None:
            found.append(f"+ `{name}={_short(new)}`")
        elif new is None:
            found.append(f"− `{name}={_short(old)}`")
        else:
            found.append(f"`{name}={_short(new)}`")
    return found


def shown(row: Row, interface: Interface) -> str:
    """Give a row of the table."""
    first = row.before or row.staff or row.ours
    assert first is not None
    line = str(row.before.line) if row.before is not None else "+"
    sides = (_side(row.before, row.staff), _side(row.before, row.ours))
    call = f"`{'#' if first.comment else ''}{first.task}`"
    return f"| {line} | {call} | {sides[0]} | {sides[1]} | {verdict(row, interface)} |"


def _side(before: Seen | None, after: Seen | None) -> str:
    if before is None and after is not None:
        return ", ".join(f"`{name}={_short(_plain(text))}`" for name, text in after.texts.items())
    return ", ".join(differences(before, after)) or "–"


def verdict(row: Row, interface: Interface) -> str:
    """Say whether both sides call the same: in the same words, with the same inputs, or only one of them changed."""
    if row.staff is None or row.ours is None:
        return "staff only" if row.ours is None or row.before is not None else "ours besides"
    staff, ours = (dict.fromkeys(one.texts) | {n: _plain(t) for n, t in one.texts.items()} for one in row[1:] if one)
    if row.staff.task == row.ours.task and staff == ours:
        return "same"
    if row.staff.task == row.ours.task and _inputs(row.staff, interface) == _inputs(row.ours, interface):
        return "same effect"
    if not differences(row.before, row.staff):
        return "ours besides"
    return "staff only" if not differences(row.before, row.ours) else "differs"


def _inputs(call: Seen, interface: Interface) -> dict[str, object]:
    """Give what a task gets in all, its defaults too."""
    task = interface[call.task]
    held = {name: value for name, value in call.values.items() if value is not UNKNOWN}
    found: dict[str, object] = {name: task.default(name, held) for name in task.order}
    found |= {name: _plain(text) for name, text in call.texts.items()} | held
    return {name: "" if value in ([], [""]) else value for name, value in found.items()}


def _plain(text: str | None) -> str | None:
    """Give source text without the blanks and quotes that authors choose."""
    return None if text is None else re.sub(r"\s+", "", text).replace('"', "'")


def _short(text: str | None) -> str:
    shown = (text or "").replace("|", "\\|")
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


if __name__ == "__main__":
    main()

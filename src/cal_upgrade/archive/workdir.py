"""Works on one file of a package: tells what it is, converts it if it is a calibration script or a driver."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from cal_upgrade import files
from cal_upgrade.convert.job import Order, lookup, translated
from cal_upgrade.records import Attention, Refused, Translation
from cal_upgrade.report.describe import Reviewed

Verdict = Literal["converted", "there", "nothing", "failed", "driver", "left"]
"""What became of a file: converted; converted before, to the same result; for 4.2 already; failed; a driver, to be
converted when it is known where the scripts lie that it runs; no business of ours."""

_MENTIONED = re.compile(rb"(?<![\w.+\-])[\w.+\-]+\.py\b")
_CALLED_SO = re.compile(r"script_?for_?cal|_3\.4\.py$", re.IGNORECASE)


@dataclass(frozen=True)
class Item:
    """A file that may be a script, and the place of its result.

    `whole`: the reports want everything that was found. `at_hand`: where the scripts lie that a driver names, by file
    name; None as long as nobody has looked. `rivals`: other files whose results would be the same file.
    """

    script: Path
    output: Path
    order: Order
    whole: bool = False
    at_hand: dict[str, Path] | None = field(default=None)
    rivals: tuple[Path, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """What became of one file, as little as the summary needs.

    `changes` counts what was rewritten, `differs` says whether the result differs from the script. `line` and `why`:
    what failed, or why it was left as it is. `names`: the files that a driver mentions. `reviewed`: everything, where
    a report wants it.
    """

    script: str
    verdict: Verdict
    output: str | None = None
    changes: int = 0
    differs: bool = False
    attention: tuple[Attention, ...] = ()
    line: int | None = None
    why: str = ""
    names: tuple[str, ...] = ()
    reviewed: Reviewed | None = None


def work(item: Item) -> Outcome:
    """Look at a file and convert it if that is for us. Raises Refused if it is for us, and nothing came of it."""
    from cal_upgrade.archive.classify import tell
    from cal_upgrade.text import source
    from cal_upgrade.text.python2 import read

    name, called_so = str(item.script), _CALLED_SO.search(item.script.name) is not None
    try:
        data = files.read(item.script)
        text = source.decode(data).text
    except Refused as refused:
        # what can't be read is told by its name alone
        if called_so:
            raise
        return Outcome(name, "left", why=refused.what)
    kind = tell(text, by_name=called_so)
    if kind.purpose in ("imaging", "other"):
        if called_so:
            # a calibration script by its name: if it is no Python 2, nothing of what it seems to be is to be trusted
            read(text)
        return Outcome(name, "left", why=kind.why if kind.purpose == "other" else f"imaging: {kind.why}")
    if kind.purpose == "driver" and item.at_hand is None:
        mentioned = {match.decode("utf-8", "replace") for match in _MENTIONED.findall(text)}
        return Outcome(name, "driver", names=tuple(sorted(mentioned)))
    return _converted(item, data, kind.purpose == "driver")


def failed(item: Item, refused: Refused) -> Outcome:
    """Say of a file that nothing came of it."""
    why = f"{refused.what}. {refused.todo}".strip()
    return Outcome(str(item.script), "failed", line=refused.line, why=why, reviewed=_reviewed(item, None, refused))


def _converted(item: Item, data: bytes, driver: bool) -> Outcome:
    order = item.order
    found = translated(data, order.options, lookup(item.script.parent, order.options, item.at_hand))
    if found.version != "3.4":
        return _outcome(item, "nothing", found, f"it is for CASA {found.version} already")
    if driver and not found.changed:
        return _outcome(item, "nothing", found, "it runs scripts, and nothing in it is of CASA 3.4 alone")
    files.refuse_rivals(item.output, [rival for rival in item.rivals if _is_for_us(rival)])
    if order.write and not _put(item, found):
        return _outcome(item, "there", found)
    return _outcome(item, "converted", found)


def _is_for_us(path: Path) -> bool:
    """Whether a file of the package is a calibration script or a driver."""
    from cal_upgrade.archive.classify import tell
    from cal_upgrade.text import source

    called_so = _CALLED_SO.search(path.name) is not None
    try:
        kind = tell(source.decode(files.read(path)).text, by_name=called_so)
    except Refused:
        return called_so
    return kind.purpose in ("calibration", "driver")


def _put(item: Item, found: Translation) -> bool:
    """Write the result, unless it is there already. Raises Refused if something else is in its place."""
    try:
        item.output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(None, f"{item.output.parent} can't be made: {error.strerror}", "Name another -o.") from None
    return files.put(item.output, found.output, item.script, item.order.force)


def _outcome(item: Item, verdict: Verdict, found: Translation, why: str = "") -> Outcome:
    output = None if verdict == "nothing" else str(item.output)
    return Outcome(
        str(item.script),
        verdict,
        output,
        changes=sum(change.before != change.after for change in found.changes),
        differs=found.changed,
        attention=found.attention,
        why=why,
        reviewed=_reviewed(item, output, found),
    )


def _reviewed(item: Item, output: str | None, outcome: Translation | Refused) -> Reviewed | None:
    if not item.whole:
        return None
    return Reviewed(str(item.script), output, outcome, item.order.to, item.order.options.results)

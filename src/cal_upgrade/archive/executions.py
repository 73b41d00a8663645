"""Finds the executions of a package: each calibration script with the measurement sets that it works on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cal_upgrade import files
from cal_upgrade.archive.classify import tell
from cal_upgrade.archive.walk import TABLE_FILE, Package
from cal_upgrade.casa.tables import load
from cal_upgrade.convert.job import lookup, translated
from cal_upgrade.options import Options
from cal_upgrade.parallel.each import attempt
from cal_upgrade.records import Attention, Refused
from cal_upgrade.run import calls, preflight, selection
from cal_upgrade.run.script import Script, parse
from cal_upgrade.text import source

SUBTABLES = (
    "ANTENNA", "DATA_DESCRIPTION", "FEED", "FIELD", "FLAG_CMD", "HISTORY", "OBSERVATION", "POINTING", "POLARIZATION",
    "PROCESSOR", "SPECTRAL_WINDOW", "STATE",
)  # fmt: skip
"""The tables that every measurement set of version 2 has (AIPS++ note 229)."""


@dataclass(frozen=True)
class Execution:
    """One execution of an observation: a script for CASA 4.2 and its data, to be run in a directory of its own.

    `name` is that directory's, `script` the file in the package, `file` and `text` the 4.2 script's name and bytes,
    `steps` the steps to run, `data` the measurement sets in the package, `attention` what the conversion left for a
    person.
    """

    name: str
    script: Path
    file: str
    text: bytes
    steps: tuple[int, ...]
    data: tuple[Path, ...]
    attention: tuple[Attention, ...] = ()


@dataclass(frozen=True)
class Found:
    """What a package holds to be run; `refused` are calibration scripts that can't be, `left` those that need not."""

    executions: list[Execution]
    refused: list[tuple[Path, Refused]]
    left: list[tuple[Path, str]]


def executions(package: Package, options: Options, steps: str | None = None) -> Found:
    """Find the executions of a package. `steps`: which to run, as for one script; default: the re-calibration."""
    tables: defaultdict[str, list[Path]] = defaultdict(list)
    for table in package.tables:
        tables[table.name].append(table)
    found = Found([], [], [])
    for path in package.scripts:
        try:
            text = source.decode(files.read(path)).text
        except Refused as refused:
            found.left.append((path, refused.what))
            continue
        kind = tell(text)
        if kind.purpose != "calibration":
            found.left.append((path, "a driver, not needed here" if kind.purpose == "driver" else kind.why))
            continue
        made = attempt(lambda script: _execution(script, options, steps, tables, package), _refused, path)
        if isinstance(made, Refused):
            found.refused.append((path, made))
        else:
            found.executions.append(made)
    return Found(_apart(found.executions), found.refused, found.left)


def _refused(path: Path, refused: Refused) -> Execution | Refused:
    return refused


def _execution(
    path: Path, options: Options, steps: str | None, tables: Mapping[str, Sequence[Path]], package: Package
) -> Execution:
    """Match one script with its data. Raises Refused."""
    file, text, attention = _for_42(path, options)
    script = parse(Path(file), text)
    if not script.steps:
        raise Refused(None, "it has no steps", "Run it by hand.")
    selected = selection.parse(steps, script) if steps else selection.default(script)
    data: dict[Path, None] = {}
    for _, call, vis in preflight.data_needed(script, selected, task_calls(script)):
        here = _nearest(path, tables.get(Path(vis).name, ()))
        if here is None:
            raise _missing(vis, call.line, package)
        check_complete(here)
        data[here] = None
    if not data:
        raise Refused(None, "it names no measurement set", "Run it by hand.")
    name = next(iter(data)).name.removesuffix(".split").removesuffix(".ms")
    return Execution(name, path, file, text, tuple(selected), tuple(data), attention)


def task_calls(script: Script) -> preflight.Calls:
    """Give the task calls of each step."""
    new, old = load("4.2.2"), load("3.4.0")
    return calls.of_steps(script, {*new, *old}, {name: new[name].order for name in new})


def _for_42(path: Path, options: Options) -> tuple[str, bytes, tuple[Attention, ...]]:
    """Give name and bytes of a script's 4.2 version: the one beside it, itself, or converted. Raises Refused."""
    beside = files.default_output(path)
    if beside.is_file():
        return beside.name, files.read(beside), ()
    data = files.read(path)
    found = translated(data, options, lookup(path.parent, options))
    return path.name if found.version != "3.4" else beside.name, found.output, found.attention


def _nearest(script: Path, tables: Iterable[Path]) -> Path | None:
    """Give the table in a directory `raw`, else the one that shares most of its path with the script."""

    def rank(table: Path) -> tuple[bool, int]:
        shared = sum(1 for _ in _same_start(table.parts, script.parts))
        return table.parent.name == "raw", shared

    return max(tables, key=rank, default=None)


def _same_start(one: Sequence[str], other: Sequence[str]) -> Iterable[str]:
    for a, b in zip(one, other, strict=False):
        if a != b:
            return
        yield a


def _missing(vis: str, line: int, package: Package) -> Refused:
    what = f"the measurement set {vis} is not in the package"
    uid = vis.split(".ms")[0]
    for packed in package.archives:
        if uid in packed.name or packed.parent.name == "raw":
            return Refused(line, what, f"Unpack {packed} first.")
    return Refused(line, what, "Fetch it from the ALMA archive, and put it into raw/.")


def check_complete(data: Path) -> None:
    """See that a measurement set was copied or unpacked whole. Raises Refused."""
    lacking = [name for name in SUBTABLES if not (data / name / TABLE_FILE).is_file()]
    if not any(file.stat().st_size for file in data.glob("table.f*")):
        lacking.insert(0, "the main table's data")
    if lacking:
        more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
        what = f"{data} is not complete: it lacks {', '.join(lacking[:3])}{more}"
        raise Refused(None, what, "Fetch or unpack it again.")


def _apart(found: list[Execution]) -> list[Execution]:
    """Give each execution a directory of its own where two scripts work on one measurement set."""
    names = [execution.name for execution in found]
    return [
        execution
        if names.count(execution.name) == 1
        else Execution(**{**vars(execution), "name": f"{execution.name}.{Path(execution.file).stem}"})
        for execution in found
    ]

"""Looked at before anything runs: is it a 4.2 script, are its data there, is there room for what it writes?"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from cal_upgrade.casa.tables import Interface
from cal_upgrade.records import Refused
from cal_upgrade.run.calls import Call
from cal_upgrade.run.script import Script

_GUARD = re.compile(
    r"""['"]\^?(3\\?\.\d)[^'"\n]*['"]\s*,\s*casadef\.casa_version | casa_version\S{0,8}\s*[=!]=\s*['"](3\.\d)""",
    re.VERBOSE,
)
_MOVERS = {"smoothbandpass", "copytree", "copy", "copy2", "move", "rename", "system", "execfile", "popen"}

_COPIES = {"split", "mstransform", "cvel", "uvcontsub"}
"""Tasks that write a measurement set of the size of what they read."""

Calls = dict[int, list[Call]]
"""The task calls of each step."""


def check_version(script: Script, calls: Calls, new: Interface, old: Interface) -> None:
    """See that a script is for CASA 4.2.

    `new`: the tasks of 4.2.2, `old`: of 3.4. Raises Refused for a 3.4 script, with the line that gives it away.
    """
    line, why = _old_script(script, calls, new, old)
    if why:
        raise Refused(
            line, f"this script is for CASA 3.4: {why}", f"Convert it first: cal-upgrade {script.path.name}"
        )


def _old_script(script: Script, calls: Calls, new: Interface, old: Interface) -> tuple[int | None, str]:
    for number, text in enumerate(script.code.split("\n"), 1):
        guard = _GUARD.search(text)
        if guard:
            return number, f"it asks for version {guard[1] or guard[2]}"
    for call in (call for step in calls.values() for call in step):
        if call.task not in new and call.task in old:
            return call.line, f"4.2 has no task {call.task}"
        if call.task in new and call.task in old:
            for name in call.values:
                if name not in new[call.task].by_name and name in old[call.task].by_name:
                    return call.line, f"{call.task} has no parameter {name} in 4.2"
    titles = {step.title.lower() for step in script.steps}
    if script.start is not None and script.numbers.index(script.start) > 0:
        own = ("import of the asdm", "fix of syscal", "split out corrected column")
        if not any(title.startswith(own) for title in titles):
            here = script.step(script.start)
            return here.line, "it has none of the steps that 4.2 scripts have more, and its re-calibration " + (
                f"begins at step {script.start}"
            )
    return None, ""


def check_data(script: Script, selected: Sequence[int], calls: Calls, folder: Path) -> None:
    """See that the measurement sets which the selected steps need are in the working directory.

    Raises Refused: one is missing, or lies elsewhere behind a link, where it must not be changed.
    """
    for number, call, vis in data_needed(script, selected, calls):
        path = folder / vis
        if not path.is_dir():
            raise Refused(
                call.line,
                f"the measurement set {vis} is missing: step {number} needs it, and it is not in {folder}",
                "Copy it there, or say with --workdir where it is.",
            )
        if not path.resolve().is_relative_to(folder.resolve()):
            raise Refused(
                call.line,
                f"{vis} lies elsewhere, at {path.resolve()}, and the steps would change it",
                f"Copy it: cp -rL {path.resolve()} {folder}",
            )


def data_needed(script: Script, selected: Sequence[int], calls: Calls) -> Iterator[tuple[int, Call, str]]:
    """Give the measurement sets that steps need and do not make, each with the step and the call that needs it."""
    made: set[str] = set()
    for number in selected:
        moved = list(_moved(script, number))
        for call in calls[number]:
            for vis in call.measurement_sets:
                if vis not in made and vis not in call.made and not any(vis in text for text in moved):
                    yield number, call, vis
            made.update(call.made)


def check_tables(script: Script, selected: Sequence[int], calls: Calls, folder: Path) -> None:
    """See that the calibration tables are there which the selected steps need and do not make. Raises Refused."""
    makers = {name: step for step in script.numbers for call in calls[step] for name in call.made}
    made: set[str] = set()
    for number in selected:
        moved = list(_moved(script, number))
        for call in calls[number]:
            for name in call.tables_read:
                if name in made or (folder / name).exists() or any(_stem(text) in name for text in moved):
                    continue
                maker = makers.get(name)
                todo = "Look for a slip in its name."
                if maker is not None and maker not in selected:
                    todo = f"Step {maker} makes it: run that first, with --steps."
                raise Refused(call.line, f"the calibration table {name} is missing: step {number} needs it", todo)
            made.update(call.made)


def _moved(script: Script, number: int) -> Iterator[str]:
    """Give the texts in calls that copy, move or make files by other means than a task."""
    for statement in script.step(number).body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
                if name in _MOVERS:
                    yield from (text for text in texts if isinstance(text, str) and not text.startswith("rm "))


def _stem(text: str) -> str:
    return text.split()[-1] if text.split() else text


def check_room(script: Script, selected: Sequence[int], calls: Calls, folder: Path) -> None:
    """See that there is room for the columns and measurement sets that the selected steps write. Raises Refused."""
    need, free = room_needed(selected, calls, folder), free_space(folder)
    if need > free:
        raise Refused(
            None,
            f"there is too little room in {folder}: the steps write about {_size(need)}, and {_size(free)} are free",
            "Make room, or work elsewhere with --workdir.",
        )


def free_space(folder: Path) -> int:
    """Give the free room (bytes) where a directory lies."""
    return shutil.disk_usage(folder).free


def room_needed(selected: Sequence[int], calls: Calls, folder: Path) -> int:
    """Estimate what steps write (bytes): scratch columns, models kept before steps, split measurement sets."""
    need = 0
    columns: dict[str, set[str]] = {}
    sizes: dict[str, tuple[int, int]] = {}
    copied: set[tuple[int, str]] = set()
    for number in selected:
        for call in calls[number]:
            for vis in call.measurement_sets:
                if vis not in sizes:
                    sizes[vis], columns[vis] = _sizes(folder / vis), _scratch_columns(folder / vis)
                column, whole = sizes[vis]
                if call.task == "applycal" and "CORRECTED_DATA" not in columns[vis]:
                    columns[vis].add("CORRECTED_DATA")
                    need += column
                if call.task in ("setjy", "ft") and (number, vis) not in copied:
                    # the column itself, or the copy of it that is kept before the step
                    copied.add((number, vis))
                    need += column
                if call.task in _COPIES:
                    need += whole
                    for made in call.made:
                        sizes.setdefault(made, (column, whole))
                        columns.setdefault(made, set())
    return need


def _sizes(vis: Path) -> tuple[int, int]:
    """Give the size (bytes) of one column of visibilities, and of a measurement set without scratch columns."""
    files = [path.stat().st_size for path in vis.rglob("*") if path.is_file()] if vis.is_dir() else [0]
    column = max(files)
    return column, sum(files) - column * len(_scratch_columns(vis))


def _scratch_columns(vis: Path) -> set[str]:
    try:
        described = (vis / "table.dat").read_bytes()
    except OSError:
        return set()
    return {name for name in ("CORRECTED_DATA", "MODEL_DATA") if name.encode() in described}


def _size(amount: int) -> str:
    return f"{amount / 1e9:.1f} GB" if amount >= 1e8 else f"{amount / 1e6:.1f} MB"

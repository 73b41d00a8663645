"""Makes measurement sets whole again after a run was cut off, or ran out of disk, while CASA was writing.

Torn are the files that CASA writes anew, and the small tables to which tasks add rows: HISTORY at every call. CASA
does not say so: it crashes at a later call ("double free or corruption"), takes the measurement set for a table of
another type, or can't open it, as its description names a column that has no file. So they are kept when a step first
works on a measurement set, and put back if the step never came to its end. What else a step writes is kept as a flag
version or a model (`keep`), or made anew by the step.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

KEPT = "cal-run.kept"
"""The folder, in the working directory, where models and tables are kept."""

HEAD = "main table"
"""Stands for the small files of the measurement set itself: what it is, its columns, how each is stored."""

_SMALL = 1_000_000
"""Bytes. Larger files hold data: CASA writes them in place, and no row comes or goes in a calibration."""

WRITTEN = (HEAD, "HISTORY", "SOURCE", "FLAG_CMD")
"""What tasks write of a measurement set beside its data: they add rows to these tables, and columns."""

_STAND = ("ANTENNA", "DATA_DESCRIPTION", "SPECTRAL_WINDOW")
"""Tables that no calibration step writes: one measurement set is told from another of its name by their age."""

_WHOSE = "whose"
"""The file that holds the mark of the measurement set that tables were kept of."""


def is_measurement_set(path: Path) -> bool:
    """Tell whether a directory holds a measurement set."""
    return (path / "table.dat").is_file() and (path / "ANTENNA").is_dir()


def copy_table(table: Path, goal: Path) -> None:
    """Copy a table with CASA, which may not yet have written all that it holds of the table."""
    tb = open_table(table)
    tb.copy(str(goal), deep=True).close()
    tb.close()


def copy_head(vis: Path, goal: Path) -> None:
    """Copy the small files of a measurement set itself, once CASA has written all that it holds of it."""
    tb = open_table(vis)
    tb.flush()
    tb.close()
    goal.mkdir()
    for file in vis.glob("table.*"):
        if file.name != "table.lock" and "_" not in file.name and file.stat().st_size <= _SMALL:
            shutil.copy2(file, goal)


def copy_part(vis: Path, name: str, goal: Path) -> None:
    """Copy a table of a measurement set, or its `HEAD`."""
    if name == HEAD:
        copy_head(vis, goal)
    else:
        copy_table(vis / name, goal)


def keep_tables(
    folder: Path, vis: str, step: int, names: Iterable[str], copy: Callable[[Path, str, Path], None] = copy_part
) -> None:
    """Keep some of the tables of `vis` (in `folder`) as they are before a step, whole and on the disk."""
    there = _tables(folder, vis, step)
    there.mkdir(parents=True, exist_ok=True)
    (there / _WHOSE).write_text(_mark(folder / vis), encoding="utf-8")
    for name in names:
        if name == HEAD or (folder / vis / name / "table.dat").is_file():
            part = there / f"{name}.part"
            shutil.rmtree(part, ignore_errors=True)
            copy(folder / vis, name, part)
            to_disk(part)
            shutil.rmtree(there / name, ignore_errors=True)
            part.rename(there / name)
    to_disk(there, deep=False)


def mend_tables(folder: Path, step: int) -> list[str]:
    """Put back what `keep_tables` kept before a step; give the names of the tables, as `x.ms/HISTORY`.

    A measurement set that was copied here anew is left alone.
    """
    back = []
    for there in sorted((folder / KEPT).rglob(f"*{_ending(step)}")):
        vis = str(there.relative_to(folder / KEPT)).removesuffix(_ending(step))
        whose = there / _WHOSE
        if not whose.is_file() or whose.read_text("utf-8") != _mark(folder / vis):
            continue
        for kept in sorted(there.iterdir()):
            if not kept.is_dir() or kept.suffix == ".part":
                continue
            if kept.name == HEAD:
                _put_head(kept, folder / vis)
                back.append(vis)
            else:
                put_table(kept, folder / vis / kept.name)
                back.append(f"{vis}/{kept.name}")
    return back


def _put_head(kept: Path, vis: Path) -> None:
    for file in kept.iterdir():
        fresh = vis / f"{file.name}.mended"
        shutil.copy2(file, fresh)
        fresh.replace(vis / file.name)
    # it tells other processes how many columns there are; CASA makes a new one
    (vis / "table.lock").unlink(missing_ok=True)


def put_table(kept: Path, goal: Path) -> None:
    """Put a table that was kept in the place of another.

    It is copied and not moved: if this is cut off as well, the next run does it again.
    """
    fresh = goal.with_name(f"{goal.name}.mended")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(kept, fresh)
    shutil.rmtree(goal, ignore_errors=True)
    fresh.rename(goal)


def forget_tables(folder: Path, step: int) -> None:
    """Let go of what `keep_tables` kept before a step: it came to its end."""
    for there in list((folder / KEPT).rglob(f"*{_ending(step)}")):
        shutil.rmtree(there)


def drop_unfinished_versions(folder: Path, since: float) -> list[str]:
    """Take away flag versions begun after a time (s since 1970) and not finished; give their names.

    CASA enters a version in its list once it is whole (FlagVersion::saveFlagVersion). One that is not there would
    be taken for whole by a script that looks for its directory before it saves.
    """
    gone = []
    for version in folder.glob("*.flagversions/flags.*"):
        name = version.name.removeprefix("flags.")
        listed = version.parent / "FLAG_VERSION_LIST"
        lines = listed.read_text("utf-8", "replace").splitlines() if listed.is_file() else []
        # file systems keep times more coarsely than the clock
        if not any(line.startswith(f"{name} : ") for line in lines) and _born_after(version, since - 0.01):
            shutil.rmtree(version)
            gone.append(name)
    return gone


def mend(folder: Path, torn: tuple[int, float] | None) -> list[str]:
    """Put right what the step left that `History.torn` names, if any; say what was done.

    What the step did to flags and models is put back by `keep.Keeper`. Needs no CASA: it could crash before.
    """
    if torn is None:
        return []
    step, since = torn
    unfinished = [f"{name}: this flag version was not finished, and is taken away" for name in
                  drop_unfinished_versions(folder, since)]  # fmt: skip
    tables = mend_tables(folder, step)
    return unfinished + [f"{table} mended: it is what it was before step {step}" for table in tables]


def readable(vis: Path) -> bool:
    """Tell whether CASA can open a measurement set."""
    try:
        open_table(vis).close()
    except RuntimeError:
        return False
    return True


def open_table(path: Path, write: bool = False) -> Any:
    """Open a table with a tool of its own."""
    from casatools import table

    tb = table()
    tb.open(str(path), nomodify=not write)
    return tb


def to_disk(kept: Path, deep: bool = True) -> None:
    """See that the files of a directory are on the disk: after a power cut, what is named as kept must be whole."""
    for folder, _, names in os.walk(kept):
        for path in (folder, *(os.path.join(folder, name) for name in names)):  # noqa: PTH118
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        if not deep:
            break


def _ending(step: int) -> str:
    return f".tables_before_step_{step}"


def _tables(folder: Path, vis: str, step: int) -> Path:
    return folder / KEPT / f"{vis}{_ending(step)}"


def _mark(vis: Path) -> str:
    paths = [vis / name / "table.dat" for name in _STAND]
    return " ".join(str(path.stat().st_mtime_ns) if path.is_file() else "-" for path in paths)


def _born_after(version: Path, since: float) -> bool:
    """Tell whether all that a directory holds was written after a time."""
    return all(path.stat().st_mtime >= since for path in (version, *version.rglob("*")))

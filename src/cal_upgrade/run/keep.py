"""Keeps the state of measurement sets before steps, and puts it back when a step is repeated.

Kept are the flags, as a flag version that `flagmanager` lists, and the models of the sources. A state is kept when
a step is about to change it for the first time, so before step N as it was at the end of step N-1. Everything else
that a calibration step reads is made anew by the steps themselves.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cal_upgrade.run.differences import Kind
from cal_upgrade.run.history import Kept
from cal_upgrade.run.journal import AnyRecord, Dropped, Restored, Saved

KEPT = "cal-run.kept"
"""The folder, in the working directory, where models and descriptions of tables are kept."""


class OutsideError(Exception):
    """A measurement set that is not in the working directory: it is looked at, never changed."""


class Keeper:
    """The states kept in a working directory. `kept`: as the journal tells; `note` takes each new record."""

    def __init__(self, folder: Path, kept: Kept, order: list[int], note: Callable[[AnyRecord], None]) -> None:
        """Take what is kept already."""
        self.folder = folder
        self.kept = kept
        self.order = order
        self.note = note
        self.changed: set[str] = set()

    def put_back(self, step: int) -> list[str]:
        """Put all states back to the end of the step before `step`; give the names of the measurement sets."""
        back = [f"columns of {vis}" for vis in {vis: None for vis, _ in self.kept} if _mend(self.folder, vis)]
        for (vis, kind), versions in self.kept.items():
            after = self._from(step, versions)
            if not after or not _is_there(self.folder, vis, kind, versions[after[0]]):
                # nothing changed since, or the measurement set was taken away and maybe copied here anew
                self._drop(vis, kind, after)
                continue
            # what was kept first after that is the same: no step between changed it
            first, later = after[0], after[1:]
            _RESTORE[kind](self.folder, vis, versions[first])
            self.note(Restored(step=step, vis=vis, kind=kind, version=versions[first]))
            self._drop(vis, kind, later)
            back.append(f"{kind} of {vis}")
        return back

    def forget(self, step: int) -> None:
        """Let go of what was kept before `step` and later: the state as it is now counts from here on."""
        for (vis, kind), versions in self.kept.items():
            self._drop(vis, kind, self._from(step, versions))

    def before_change(self, step: int, name: str, kind: Kind) -> None:
        """Keep a measurement set's state before a step changes it, unless this is kept already.

        Raises OutsideError if the measurement set is not in the working directory.
        """
        path = self.check_inside(name)
        if not path.is_dir():
            return  # CASA will say so
        vis = str(path.relative_to(self.folder.resolve()))
        self.changed.add(vis)
        _keep_description(self.folder, vis)
        versions = self.kept.setdefault((vis, kind), {})
        if step in versions:
            return
        self._drop(vis, kind, self._from(step, versions))
        version = _SAVE[kind](self.folder, vis, step)
        for kept in (f"{vis}.flagversions", KEPT):
            _to_disk(self.folder / kept)
        versions[step] = version
        self.note(Saved(step=step, vis=vis, kind=kind, version=version))

    def check_inside(self, name: str) -> Path:
        """Give the full path of a table. Raises OutsideError if it is not in the working directory."""
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise OutsideError(
                f"{name} is not in the working directory {self.folder} and is not to be changed. Copy it there"
            )
        return path

    def _from(self, step: int, versions: dict[int, str]) -> list[int]:
        here = self.order.index(step)
        return sorted((s for s in versions if s in self.order[here:]), key=self.order.index)

    def _drop(self, vis: str, kind: Kind, steps: list[int]) -> None:
        versions = self.kept[vis, kind]
        for step in steps:
            # written down first: a version that is half gone is never used
            self.note(Dropped(step=step, vis=vis, kind=kind))
            _DELETE[kind](self.folder, vis, versions.pop(step))


def version_name(step: int) -> str:
    """Give the name of the flag version kept before a step."""
    return f"cal-run_before_step_{step}"


def _keep_description(folder: Path, vis: str) -> None:
    """Copy the file that describes a measurement set's columns."""
    there = folder / KEPT / f"{vis}.table.dat"
    there.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(folder / vis / "table.dat", there)


def _to_disk(kept: Path) -> None:
    """See that all files of a directory are on the disk: after a power cut, what the journal names must be whole."""
    for folder, _, names in os.walk(kept):
        for path in (folder, *(os.path.join(folder, name) for name in names)):  # noqa: PTH118
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _mend(folder: Path, vis: str) -> bool:
    """Make a measurement set readable again to which a column was being added when the disk was full or power went.

    Then its description names a column that has no file. The one kept before that fits all other columns: a task
    that calibrates adds columns, never rows.
    """
    kept = folder / KEPT / f"{vis}.table.dat"
    if not (folder / vis).is_dir() or not kept.is_file() or readable(folder / vis):
        return False
    shutil.copy2(kept, folder / vis / "table.dat")
    return readable(folder / vis)


def readable(vis: Path) -> bool:
    """Tell whether CASA can open a measurement set."""
    try:
        _table(vis).close()
    except RuntimeError:
        return False
    return True


def _is_there(folder: Path, vis: str, kind: Kind, version: str) -> bool:
    """Tell whether a measurement set, and what was kept of it, are there."""
    kept = folder / version if kind == "models" else folder / f"{vis}.flagversions" / f"flags.{version}"
    return (folder / vis).is_dir() and kept.is_dir()


def _save_flags(folder: Path, vis: str, step: int) -> str:
    from casatasks import flagmanager

    version = version_name(step)
    _delete_flags(folder, vis, version)
    comment = f"kept by cal-run before step {step}"
    flagmanager(vis=str(folder / vis), mode="save", versionname=version, comment=comment)
    return version


def _restore_flags(folder: Path, vis: str, version: str) -> None:
    from casatasks import flagmanager

    flagmanager(vis=str(folder / vis), mode="restore", versionname=version)


def _delete_flags(folder: Path, vis: str, version: str) -> None:
    from casatasks import flagmanager

    if (folder / f"{vis}.flagversions" / f"flags.{version}").is_dir():
        flagmanager(vis=str(folder / vis), mode="delete", versionname=version)


def _save_models(folder: Path, vis: str, step: int) -> str:
    """Copy the SOURCE table, where CASA keeps models that need no column, and the column MODEL_DATA if there is."""
    version = f"{KEPT}/{Path(vis).name}.before_step_{step}"
    there = folder / version
    shutil.rmtree(there, ignore_errors=True)
    there.mkdir(parents=True)
    source = folder / vis / "SOURCE"
    if source.is_dir():
        shutil.copytree(source, there / "SOURCE", ignore=shutil.ignore_patterns("table.lock"))
    tb = _table(folder / vis)
    if "MODEL_DATA" in tb.colnames():
        column = tb.query("", columns="MODEL_DATA")
        copy = column.copy(str(there / "MODEL_DATA"), deep=True, valuecopy=True)
        copy.close()
        column.close()
    tb.close()
    return version


def _restore_models(folder: Path, vis: str, version: str) -> None:
    from casatasks import delmod
    from casatools import calibrater

    name = str(folder / vis)
    there = folder / version
    column = there / "MODEL_DATA"
    delmod(vis=name, otf=True, scr=not column.is_dir())
    if column.is_dir():
        tb = _table(folder / vis)
        has = "MODEL_DATA" in tb.colnames()
        tb.close()
        if not has:
            cb = calibrater()
            cb.open(name, addcorr=False, addmodel=True)
            cb.close()
        tb = _table(folder / vis, write=True)
        tb.taql(f"update '{name}' set MODEL_DATA = kept.MODEL_DATA from '{column}' kept").close()
        tb.close()
    if (there / "SOURCE").is_dir():
        # last, for CASA takes away the models kept here when it makes the column
        shutil.rmtree(folder / vis / "SOURCE", ignore_errors=True)
        shutil.copytree(there / "SOURCE", folder / vis / "SOURCE")


def _delete_models(folder: Path, vis: str, version: str) -> None:
    shutil.rmtree(folder / version, ignore_errors=True)


def _table(path: Path, write: bool = False) -> Any:
    from casatools import table

    tb = table()
    tb.open(str(path), nomodify=not write)
    return tb


_SAVE = {"flags": _save_flags, "models": _save_models}
_RESTORE = {"flags": _restore_flags, "models": _restore_models}
_DELETE = {"flags": _delete_flags, "models": _delete_models}

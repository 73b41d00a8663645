"""Keeps the state of measurement sets before steps, and puts it back when a step is repeated.

Kept are the flags, as a flag version that `flagmanager` lists, and the models of the sources. A state is kept when
a step is about to change it for the first time, so before step N as it was at the end of step N-1. Everything else
that a calibration step reads is made anew by the steps themselves.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from cal_upgrade.run.casa42.differences import Kind
from cal_upgrade.run.state.history import Kept
from cal_upgrade.run.state.journal import AnyRecord, Dropped, Restored, Saved
from cal_upgrade.run.state.repair import (
    KEPT,
    WRITTEN,
    copy_table,
    is_measurement_set,
    keep_tables,
    open_table,
    put_table,
    to_disk,
)


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
        self.tables: set[tuple[int, str, str]] = set()

    def put_back(self, step: int) -> list[str]:
        """Put all states back to the end of the step before `step`; give the names of the measurement sets."""
        back = []
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

    def before_call(self, step: int, name: str, tables: Iterable[str] = WRITTEN) -> None:
        """Keep tables of a measurement set as they are before a step's first call that may write them."""
        root = self.folder.resolve()
        path = (self.folder / name).resolve()
        if not path.is_relative_to(root) or not is_measurement_set(path):
            return
        vis = str(path.relative_to(root))
        new = {(step, vis, table) for table in tables} - self.tables
        if new:
            keep_tables(self.folder, vis, step, sorted(table for _, _, table in new))
            self.tables |= new

    def before_change(self, step: int, name: str, kind: Kind) -> None:
        """Keep a measurement set's state before a step changes it, unless this is kept already.

        Raises OutsideError if the measurement set is not in the working directory.
        """
        path = self.check_inside(name)
        if not path.is_dir():
            return  # CASA will say so
        vis = str(path.relative_to(self.folder.resolve()))
        self.changed.add(vis)
        versions = self.kept.setdefault((vis, kind), {})
        if step in versions:
            return
        self._drop(vis, kind, self._from(step, versions))
        version = _SAVE[kind](self.folder, vis, step)
        to_disk(_place(self.folder, vis, kind, version))
        to_disk(_place(self.folder, vis, kind, version).parent, deep=False)
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


def _place(folder: Path, vis: str, kind: Kind, version: str) -> Path:
    return folder / version if kind == "models" else folder / f"{vis}.flagversions" / f"flags.{version}"


def _is_there(folder: Path, vis: str, kind: Kind, version: str) -> bool:
    """Tell whether a measurement set, and what was kept of it, are there."""
    return (folder / vis).is_dir() and _place(folder, vis, kind, version).is_dir()


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
        copy_table(source, there / "SOURCE")
    tb = open_table(folder / vis)
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
        tb = open_table(folder / vis)
        has = "MODEL_DATA" in tb.colnames()
        tb.close()
        if not has:
            cb = calibrater()
            cb.open(name, addcorr=False, addmodel=True)
            cb.close()
        tb = open_table(folder / vis, write=True)
        tb.taql(f"update '{name}' set MODEL_DATA = kept.MODEL_DATA from '{column}' kept").close()
        tb.close()
    if (there / "SOURCE").is_dir():
        # last, for CASA takes away the models kept here when it makes the column
        put_table(there / "SOURCE", folder / vis / "SOURCE")


def _delete_models(folder: Path, vis: str, version: str) -> None:
    shutil.rmtree(folder / version, ignore_errors=True)


_SAVE = {"flags": _save_flags, "models": _save_models}
_RESTORE = {"flags": _restore_flags, "models": _restore_models}
_DELETE = {"flags": _delete_flags, "models": _delete_models}

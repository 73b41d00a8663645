"""What is kept of small tables, and when it is put back: here with files that CASA never saw."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from cal_upgrade.run.simulate import Truth
from cal_upgrade.run.state import repair
from cal_upgrade.run.state.repair import drop_unfinished_versions, forget_tables, mend_tables

VIS = "x.ms.split"
SMALL = ("HISTORY", "SOURCE", "FLAG_CMD")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working directory with a measurement set that has HISTORY and SOURCE, and no FLAG_CMD."""
    for name in ("", "ANTENNA", "DATA_DESCRIPTION", "SPECTRAL_WINDOW", "HISTORY", "SOURCE"):
        (tmp_path / VIS / name).mkdir()
        (tmp_path / VIS / name / "table.dat").write_text(f"{name} before")
    return tmp_path


def keep_tables(folder: Path, vis: str, step: int, names: Sequence[str] = SMALL) -> None:
    repair.keep_tables(folder, vis, step, names, copy=copy_part)


def copy_part(vis: Path, name: str, goal: Path) -> None:
    if name == repair.HEAD:
        goal.mkdir()
        shutil.copy2(vis / "table.dat", goal)
    else:
        shutil.copytree(vis / name, goal)


def text(folder: Path, name: str) -> str:
    return (folder / VIS / name / "table.dat").read_text()


def write(folder: Path, name: str, what: str = "torn") -> None:
    (folder / VIS / name / "table.dat").write_text(what)


def test_tables_come_back(folder: Path) -> None:
    keep_tables(folder, VIS, 10)
    write(folder, "HISTORY")
    (folder / VIS / "HISTORY" / "table.f0").write_text("torn too")
    assert mend_tables(folder, 10) == [f"{VIS}/HISTORY", f"{VIS}/SOURCE"]
    assert text(folder, "HISTORY") == "HISTORY before"
    assert sorted(path.name for path in (folder / VIS / "HISTORY").iterdir()) == ["table.dat"]
    assert not (folder / VIS / "FLAG_CMD").exists()
    # cut off while it was mended, it is mended again
    shutil.rmtree(folder / VIS / "HISTORY")
    (folder / VIS / "HISTORY.mended").mkdir()
    assert mend_tables(folder, 10) == [f"{VIS}/HISTORY", f"{VIS}/SOURCE"]
    assert text(folder, "HISTORY") == "HISTORY before"
    assert not (folder / VIS / "HISTORY.mended").exists()


def test_the_description_comes_back(folder: Path) -> None:
    keep_tables(folder, VIS, 10, [repair.HEAD])
    write(folder, "")
    (folder / VIS / "table.lock").write_text("counts the columns")
    assert mend_tables(folder, 10) == [VIS]
    assert not (folder / VIS / "table.lock").exists()
    assert text(folder, "") == " before"
    assert text(folder, "HISTORY") == "HISTORY before"


def test_only_of_the_step_that_was_cut_off(folder: Path) -> None:
    keep_tables(folder, VIS, 1)
    write(folder, "HISTORY", "after")
    assert mend_tables(folder, 11) == []
    assert text(folder, "HISTORY") == "after"


def test_what_is_let_go_does_not_come_back(folder: Path) -> None:
    for step in (1, 11):
        keep_tables(folder, VIS, step)
    forget_tables(folder, 1)
    write(folder, "HISTORY", "after")
    assert mend_tables(folder, 1) == []
    assert text(folder, "HISTORY") == "after"
    assert mend_tables(folder, 11) != []


def test_half_kept_is_not_put_back(folder: Path) -> None:
    keep_tables(folder, VIS, 10, ["SOURCE"])
    (kept,) = (folder / "cal-run.kept").iterdir()
    (kept / "HISTORY.part").mkdir()
    assert mend_tables(folder, 10) == [f"{VIS}/SOURCE"]


def test_a_measurement_set_copied_anew_keeps_its_own(folder: Path) -> None:
    keep_tables(folder, VIS, 10)
    shutil.rmtree(folder / VIS / "ANTENNA")
    (folder / VIS / "ANTENNA").mkdir()
    write(folder, "ANTENNA", "another")
    write(folder, "HISTORY", "another")
    assert mend_tables(folder, 10) == []
    shutil.rmtree(folder / VIS)
    assert mend_tables(folder, 10) == []
    assert not (folder / VIS).exists()


def test_a_measurement_set_in_a_folder_of_its_own(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / VIS).rename(folder / "sub" / VIS)
    keep_tables(folder, f"sub/{VIS}", 10)
    assert mend_tables(folder, 10) == [f"sub/{VIS}/HISTORY", f"sub/{VIS}/SOURCE"]


def version(folder: Path, name: str, age: float = 0) -> Path:
    made = folder / f"{VIS}.flagversions" / f"flags.{name}"
    made.mkdir(parents=True)
    (made / "table.dat").write_text("")
    for path in (made / "table.dat", made):
        os.utime(path, (time.time() - age, time.time() - age))
    return made


def test_only_unfinished_versions_of_the_step_go(folder: Path) -> None:
    began = time.time() - 60
    whole, half, older = version(folder, "Original"), version(folder, "Or"), version(folder, "old.17", age=3600)
    (whole.parent / "FLAG_VERSION_LIST").write_text("Original : \n")
    assert drop_unfinished_versions(folder, began) == ["Or"]
    assert whole.is_dir()
    assert older.is_dir()
    assert not half.exists()


def test_tasks_that_are_said_to_read_leave_every_file_as_it_is(observation: tuple[Path, Truth]) -> None:
    """For before them nothing is kept."""
    from casatasks import bandpass, flagmanager, gaincal, listobs, split

    from cal_upgrade.run.plots.plotms import plotms

    folder, truth = observation
    vis = truth.vis
    before = files(folder / vis)
    listobs(vis=vis, listfile="listed")
    for mode in ("save", "list", "delete"):
        flagmanager(vis=vis, mode=mode, versionname="" if mode == "list" else "kept")
    gaincal(vis=vis, caltable="gains", field="0", solint="inf", refant="DV08", gaintype="T")
    bandpass(vis=vis, caltable="bandpass", field="0", solint="inf", refant="DV08", gaintable=["gains"])
    plotms(vis=vis, xaxis="time", yaxis="amp", plotfile="amplitude.png")
    split(vis=vis, outputvis="copy.ms", datacolumn="data")
    assert (folder / "amplitude.png").is_file()
    assert files(folder / vis) == before


def files(vis: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file, but for the locks that also a reader takes."""
    every = [path for path in vis.rglob("*") if path.is_file() and path.name != "table.lock"]
    return {str(path.relative_to(vis)): (path.stat().st_size, path.stat().st_mtime_ns) for path in every}

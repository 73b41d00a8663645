"""A run that is killed, runs out of disk, or meets another: the next one puts things right."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from running import VIS, cal_run, column, flags, in_process_of_its_own, in_step, own_source, put_script

from cal_upgrade.run.simulate import Truth
from cal_upgrade.run.state import journal

DIE = "os.kill(os.getpid(), 9)"
FLAG_MORE = f"flagdata(vis = '{VIS}', antenna = 'DV05', flagbackup = F)"

# kills the process when the flags of a measurement set are saved, or put back, after the half of it is done
DIE_SAVING = """
import os
from cal_upgrade.run.state import snapshots
def save(folder, vis, step):
    os.makedirs(folder / f"{vis}.flagversions" / f"flags.cal-run_before_step_{step}")
    os.kill(os.getpid(), 9)
snapshots._SAVE["flags"] = save
"""
DIE_RESTORING = """
import os
from cal_upgrade.run.state import snapshots
def restore(folder, vis, version):
    from casatasks import flagdata
    flagdata(vis=str(folder / vis), mode="unflag", flagbackup=False)
    os.kill(os.getpid(), 9)
snapshots._RESTORE["flags"] = restore
"""


@pytest.fixture(scope="module")
def wanted(pristine: tuple[Path, Truth], tmp_path_factory: pytest.TempPathFactory) -> object:
    """The flags after steps 9 and 10 when nothing went wrong."""
    folder = tmp_path_factory.mktemp("wanted") / "work"
    shutil.copytree(pristine[0], folder)
    assert cal_run(put_script(folder), "--steps", "9-10") == 0
    return flags(folder)


def test_killed_in_the_middle_of_a_step(
    observation: tuple[Path, Truth], wanted: object, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = observation
    killed = in_process_of_its_own(put_script(folder, *in_step(10, f"{FLAG_MORE}\n{DIE}")), "--steps", "9-11")
    assert killed.returncode == -signal.SIGKILL
    assert not np.array_equal(flags(folder), wanted)
    script = put_script(folder)
    assert cal_run(script, "--list") == 0
    assert "interrupted; began" in capsys.readouterr().out
    assert cal_run(script, "--steps", "11") == 2
    assert "step 10 was interrupted" in capsys.readouterr().err
    assert cal_run(script, "--steps", "10") == 0
    said = capsys.readouterr().out
    assert "step 10 was interrupted" in said
    assert f"flags of {VIS} put back to what they were before step 10" in said
    assert np.array_equal(flags(folder), wanted)


def test_killed_while_flags_were_saved(observation: tuple[Path, Truth], wanted: object) -> None:
    folder, _ = observation
    script = put_script(folder)
    assert in_process_of_its_own(script, "--steps", "9-10", ahead=DIE_SAVING).returncode == -signal.SIGKILL
    assert not any(isinstance(r, journal.Saved) for r in journal.read(folder / journal.NAME))
    assert cal_run(script, "--steps", "10") == 0
    assert np.array_equal(flags(folder), wanted)


def test_killed_while_flags_were_put_back(
    observation: tuple[Path, Truth], wanted: object, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = observation
    assert cal_run(put_script(folder, *in_step(10, FLAG_MORE)), "--steps", "9-10") == 0
    script = put_script(folder)
    assert in_process_of_its_own(script, "--steps", "10", ahead=DIE_RESTORING).returncode == -signal.SIGKILL
    assert not flags(folder).any()
    # a later step can't go on from there
    assert cal_run(script, "--steps", "11") == 2
    assert cal_run(script, "--steps", "10") == 0
    assert np.array_equal(flags(folder), wanted)


HALF_WRITTEN = f"""
history = '{VIS}/HISTORY/table.f0'
with open(history, 'rb') as file: head = file.read(512)
{FLAG_MORE}
{FLAG_MORE}
with open(history, 'r+b') as file: file.write(head)
{DIE}
"""


def kill_in(folder: Path, step: int, code: str, steps: str) -> None:
    """Run steps; in one of them the process is killed by code that ends with `DIE`."""
    killed = in_process_of_its_own(put_script(folder, *in_step(step, code)), "--steps", steps)
    assert killed.returncode == -signal.SIGKILL, killed.stderr


def go_on(folder: Path, steps: str) -> str:
    """Run steps of the script as it should be, in a process that CASA may crash; give what it printed."""
    again = in_process_of_its_own(put_script(folder), "--steps", steps)
    assert again.returncode == 0, again.stderr
    return again.stdout


def test_killed_while_a_task_wrote_its_history(observation: tuple[Path, Truth], wanted: object) -> None:
    """CASA 6.7 does not say that HISTORY is torn: it crashes on it."""
    folder, _ = observation
    assert cal_run(put_script(folder), "--steps", "9") == 0
    kill_in(folder, 10, HALF_WRITTEN.strip(), "10")
    assert f"{VIS}/HISTORY mended: it is what it was before step 10" in go_on(folder, "10-11")
    assert np.array_equal(flags(folder), wanted)
    assert list((folder / "cal-run.kept").glob("*.tables_before_step_*")) == []


@pytest.mark.parametrize("file", ["table.info", "table.dat", "table.f2"])
def test_killed_while_a_small_file_was_written(observation: tuple[Path, Truth], wanted: object, file: str) -> None:
    """With table.info empty CASA 6.7 takes the measurement set for a calibration table."""
    folder, _ = observation
    kill_in(folder, 10, f"{FLAG_MORE}\nopen('{VIS}/{file}', 'w').close()\n{DIE}", "9-10")
    go_on(folder, "10-11")
    assert np.array_equal(flags(folder), wanted)


def test_killed_after_columns_were_added(observation: tuple[Path, Truth]) -> None:
    folder, _ = observation
    add = f"setjy(vis = '{VIS}', field = '0', standard = 'manual', fluxdensity = [7,0,0,0], usescratch = T)"
    kill_in(folder, 11, f"{add}\n{DIE}", "9-11")
    assert "MODEL_DATA" in columns(folder / VIS)
    go_on(folder, "11-12")
    model = column(folder / VIS, "MODEL_DATA")
    # only Titan has a model, and no other has any flux above that of Titan
    assert 1.5 < np.abs(model).max() < 3


def test_killed_while_the_pointing_table_was_emptied(observation: tuple[Path, Truth], wanted: object) -> None:
    folder, _ = observation
    open_it = f"tb.open('{VIS}/POINTING', nomodify = False)"
    tear = f"with open('{VIS}/POINTING/table.f0', 'r+') as torn: torn.truncate(100)"
    kill_in(folder, 9, f"{open_it}\n{tear}\n{DIE}", "9")
    go_on(folder, "9-10")
    assert np.array_equal(flags(folder), wanted)


def test_killed_while_the_script_saved_flags(observation: tuple[Path, Truth]) -> None:
    """The script looks for the directory before it saves the delivered flags: half a version is not to be one."""
    folder, _ = observation
    half = folder / f"{VIS}.flagversions" / "flags.Original"
    kill_in(folder, 9, f"os.makedirs('{half}')\n{DIE}", "9")
    assert half.is_dir()
    assert cal_run(put_script(folder), "--steps", "9") == 0
    assert (half / "table.dat").is_file()
    assert "Original : " in (half.parent / "FLAG_VERSION_LIST").read_text()


def test_a_disk_that_fills_up_ends_the_step(observation: tuple[Path, Truth], wanted: object) -> None:
    folder, _ = observation
    script = put_script(folder)
    # no file may grow beyond 8 MB: MODEL_DATA has no room
    limit = "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (8_000_000, 8_000_000))"
    ended = in_process_of_its_own(script, "--steps", "9-11", ahead=limit)
    assert ended.returncode == 1
    assert "step 11: setjy(" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert cal_run(script, "--steps", "11") == 0
    assert np.array_equal(flags(folder), wanted)


def test_two_runs_in_one_directory(observation: tuple[Path, Truth], capsys: pytest.CaptureFixture[str]) -> None:
    folder, _ = observation
    waits = "open('busy', 'w').close()\nwhile os.path.exists('busy'): time.sleep(0.05)"
    script = put_script(folder, *in_step(9, waits))
    code = "import sys; from cal_upgrade.cli.run import main; sys.exit(main(sys.argv[1:]))"
    first = subprocess.Popen(
        [sys.executable, "-c", code, str(script), "--steps", "9"], cwd=folder, env=own_source(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.time() + 60
        while not (folder / "busy").exists() and time.time() < until:
            time.sleep(0.05)
        before = (folder / journal.NAME).read_bytes()
        assert cal_run(script, "--steps", "9") == 2
        assert f"nother cal-run (process {first.pid}) is working in {folder}" in capsys.readouterr().err
        assert cal_run(script, "--list") == 0
        assert (folder / journal.NAME).read_bytes() == before
    finally:
        (folder / "busy").unlink(missing_ok=True)
        assert first.wait(60) == 0
    assert cal_run(put_script(folder), "--steps", "9") == 0


def test_a_measurement_set_copied_anew(
    observation: tuple[Path, Truth], pristine: tuple[Path, Truth], wanted: object
) -> None:
    folder, _ = observation
    script = put_script(folder)
    assert cal_run(script, "--steps", "9-11") == 0
    for path in folder.glob(f"{VIS}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(folder / "cal-run.kept")
    shutil.copytree(pristine[0] / VIS, folder / VIS)
    assert cal_run(script, "--steps", "9-10") == 0
    assert np.array_equal(flags(folder), wanted)


def test_delivered_data_are_not_touched(observation: tuple[Path, Truth], tmp_path: Path) -> None:
    folder, _ = observation
    delivered = Path(shutil.move(folder / VIS, tmp_path / "delivered.ms"))
    shutil.copytree(delivered, folder / VIS)
    before = state(delivered)
    script = put_script(folder, *in_step(10, f"flagdata(vis = '{delivered}', flagbackup = F)"))
    assert cal_run(script, "--steps", "9-10") == 2
    # the text does not show where this one lies
    script = put_script(folder, *in_step(10, "flagdata(vis = os.path.abspath('../delivered.ms'), flagbackup = F)"))
    assert cal_run(script, "--steps", "9-10") == 1
    script = put_script(folder, *in_step(10, f"tb.open('{delivered}', nomodify = F)"))
    assert cal_run(script, "--steps", "10") == 1
    assert state(delivered) == before


def columns(vis: Path) -> list[str]:
    from casatools import table

    tb = table()
    tb.open(str(vis))
    names: list[str] = tb.colnames()
    tb.close()
    return names


def state(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "table.lock"
    }

"""What `cal-run` refuses before anything runs, each in one clear line. No CASA is needed for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running import VIS, cal_run, own_source, put_script

from cal_upgrade.run import preflight, start

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory with the script and the shell of a measurement set."""
    (tmp_path / VIS).mkdir()
    (tmp_path / VIS / "table.dat").write_bytes(b"DATA")
    (tmp_path / VIS / "table.f1").write_bytes(bytes(1_000_000))
    put_script(tmp_path)
    return tmp_path


def error(capsys: pytest.CaptureFixture[str]) -> str:
    shown = capsys.readouterr()
    assert shown.err.count("\n") == 1
    return shown.err


def test_a_missing_measurement_set(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(folder / VIS)
    assert cal_run(folder / "plain_4.2.py") == 2
    said = error(capsys)
    assert (
        f"plain_4.2.py:87: the measurement set {VIS} is missing: step 9 needs it, and it is not in {folder}" in said
    )


def test_a_measurement_set_that_an_earlier_step_makes_is_not_missing(folder: Path) -> None:
    from cal_upgrade.casa.tables import load
    from cal_upgrade.run import calls, script

    tasks = load("4.2.2")
    read = script.read(folder / "plain_4.2.py")
    found = calls.of_steps(read, set(tasks), {name: tasks[name].order for name in tasks})
    shutil.rmtree(folder / VIS)
    preflight.check_data(read, read.numbers, found, folder)


def test_a_measurement_set_elsewhere_is_not_touched(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    delivered = folder / "delivered"
    delivered.mkdir()
    work = folder / "work"
    work.mkdir()
    shutil.move(folder / VIS, delivered / VIS)
    (work / VIS).symlink_to(delivered / VIS)
    assert cal_run(folder / "plain_4.2.py", "--workdir", str(work)) == 2
    assert f"cp -rL {delivered / VIS}" in error(capsys)


def test_too_little_room(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "free_space", lambda folder: 2_000_000)
    assert cal_run(folder / "plain_4.2.py") == 2
    # MODEL_DATA, CORRECTED_DATA and the split measurement set, of 1 MB each
    assert "the steps write about 3.0 MB, and 2.0 MB are free" in error(capsys)


def test_columns_that_are_there_need_no_room(folder: Path) -> None:
    assert needed(folder, "17") == 1_000_000
    (folder / VIS / "table.dat").write_bytes(b"DATA CORRECTED_DATA")
    assert needed(folder, "17") == 0


def needed(folder: Path, steps: str) -> int:
    from cal_upgrade.casa.tables import load
    from cal_upgrade.run import calls, script, selection

    tasks = load("4.2.2")
    read = script.read(folder / "plain_4.2.py")
    found = calls.of_steps(read, set(tasks), {name: tasks[name].order for name in tasks})
    return preflight.room_needed(selection.parse(steps, read), found, folder)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("'^4.2'", "'^3.4'", "it asks for version 3.4"),
        ("re.search('^4.2', casadef.casa_version)", "casadef.casa_version != '3.4.0'", "it asks for version 3.4"),
        ("    solnorm = T,", "    solnorm = T,\n    gaincurve = F,", "bandpass has no parameter gaincurve in 4.2"),
        ("  # the edges of the band\n", "  tflagdata(vis = 'x', mode = 'shadow')\n", "4.2 has no task tflagdata"),
    ],
)  # fmt: skip
def test_a_script_for_3_4(folder: Path, old: str, new: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    put_script(folder, old, new)
    assert cal_run(folder / "plain_4.2.py") == 2
    said = error(capsys)
    assert f"this script is for CASA 3.4: {says}" in said
    assert "cal-upgrade plain_4.2.py" in said


@pytest.mark.parametrize("name", ["plain_3.4.py", "resolved_3.4.py", "fixplanets_3.4.py", "no_antpos_3.4.py"])
def test_real_3_4_scripts(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(FIXTURES / name, tmp_path)
    assert cal_run(tmp_path / name) == 2
    assert "this script is for CASA 3.4" in error(capsys)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--steps", "25"], "There is no step 25. There are steps 0, 2, 8–18."),
        (["--workdir", "/no/such/place"], "There is no directory /no/such/place"),
    ],
)
def test_wrong_usage(folder: Path, options: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(folder / VIS)
    assert cal_run(folder / "plain_4.2.py", *options) == 2
    assert says in error(capsys)


def test_a_script_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cal_run(tmp_path / "none.py") == 2
    assert "none.py" in error(capsys)


@pytest.mark.parametrize("text", ["print 'x\n", "\x00\x01", "", "a = 1\n"])
def test_what_is_no_script(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "s.py").write_text(text)
    assert cal_run(tmp_path / "s.py") == 2
    error(capsys)


def test_a_script_without_that_title(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_script(folder, "9: 'Listobs, clear", "9: 'Something")
    assert cal_run(folder / "plain_4.2.py") == 2
    assert "with --steps" in error(capsys)


def test_casa_not_installed(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "missing", lambda: ["casatools", "casatasks"])
    assert cal_run(folder / "plain_4.2.py") == 2
    assert "CASA 6 is not installed (casatools, casatasks). This installs it: pip install" in error(capsys)
    assert cal_run(folder / "plain_4.2.py", "--list") == 0
    assert cal_run(folder / "plain_4.2.py", "--dry-run") == 0


def test_a_damaged_journal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cal-run.journal").write_text('{"what":"stepbegan","step":9}\nrubbish\n')
    assert cal_run(folder / "plain_4.2.py") == 2
    assert "cal-run.journal:2" in error(capsys)


def test_list_and_dry_run_execute_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = put_script(folder, "import re\n", "import re\nos.system('touch ran')\n")
    there = set(folder.iterdir())
    assert cal_run(script, "--list") == 0
    assert cal_run(script, "--dry-run", "--steps", "17") == 0
    assert set(folder.iterdir()) == there
    shown = capsys.readouterr().out
    assert shown.count(": applycal(") == 3
    assert "gainfield=['', '1', '1']" in shown


def test_neither_list_nor_dry_run_imports_casa(folder: Path) -> None:
    code = (
        "import sys\nfrom cal_upgrade.cli.run import main\n"
        "main([sys.argv[1], '--list']); main([sys.argv[1], '--dry-run'])\n"
        "heavy = {'casatools', 'casatasks', 'casaconfig', 'matplotlib', 'numpy', 'rich'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    command = [sys.executable, "-c", code, str(folder / "plain_4.2.py")]
    done = subprocess.run(command, capture_output=True, text=True, env=own_source(), check=False)
    assert (done.returncode, done.stderr) == (0, "")

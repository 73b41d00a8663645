"""Packages converted by the command, as a user sees it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cal_upgrade.cli.convert import main
from packages import archive

SCRIPT = archive.FIXTURES / "plain_3.4.py"
RESULTS = {
    "uid___A002_X554543_X200.ms.scriptForCalibration_4.2.py",
    "uid___A002_X554543_X201.calibration_4.2.py",
    "reduce2_4.2.py",
}


def results(root: Path) -> set[str]:
    return {path.name for path in root.rglob("*_4.2*.py")}


def test_results_lie_beside_their_scripts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    member = archive.package(tmp_path)
    before = archive.fingerprint(tmp_path)
    assert main([str(tmp_path)]) == 0
    assert {path.name for path in (member / "script").iterdir()} >= RESULTS
    assert results(tmp_path) == RESULTS
    after = archive.fingerprint(tmp_path)
    assert {name: after[name] for name in before} == before
    out = capsys.readouterr().out
    assert "scriptForImaging.py: left alone: imaging: calls clean" in out
    assert "3 converted, 0 with nothing to do, 0 failed" in out


def test_results_are_those_of_the_scripts_alone(tmp_path: Path) -> None:
    member = archive.package(tmp_path / "package")
    main([str(tmp_path / "package"), "-j", "2"])
    for script in (member / "script").glob("*[!2].py"):
        if script.name != "scriptForImaging.py":
            assert main([str(script), "-o", str(tmp_path / "alone.py"), "--force"]) == 0
            found = script.with_name(script.stem.removesuffix("_3.4") + "_4.2.py")
            assert found.read_bytes() == (tmp_path / "alone.py").read_bytes()


def test_the_tree_is_kept_under_another_directory(tmp_path: Path) -> None:
    member = archive.package(tmp_path / "in")
    before = archive.fingerprint(tmp_path / "in")
    assert main([str(tmp_path / "in"), "-o", str(tmp_path / "out")]) == 0
    assert archive.fingerprint(tmp_path / "in") == before
    folder = tmp_path / "out" / member.relative_to(tmp_path / "in") / "script"
    assert {path for path in (tmp_path / "out").rglob("*") if path.is_file()} == {folder / name for name in RESULTS}


def test_results_may_go_below_the_package_itself(tmp_path: Path) -> None:
    archive.package(tmp_path)
    out = tmp_path / "converted"
    assert main([str(tmp_path), "-o", str(out)]) == 0
    assert main([str(tmp_path), "-o", str(out)]) == 0
    assert not (out / "converted").exists()


def test_several_packages_keep_apart(tmp_path: Path) -> None:
    for name in ("a", "b"):
        archive.package(tmp_path / name)
    assert main([str(tmp_path / "a"), str(tmp_path / "b"), "-o", str(tmp_path / "out")]) == 0
    assert len(results(tmp_path / "out" / "a")) == len(results(tmp_path / "out" / "b")) == 3


def test_broken_scripts_stop_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    member = archive.package(tmp_path)
    for k, data in enumerate(archive.BROKEN.values()):
        (member / "script" / f"x{k}.scriptForCalibration.py").write_bytes(data)
    assert main([str(tmp_path)]) == 2
    assert results(tmp_path) == RESULTS
    told = capsys.readouterr()
    assert f"3 converted, 0 with nothing to do, {len(archive.BROKEN)} failed" in told.out
    for k in range(len(archive.BROKEN)):
        assert f"x{k}.scriptForCalibration.py" in told.err
    assert not list(tmp_path.rglob("*.part"))


def test_converted_again_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive.package(tmp_path)
    main([str(tmp_path)])
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*_4.2*.py")}
    assert main([str(tmp_path)]) == 0
    assert {path: path.stat().st_mtime_ns for path in times} == times
    assert "3 converted (3 of them there already)" in capsys.readouterr().out


def test_going_on_does_only_what_is_missing(tmp_path: Path) -> None:
    member = archive.package(tmp_path)
    main([str(tmp_path)])
    kept = member / "script" / "reduce2_4.2.py"
    when = kept.stat().st_mtime_ns
    lost = member / "script" / "uid___A002_X554543_X201.calibration_4.2.py"
    lost.unlink()
    assert main([str(tmp_path)]) == 0
    assert lost.exists()
    assert kept.stat().st_mtime_ns == when


def test_a_result_that_was_edited_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    member = archive.package(tmp_path)
    edited = member / "script" / "reduce2_4.2.py"
    edited.write_text("# mine\n")
    assert main([str(tmp_path)]) == 2
    assert edited.read_text() == "# mine\n"
    assert "--force" in capsys.readouterr().err
    assert results(tmp_path) == RESULTS
    assert main([str(tmp_path), "--force"]) == 0
    assert edited.read_text() != "# mine\n"


def test_a_driver_follows_the_script_it_runs_wherever_that_lies(tmp_path: Path) -> None:
    member = archive.package(tmp_path, scripts=0)
    shutil.copy(archive.FIXTURES / "fixplanets_3.4.py", member / "script")
    driver = member / "calibrated" / "go.py"
    driver.write_text("mysteps = [8, 9]\nexecfile('fixplanets_3.4.py')\n")
    assert main([str(tmp_path)]) == 0
    converted = (member / "calibrated" / "go_4.2.py").read_text()
    # with the fixplanets step ahead, the re-calibration begins at 8 in 3.4 and at 10 in 4.2
    assert converted == "mysteps = [10, 11]\nexecfile('fixplanets_4.2.py')\n"


def test_a_driver_without_anything_of_3_4_gets_no_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "go.py").write_text("execfile('../script/' + name + '.ms.scriptForCalibration.py')\n")
    assert main([str(tmp_path)]) == 0
    assert results(tmp_path) == set()
    assert "0 converted, 1 with nothing to do" in capsys.readouterr().out


def test_check_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive.package(tmp_path)
    before = archive.fingerprint(tmp_path)
    assert main([str(tmp_path), "--check"]) == 1
    assert main([str(tmp_path), "--check", "-o", str(tmp_path / "out")]) == 1
    assert main([str(tmp_path), "--diff"]) == 1
    assert archive.fingerprint(tmp_path) == before
    assert not (tmp_path / "out").exists()
    assert "3 to convert" in capsys.readouterr().out


def test_no_script_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    member = archive.package(tmp_path, scripts=0)
    assert main([str(tmp_path)]) == 2
    (member / "script.tgz").touch()
    assert main([str(member)]) == 2
    assert "unpack" in capsys.readouterr().err


def test_scripts_and_packages_are_not_mixed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive.package(tmp_path)
    assert main([str(tmp_path), str(SCRIPT)]) == 2
    assert "not both" in capsys.readouterr().err
    assert results(tmp_path) == set()


def test_results_do_not_go_into_a_file(tmp_path: Path) -> None:
    archive.package(tmp_path / "in")
    (tmp_path / "out").write_text("mine")
    assert main([str(tmp_path / "in"), "-o", str(tmp_path / "out")]) == 2
    assert (tmp_path / "out").read_text() == "mine"


def test_reports_hold_every_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive.package(tmp_path)
    report = tmp_path / "report.json"
    assert main([str(tmp_path), "-j", "2", "--report", str(report), "--output-format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(report.read_text())
    assert len(printed["scripts"]) == 3


def test_processes_keep_the_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = archive.make(tmp_path, packages=8, broken=0.3)
    codes, told = [], []
    for jobs in ("1", "3"):
        codes.append(main([str(tmp_path), "--check", "-j", jobs]))
        told.append(capsys.readouterr())
    assert codes == [2, 2]
    assert told[0] == told[1]
    assert f"{good} to convert, 0 with nothing to do, {bad} failed" in told[0].out


def test_several_scripts_in_several_processes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.py").write_bytes(archive.BROKEN["cut short"])
    scripts = [str(archive.FIXTURES / name) for name in archive.KINDS]
    arguments = [*scripts, str(tmp_path / "bad.py"), "--check"]
    assert main(arguments) == 2
    alone = capsys.readouterr()
    assert main([*arguments, "-j", "2"]) == 2
    assert capsys.readouterr() == alone


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_stopped_in_the_middle(tmp_path: Path, jobs: str) -> None:
    archive.make(tmp_path, packages=12, broken=0)
    command = [sys.executable, "-m", "cal_upgrade.cli.convert", str(tmp_path), "-j", jobs]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert run.stdout is not None
    run.stdout.readline()
    os.killpg(run.pid, signal.SIGINT)  # as Ctrl-C on a terminal: every process of the group gets it
    _, told = run.communicate(timeout=30)
    assert run.returncode == 2
    assert told == "cal-upgrade: stopped\n"
    assert 0 < len(results(tmp_path)) < 36
    assert not list(tmp_path.rglob("*.part"))
    with pytest.raises(ProcessLookupError):
        _wait_for_the_end(run.pid)
    whole = {path: path.read_bytes() for path in tmp_path.rglob("*_4.2*.py")}
    assert main([str(tmp_path), "-j", "2"]) == 0
    assert len(results(tmp_path)) == 3
    assert len(list(tmp_path.rglob("*_4.2*.py"))) == 36
    assert {path: path.read_bytes() for path in whole} == whole


def _wait_for_the_end(group: int) -> None:
    for _ in range(100):
        os.killpg(group, 0)
        time.sleep(0.05)


def test_what_a_killed_process_left_is_taken_away(tmp_path: Path) -> None:
    member = archive.package(tmp_path)
    half = member / "script" / ".reduce2_4.2.py.abcdefgh.part"
    half.write_text("half")
    other = member / "script" / ".other.py.abcdefgh.part"
    other.write_text("not ours")
    assert main([str(tmp_path)]) == 0
    assert not half.exists()
    assert other.exists()

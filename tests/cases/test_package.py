"""What goes wrong with one file of a package, or of several, is that file's failure alone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cal_upgrade.cli.convert import main
from cal_upgrade.convert import translate

INPUTS = Path(__file__).parent / "inputs" / "package"
GUARD = "import re\nif re.search('^3.4', casadef.casa_version) == None:\n  sys.exit('x')\n"
GOOD = GUARD + "tflagdata(vis='x.ms')\n"
JOBS = pytest.mark.parametrize("jobs", ["1", "2"])


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with a script that an error in the program strikes, between two good ones."""
    folder = tmp_path / "pkg"
    folder.mkdir()
    for name in ("a", "b", "c", "d"):
        (folder / f"{name}_3.4.py").write_text(GOOD + ("crash = 1\n" if name == "b" else ""))
    whole = translate.translate

    def struck(data: bytes, *more: object) -> object:
        if b"crash = 1" in data:
            raise ERRORS[0]
        if b"crash = 2" in data:
            os.kill(os.getpid(), signal.SIGKILL)
        return whole(data, *more)  # type: ignore[arg-type]

    monkeypatch.setattr("cal_upgrade.convert.translate.translate", struck)
    return folder


ERRORS: list[BaseException] = [ValueError("the call has no\npositional argument 1")]


@JOBS
@pytest.mark.parametrize("form", ["package", "scripts"])
@pytest.mark.parametrize("error", [ValueError("a\nb"), RecursionError("deep"), MemoryError(), KeyError("k")])
def test_an_error_of_the_program_fails_its_input_alone(
    package: Path,
    form: str,
    jobs: str,
    error: Exception,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"{__name__}.ERRORS", [error])
    given = [package] if form == "package" else sorted(package.iterdir())
    assert main([*map(str, given), "-j", jobs, "-o", str(package.parent / "out")]) == 2
    assert sorted(path.name for path in (package.parent / "out").iterdir()) == ["a_4.2.py", "c_4.2.py", "d_4.2.py"]
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert f"{package / 'b_3.4.py'}: an error in cal-upgrade itself: {type(error).__name__}" in told
    assert "Please report it" in told


@pytest.mark.parametrize("form", ["package", "scripts"])
def test_a_killed_process_fails_its_input_alone(package: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    (package / "b_3.4.py").write_text(GOOD + "crash = 2\n")
    given = [package] if form == "package" else sorted(package.iterdir())
    assert main([*map(str, given), "-j", "2", "-o", str(package.parent / "out")]) == 2
    assert sorted(path.name for path in (package.parent / "out").iterdir()) == ["a_4.2.py", "c_4.2.py", "d_4.2.py"]
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert f"{package / 'b_3.4.py'}: the process that worked on it was killed" in told


@JOBS
def test_a_driver_that_an_error_strikes(package: Path, jobs: str, capsys: pytest.CaptureFixture[str]) -> None:
    (package / "b_3.4.py").unlink()
    (package / "run.py").write_text("crash = 1\nmysteps = [7, 8]\nexecfile('a_3.4.py')\n")
    assert main([str(package), "-j", jobs]) == 2
    assert "run.py: an error in cal-upgrade itself" in capsys.readouterr().err
    assert (package / "d_4.2.py").exists()


@JOBS
def test_pkg_one_bad(tmp_path: Path, jobs: str, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(INPUTS / "pkg_one_bad"), "-j", jobs, "-o", str(tmp_path / "out")])
    made = {path.name for path in (tmp_path / "out" / "script").iterdir()}
    assert made >= {"a_4.2.py", "c_4.2.py"}
    assert "Traceback" not in capsys.readouterr().err


BROKEN = {
    "no block": "if x:\nprint 'a'\n",
    "Python 3": "print('a', file=log)\n",
    "f-string": "vis = f'{uid}.ms'\n",
    "shell": "#!/bin/sh\nfor i in 1 2 3; do echo $i; done\n",
    "page": "<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n",
    "cut off": "x = [1, 2,\n",
    "with imaging": "if x:\nclean(vis='x.ms')\n",
}


def test_broken_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(INPUTS / "broken_by_name"), "--check"]) == 2
    said = capsys.readouterr()
    assert "uid___A002_X1_Xbad.ms.scriptForCalibration.py:2: this is not Python 2" in said.err
    assert "left alone" not in said.out


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize(
    "name",
    [
        "uid___A002_X1_X2.ms.scriptForCalibration.py",
        "uid___A002_X1_X2.ms.scriptForCalibration_v2.py",
        "SCRIPT_FOR_CALIBRATION.PY",
        "x_3.4.py",
    ],
)
def test_broken_variants(tmp_path: Path, name: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / name).write_text(text)
    (tmp_path / "good_3.4.py").write_text(GOOD)
    assert main([str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"{tmp_path / name}:")
    assert said.err.count("\n") == 1
    assert "2 calibration scripts" in said.out
    assert (tmp_path / "good_4.2.py").exists()


@pytest.mark.parametrize("text", ["def f():\n  return 1\n", "print 'nothing here'\n", "# empty\n"])
def test_what_reads_and_calibrates_nothing_is_left_alone(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scriptForCalibration.py").write_text(text)
    (tmp_path / "good_3.4.py").write_text(GOOD)
    assert main([str(tmp_path)]) == 0
    assert "left alone" in capsys.readouterr().out


def test_same_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(INPUTS / "same_names", tmp_path, dirs_exist_ok=True)
    scripts = [str(tmp_path / folder / "x_3.4.py") for folder in "ab"]
    (tmp_path / "c_3.4.py").write_text(GOOD)
    for force in ([], ["--force"]):
        assert main([*scripts, str(tmp_path / "c_3.4.py"), "-o", str(tmp_path / "out"), *force]) == 2
        told = capsys.readouterr().err
        assert told.count("would be the result of") == 2
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["c_4.2.py"]
        (tmp_path / "out" / "c_4.2.py").unlink()


def test_one_script_named_twice_is_converted_once(tmp_path: Path) -> None:
    (tmp_path / "c_3.4.py").write_text(GOOD)
    assert main([str(tmp_path / "c_3.4.py")] * 2) == 0


@pytest.mark.parametrize("names", [("x.py", "x_3.4.py"), ("x_3.4.py", "x_4.2.py"), ("x.py", "x_4.2.py")])
def test_results_in_the_way_of_another_script(
    tmp_path: Path, names: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A result never lies where another script's result, or another script that is to be converted, lies."""
    for name in names:
        (tmp_path / name).write_text(GOOD + f"# {name}\n")
    assert main([*(str(tmp_path / name) for name in names), "--force"]) == 2
    assert capsys.readouterr().err.count("\n") >= 1
    for name in names:
        assert (tmp_path / name).read_text() == GOOD + f"# {name}\n"


def test_two_scripts_of_a_package_with_one_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("x.py", "x_3.4.py"):
        (tmp_path / name).write_text(GOOD)
    assert main([str(tmp_path), "--force"]) == 2
    assert capsys.readouterr().err.count("would be the result of") == 2
    assert not (tmp_path / "x_4.2.py").exists()
    # where one of them is none of ours, nothing stands in the way
    (tmp_path / "x.py").write_text("print 'plots'\n")
    assert main([str(tmp_path)]) == 0
    assert (tmp_path / "x_4.2.py").exists()


def test_two_packages_of_one_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in "ab":
        (tmp_path / folder / "pkg").mkdir(parents=True)
        (tmp_path / folder / "pkg" / "x_3.4.py").write_text(GOOD)
    packages = [str(tmp_path / folder / "pkg") for folder in "ab"]
    assert main([*packages, "-o", str(tmp_path / "out"), "--force"]) == 2
    assert capsys.readouterr().err.count("would be the result of") == 2


@pytest.mark.parametrize("kind", ["fifo", "socket", "device"])
def test_a_pipe_in_the_place_of_a_result(tmp_path: Path, kind: str) -> None:
    (tmp_path / "x_3.4.py").write_text(GOOD)
    if kind == "fifo":
        os.mkfifo(tmp_path / "x_4.2.py")
    elif kind == "device":
        (tmp_path / "x_4.2.py").symlink_to("/dev/zero")
    else:
        import socket

        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(tmp_path / "x_4.2.py"))
    command = [sys.executable, "-m", "cal_upgrade.cli.convert", ".", "--force"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=20, check=False)
    assert done.returncode == 2
    assert b"x_4.2.py is no regular file" in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_leftovers_are_taken_away_in_one_pass(tmp_path: Path) -> None:
    (tmp_path / "x_3.4.py").write_text(GOOD)
    for name in (".x_4.2.py.17-0.part", ".x_4.2.py.part", ".y_4.2.py.17-0.part"):
        (tmp_path / name).write_text("")
    assert main([str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.glob(".*")) == [".x_4.2.py.part", ".y_4.2.py.17-0.part"]

"""A script and the drivers that choose its steps: they are renumbered together, or neither is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from steps.packaged import STANDARD, script

from cal_upgrade.cli.convert import main

INPUTS = Path(__file__).parent / "inputs" / "steps" / "ignore_steps"
OLD = "mysteps = [7,8,9,10,11,12,13,14,15]\n"
NEW = "mysteps = [9,10,11,12,13,14,15,16,17,18]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(INPUTS, tmp_path / "package"))


def results(folder: Path, how: str, *options: str) -> tuple[int, str, str]:
    """Convert script and driver, in one of three ways; give the exit code and the texts of both results."""
    driver, calibration = folder / "driver.py", folder / "scriptForCalibration_3.4.py"
    if how == "alone":
        main([str(calibration), *options])
        code = main([str(driver), *options])
    else:
        code = main([*([str(driver), str(calibration)] if how == "list" else [str(folder)]), *options])
    written = [folder / "scriptForCalibration_4.2.py", folder / "driver_4.2.py"]
    texts = [path.read_text() if path.exists() else "" for path in written]
    return code, texts[0], texts[1]


@pytest.mark.parametrize("how", ["alone", "list", "package"])
def test_both_are_renumbered(folder: Path, how: str) -> None:
    code, calibration, driver = results(folder, how)
    assert code == 0
    assert "mystep = 17\n" in calibration
    assert driver == NEW + "execfile('scriptForCalibration_4.2.py')\n"


@pytest.mark.parametrize("how", ["alone", "list", "package"])
@pytest.mark.parametrize("options", [("--ignore", "steps"), ("--select", "driver")])
def test_neither_is_renumbered_without_the_steps_rule(folder: Path, how: str, options: tuple[str, str]) -> None:
    _, calibration, driver = results(folder, how, *options)
    assert "mystep = 15\n" in calibration
    assert "mystep = 17\n" not in calibration
    assert driver == OLD + "execfile('scriptForCalibration_4.2.py')\n"


def test_a_script_that_is_not_at_hand_is_not_renumbered_either(folder: Path) -> None:
    (folder / "scriptForCalibration_3.4.py").unlink()
    assert main([str(folder / "driver.py"), "--ignore", "steps"]) == 0
    assert (folder / "driver_4.2.py").read_text().startswith(OLD)


@pytest.mark.parametrize("how", ["alone", "list", "package"])
@pytest.mark.parametrize("options", [("--ignore", "driver"), ("--select", "steps")])
def test_a_driver_that_is_left_is_told_the_new_numbers(
    folder: Path, how: str, options: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, calibration, driver = results(folder, how, *options)
    assert code == 1
    assert "mystep = 17\n" in calibration
    assert driver in ("", OLD + "execfile('scriptForCalibration_3.4.py')\n")
    assert (
        "driver.py:1: 'mysteps = [7,8,9,10,11,12,13,14,15]' chooses steps by 3.4's numbers" in capsys.readouterr().out
    )


@pytest.mark.parametrize("how", ["alone", "list", "package"])
def test_a_script_whose_numbers_stay_keeps_its_drivers(
    folder: Path, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    calibration = folder / "scriptForCalibration_3.4.py"
    calibration.write_text(calibration.read_text() + "x = solints[mystep]\n")
    code, text, driver = results(folder, how)
    assert code == 1
    assert "mystep = 15\n" in text
    assert driver == OLD + "execfile('scriptForCalibration_4.2.py')\n"
    assert "driver.py:1: scriptForCalibration_3.4.py keeps its step numbers" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ("mysteps.append(7)\nexecfile(NAME)", 1),
        ("mysteps, x = [7], 1\nexecfile(NAME)", 1),
        ("for s in [7,8]:\n  mysteps = [s]\n  execfile(NAME)", 2),
        ("for mysteps in [[7],[8]]: execfile(NAME)", 1),
        ("steps = [7,8]\nmysteps = steps\nexecfile(NAME)", 2),
        ("def run(steps):\n  global mysteps\n  mysteps = steps\n  execfile(NAME)\nrun([7])", 3),
        ("globals()['mysteps'] = [7]\nexecfile(NAME)", 1),
        ("exec 'mysteps=[7]'\nexecfile(NAME)", 1),
        ("execfile(NAME, {'mysteps': [7]})", 1),
        ("subprocess.call(['casapy','-c','mysteps=[7]','-c',NAME])", 1),
        ("os.system('casapy -c \"mysteps=range(7,16); execfile(\\'a_3.4.py\\')\"')", 1),
        ("mysteps = map(int, sys.argv[1:])\nexecfile(NAME)", 1),
        ("mysteps = range(7,16)\nif 15 in mysteps: print 'all'\nexecfile(NAME)", 2),
    ],
)
def test_a_choice_that_is_not_understood_is_told(
    tmp_path: Path, lines: str, line: int, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a_3.4.py").write_text(script(STANDARD))
    (tmp_path / "driver.py").write_text(lines.replace("NAME", "'a_3.4.py'") + "\n")
    assert main([str(tmp_path / "driver.py")]) == 1
    assert f"driver.py:{line}: " in capsys.readouterr().out
    assert "a_4.2.py" in (tmp_path / "driver_4.2.py").read_text()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("mysteps = range(7,16)", "mysteps = range(9,19)"),
        ("mysteps = thesteps = [7,8]", "mysteps = thesteps = [9,10]"),
        ("mysteps = [7] if quick else range(7, 16)", "mysteps = [9] if quick else range(9, 19)"),
        ("def go():\n  global thesteps\n  thesteps = [7,8]", "def go():\n  global thesteps\n  thesteps = [9,10]"),
        ("mysteps = sorted([15] + [7])", "mysteps = sorted([17,18] + [9])"),
    ],
)
def test_a_choice_that_can_be_read_is_rewritten(tmp_path: Path, before: str, after: str) -> None:
    (tmp_path / "a_3.4.py").write_text(script(STANDARD))
    (tmp_path / "driver.py").write_text(f"{before}\nexecfile('a_3.4.py')\n")
    assert main([str(tmp_path / "driver.py")]) == 0
    assert (tmp_path / "driver_4.2.py").read_text() == f"{after}\nexecfile('a_4.2.py')\n"

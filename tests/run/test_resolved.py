"""The whole way: a 3.4 script with a resolved flux calibrator, converted, run, and its gain step repeated."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from running import cal_run, column

from cal_upgrade.cli import convert as cal_upgrade
from cal_upgrade.run.simulate import Truth, simulate
from cal_upgrade.run.state import journal

FIXTURE = Path(__file__).parent.parent.parent / "fixtures" / "resolved_3.4.py"
UID = "uid___A002_X6a07d1_X1c3"
VIS = f"{UID}.ms.split"


@pytest.fixture(scope="module")
def simulated(casa: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    """The observation that the script is for. Look, don't touch."""
    folder = tmp_path_factory.mktemp("resolved")
    return folder, simulate(folder, uid=UID)


def converted(folder: Path, *options: str) -> Path:
    """Convert the 3.4 script into a directory."""
    result = folder / "resolved_4.2.py"
    assert cal_upgrade.main([str(FIXTURE), "-o", str(result), "--force", *options]) in (0, 1)
    return result


def copied(simulated: tuple[Path, Truth], tmp_path: Path) -> Path:
    return Path(shutil.copytree(simulated[0], tmp_path / "work"))


def flux(folder: Path, field: int, spw: int) -> float:
    """Give the mean flux (Jy) of a point source in the calibrated data."""
    from casatools import ms

    data = ms()
    data.open(str(folder / f"{VIS}.cal"))
    try:
        data.selectinit(datadescid=spw)
        data.select({"field_id": field})
        found = data.getdata(["data", "flag"])
    finally:
        data.close()
    return float(np.mean(found["data"][~found["flag"]]).real)


def set_by_script(folder: Path) -> list[float]:
    """Give the fluxes (Jy) of the phase calibrator that the script read back and set, in order."""
    records = journal.read(folder / journal.NAME)
    calls = [r for r in records if isinstance(r, journal.TaskEnded) and r.task == "setjy" and r.step == 15]
    return [float(call.parameters["fluxdensity"].strip("[").split(",")[0]) for call in calls]


def test_the_truth_comes_out_and_again_when_the_gain_step_is_repeated(
    simulated: tuple[Path, Truth], tmp_path: Path
) -> None:
    folder = copied(simulated, tmp_path)
    script = converted(folder)
    assert cal_run(script, "--steps", "9-18") == 0
    for field, name in ((2, "J1037-295"), (3, "TW Hya")):
        for spw, true in enumerate(simulated[1].flux(name)):
            assert flux(folder, field, spw) == pytest.approx(true, rel=0.005)
    first = set_by_script(folder)
    assert first == pytest.approx(simulated[1].flux("J1037-295"), rel=0.005)
    data, flags = column(folder / f"{VIS}.cal", "DATA"), column(folder / f"{VIS}.cal", "FLAG")
    assert cal_run(script, "--steps", "15-18") == 0
    assert set_by_script(folder) == first + first
    assert np.array_equal(column(folder / f"{VIS}.cal", "DATA"), data)
    assert np.array_equal(column(folder / f"{VIS}.cal", "FLAG"), flags)


def test_without_the_read_back_rule_fluxes_are_wrong_and_nobody_says_so(
    simulated: tuple[Path, Truth], tmp_path: Path
) -> None:
    folder = copied(simulated, tmp_path)
    script = converted(folder, "--ignore", "log-read-back")
    assert cal_run(script, "--steps", "9-18") == 0
    assert set_by_script(folder) == []
    # the phase calibrator stayed at 1 Jy, and all else was scaled with it
    assert flux(folder, 2, 0) == pytest.approx(1.0, rel=0.01)
    true = simulated[1].flux("TW Hya")[0] / simulated[1].flux("J1037-295")[0]
    assert flux(folder, 3, 0) == pytest.approx(true, rel=0.01)


@pytest.mark.parametrize(("options", "right"), [((), True), (("--ignore", "clearcal-delmod"), False)])
def test_what_the_clearcal_rule_is_for(
    options: tuple[str, ...], right: bool, simulated: tuple[Path, Truth], tmp_path: Path
) -> None:
    folder = copied(simulated, tmp_path)
    script = converted(folder, *options)
    # a flux calibrator whose model is kept without a column, as 4.2 keeps them all
    text = script.read_text()
    titan = "    standard = 'Butler-JPL-Horizons 2012',\n    scalebychan = False)"
    assert text.count(titan) == 1
    script.write_text(text.replace(titan, "    standard = 'manual',\n    fluxdensity = [2.2,0,0,0])"))
    assert cal_run(script, "--steps", "9-15") == 0
    first = set_by_script(folder)
    # as in 4.2, where nothing is put back: clearcal takes the flux calibrator's model along
    assert cal_run(script, "--steps", "15", "--keep-flags") == 0
    again = set_by_script(folder)[len(first) :]
    if right:
        assert again == pytest.approx(first, rel=1e-3)
    else:
        assert again == pytest.approx([flux / 2.2 for flux in first], rel=0.01)

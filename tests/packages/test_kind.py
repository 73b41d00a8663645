"""A script's purpose is told by what it calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from cal_upgrade.archive.classify import tell

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*_3.4.py")), ids=lambda path: path.name)
def test_every_calibration_script_is_one(path: Path) -> None:
    assert tell(path.read_bytes()).purpose == "calibration"


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("driver_*.py")), ids=lambda path: path.name)
def test_every_driver_is_one(path: Path) -> None:
    assert tell(path.read_bytes()).purpose == "driver"


@pytest.mark.parametrize(
    "text",
    [
        "gaincal(vis='a.ms', caltable='b')",
        "default('bandpass')\nvis = 'a.ms'\ngo()",
        "default(gaincal)\ngo()",
        "if 3 in thesteps:\n  setjy('a.ms', field='1')",
        "tflagdata(vis='a.ms', mode='shadow')",
        "bandpass(vis='a.ms', caltable='b')\nclean(vis='a.ms', imagename='c')",  # calibrates, then images
        "def calibrate():\n  gaincal(vis='a.ms')\ncalibrate()",
        "def solve():\n  gaincal(vis='a.ms')\ndef all():\n  solve()\nall()",
        "gaincal(vis='a.ms',\n",  # cut short
        "print 'x'\nsetjy(vis='a.ms'))\n",
    ],
)
def test_calibration(text: str) -> None:
    assert tell(text.encode()).purpose == "calibration"


@pytest.mark.parametrize(
    "text",
    [
        "clean(vis='a.ms', imagename='b')",
        "clean(vis='a.ms', imagename='b')\ngaincal(vis='a.ms', caltable='c')\napplycal(vis='a.ms')",
        "flagdata(vis='a.ms', mode='manual')\nsplit(vis='a.ms', outputvis='b')\nclean(vis='b', imagename='c')",
        "step_title = {0: 'Image'}\nmysteps = [0]\nmystep = 0\nif(mystep in thesteps):\n  tclean(vis='a.ms')",
        "default('clean')\nvis = 'a.ms'\ngo()",
    ],
)
def test_imaging_is_left_alone(text: str) -> None:
    assert tell(text.encode()).purpose == "imaging"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import pylab\npylab.plot([1, 2])",
        "# gaincal(vis='a.ms', caltable='b')",
        "'''\ngaincal(vis='a.ms', caltable='b')\n'''",
        "print \"gaincal(vis='a.ms', caltable='b')\"",
        "def generate():\n  return gaincal(vis='a.ms')",  # a library: nothing of it is run
        "self.gaincal(vis='a.ms')",
        "gaincal = 3",
        "listobs(vis='a.ms')\nsplit(vis='a.ms', outputvis='b.ms')",
        "execfile('scriptForImaging.py')",
        "execfile('plots.py')",
        "import os\nos.system('ls')",
        "mysteps = [1, 2]",  # chooses, but runs nothing
        "x = (",
    ],
)
def test_all_else_is_left_alone(text: str) -> None:
    assert tell(text.encode()).purpose == "other"


@pytest.mark.parametrize(
    "text",
    [
        "mysteps = [7, 8]\nexecfile('anything.py')",
        "execfile('../script/uid.ms.scriptForCalibration.py')",
        "import os\nos.system('casapy -c scriptForCalibration_3.4.py')",
        "mysteps = range(7, 16)\nfor name in names:\n  execfile(name)",
    ],
)
def test_driver(text: str) -> None:
    assert tell(text.encode()).purpose == "driver"


def test_the_name_decides_where_nothing_can_be_read() -> None:
    assert tell(b"x = (", by_name=True).purpose == "calibration"
    assert tell(b"x = 1", by_name=True).purpose == "other"

"""A small simulated observation for every test that calibrates something."""

from __future__ import annotations

import shutil
from pathlib import Path

import by_hand
import pytest

from cal_upgrade.run.simulate import Truth, simulate


@pytest.fixture(scope="session")
def pristine(casa: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    """The folder of a simulated observation, and its truth. Look, don't touch: it is made once a session."""
    folder = tmp_path_factory.mktemp("observation")
    return folder, simulate(folder)


@pytest.fixture(scope="session")
def calibrated(pristine: tuple[Path, Truth], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    """The folder of the same observation after steps 9 to 18 by hand, and its truth. Look, don't touch."""
    folder = tmp_path_factory.mktemp("calibrated") / "work"
    shutil.copytree(pristine[0], folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        by_hand.calibrate(pristine[1].vis)
    return folder, pristine[1]


@pytest.fixture
def observation(pristine: tuple[Path, Truth], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Truth]:
    """A copy of the simulated observation to work on; the test runs in its folder."""
    folder, truth = pristine
    shutil.copytree(folder, tmp_path / "work")
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work", truth

"""The wheel and the source distribution install into a bare environment, and both commands work there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, folder=folder)
    return {"wheel": next(folder.glob("*.whl")), "sdist": next(folder.glob("*.tar.gz"))}


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_installs_and_converts(kind: str, distributions: dict[str, Path], tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "venv", folder=tmp_path)
    commands = tmp_path / "venv" / "bin"
    run(commands / "python", "-m", "pip", "install", "--quiet", distributions[kind], folder=tmp_path)
    assert "cal-upgrade 0." in run(commands / "cal-upgrade", "--version", folder=tmp_path)
    shutil.copy(ROOT / "fixtures" / "plain_3.4.py", tmp_path)
    run(commands / "cal-upgrade", "plain_3.4.py", folder=tmp_path)
    assert "step_title" in (tmp_path / "plain_4.2.py").read_text(encoding="utf-8")
    refused = subprocess.run(
        [commands / "cal-run", "plain_4.2.py", "--steps", "9"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 2
    assert "pip install 'cal-upgrade[run]'" in refused.stderr

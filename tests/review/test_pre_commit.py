"""The hook, run by the real pre-commit on a scratch repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pre_commit", reason="pre-commit is not installed")
PROJECT = Path(__file__).parents[2]
HOOKS = PROJECT / ".pre-commit-hooks.yaml"


def run(folder: Path, *command: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in a scratch repository, away from the user's own settings of git and pre-commit."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "PRE_COMMIT_HOME": str(folder.parent / "pre-commit-home"),
        "PATH": os.pathsep.join([*([str(path)] if path else []), os.environ["PATH"]]),
    }
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Make a repository with scripts of all sorts, staged, and the hook as its only one."""
    folder = tmp_path / "scripts"
    for name in (
        "uid___A002_X1.ms.scriptForCalibration.py",
        "deep/er/X2_scriptForCalibration_3.4.py",
        "tw hydra_3.4.py",
        "scriptForImaging.py",
        "scriptForCalibration.txt",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("tflagdata(vis='x.ms', mode='manual', antenna='DV01')\n")
    hook = HOOKS.read_text().replace("language: python", "language: system")
    indented = "".join(f"      {line}\n" for line in hook.splitlines())
    (folder / ".pre-commit-config.yaml").write_text(f"repos:\n  - repo: local\n    hooks:\n{indented}")
    assert run(folder, "git", "init", "-q").returncode == 0
    assert run(folder, "git", "add", ".").returncode == 0
    return folder


def command(folder: Path, text: str) -> Path:
    """Put a program named cal-upgrade into a folder of its own."""
    folder.mkdir()
    program = folder / "cal-upgrade"
    program.write_text(f"#!{sys.executable}\n{text}\n")
    program.chmod(0o755)
    return folder


def pre_commit(folder: Path, programs: Path) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose", path=programs)


def test_the_manifest_is_valid(tmp_path: Path) -> None:
    done = run(tmp_path, sys.executable, "-m", "pre_commit", "validate-manifest", str(HOOKS))
    assert done.returncode == 0, done.stdout


def test_calibration_scripts_are_handed_over_at_once_and_others_are_not(scratch: Path, tmp_path: Path) -> None:
    done = pre_commit(scratch, command(tmp_path / "bin", "import sys; print('GIVEN', sorted(sys.argv[1:]))"))
    assert done.returncode == 0, done.stdout + done.stderr
    given = [
        "--check",
        "deep/er/X2_scriptForCalibration_3.4.py",
        "tw hydra_3.4.py",
        "uid___A002_X1.ms.scriptForCalibration.py",
    ]
    assert f"GIVEN {given}" in done.stdout
    assert done.stdout.count("GIVEN") == 1


def test_the_hook_fails_on_a_script_for_3_4_and_changes_nothing(scratch: Path, tmp_path: Path) -> None:
    pytest.importorskip("cal_upgrade.cli.convert", reason="there is no command line yet")
    programs = command(tmp_path / "bin", "from cal_upgrade.cli.convert import main\nraise SystemExit(main())")
    before = {path: path.read_bytes() for path in scratch.rglob("*.py")}
    done = pre_commit(scratch, programs)
    assert done.returncode == 1
    assert "tw hydra_3.4.py:1: tflagdata" in done.stdout
    assert {path: path.read_bytes() for path in scratch.rglob("*.py")} == before


def test_pre_commit_installs_the_project_and_runs_the_hook(scratch: Path) -> None:
    done = run(scratch, sys.executable, "-m", "pre_commit", "try-repo", str(PROJECT), "cal-upgrade", "--all-files")
    if "unexpected error" in done.stdout and not (PROJECT / ".git").exists():
        pytest.skip("this is no clone of the project")
    if "unexpected error" in done.stdout and "No matching distribution found" in done.stdout:
        pytest.skip("packages can't be installed here")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "tw hydra_3.4.py:1: tflagdata" in done.stdout
    assert "scriptForImaging.py" not in done.stdout

"""Work handed to a Dask cluster whose workers are killed in the middle: it is done once, and nothing half stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cal_upgrade.cli.convert import main
from cal_upgrade.run.state import journal
from cal_upgrade.run.state.journal import StepEnded
from packages import archive

if TYPE_CHECKING:
    from cal_upgrade.run.simulate import Truth


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A scheduler and two workers on this machine, each a process that is started again when it dies."""
    distributed = pytest.importorskip("distributed", reason="pip install 'cal-upgrade[cluster]'")
    import dask

    folder = tmp_path_factory.mktemp("dask")
    # LocalCluster looks 15 s after a worker's death whether it is there again, and gives it up for good if not: which
    # it also does if by then the next test has killed it once more
    with (
        dask.config.set({"distributed.deploy.lost-worker-timeout": "1h"}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=folder, silence_logs=50
        ) as cluster,
    ):
        yield cluster


def kill_workers(cluster: Any) -> None:
    from distributed import Client

    with Client(cluster.scheduler_address, set_as_default=False) as client:
        for process in client.run(os.getpid).values():
            os.kill(process, signal.SIGKILL)


def results(root: Path) -> dict[Path, tuple[int, int]]:
    """Which results there are, and which file each is: one that is written again is another."""
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in root.rglob("*_4.2.py")}


def start(module: str, *words: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", module, *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_conversions_with_workers_killed(cluster: Any, tmp_path: Path) -> None:
    good, bad = archive.make(tmp_path / "in", packages=25, broken=0.05)
    out = tmp_path / "out"
    run = start("cal_upgrade.cli.convert", tmp_path / "in", "-o", out, "--scheduler", cluster.scheduler_address)
    written: dict[Path, tuple[int, int]] = {}
    for least in (5, 30):
        for _ in range(600):
            written = results(out)
            if len(written) >= least:
                break
            time.sleep(0.05)
        kill_workers(cluster)
    told, wrong = run.communicate(timeout=120)
    assert run.returncode == 2, wrong
    assert f"{good} converted" in told
    assert f"0 with nothing to do, {bad} failed" in told
    assert len(wrong.splitlines()) == bad, wrong
    assert 30 <= len(written) < good, "the workers were not killed in the middle"
    after = results(out)
    assert len(after) == good
    assert {path: after[path] for path in written} == written
    assert [path for path in out.rglob("*") if path.is_file() and path not in after] == []
    here = tmp_path / "here"
    main([str(tmp_path / "in"), "-o", str(here)])
    assert archive.fingerprint(out) == archive.fingerprint(here)


def test_runs_with_a_worker_killed(
    cluster: Any, three_executions: tuple[Path, dict[str, Truth]], tmp_path: Path
) -> None:
    root, truths = three_executions
    words = (root, "--workdir", tmp_path, "--steps", "9-11", "--scheduler", cluster.scheduler_address)
    run = start("cal_upgrade.cli.run", *words)
    for _ in range(600):
        if any("step 11 (of" in path.read_text() for path in tmp_path.glob("*/cal-run.out")):
            break
        time.sleep(0.05)
    kill_workers(cluster)
    told, wrong = run.communicate(timeout=120)
    assert run.returncode == 0, told + wrong
    assert "3 executions done, 0 failed or refused" in told
    for uid in truths:
        records = journal.read(tmp_path / uid / journal.NAME)
        done = [record.step for record in records if isinstance(record, StepEnded) and record.outcome == "done"]
        assert done == [9, 10, 11], uid


def test_no_scheduler_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed", reason="pip install 'cal-upgrade[cluster]'")
    monkeypatch.setattr("cal_upgrade.parallel.cluster.PATIENCE", "1s")
    archive.package(tmp_path)
    assert main([str(tmp_path), "--scheduler", "tcp://127.0.0.1:9"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "no Dask scheduler answers there" in line


@pytest.mark.parametrize("address", ["nonsense://x:1", "host", "host:port", "tcp://", ""])
def test_an_address_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str) -> None:
    pytest.importorskip("distributed", reason="pip install 'cal-upgrade[cluster]'")
    archive.package(tmp_path)
    assert main([str(tmp_path), "--scheduler", address]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_without_dask(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    archive.package(tmp_path)
    assert main([str(tmp_path), "--scheduler", "tcp://host:8786"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "pip install 'cal-upgrade[cluster]'" in line
    assert results(tmp_path) == {}

"""A package of three executions goes from delivered to calibrated with one command; a stop costs nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cal_upgrade.run.state import journal
from cal_upgrade.run.state.journal import StepBegan, StepEnded
from packages import archive

if TYPE_CHECKING:
    from cal_upgrade.run.simulate import Truth

Package = tuple[Path, "dict[str, Truth]"]


def command(root: Path, workdir: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "cal_upgrade.cli.run", str(root), "--workdir", str(workdir), *more]


def ended(folder: Path) -> list[int]:
    """The steps that were done, as often as they were."""
    records = journal.read(folder / journal.NAME)
    return [record.step for record in records if isinstance(record, StepEnded) and record.outcome == "done"]


@pytest.fixture(scope="module")
def calibrated(
    three_executions: Package, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Truth], subprocess.CompletedProcess[str]]:
    """Where the package was calibrated, the truth, and what the command said."""
    root, truths = three_executions
    before = archive.fingerprint(root)
    workdir = tmp_path_factory.mktemp("work")
    run = subprocess.run(command(root, workdir, "-j", "2"), capture_output=True, text=True, check=False)
    assert archive.fingerprint(root) == before, "what was delivered was changed"
    return workdir, truths, run


def test_every_flux_is_the_true_one(calibrated: tuple[Path, dict[str, Truth], object]) -> None:
    import numpy as np
    from casatools import ms

    workdir, truths, _ = calibrated
    for uid, truth in truths.items():
        data = ms()
        data.open(str(workdir / uid / f"{truth.vis}.cal"))
        for source in truth.sources[2:]:
            for window, flux in enumerate(source.flux):
                data.selectinit(reset=True)
                data.selectinit(datadescid=window)
                data.select({"field_id": [source.id]})
                got = data.getdata(["data", "flag"])
                middle = slice(4, -4)  # the edges of the band are flagged by the script
                found = np.mean(got["data"][:, middle].real[~got["flag"][:, middle]])
                assert found == pytest.approx(flux, rel=0.005), (uid, source.name, window)
        data.close()


def test_the_page_leads_to_every_execution(
    calibrated: tuple[Path, dict[str, Truth], subprocess.CompletedProcess[str]],
) -> None:
    workdir, truths, run = calibrated
    assert run.returncode == 0, run.stderr
    assert "3 executions done, 0 failed or refused" in run.stdout
    page = (workdir / "cal-run.html").read_text()
    assert "3 of 3 executions done" in page
    for uid in truths:
        assert f'href="{uid}/cal-run.html"' in page
        assert (workdir / uid / "cal-run.html").exists()
        assert ended(workdir / uid) == list(range(9, 19))


def test_where_all_is_done_nothing_is_run(
    calibrated: tuple[Path, dict[str, Truth], object], three_executions: Package
) -> None:
    workdir = calibrated[0]
    before = archive.fingerprint(workdir)
    again = subprocess.run(command(three_executions[0], workdir), capture_output=True, text=True, check=False)
    assert again.returncode == 0
    assert again.stdout.count("all steps are done already") == 3
    after = archive.fingerprint(workdir)
    assert {name for name in after if after[name] != before.get(name)} <= {"cal-run.html"}


def test_one_that_fails_does_not_stop_the_others(three_executions: Package, tmp_path: Path) -> None:
    root, truths = three_executions
    first, *others = truths
    folder = tmp_path / first
    folder.mkdir()
    # what is in the way of the copy can't be a measurement set
    (folder / f"{first}.ms.split").write_text("in the way")
    run = subprocess.run(command(root, tmp_path, "--steps", "9"), capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert first in run.stderr
    assert [ended(tmp_path / uid) for uid in others] == [[9], [9]]
    assert "2 executions done, 1 failed or refused" in run.stdout
    assert "2 of 3 executions done" in (tmp_path / "cal-run.html").read_text()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_stopped_in_the_middle(three_executions: Package, tmp_path: Path, stop: signal.Signals) -> None:
    root, truths = three_executions
    words = command(root, tmp_path, "--steps", "9-11")
    run = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert run.stdout is not None
    for line in run.stdout:
        if "step 11 (of" in line:
            break
    os.kill(run.pid, stop)
    _, told = run.communicate(timeout=60)
    if stop == signal.SIGINT:
        assert run.returncode == 1
        assert told == "cal-run: stopped; the same command goes on\n"
    assert subprocess.run(words, capture_output=True, check=False).returncode == 0
    for uid in truths:
        assert ended(tmp_path / uid) == [9, 10, 11], "a step that was done is not done again"
    first = journal.read(tmp_path / next(iter(truths)) / journal.NAME)
    began = Counter(record.step for record in first if isinstance(record, StepBegan))
    assert began == {9: 1, 10: 1, 11: 2}

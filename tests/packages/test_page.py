"""The page over all executions says how each stands, and shows names and messages as text."""

from __future__ import annotations

from pathlib import Path

import pytest
from review.browser import Browser, program

from cal_upgrade.archive.execution import Task
from cal_upgrade.archive.executions import Execution
from cal_upgrade.archive.page import write_page
from cal_upgrade.records import Refused
from cal_upgrade.run.state import journal
from cal_upgrade.run.state.journal import (
    AnyRecord,
    Flagged,
    Flux,
    RunBegan,
    RunEnded,
    StepBegan,
    StepEnded,
    TaskEnded,
)


def task(workdir: Path, name: str, *records: AnyRecord) -> Task:
    """An execution with steps 9 and 10, and the journal of its directory."""
    execution = Execution(name, Path("x.py"), "x_4.2.py", b"", (9, 10), ())
    folder = workdir / name
    folder.mkdir()
    notes = journal.Journal(folder / journal.NAME)
    for record in records:
        notes.add(record)
    if records:
        (folder / "cal-run.html").touch()
    return Task(execution, folder)


BEGAN = RunBegan(script="x_4.2.py", sha256="", steps=[9, 10])
FLUX = Flux(field="J1037-295", spw=3, flux=0.5987, error=0.0012)
SET = Flux(field="Titan", spw=0, flux=2.15, source="setjy")
SCALED = TaskEnded(step=9, task="fluxscale", line=1, seconds=1.0, fluxes=[FLUX, SET])


def done(step: int) -> list[AnyRecord]:
    return [StepBegan(step=step), StepEnded(step=step, outcome="done", seconds=40.0)]


@pytest.fixture
def page(tmp_path: Path) -> str:
    tasks = [
        task(tmp_path, "whole", BEGAN, StepBegan(step=9), SCALED, StepEnded(step=9, outcome="done", seconds=40.0),
             *done(10), Flagged(vis="x.ms", total=0.131), RunEnded(outcome="done", seconds=80.0)),
        task(tmp_path, "failed", BEGAN, StepBegan(step=9, title="Bandpass"),
             StepEnded(step=9, outcome="failed", seconds=1.0, message="<b>no data</b>")),
        task(tmp_path, "cut off", BEGAN, *done(9), StepBegan(step=10, title="Gains")),
        task(tmp_path, "part", BEGAN, *done(9)),
        task(tmp_path, "never"),
    ]  # fmt: skip
    write_page(tmp_path, tasks, [(Path("<script>.py"), Refused(3, "the data are missing", "Fetch them."))])
    return (tmp_path / "cal-run.html").read_text()


def row(page: str, name: str) -> str:
    return next(part for part in page.split("<tr>") if f">{name}" in part)


def test_how_each_stands(page: str) -> None:
    assert "1 of 5 executions done" in page
    assert ">done<" in row(page, "whole")
    assert "9–10" in row(page, "whole")
    assert "80 s" in row(page, "whole")
    assert "13.1%" in row(page, "whole")
    assert ">failed<" in row(page, "failed")
    assert "Step 9, Bandpass" in row(page, "failed")
    assert ">interrupted<" in row(page, "cut off")
    assert "it began and did not end" in row(page, "cut off")
    assert "Not run yet: 10." in row(page, "part")
    assert "Nothing has run yet" in row(page, "never")


def test_links_lead_to_pages_that_are_there(page: str) -> None:
    assert 'href="whole/cal-run.html"' in page
    assert 'href="cut%20off/cal-run.html"' in page
    assert 'href="never/' not in page


def test_fluxes_found_and_not_those_set(page: str) -> None:
    assert "0.5987 <small>± 0.0012</small>" in row(page, "J1037-295")
    assert "Titan" not in page


def test_text_stays_text(page: str) -> None:
    assert "<b>no data" not in page
    assert "&lt;b&gt;no data" in page
    assert "<script>" not in page
    assert "&lt;script&gt;.py:3:" in page


@pytest.mark.skipif(program() is None, reason="Chromium is not installed")
def test_chromium_has_nothing_to_complain_about(page: str, tmp_path: Path) -> None:
    (tmp_path / "profile").mkdir()
    with Browser(tmp_path / "profile") as browser:
        browser.open(tmp_path / "cal-run.html")
        assert browser.console == []
        assert browser.run("document.querySelectorAll('tbody tr').length") == 6
        assert browser.run("document.documentElement.scrollWidth <= innerWidth") is True

"""The journal tells the truth, also after it was cut short."""

from pathlib import Path

import pytest

from cal_upgrade.run.state.journal import Damaged, Flux, Journal, RunBegan, StepBegan, StepEnded, TaskEnded, read


def test_what_was_added_is_read_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    flux = Flux(field="J1037-295", spw=0, flux=0.6, error=0.01, frequency=3.6e11)
    added = [
        RunBegan(script="a.py", sha256="00", steps=[9, 10]),
        StepBegan(step=9, title="listobs"),
        TaskEnded(step=9, task="fluxscale", line=12, seconds=0.5, parameters={"vis": "'x.ms'"}, fluxes=[flux]),
        StepEnded(step=9, outcome="done", seconds=1.5),
    ]
    for record in added:
        journal.add(record)
    assert read(tmp_path / "j") == added


def test_no_journal_is_an_empty_one(tmp_path: Path) -> None:
    assert read(tmp_path / "none") == []


def test_a_line_cut_short_is_passed_over_and_stays_harmless(tmp_path: Path) -> None:
    path = tmp_path / "j"
    Journal(path).add(StepBegan(step=9))
    with path.open("ab") as file:
        file.write(b'{"what":"stepended","st')
    assert [type(r) for r in read(path)] == [StepBegan]
    journal = Journal(path)
    journal.add(StepBegan(step=10))
    journal.add(StepBegan(step=11))
    assert [r.step for r in read(path)] == [9, 10, 11]


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "j"
    Journal(path).add(StepBegan(step=9))
    with path.open("ab") as file:
        file.write(b'{"what":"nonsense"}\n')
    with pytest.raises(Damaged) as caught:
        read(path)
    assert caught.value.line == 2


def test_a_script_that_deletes_the_journal_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "j"
    journal = Journal(path)
    journal.add(StepBegan(step=9))
    path.unlink()
    journal.add(StepEnded(step=9, outcome="done", seconds=1.0))
    assert len(read(path)) == 2

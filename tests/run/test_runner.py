"""`cal-run` on a simulated observation: the numbers are right, order and flags are kept, failures are told."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import by_hand
import numpy as np
import pytest
from running import PLAIN, VIS, cal_run, column, flags, fluxes, in_step, put_script

from cal_upgrade.run.simulate import Truth
from cal_upgrade.run.state import journal

TABLES = ["ap_pre_bandpass", "bandpass", "phase_int", "ampli_inf", "flux_inf", "phase_inf"]


@pytest.fixture(scope="session")
def run_through(pristine: tuple[Path, Truth], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory in which steps 9 to 18 have run. Look, don't touch."""
    folder = tmp_path_factory.mktemp("run_through") / "work"
    shutil.copytree(pristine[0], folder)
    assert cal_run(put_script(folder)) == 0
    return folder


@pytest.fixture
def again(run_through: Path, tmp_path: Path) -> Path:
    """A copy of that directory to work on."""
    return Path(shutil.copytree(run_through, tmp_path / "again"))


def test_the_truth_comes_out(run_through: Path, pristine: tuple[Path, Truth]) -> None:
    for spw, true in enumerate(pristine[1].flux("J1037-295")):
        assert fluxes(run_through)["J1037-295", spw] == pytest.approx(true, rel=0.005)


def test_the_same_numbers_come_out_by_hand(
    run_through: Path, observation: tuple[Path, Truth], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = observation
    by_hand.calibrate(VIS)
    for table in TABLES:
        for name in ("CPARAM", "FLAG"):
            assert np.array_equal(
                column(run_through / f"{VIS}.{table}", name), column(folder / f"{VIS}.{table}", name)
            )
    for name in ("DATA", "FLAG", "WEIGHT"):
        ours, theirs = column(run_through / f"{VIS}.cal", name), column(folder / f"{VIS}.cal", name)
        assert np.array_equal(ours, theirs)
    assert np.array_equal(flags(run_through), flags(folder))


def test_what_lies_in_the_directory_afterwards(run_through: Path) -> None:
    ours = {path.name for path in run_through.iterdir() if not path.name.startswith(VIS)}
    assert ours == {
        "plain_4.2.py", "cal-run.journal", "cal-run.lock", "cal-run.log", "cal-run.kept", "cal-run.html",
    }  # fmt: skip
    # the script's own log holds what fluxscale said, and the log went back to the main one
    assert "Flux density for J1037-295 in SpW=0 (freq=" in (run_through / f"{VIS}.fluxscale").read_text()
    assert "Begin Task: applycal" in (run_through / "cal-run.log").read_text()
    page = (run_through / "cal-run.html").read_text()
    assert "J1037-295" in page


def test_the_journal_tells_what_ran(run_through: Path) -> None:
    records = journal.read(run_through / journal.NAME)
    assert [r.step for r in records if isinstance(r, journal.StepEnded)] == list(range(9, 19))
    assert {r.outcome for r in records if isinstance(r, journal.StepEnded | journal.TaskEnded)} == {"done"}
    (first,) = [r for r in records if isinstance(r, journal.TaskEnded) and r.task == "bandpass"]
    line = PLAIN.read_text().splitlines()[first.line - 1]
    assert line.startswith("  bandpass(")
    assert first.parameters["solnorm"] == "True"
    (share,) = [r for r in records if isinstance(r, journal.Flagged)]
    assert share.total == pytest.approx(flags(run_through).mean(), abs=1e-6)


def test_the_fractions_flagged_are_those_that_casa_counts(run_through: Path) -> None:
    from casatasks import flagdata

    (share,) = [r for r in journal.read(run_through / journal.NAME) if isinstance(r, journal.Flagged)]
    counted = flagdata(vis=str(run_through / VIS), mode="summary", action="calculate", fieldcnt=False)
    for ours, kind in ((share.antennas, "antenna"), (share.fields, "field")):
        theirs = {name: part["flagged"] / part["total"] for name, part in counted[kind].items()}
        assert ours == pytest.approx(theirs)
    assert share.cross["DV08"]["Titan"] > 0


def test_flag_versions_are_named_and_listed(run_through: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cal_run(run_through / "plain_4.2.py", "--list") == 0
    shown = capsys.readouterr().out
    for name in ("Original", "BeforeGainCalibration", "cal-run_before_step_10", "cal-run_before_step_17"):
        assert re.search(rf"^    {name}\b", shown, re.MULTILINE)
    assert shown.count("        done ") == 10
    assert shown.count("has not run here") == 3


def test_repeating_leaves_the_same_flags_and_numbers(run_through: Path, again: Path) -> None:
    script = again / "plain_4.2.py"
    assert cal_run(script, "--steps", "15-18") == 0
    same(again, run_through)
    assert cal_run(script) == 0
    same(again, run_through)


def same(here: Path, there: Path) -> None:
    assert np.array_equal(flags(here), flags(there))
    assert fluxes(here) == fluxes(there)
    for table in TABLES:
        assert np.array_equal(column(here / f"{VIS}.{table}", "CPARAM"), column(there / f"{VIS}.{table}", "CPARAM"))
    assert np.array_equal(column(here / f"{VIS}.cal", "DATA"), column(there / f"{VIS}.cal", "DATA"))


def test_flags_set_by_a_repeated_step_are_put_back_first(run_through: Path, again: Path) -> None:
    more = in_step(10, f"flagdata(vis = '{VIS}', antenna = 'DV05', flagbackup = F)")
    assert cal_run(put_script(again, *more), "--steps", "9-12") == 0
    assert flags(again).mean() > flags(run_through).mean() + 0.05
    assert cal_run(put_script(again), "--steps", "9-10") == 0
    # the flags that applycal set in step 17 are gone as well
    with_applycal = flags(run_through)
    assert not np.any(flags(again) & ~with_applycal)


def test_flags_are_kept_if_that_is_asked_for(run_through: Path, again: Path) -> None:
    more = in_step(10, f"flagdata(vis = '{VIS}', antenna = 'DV05', flagbackup = F)")
    assert cal_run(put_script(again, *more), "--steps", "9-10") == 0
    flagged = flags(again)
    assert cal_run(put_script(again), "--steps", "10", "--keep-flags") == 0
    assert np.array_equal(flags(again), flagged)


def test_a_model_that_a_step_sets_is_put_back(again: Path) -> None:
    model = f"setjy(vis = '{VIS}', field = '2', standard = 'manual', fluxdensity = [0.3, 0, 0, 0], usescratch = T)"
    assert cal_run(put_script(again, *in_step(16, model)), "--steps", "15-16") == 0
    assert cal_run(put_script(again), "--steps", "15") == 0
    assert fluxes(again)["J1037-295", 0] == pytest.approx(0.6, rel=0.005)


def test_steps_out_of_order_are_refused(again: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = again / "plain_4.2.py"
    assert cal_run(script, "--steps", "9") == 0
    capsys.readouterr()
    before = (again / journal.NAME).read_bytes()
    assert cal_run(script, "--steps", "12") == 2
    assert capsys.readouterr().err == (
        "cal-run: Step 12 comes after steps 10–11, not done here yet. Run --steps 10-12, or add --force.\n"
    )
    assert (again / journal.NAME).read_bytes() == before
    assert cal_run(script, "--steps", "12", "--force") == 0


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("x = {}['missing']", "KeyError: 'missing'"),
        ("sys.exit('not today')", "the script ended itself: not today"),
        ("sys.exit()", "the script ended itself"),
        ("os.remove('no such file')", "No such file"),
        (f"gaincal(vis = '{VIS}', caltable = 'y', antena = 'DV05')", "gaincal has no parameter antena in CASA 4.2.2"),
        (f"flagdata(vis = '{VIS}', mode = 'manual', spw = '9', flagbackup = F)", "flagdata(vis="),
        (f"try:\n  flagdata(vis = '{VIS}', spw = '9')\nexcept:\n  pass", "flagdata(vis="),
        ("thesteps = 1/0", "ZeroDivisionError"),
        ("viewer()", "CARTA"),
    ],
)
def test_a_step_that_fails_is_named_with_its_line(
    again: Path, code: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    script = put_script(again, *in_step(16, code))
    capsys.readouterr()
    assert cal_run(script, "--steps", "16-17") == 1
    error = capsys.readouterr().err
    text = script.read_text().splitlines()
    start = text.index("mystep = 16") + 5
    assert re.match(rf"{re.escape(str(script))}:({start}|{start + 1}|{start + 2}): step 16: ", error)
    assert says in error
    assert "Traceback" not in error
    assert "--steps 16-17" in error
    last = [r for r in journal.read(again / journal.NAME) if isinstance(r, journal.StepEnded)][-1]
    assert (last.step, last.outcome) == (16, "failed")


def test_a_severe_line_in_the_log_is_not_overlooked(
    again: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import casatasks

    def says_so_and_goes_on(vis: str = "") -> None:
        casatasks.casalog.post("half of the data could not be read", "SEVERE")

    monkeypatch.setattr(casatasks, "visstat", says_so_and_goes_on)
    assert cal_run(put_script(again, *in_step(16, f"visstat('{VIS}')")), "--steps", "16") == 1
    assert "half of the data could not be read" in capsys.readouterr().err
    # what the script itself posts is no failure of a task
    script = put_script(again, *in_step(16, f"casalog.post('so', 'SEVERE')\nlistobs('{VIS}')"))
    assert cal_run(script, "--steps", "16") == 0


def test_after_a_failure_later_steps_are_refused(again: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cal_run(put_script(again, *in_step(16, "1/0")), "--steps", "16") == 1
    assert cal_run(again / "plain_4.2.py", "--steps", "17") == 2
    assert "step 16 failed" in capsys.readouterr().err


def test_a_script_that_deletes_the_journal_or_a_table(again: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = "os.system('rm -rf cal-run.journal *.flux_inf')"
    assert cal_run(put_script(again, *in_step(16, code)), "--steps", "16-18") == 1
    assert "flux_inf" in capsys.readouterr().err
    ended = [r.step for r in journal.read(again / journal.NAME) if isinstance(r, journal.StepEnded)]
    assert ended == [*range(9, 19), 16, 17]


def test_a_missing_table_is_named_before_anything_runs(again: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(again / f"{VIS}.bandpass")
    before = flags(again)
    assert cal_run(again / "plain_4.2.py", "--steps", "17") == 2
    error = capsys.readouterr().err
    assert f"the calibration table {VIS}.bandpass is missing: step 17 needs it" in error
    assert "Step 13 makes it" in error
    assert np.array_equal(flags(again), before)


def test_a_script_that_does_not_heed_mysteps_is_stopped(again: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = put_script(again, "  thesteps = mysteps\n", "  thesteps = [9, 10, 12]\n")
    assert cal_run(script, "--steps", "16") == 1
    assert "the script runs step 9, which was not asked for" in capsys.readouterr().err


def test_execfile_at_a_prompt(again: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cal_upgrade.run import execfile

    monkeypatch.chdir(again)
    put_script(again, *in_step(16, "half = 7/2"))
    prompt = {"__name__": "__main__", "execfile": execfile, "mysteps": [16], "gaincal": "the user's own"}
    exec("execfile('plain_4.2.py')", prompt)
    assert prompt["half"] == 3
    assert prompt["thesteps"] == [16]
    assert prompt["gaincal"] == "the user's own"
    assert "flagdata" not in prompt
    assert "tb" not in prompt


def test_execfile_at_a_prompt_names_the_line_of_an_error(again: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cal_upgrade.run import execfile

    monkeypatch.chdir(again)
    script = put_script(again, *in_step(16, "half = 7/0"))
    line = script.read_text().splitlines().index("  half = 7/0") + 1
    with pytest.raises(RuntimeError, match=f"plain_4.2.py:{line}: ZeroDivisionError"):
        execfile("plain_4.2.py", {"mysteps": [16]})
    (again / "wrong.py").write_text("print 'a\n")
    with pytest.raises(RuntimeError, match="does not read as Python 2"):
        execfile("wrong.py", {})

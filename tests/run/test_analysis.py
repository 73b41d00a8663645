"""The stand-in for analysisUtils leaves its plots, and never stops a script."""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cal_upgrade.run.simulate import Truth


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.WARNING, "cal_upgrade.run")
    return caplog


@pytest.fixture
def tables(calibrated: tuple[Path, Truth], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Calibration tables in the current directory; gives the name of their measurement set."""
    folder, truth = calibrated
    for table in folder.glob(f"{truth.vis}.*"):
        if table.is_dir() and table.suffix != ".cal":
            shutil.copytree(table, tmp_path / table.name)
    monkeypatch.chdir(tmp_path)
    return truth.vis


@pytest.fixture
def own_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a user's own analysisUtils can be written."""
    monkeypatch.syspath_prepend(str(tmp_path))
    sys.modules.pop("analysisUtils", None)
    yield tmp_path / "analysisUtils.py"
    sys.modules.pop("analysisUtils", None)


def test_each_kind_of_table_is_drawn_as_its_kind_wants(tables: str) -> None:
    from cal_upgrade.run.casa42.analysis_utils import StandIn

    es = StandIn().stuffForScienceDataReduction()
    for name, kinds in {
        "ap_pre_bandpass": {"amp", "phase"},
        "bandpass": {"amp", "phase"},
        "phase_int": {"phase"},  # its amplitudes are all 1
    }.items():
        es.checkCalTable(f"{tables}.{name}", msName=tables, interactive=False)
        drawn = {path.name for path in Path(f"{tables}.{name}.plots").iterdir()}
        assert drawn == {f"{tables}.{name}.{kind}.png" for kind in kinds}


def test_plots_of_an_earlier_run_go(tables: str) -> None:
    from cal_upgrade.run.casa42.analysis_utils import Reduction

    folder = Path(f"{tables}.ampli_inf.plots")
    folder.mkdir()
    (folder / "old.png").touch()
    Reduction().checkCalTable(f"{tables}.ampli_inf")
    assert f"{tables}.ampli_inf.amp.png" in {path.name for path in folder.iterdir()}
    assert not (folder / "old.png").exists()


def test_plotbandpass_draws_both_and_plot_wvr_solutions_its_phases(tables: str) -> None:
    from cal_upgrade.run.casa42.analysis_utils import StandIn

    aU = StandIn()
    aU.plotbandpass(
        caltable=f"{tables}.bandpass", yaxis="both", xaxis="freq", overlay="antenna", subplot=22,
        interactive=False, figfile="band/b.png",
    )  # fmt: skip
    assert {path.name for path in Path("band").iterdir()} == {"b.amp.png", "b.phase.png"}
    aU.plotWVRSolutions(
        caltable=f"{tables}.phase_int", spw="0", antenna="DV08", yrange=[-180, 180], figfile="wvr.png"
    )
    assert Path("wvr.png").exists()


def test_weights_are_listed_by_window_and_correlation(observation: tuple[Path, Truth]) -> None:
    from cal_upgrade.run.casa42.analysis_utils import Reduction

    vis = observation[1].vis
    Reduction().getCalWeightStats(vis)
    header, *lines = Path(f"{vis}.calweights").read_text().splitlines()
    weight = (observation[1].noise / 40) ** -2
    assert header.startswith("#")
    assert [line.split()[:2] for line in lines] == [["0", "0"], ["0", "1"], ["1", "0"], ["1", "1"]]
    assert [float(number) for number in lines[0].split()[2:]] == pytest.approx([weight] * 3, rel=1e-3)


def test_smoothbandpass_makes_no_table_and_says_what_to_do(tables: str, said: pytest.LogCaptureFixture) -> None:
    from cal_upgrade.run.casa42.analysis_utils import StandIn

    before = set(Path().iterdir())
    StandIn().smoothbandpass(f"{tables}.bandpass")
    assert set(Path().iterdir()) == before
    assert "inf,20ch" in said.text


def test_a_missing_table_is_named(casa: Path, said: pytest.LogCaptureFixture) -> None:
    from cal_upgrade.run.casa42.analysis_utils import Reduction, StandIn

    Reduction().checkCalTable("nowhere.gcal", interactive=False)
    StandIn().plotbandpass(caltable="nowhere.bcal")
    StandIn().plotWVRSolutions(caltable="nowhere.wvr")
    Reduction().getCalWeightStats("nowhere.ms")
    for name in ("nowhere.gcal", "nowhere.bcal", "nowhere.wvr", "nowhere.ms"):
        assert name in said.text
    assert not Path("nowhere.gcal.plots").exists()


def test_what_is_not_here_is_skipped_and_named(said: pytest.LogCaptureFixture) -> None:
    from cal_upgrade.run.casa42.analysis_utils import StandIn

    aU = StandIn()
    es = aU.stuffForScienceDataReduction()
    assert es.fluxscale2(caltable="x.ampli_inf", removeOutliers=True) is None
    assert aU.timeOnSource("x.ms") is None
    assert aU.compUtils.ParameterSet(3) is None
    assert list(aU.scans) == []
    assert [record.getMessage().split()[0] for record in said.records] == [
        "es.fluxscale2",
        "aU.timeOnSource",
        "aU.compUtils.ParameterSet",
    ]


def test_the_user_s_own_comes_first(own_module: Path) -> None:
    from cal_upgrade.run.casa42.analysis_utils import load

    own_module.write_text("mine = True\n")
    assert load().mine is True


def test_one_made_for_python_2_is_no_reason_to_stop(own_module: Path, said: pytest.LogCaptureFixture) -> None:
    from cal_upgrade.run.casa42.analysis_utils import StandIn, load

    own_module.write_text("print 'hello'\n")
    assert isinstance(load(), StandIn)
    assert "can't be imported" in said.text


def test_without_one_the_stand_in_serves(own_module: Path, said: pytest.LogCaptureFixture) -> None:
    from cal_upgrade.run.casa42.analysis_utils import StandIn, load

    assert isinstance(load(), StandIn)
    assert not said.records

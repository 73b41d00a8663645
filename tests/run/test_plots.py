"""plotms and plotcal leave pictures of what is in the data, and never stop a script."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from cal_upgrade.run.simulate import Truth


@pytest.fixture
def here(calibrated: tuple[Path, Truth], monkeypatch: pytest.MonkeyPatch) -> str:
    folder, truth = calibrated
    monkeypatch.chdir(folder)
    monkeypatch.delenv("DISPLAY", raising=False)
    return truth.vis


def picture(path: str) -> np.ndarray:
    from matplotlib.image import imread

    return np.asarray(imread(path))[..., :3]


def has_colour(pixels: np.ndarray, code: str) -> bool:
    wanted = np.array([int(code[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    return bool((np.abs(pixels - wanted).max(axis=-1) < 0.02).sum() > 20)


def points(vis: str, axes: tuple[str, ...], column: str = "", averaging: object = None, **selection: str) -> dict:
    from cal_upgrade.run.plots import visibilities

    return visibilities.points(vis, selection, column, averaging or visibilities.Averaging(), axes)[0]


def test_the_plot_that_packaged_scripts_make_of_the_model(here: str) -> None:
    from cal_upgrade.run.plots.plotms import plotms

    Path("setjy.field1.png").unlink(missing_ok=True)
    assert plotms(
        vis=here,
        xaxis="uvdist",
        yaxis="amp",
        ydatacolumn="model",
        field="1",
        spw="0,1",
        avgchannel="9999",
        coloraxis="spw",
        plotfile="setjy.field1.png",
    )
    pixels = picture("setjy.field1.png")
    assert has_colour(pixels, "#0072b2")
    assert has_colour(pixels, "#d55e00")
    assert not has_colour(pixels, "#009e73"), "two windows, two colours"


def test_the_model_of_a_resolved_disc_falls_with_baseline_length(here: str, calibrated: tuple[Path, Truth]) -> None:
    found = points(here, ("uvdist", "amp"), "model", field="1", spw="1")
    short, long = found["uvdist"] < 20, found["uvdist"] > 100
    total = calibrated[1].flux("Titan")[1]
    assert found["amp"][short].mean() == pytest.approx(total, rel=0.01)
    assert found["amp"][long].mean() < 0.9 * total


def test_a_virtual_model_is_drawn_as_casa_uses_it(observation: tuple[Path, Truth]) -> None:
    from casatasks import delmod, setjy

    vis = observation[1].vis
    for window, flux in (("0", 0.6), ("1", 0.5)):
        setjy(vis=vis, field="2", spw=window, standard="manual", fluxdensity=[flux, 0, 0, 0], usescratch=False)
    found = points(vis, ("amp", "spw"), "model", field="2")
    assert {(int(w), float(a)) for w, a in zip(found["spw"], found["amp"], strict=True)} == {(0, 0.6), (1, 0.5)}
    # a column does not hide it: gaincal takes the virtual model first (the column must come first, or it is gone)
    setjy(vis=vis, field="1", standard="Butler-JPL-Horizons 2012", usescratch=True)
    setjy(vis=vis, field="2", spw="1", standard="manual", fluxdensity=[0.5, 0, 0, 0], usescratch=False)
    assert set(points(vis, ("amp",), "model", field="2", spw="1")["amp"]) == {0.5}
    assert min(points(vis, ("amp",), "model", field="1", spw="1")["amp"]) > 1.4
    delmod(vis=vis, field="2")
    assert set(points(vis, ("amp",), "model", field="2", spw="1")["amp"]) == {1.0}


def test_averaging_channels_leaves_flagged_ones_out(here: str) -> None:
    from casatools import table

    from cal_upgrade.run.plots.visibilities import Averaging

    found = points(here, ("real",), "corrected", Averaging(channels=9999), field="3", spw="0", correlation="YY")
    tb = table()
    tb.open(here)
    rows = tb.query("FIELD_ID==3 && DATA_DESC_ID==0")
    data, flag = rows.getcol("CORRECTED_DATA")[1], rows.getcol("FLAG")[1]
    rows.close()
    tb.close()
    assert flag[:2].all(), "step 10 flagged the edge channels"
    assert not flag[2:30].all()
    expected = np.ma.array(data, mask=flag).mean(axis=0).compressed().real
    assert sorted(found["real"]) == pytest.approx(sorted(expected), rel=1e-5)


def test_averaging_in_time_gives_one_point_a_scan(here: str) -> None:
    from cal_upgrade.run.plots.visibilities import Averaging

    one = {"field": "3", "spw": "0", "antenna": "DV08&DV11", "correlation": "XX"}
    how = Averaging(channels=9999, seconds=1e8)
    found = points(
        here, ("time", "scan"), "corrected", how, field="3", spw="0", antenna="DV08&DV11", correlation="XX"
    )
    assert sorted(found["scan"]) == [4, 6]
    joined = Averaging(channels=9999, seconds=1e8, scans=True)
    found = points(here, ("time",), "corrected", joined, **one)
    assert len(found["time"]) == 1


def test_vector_and_scalar_averages_differ_where_phases_do(here: str) -> None:
    from cal_upgrade.run.plots.visibilities import Averaging

    selected = {"field": "0", "spw": "0", "scan": "1"}
    vector = points(here, ("amp",), "data", Averaging(baselines=True), **selected)["amp"]
    scalar = points(here, ("amp",), "data", Averaging(baselines=True, scalar=True), **selected)["amp"]
    assert vector.mean() < 0.5 * scalar.mean(), "raw phases of 120 baselines point everywhere"


def test_selections_are_casa_s_own(here: str) -> None:
    found = points(here, ("channel", "spw", "antenna1", "antenna2"), spw="1:4~9", antenna="DV08&*", scan="1")
    assert set(found["channel"]) == set(range(4, 10))
    assert set(found["spw"]) == {1}
    assert set(np.where(found["antenna1"] == 11, 11, found["antenna2"])) == {11}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"xaxis": "elevation"}, "elevation"),
        ({"field": "17"}, "field"),
        ({"ydatacolumn": "float"}, "float"),
        ({"avgchannel": "all"}, "all"),
        ({"plotfile": "x.docx"}, "docx"),
        ({"plotfile": "nowhere/x.png"}, "nowhere"),
    ],
)
def test_what_it_can_t_draw_it_says_and_goes_on(
    here: str, given: dict[str, str], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    from cal_upgrade.run.plots.plotms import plotms

    with caplog.at_level(logging.WARNING, "cal_upgrade.run"):
        assert not plotms(**{"vis": here, "plotfile": "never.png"} | given)
    assert said in caplog.text
    assert not Path("never.png").exists()


def test_a_picture_that_is_there_stays_unless_overwrite_is_set(here: str, caplog: pytest.LogCaptureFixture) -> None:
    from cal_upgrade.run.plots.plotms import plotms

    Path("old.png").write_text("mine")
    assert not plotms(vis=here, field="1", avgchannel="99", plotfile="old.png")
    assert Path("old.png").read_text() == "mine"
    assert "overwrite" in caplog.text
    assert plotms(vis=here, field="1", avgchannel="99", plotfile="old.png", overwrite=True)
    assert picture("old.png").size


def test_unknown_ways_to_tell_apart_are_named_and_left_out(here: str, caplog: pytest.LogCaptureFixture) -> None:
    from cal_upgrade.run.plots.plotms import plotms

    assert plotms(vis=here, field="1", avgchannel="99", coloraxis="observer", plotfile="c.png", overwrite=True)
    assert "observer" in caplog.text


def test_plotcal_draws_a_panel_for_each_antenna(here: str) -> None:
    from cal_upgrade.run.plots.plotms import plotcal

    assert plotcal(caltable=f"{here}.phase_int", xaxis="time", yaxis="phase", iteration="antenna", figfile="g.png")
    assert plotcal(caltable=f"{here}.phase_int", xaxis="time", yaxis="phase", antenna="DV08", figfile="g1.png")
    assert picture("g.png").shape[0] > picture("g1.png").shape[0], "16 panels need more room than one"
    assert has_colour(picture("g.png"), "#d55e00")


def test_plotcal_without_figfile_leaves_a_picture_beside_the_table(here: str) -> None:
    from cal_upgrade.run.plots.plotms import plotcal

    assert plotcal(caltable=f"{here}.bandpass")
    assert Path(f"{here}.bandpass.amp-chan.png").exists()


def test_plotcal_says_which_table_is_missing(here: str, caplog: pytest.LogCaptureFixture) -> None:
    from cal_upgrade.run.plots.plotms import plotcal

    assert not plotcal(caltable="nowhere.gcal", figfile="never.png")
    assert "nowhere.gcal" in caplog.text


def test_solutions_are_the_gains_that_went_in(here: str, calibrated: tuple[Path, Truth]) -> None:
    # a gain of type T is one for both polarisations; the bandpass may take a few per cent
    from cal_upgrade.run.plots import solutions

    truth = calibrated[1]
    found = solutions.read(f"{here}.flux_inf")
    rows = [row for row in range(len(found.values)) if found.field[row] == 2 and found.window[row] == 0]
    for antenna, name in enumerate(truth.antennas):
        here_rows = [row for row in rows if found.antenna[row] == antenna]
        solved = solutions.points(found, here_rows, 0, "amp").mean()
        assert solved == pytest.approx(np.sqrt(np.mean(np.square(truth.gains[antenna]))), rel=0.05), name


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", {0, 1, 2, 3}),
        ("1", {1}),
        ("0~2", {0, 1, 2}),
        ("DV*", {1, 2}),
        ("DA41,3", {0, 3}),
        ("2:4~9", {2}),
        ("9", set()),
    ],
)
def test_names_and_numbers_choose(expression: str, expected: set[int]) -> None:
    from cal_upgrade.run.plots.solutions import chosen

    assert chosen(expression, ["DA41", "DV02", "DV08", "PM01"]) == expected

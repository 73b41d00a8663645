"""The simulated observation looks as delivered data do, and a right calibration gives its truth back."""

from __future__ import annotations

from pathlib import Path

import by_hand
import numpy as np
import pytest

from cal_upgrade.run.simulate import INNER_ANTENNAS, REFERENCE_ANTENNA, Truth, read_truth, simulate


def test_it_has_what_a_delivered_measurement_set_has(pristine: tuple[Path, Truth]) -> None:
    from casatools import table

    folder, truth = pristine
    assert truth.vis == "uid___A002_X554543_X207.ms.split"
    tb = table()
    tb.open(str(folder / truth.vis))
    columns, keywords = tb.colnames(), tb.keywordnames()
    scan, field, window = (tb.getcol(name) for name in ("SCAN_NUMBER", "FIELD_ID", "DATA_DESC_ID"))
    tb.close()
    assert "DATA" in columns
    assert not {"MODEL_DATA", "CORRECTED_DATA"} & set(columns)
    assert "SOURCE" in keywords
    assert [int(field[scan == number][0]) for number in sorted(set(scan))] == [0, 1, 2, 3, 2, 3, 2]
    assert all(set(window[scan == number]) == {0, 1} for number in set(scan))
    tb.open(str(folder / truth.vis / "POINTING"))
    assert tb.nrows() > 0
    tb.close()
    tb.open(str(folder / truth.vis / "SOURCE"))
    assert "SOURCE_MODEL" not in tb.colnames(), "no model may be left from making it"
    tb.close()
    assert set(INNER_ANTENNAS) < set(truth.antennas)
    assert by_hand.REFERENCE == REFERENCE_ANTENNA in INNER_ANTENNAS
    assert ",".join(INNER_ANTENNAS) == by_hand.INNER


def test_intents_stand_where_listobs_finds_them(pristine: tuple[Path, Truth]) -> None:
    from casatools import msmetadata

    folder, truth = pristine
    msmd = msmetadata()
    msmd.open(str(folder / truth.vis))
    found = {
        name: msmd.fieldsforintent(f"{name}*", True).tolist() for name in ("CALIBRATE_BANDPASS", "OBSERVE_TARGET")
    }
    antennas = msmd.antennanames()
    msmd.close()
    assert found == {"CALIBRATE_BANDPASS": ["3c279"], "OBSERVE_TARGET": ["TW Hya"]}
    assert tuple(antennas) == truth.antennas


def test_the_same_seed_gives_the_same_data(pristine: tuple[Path, Truth], tmp_path: Path) -> None:
    from casatools import table

    folder, truth = pristine
    again = simulate(tmp_path, uid="uid___A002_X1_X2")
    assert again.gains == truth.gains
    assert read_truth(tmp_path / "uid___A002_X1_X2.ms.split.truth.json") == again
    tb = table()
    data = []
    for vis in (folder / truth.vis, tmp_path / again.vis):
        tb.open(str(vis))
        data.append(tb.getcol("DATA"))
        tb.close()
    assert np.array_equal(*data)


@pytest.mark.parametrize("resolved", [False, True], ids=["plain", "resolved"])
def test_calibration_by_hand_gives_the_truth_back(observation: tuple[Path, Truth], resolved: bool) -> None:
    _, truth = observation
    by_hand.calibrate(truth.vis, resolved=resolved)
    found = by_hand.fluxes(f"{truth.vis}.cal")
    for name in ("J1037-295", "TW Hya"):
        for window, flux in enumerate(truth.flux(name)):
            assert found[name][str(window)] == pytest.approx(flux, rel=0.005), f"{name}, window {window}"


def test_uncalibrated_data_do_not_show_the_truth(pristine: tuple[Path, Truth]) -> None:
    folder, truth = pristine
    raw = by_hand.fluxes(str(folder / truth.vis))
    assert abs(raw["TW Hya"]["0"]) < 0.1 * truth.flux("TW Hya")[0]

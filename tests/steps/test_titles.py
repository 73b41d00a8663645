"""Which titles mean a standard step, and which only look like one."""

import pytest

from cal_upgrade.steps.titles import Known, known


@pytest.mark.parametrize(
    ("title", "step"),
    [
        ("listobs", Known.LISTOBS),
        ("Listobs", Known.LISTOBS),
        ("Listobs, clear pointing table, and save original flags", Known.START),
        ("Listobs, clear pointing table and initial flagging", Known.START),
        ("Apriori flagging", Known.APRIORI_FLAGS),
        ("A priori flagging (again)", Known.APRIORI_FLAGS),
        ("Generation of the TSYS cal table", Known.TSYS),
        ("Application of the WVR and Tsys cal tables", Known.APRIORI),
        ("Save flags before applycal cal", Known.SAVE_APPLYCAL),
        ("Save flags before applycal", Known.SAVE_APPLYCAL),
        ("Aplication of the bandpas and gain cal tables", Known.APPLICATION),
        ("Step 13: Gain calibration", Known.GAIN),
    ],
)
def test_known(title, step):
    assert known(title) is step


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Bandpass",
        "Listobs of the calibrated data",
        "Save flags before",
        "Save flags after applycal",
        "Restore flags before applycal",
        "Application of the",
        "Generation of the delay cal table",
        "Generate WVR cal tables",
        "Self-calibration",
        "Imaging",
    ],
)
def test_unknown(title):
    assert known(title) is None

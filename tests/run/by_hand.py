"""Steps 9 to 18 of a 4.2 script as a person would write them for casatasks, in Python 3.

What the runner makes of a converted script is compared with this, table by table and visibility by visibility.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np

REFERENCE = "DV08"
INNER = "DA41,DA43,DV02,DV05,DV08,DV11,DV16,PM03"
EDGES = {32: "0~1;30~31", 64: "0~3;60~63"}
MIDDLE = {32: "12~20", 64: "24~40"}


def calibrate(vis: str, windows: int = 2, channels: int = 32, resolved: bool = False) -> None:
    """Calibrate `vis` in the current directory; the result is `vis`.cal."""
    prepare(vis, windows, channels)
    spectral_response(vis, windows, channels)
    gains = resolved_gains if resolved else plain_gains
    gains(vis)
    phases(vis, "phase_inf", "inf")
    apply_and_split(vis)


def prepare(vis: str, windows: int, channels: int) -> None:
    from casatasks import flagdata, flagmanager, listobs, setjy
    from casatools import table

    listobs(vis=vis, listfile=f"{vis}.listobs", overwrite=True)
    tb = table()
    tb.open(f"{vis}/POINTING", nomodify=False)
    tb.removerows(np.arange(tb.nrows()))
    tb.close()
    flagmanager(vis=vis, mode="save", versionname="Original")
    flagdata(vis=vis, mode="shadow", flagbackup=False)
    edges = ",".join(f"{k}:{EDGES[channels]}" for k in range(windows))
    flagdata(vis=vis, mode="manual", spw=edges, flagbackup=False)
    setjy(vis=vis, field="1", spw=",".join(map(str, range(windows))), standard="Butler-JPL-Horizons 2012",
          scalebychan=False, usescratch=True)  # fmt: skip
    flagmanager(vis=vis, mode="save", versionname="BeforeBandpassCalibration")


def spectral_response(vis: str, windows: int, channels: int) -> None:
    from casatasks import bandpass, flagmanager, gaincal

    fresh(f"{vis}.ap_pre_bandpass")
    gaincal(vis=vis, caltable=f"{vis}.ap_pre_bandpass", field="0",
            spw=",".join(f"{k}:{MIDDLE[channels]}" for k in range(windows)),
            solint="int", refant=REFERENCE, calmode="ap")  # fmt: skip
    fresh(f"{vis}.bandpass")
    bandpass(vis=vis, caltable=f"{vis}.bandpass", field="0", solint="inf", combine="scan", refant=REFERENCE,
             solnorm=True, bandtype="B", gaintable=[f"{vis}.ap_pre_bandpass"])  # fmt: skip
    flagmanager(vis=vis, mode="save", versionname="BeforeGainCalibration")


def phases(vis: str, name: str, solint: str, antenna: str = "") -> None:
    from casatasks import gaincal

    fresh(f"{vis}.{name}")
    gaincal(vis=vis, caltable=f"{vis}.{name}", field="0~2", antenna=antenna, solint=solint, refant=REFERENCE,
            gaintype="G", calmode="p", gaintable=[f"{vis}.bandpass"])  # fmt: skip


def amplitudes(vis: str, name: str, phase: str, antenna: str = "") -> None:
    from casatasks import gaincal

    fresh(f"{vis}.{name}")
    gaincal(vis=vis, caltable=f"{vis}.{name}", field="0~2", antenna=antenna, solint="inf", refant=REFERENCE,
            gaintype="T", calmode="ap", gaintable=[f"{vis}.bandpass", f"{vis}.{phase}"])  # fmt: skip


def plain_gains(vis: str) -> None:
    from casatasks import fluxscale

    phases(vis, "phase_int", "int")
    amplitudes(vis, "ampli_inf", "phase_int")
    fresh(f"{vis}.flux_inf")
    fluxscale(vis=vis, caltable=f"{vis}.ampli_inf", fluxtable=f"{vis}.flux_inf", reference="1")


def resolved_gains(vis: str) -> None:
    """Titan's flux goes to the phase calibrator over the short baselines alone."""
    from casatasks import casalog, delmod, fluxscale, setjy

    delmod(vis=vis, field="J1037-295")
    phases(vis, "phase_short_int", "int", f"{INNER}&")
    amplitudes(vis, "ampli_short_inf", "phase_short_int", f"{INNER}&")
    fresh(f"{vis}.flux_short_inf")
    log = Path(f"{vis}.fluxscale")
    log.unlink(missing_ok=True)
    before = casalog.logfile()
    casalog.setlogfile(str(log))
    fluxscale(vis=vis, caltable=f"{vis}.ampli_short_inf", fluxtable=f"{vis}.flux_short_inf", reference="1")
    casalog.setlogfile(before)
    lines = re.findall(r"Flux density for J1037-295 in SpW=(\d+) \(.*?\) is: ([\d.]+)", log.read_text())
    for spw, flux in lines:
        setjy(vis=vis, field="J1037-295", spw=spw, standard="manual", fluxdensity=[float(flux), 0, 0, 0],
              usescratch=False)  # fmt: skip
    phases(vis, "phase_int", "int")
    amplitudes(vis, "flux_inf", "phase_int")


def apply_and_split(vis: str) -> None:
    from casatasks import applycal, flagmanager, split

    flagmanager(vis=vis, mode="save", versionname="BeforeApplycal")
    for i in ["0", "1"]:
        applycal(vis=vis, field=i, gaintable=[f"{vis}.bandpass", f"{vis}.phase_int", f"{vis}.flux_inf"],
                 gainfield=["", i, i], interp=["linear,linear"], calwt=False, flagbackup=False)  # fmt: skip
    applycal(vis=vis, field="2,3", gaintable=[f"{vis}.bandpass", f"{vis}.phase_inf", f"{vis}.flux_inf"],
             gainfield=["", "2", "2"], interp=["linear,linear"], calwt=False, flagbackup=False)  # fmt: skip
    fresh(f"{vis}.cal")
    split(vis=vis, outputvis=f"{vis}.cal", datacolumn="corrected", keepflags=True)


def fluxes(vis: str) -> dict[str, dict[str, float]]:
    """Mean of the real part of unflagged visibilities (Jy), by field and window: the flux of a point source."""
    from casatools import table

    tb = table()
    tb.open(f"{vis}/FIELD")
    names = list(tb.getcol("NAME"))
    tb.close()
    found: dict[str, dict[str, float]] = {name: {} for name in names}
    tb.open(vis)
    for window in sorted(set(tb.getcol("DATA_DESC_ID").tolist())):
        for number, name in enumerate(names):
            rows = tb.query(f"DATA_DESC_ID=={window} && FIELD_ID=={number} && !FLAG_ROW")
            data, flag = rows.getcol("DATA"), rows.getcol("FLAG")
            rows.close()
            found[name][str(window)] = float(np.mean(data[~flag].real))
    tb.close()
    return found


def fresh(name: str) -> None:
    shutil.rmtree(name, ignore_errors=True)

"""A real observation from 3.4 script to image, beside what CASA's own 4.2 regression expects of it.

Converts and runs `fixtures/ngc5921_3.4.py`, then images the galaxy as the regression does, so far as CASA 6 can
(its imager is another one), and prints the table that stands in docs/evidence.md. Takes about a minute.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from cal_upgrade.cli.convert import main as convert
from cal_upgrade.run import execfile
from cal_upgrade.run.start import start

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "ngc5921_3.4.py"

EXPECTED = {
    "Flux density of 1445+099 (Jy)": 2.48576,
    "Greatest amplitude, 1445+099 (Jy)": 34.0338668823,
    "Greatest amplitude, galaxy less continuum (Jy)": 46.2060050964,
    "Image, maximum (Jy/beam)": 0.052414759993553162,
    "Image, rms (Jy/beam)": 0.0020064469,
    "Moment 0, maximum (Jy/beam km/s)": 1.4868,
    "Moment 1, mean (km/s)": 1486.8473,
}
"""From gcwrap/python/scripts/regressions/ngc5921_regression.py of CASA 4.2.0; the flux from its notes."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where to work (default: a folder that goes away)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        start(folder / "casa.log")
        calibrate(folder)
        print(table(measure(folder)))


def calibrate(folder: Path) -> None:
    """Convert the script into `folder` and run it there."""
    import casadata

    fits = folder / "NGC5921.fits"
    if not fits.exists():
        fits.symlink_to(Path(casadata.datapath) / "demo" / "NGC5921.fits")
    convert([str(FIXTURE), "-o", str(folder / "ngc5921_4.2.py"), "--force"])
    os.chdir(folder)
    execfile("ngc5921_4.2.py", {})


def measure(folder: Path) -> dict[str, float]:
    """Subtract the continuum, image, and give the numbers that `EXPECTED` names."""
    from casatasks import fluxscale, immoments, imstat, tclean, uvcontsub_old

    scaled = fluxscale(
        vis="ngc5921.ms", caltable="ngc5921.gcal", fluxtable="again", reference="1331*", transfer="1445*"
    )
    uvcontsub_old(vis="ngc5921.ms", field="N5921*", fitspw="0:4~6;50~59", spw="0", solint="int", fitorder=0)
    # clean counted niter by plane, and did not blank an image where the primary beam is weak
    tclean(vis="ngc5921.ms.contsub", imagename="cube", field="0", specmode="cube", nchan=46, start=5, width=1,
           imsize=[256, 256], cell=["15arcsec", "15arcsec"], niter=6000 * 46, threshold="8.0mJy", gain=0.1,
           deconvolver="clark", weighting="briggs", robust=0.5, interpolation="nearest",
           perchanweightdensity=False, pblimit=-0.2)  # fmt: skip
    immoments("cube.image", moments=[0, 1], excludepix=[-100, 0.009], outfile="moment")
    cube = imstat("cube.image")
    found = [
        scaled["1"]["0"]["fluxd"][0],
        greatest_amplitude(folder / "ngc5921.1445.ms"),
        greatest_amplitude(folder / "ngc5921.ms.contsub"),
        cube["max"][0],
        cube["rms"][0],
        imstat("moment.integrated")["max"][0],
        imstat("moment.weighted_coord")["mean"][0],
    ]
    return dict(zip(EXPECTED, map(float, found), strict=True))


def greatest_amplitude(vis: Path) -> float:
    from casatools import ms as mstool

    ms = mstool()
    ms.open(str(vis))
    try:
        return float(max(ms.range(["amplitude"])["amplitude"]))
    finally:
        ms.done()


def table(found: dict[str, float]) -> str:
    """Write expected and found side by side, as a table in Markdown."""
    lines = ["| | expected in 4.2 | found | difference |", "|---|---|---|---|"]
    for name, value in found.items():
        expected = EXPECTED[name]
        lines.append(f"| {name} | {expected:.5g} | {value:.5g} | {value / expected - 1:+.2%} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()

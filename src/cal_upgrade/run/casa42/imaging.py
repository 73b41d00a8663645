"""`clean` of CASA 4.2 done by CASA 6's `tclean`, where the parameters have a counterpart."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

SAME = [
    "vis",
    "field",
    "spw",
    "selectdata",
    "timerange",
    "uvrange",
    "antenna",
    "scan",
    "observation",
    "intent",
    "imagename",
    "imsize",
    "cell",
    "phasecenter",
    "stokes",
    "outframe",
    "veltype",
    "restfreq",
    "interpolation",
    "niter",
    "gain",
    "weighting",
    "robust",
    "npixels",
    "smallscalebias",
    "cyclefactor",
    "facets",
    "wprojplanes",
    "reffreq",
    "nterms",
    "restoringbeam",
]
"""Parameters that `tclean` has under the same name with the same meaning."""

ONLY: dict[str, list[Any]] = {
    "outlierfile": [""],
    "resmooth": [False],
    "gridmode": ["", "widefield"],
    "imagermode": ["", "csclean", "mosaic"],
    "mode": ["mfs", "channel", "velocity", "frequency"],
    "psfmode": ["clark", "hogbom", "clarkstokes"],
    "interactive": [False, 0],
    "innertaper": [["1.0"], "1.0", [], ""],
    "scaletype": ["SAULT", "PBCOR"],
    "chaniter": [False],
    "negcomponent": [-1],
}
"""Values of other parameters that have a counterpart."""


class NoCounterpart(Exception):
    """A value of a parameter of `clean` that `tclean` can't be asked for."""


def clean(**given: Any) -> Any:
    """Image as `clean` did; `given` are all of its parameters. Gives what `tclean` returns.

    Raises NoCounterpart.
    """
    from casatasks import tclean

    result = tclean(**to_tclean(given))
    name = str(given["imagename"])
    ending = ".tt0" if given["nterms"] > 1 else ""
    _instead(f"{name}.flux{ending}", f"{name}.pb{ending}")
    if given["pbcor"]:
        _instead(f"{name}.image{ending}", f"{name}.image{ending}.pbcor")
    return result


def to_tclean(given: dict[str, Any]) -> dict[str, Any]:
    """Give the parameters of `tclean` for all those of `clean` (4.2.2). Raises NoCounterpart."""
    for name, values in ONLY.items():
        if given[name] not in values:
            raise NoCounterpart(f"clean({name}={given[name]!r}) has no counterpart in CASA 6's tclean")
    asked = {name: given[name] for name in SAME if given[name] not in ("", [""], [])}
    asked["specmode"] = "mfs" if given["mode"] == "mfs" else "cube"
    if asked["specmode"] == "cube":
        asked.update(nchan=given["nchan"], start=given["start"], width=given["width"])
    scales = given["multiscale"]
    if given["nterms"] > 1:
        asked.update(deconvolver="mtmfs", scales=scales)
    elif scales not in ([], [0], 0):
        asked.update(deconvolver="multiscale", scales=scales)
    else:
        asked["deconvolver"] = given["psfmode"]
    if given["imagermode"] == "mosaic":
        asked.update(gridder="mosaic", mosweight=given["mosweight"])
    else:
        asked["gridder"] = "wproject" if given["gridmode"] == "widefield" else "standard"
    if given["uvtaper"]:
        asked["uvtaper"] = given["outertaper"]
    threshold = given["threshold"]
    asked["threshold"] = threshold if isinstance(threshold, str) else f"{threshold}mJy"
    asked["mask"] = _mask(given["mask"])
    asked.update(
        cycleniter=given["npercycle"],
        pblimit=given["minpb"],
        pbcor=given["pbcor"],
        # 4.2 always left the model in the measurement set
        savemodel="modelcolumn" if given["usescratch"] else "virtual",
    )
    if given["modelimage"]:
        asked["startmodel"] = given["modelimage"]
    return asked


def _mask(mask: Any) -> Any:
    """Write 4.2's boxes, corners in pixels, as regions."""
    boxes = mask if isinstance(mask, list) and mask and isinstance(mask[0], list) else [mask]
    if all(isinstance(box, list) and len(box) == 4 for box in boxes):
        return "\n".join(f"box[[{a}pix,{b}pix],[{c}pix,{d}pix]]" for a, b, c, d in boxes)
    return mask or ""


def _instead(name: str, by: str) -> None:
    if Path(by).is_dir():
        shutil.rmtree(name, ignore_errors=True)
        shutil.move(by, name)

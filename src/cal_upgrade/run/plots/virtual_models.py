"""Reads the virtual models that setjy leaves when it need not fill MODEL_DATA: flux densities of point sources."""

from __future__ import annotations

PointModels = dict[tuple[int, int], float]
"""Flux density (Jy) by field and spectral window."""


def point_models(vis: str) -> PointModels:
    """Give the flux density (Jy, Stokes I) of each field and window whose model is virtual: points alone.

    They stand in the column SOURCE_MODEL of the table SOURCE, as records `cl_0`, `cl_1`, …; the rows of
    `indexcombination` are field, window, scan, state (CASA's `VisModelData`). They go before MODEL_DATA.
    """
    from casatools import table

    found: PointModels = {}
    tb = table()
    try:
        tb.open(f"{vis}/SOURCE")
    except RuntimeError:  # a measurement set need not have this table
        return found
    try:
        rows = range(tb.nrows()) if "SOURCE_MODEL" in tb.colnames() else ()
        kept = [tb.getcell("SOURCE_MODEL", row) for row in rows if tb.iscelldefined("SOURCE_MODEL", row)]
    finally:
        tb.close()
    lists = [value for record in kept for name, value in record.items() if name.startswith("cl_")]
    for each in lists:
        components = [value for name, value in each["container"].items() if name.startswith("component")]
        if all(component["shape"]["type"] == "Point" for component in components):
            flux = sum(float(component["flux"]["value"][0].real) for component in components)
            found.update({(int(row[0]), int(row[1])): flux for row in each["indexcombination"]})
    return found

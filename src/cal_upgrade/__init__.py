"""Brings ALMA Cycle 0 calibration scripts from CASA 3.4 to CASA 4.2."""

__version__ = "0.1.0"

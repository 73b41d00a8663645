"""Runs the steps of a CASA 4.2 calibration script on today's CASA."""

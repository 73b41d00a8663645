"""Rules: one declared difference between two CASA versions each, kept as data in the folder `rules/`."""

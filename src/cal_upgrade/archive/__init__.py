"""Whole data packages: their scripts found, converted together, and run."""

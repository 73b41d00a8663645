"""Gives a script the names, tasks and tools of CASA 4.2, carried out by CASA 6."""

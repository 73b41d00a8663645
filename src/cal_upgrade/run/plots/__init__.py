"""Draws the plots that a script asks for, and those of the page, without a display."""

"""Writes into task calls as their author would have done: commas, lines, comments, blanks."""

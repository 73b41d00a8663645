"""Runs Python 2 under Python 3 with its old meaning, in memory."""

"""Keeps the state of a run: the journal, the lock, and what was there before each step."""

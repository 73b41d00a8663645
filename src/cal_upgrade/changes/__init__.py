"""The vocabulary of change: what may be done to a call or a script, edits with their reasons, and stages."""

"""Reads a script: bytes to text, text to a syntax tree of Python 2, and back byte for byte."""

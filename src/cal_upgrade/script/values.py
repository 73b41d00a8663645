"""Python 2 values as a script's text shows them."""

from __future__ import annotations

import ast
import re
import threading
import warnings
from typing import Final


class Unknown:
    """The type of `UNKNOWN`."""

    def __repr__(self) -> str:
        """Show what it is in test failures."""
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
"""Stands for a value that the text does not show: it is known only when the script runs."""

_ONE_AT_A_TIME = threading.Lock()
_PLAIN = re.compile(r"""'[^'\\\n]*'|"[^"\\\n]*\"""")
_OCTAL = re.compile(r"(?<![\w.])0(?=[0-7]+[lL]?\b)")
_LONG = re.compile(r"(?<![\w.'\"])(0[xX][0-9a-fA-F]+|\d+)[lL]\b")


def literal(text: str) -> object:
    """Give the value of an expression that is a literal, else `UNKNOWN`.

    Knows Python 2's long (`10L`) and octal (`0777`) numbers, and CASA's `T` and `F`.
    """
    if _PLAIN.fullmatch(text):
        return text[1:-1]
    if text in ("T", "F"):
        return text == "T"
    value = _evaluated(text.strip())
    if value is not UNKNOWN or "'" in text or '"' in text or "`" in text:
        return value
    plain = _OCTAL.sub("0o", _LONG.sub(r"\1", text.strip()))
    return _evaluated(re.sub(r"\bT\b", "True", re.sub(r"\bF\b", "False", plain)))


def _evaluated(text: str) -> object:
    """Give the value of a Python 3 literal, else `UNKNOWN`."""
    # Python's parser counts the depth of all threads together and stumbles where two build trees at a time, and
    # from 3.12 it warns of a backslash that Python 2 takes for itself
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            return UNKNOWN

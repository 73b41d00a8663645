"""Python 2 values as a script's text shows them, and operations on them, within bounds.

A script is somebody else's text: what is too large or too deep to be anything that a person wrote for a task is
unknown, so that no text can take time or memory.
"""

from __future__ import annotations

import ast
import re
import threading
import warnings
from collections.abc import Mapping, Sequence
from typing import Final


class Unknown:
    """The type of `UNKNOWN`."""

    def __repr__(self) -> str:
        """Show what it is in test failures."""
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
"""Stands for a value that the text does not show: it is known only when the script runs."""

LONGEST = 10_000
"""The most characters of a text, and parts of a list, that are worked out."""
DEEPEST = 20
"""The most lists in lists."""
_LARGEST = 2**64
"""The largest number that CASA can take, and more."""
_WIDEST = 1_000_000
"""The most characters of a literal that is read."""

_ONE_AT_A_TIME = threading.Lock()
_PLAIN = re.compile(r"""'[^'\\\n]*'|"[^"\\\n]*\"""")
_OCTAL = re.compile(r"(?<![\w.])0(?=[0-7]+[lL]?\b)")
_LONG = re.compile(r"(?<![\w.'\"])(0[xX][0-9a-fA-F]+|\d+)[lL]\b")
_UNICODE_ESCAPE = re.compile(r"\\[uUN]")
_FIELD = re.compile(r"%(?:\(\w*\))?[-#0 +]*(?:\d{1,3})?(?:\.\d{1,3})?[sdifegEGxXoc%]")
_BRACES = re.compile(r"\{(?:\d{0,3}|[A-Za-z_]\w*)(?::[-+<>^ 0#]*\d{0,3}(?:\.\d{1,3})?[sdfegx]?)?\}|\{\{|\}\}")


def literal(text: str) -> object:
    """Give the value of an expression that is a literal, else `UNKNOWN`.

    Knows Python 2's long (`10L`) and octal (`0777`) numbers, and CASA's `T` and `F`.
    """
    if _PLAIN.fullmatch(text):
        return text[1:-1]
    if text in ("T", "F"):
        return text == "T"
    if len(text) > _WIDEST:
        return UNKNOWN
    value = _evaluated(text.strip())
    if value is not UNKNOWN or "'" in text or '"' in text or "`" in text:
        return value
    plain = _OCTAL.sub("0o", _LONG.sub(r"\1", text.strip()))
    return _evaluated(re.sub(r"\bT\b", "True", re.sub(r"\bF\b", "False", plain)))


def bounded(value: object) -> object:
    """Give a value, or `UNKNOWN` if it is larger or deeper than one that is worked out."""
    return value if _size(value, DEEPEST) <= LONGEST else UNKNOWN


def combined(left: object, sign: str, right: object) -> object:
    """Give `left sign right` for `+`, `-`, `*` and `%` as Python 2 does, else `UNKNOWN`."""
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if sign == "%" and isinstance(left, str):
        return _percent(left, right)
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return _number(left, sign, right)
    if sign == "+" and type(left) is type(right) and isinstance(left, (str, list, tuple)):
        return bounded(left + right)  # type: ignore[operator]
    if sign == "*" and isinstance(left, (str, list, tuple)) and isinstance(right, int):
        return bounded(left * right) if _size(left, DEEPEST) * max(right, 0) <= LONGEST else UNKNOWN
    return UNKNOWN


def negative(value: object) -> object:
    """Give `-value`, `UNKNOWN` where it is no number."""
    return -value if isinstance(value, (int, float)) else UNKNOWN


def formatted(pattern: str, positional: Sequence[object], keywords: Mapping[str, object]) -> object:
    """Give `pattern.format(…)` as Python 2.7 does, else `UNKNOWN`."""
    given = [*positional, *keywords.values()]
    if re.search(r"[{}]", _BRACES.sub("", pattern)) or not all(map(_alike_in_text, (pattern, *given))):
        return UNKNOWN
    try:
        return bounded(pattern.format(*positional, **keywords))
    except (IndexError, KeyError, ValueError, AttributeError, TypeError, OverflowError):
        return UNKNOWN


def as_text(value: object) -> object:
    """Give `str(value)` as Python 2 does, else `UNKNOWN`."""
    return str(value) if _alike_in_text(value) else UNKNOWN


def _percent(pattern: str, given: object) -> object:
    shown = given if isinstance(given, tuple) else (given,)
    if "%" in _FIELD.sub("", pattern) or not all(map(_alike_in_text, (pattern, *shown))):
        return UNKNOWN
    try:
        return bounded(pattern % given)
    except (TypeError, ValueError, KeyError, OverflowError):
        return UNKNOWN


def _alike_in_text(value: object) -> bool:
    """Whether a value is written alike by Python 2 and 3: Python 2 counts bytes, and rounds numbers to 12 digits."""
    if isinstance(value, str):
        return value.isascii() and len(value) <= LONGEST
    if isinstance(value, float):
        return str(value) in (f"{value:.12g}", f"{value:.12g}.0")
    return value is None or (isinstance(value, int) and abs(value) <= _LARGEST)


def _number(left: float, sign: str, right: float) -> object:
    if sign not in ("+", "-", "*"):
        return UNKNOWN
    try:
        return bounded(left + right if sign == "+" else left - right if sign == "-" else left * right)
    except OverflowError:
        return UNKNOWN


def _size(value: object, depth: int) -> int:
    """Give the number of parts or characters of a value, more than `LONGEST` if it is too large or too deep."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, int):
        return 1 if abs(value) <= _LARGEST else LONGEST + 1
    if not isinstance(value, (list, tuple, set, dict)):
        return 1
    if depth == 0:
        return LONGEST + 1
    total = 1
    for part in value.items() if isinstance(value, dict) else value:
        total += _size(part, depth - (not isinstance(value, dict)))
        if total > LONGEST:
            break
    return total


def _evaluated(text: str) -> object:
    """Give the value of a Python 3 literal that Python 2 reads alike, else `UNKNOWN`."""
    # Python's parser counts the depth of all threads together and stumbles where two build trees at a time, and
    # from 3.12 it warns of a backslash that Python 2 takes for itself
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            return UNKNOWN
    # a plain text of Python 2 keeps `\u0041` as it stands
    return UNKNOWN if _UNICODE_ESCAPE.search(text) else _plain(value)


def _plain(value: object) -> object:
    """Give a literal's value with Python 2's kinds of text as one, `UNKNOWN` if a number in it is too large."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, complex) or (isinstance(value, int) and abs(value) > _LARGEST):
        return UNKNOWN
    if isinstance(value, (list, tuple, set)):
        parts = [_plain(part) for part in value]
        return UNKNOWN if UNKNOWN in parts else type(value)(parts)
    if isinstance(value, dict):
        pairs = [(_plain(key), _plain(part)) for key, part in value.items()]
        return UNKNOWN if any(UNKNOWN in pair for pair in pairs) else dict(pairs)
    return value

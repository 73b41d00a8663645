"""What Python 2.7 means by its operators, its built-in functions and its modules, for code that Python 3 runs."""

from __future__ import annotations

import builtins
import functools
import importlib
import itertools
import math
import operator
import string as _string
import subprocess
import time as _time
from collections.abc import Callable, Iterable
from numbers import Integral
from types import ModuleType
from typing import IO, Any

_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def divide(a: Any, b: Any) -> Any:
    """Divide: whole numbers, and arrays of them, give whole numbers."""
    return a // b if _whole(a) and _whole(b) else a / b


def _whole(value: Any) -> bool:
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    return kind in "iub" if kind else isinstance(value, Integral)


def cmp(a: Any, b: Any) -> int:
    """Compare any two things: unlike ones by Python 2's order, None, numbers, then the names of the types."""
    try:
        return int(a > b) - int(a < b)
    except TypeError:
        left, right = _rank(a), _rank(b)
        return (left > right) - (left < right)


def _rank(value: Any) -> tuple[int, str]:
    if value is None:
        return 0, ""
    return (1, "") if isinstance(value, (int, float)) else (2, type(value).__name__)


def compare(sign: str, a: Any, b: Any) -> Any:
    """Give `a < b` and the like; also where Python 3 refuses to order two things."""
    try:
        return _COMPARE[sign](a, b)
    except TypeError:
        return _COMPARE[sign](cmp(a, b), 0)


def listed(view: Any) -> Any:
    """Give `d.keys()` as the list that it was; anything but a dictionary's view as it is."""
    return (
        list(view) if isinstance(view, ({}.keys().__class__, {}.values().__class__, {}.items().__class__)) else view
    )


def iterated(owner: Any, old: str, new: str) -> Any:
    """Give `d.iteritems()` of a dictionary, or call what the owner has under that name itself."""
    return getattr(owner, old)() if hasattr(owner, old) else iter(getattr(owner, new)())


def has_key(owner: Any, key: Any) -> Any:
    """Tell whether a dictionary has a key, or ask the owner's own `has_key`."""
    return owner.has_key(key) if hasattr(owner, "has_key") else key in owner


def sort(owner: Any, cmp: Any = None, key: Any = None, reverse: bool = False) -> Any:
    """Sort a list in place, by a comparing function if one is given."""
    if not isinstance(owner, list):
        return owner.sort(cmp)
    owner[:] = sorted(owner, cmp, key, reverse)
    return None


def sorted(iterable: Iterable[Any], cmp: Any = None, key: Any = None, reverse: bool = False) -> list[Any]:
    """Sort, by a comparing function if one is given; unlike things have Python 2's order."""
    order = functools.cmp_to_key(cmp or globals()["cmp"])
    return builtins.sorted(iterable, key=lambda each: order(key(each) if key else each), reverse=reverse)


def map(function: Any, *iterables: Iterable[Any]) -> list[Any]:
    """Map into a list; shorter arguments are filled with None, and no function makes tuples."""
    if len(iterables) == 1:
        return [each if function is None else function(each) for each in iterables[0]]
    rows = itertools.zip_longest(*iterables)
    return [row if function is None else function(*row) for row in rows]


def filter(function: Any, iterable: Any) -> Any:
    """Filter into what was given: a string, a tuple, or a list."""
    kept = [each for each in iterable if (each if function is None else function(each))]
    if isinstance(iterable, str):
        return "".join(kept)
    return tuple(kept) if isinstance(iterable, tuple) else kept


def zip(*iterables: Iterable[Any]) -> list[Any]:
    """Zip into a list."""
    return list(builtins.zip(*iterables, strict=False))


def range(*bounds: int) -> list[int]:
    """Give the numbers as a list."""
    return list(builtins.range(*bounds))


def round(number: float, digits: int = 0) -> float:
    """Round a half away from zero, and always give a float."""
    scale = 10.0**digits
    return math.copysign(math.floor(abs(number) * scale + 0.5) / scale, number)


def apply(function: Callable[..., Any], arguments: Iterable[Any] = (), keywords: Any = None) -> Any:
    """Call a function with a list of arguments."""
    return function(*arguments, **(keywords or {}))


def open(name: str, mode: str = "r", buffering: int = -1) -> IO[Any]:
    """Open a file; any byte is read, as Python 2 did."""
    mode = mode.replace("U", "") or "r"
    mode = mode if mode[0] in "rwax" else f"r{mode}"
    if "b" in mode:
        return builtins.open(name, mode, buffering)  # noqa: PTH123
    line_wise = -1 if buffering == 0 else buffering
    return builtins.open(name, mode, line_wise, encoding="utf-8", errors="surrogateescape")  # noqa: PTH123


def _module(base: ModuleType | None, name: str, **more: Any) -> ModuleType:
    module = ModuleType(name)
    if base is not None:
        module.__dict__.update({key: value for key, value in vars(base).items() if not key.startswith("__")})
    module.__dict__.update(more)
    return module


def _method(name: str) -> Callable[..., Any]:
    return lambda text, *more: getattr(text, name)(*more)


def _string_functions() -> dict[str, Any]:
    names = [
        "capitalize",
        "center",
        "count",
        "expandtabs",
        "find",
        "index",
        "ljust",
        "lower",
        "lstrip",
        "replace",
        "rfind",
        "rindex",
        "rjust",
        "rsplit",
        "rstrip",
        "split",
        "strip",
        "swapcase",
        "translate",
        "upper",
        "zfill",
    ]
    functions: dict[str, Any] = {name: _method(name) for name in names}
    functions["join"] = functions["joinfields"] = lambda words, sep=" ": sep.join(words)
    functions["splitfields"] = functions["split"]
    functions.update(atoi=int, atol=int, atof=float, maketrans=str.maketrans)
    functions.update(
        letters=_string.ascii_letters, lowercase=_string.ascii_lowercase, uppercase=_string.ascii_uppercase
    )
    return functions


MODULES = {
    "string": _module(_string, "string", **_string_functions()),
    "time": _module(_time, "time", clock=_time.process_time),
    "commands": _module(None, "commands", getoutput=subprocess.getoutput, getstatusoutput=subprocess.getstatusoutput),
}
"""Modules of Python 2 that Python 3 has not, or not as they were."""

BUILTINS: dict[str, Any] = {
    "apply": apply,
    "basestring": str,
    "buffer": memoryview,
    "cmp": cmp,
    "file": open,
    "filter": filter,
    "intern": str,
    "long": int,
    "map": map,
    "open": open,
    "range": range,
    "raw_input": builtins.input,
    "reduce": functools.reduce,
    "reload": importlib.reload,
    "round": round,
    "sorted": sorted,
    "StandardError": Exception,
    "unichr": chr,
    "unicode": str,
    "xrange": builtins.range,
    "zip": zip,
}
"""Python 2's built-in names that Python 3 has not, or not as they were."""

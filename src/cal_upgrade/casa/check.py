"""Checks a task call as CASA does before it runs the task.

The rules are those of `stdBaseInterface::checkme` (gcwrap/tools/utils/stdBaseInterface.cc; in 3.4 it lies in
code/xmlcasa/implement/utils), of the conversion of Python values (StdCasa/conversions_python.cc) and of the way the
task XML is read (xerces/stdcasaXMLUtil.cc). They are the same in 4.2.0 and 4.2.2; 3.4.0 differs in one thing: it
takes the beginning of an allowed value for the value. Whether files exist, and units fit, is for CASA to find out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from cal_upgrade.casa.tables import Parameter, Task
from cal_upgrade.text.values import UNKNOWN

What = Literal["unknown", "twice", "many", "missing", "type", "value", "range"]
"""What can be the matter: no such parameter; passed twice; too many positional arguments; a parameter that the call
can't do without; a value of the wrong type; a value that is not allowed; a number out of range."""


class Problem(NamedTuple):
    """Why a CASA release refuses a call: the parameter, what is the matter, and that in a sentence."""

    parameter: str
    what: What
    message: str


class Binding(NamedTuple):
    """Which parameters the positional arguments stand for, in order, and what is wrong with the arguments."""

    parameters: tuple[str, ...]
    problems: list[Problem]


def bind(task: Task, positional: int, keywords: Iterable[str]) -> Binding:
    """Give each of the first arguments its parameter's name, as Python does."""
    names = task.order[:positional]
    problems = []
    if positional > len(task.order):
        message = f"{task.name} takes {len(task.order)} arguments in CASA {task.casa}, {positional} are given"
        problems.append(Problem("", "many", message))
    seen = set(names)
    for keyword in keywords:
        if keyword in seen:
            problems.append(Problem(keyword, "twice", f"{keyword} of {task.name} is given twice"))
        seen.add(keyword)
    return Binding(names, problems)


def problems(task: Task, given: Mapping[str, object], *, complete: bool = False) -> list[Problem]:
    """Say what a CASA release finds wrong with the parameters of a call: nothing if it takes them all.

    Of a value that is `UNKNOWN` only the parameter's name is checked. None counts as not given, as in CASA.
    `complete`: the call has no other parameters, so that what it can't do without must be among them.
    """
    found = []
    for name, value in given.items():
        parameter = task.by_name.get(name)
        if parameter is None:
            found.append(Problem(name, "unknown", f"{task.name} has no parameter {name} in CASA {task.casa}"))
        elif value is not None and value is not UNKNOWN:
            problem = refusal(task, parameter, value)
            if problem is not None:
                found.append(problem)
    if complete:
        for parameter in task.parameters:
            if given.get(parameter.name) is None and _needed(task, parameter, given):
                message = f"{task.name} does nothing without {parameter.name} in CASA {task.casa}"
                found.append(Problem(parameter.name, "missing", message))
    return found


def refusal(task: Task, parameter: Parameter, value: object) -> Problem | None:
    """Say why a CASA release does not take this value; None if it does, or if that can't be told."""
    elements = _elements(value)
    kind = _kind(value, elements)
    if kind is None or not elements or parameter.units:
        # an empty list always passes; a value with units is made a quantity first, which nobody looks at
        return None
    if not accepts(parameter, kind):
        types = parameter.types if parameter.type in _ANY else (parameter.type,)
        wanted = " or ".join(_WORDS.get(one, one) for one in types)
        message = f"{parameter.name}={value!r} of {task.name} is {_WORDS[kind]}, CASA {task.casa} wants {wanted}"
        return Problem(parameter.name, "type", message)
    for one in elements:
        if parameter.allowed is not None and not _allowed(parameter, one, task.casa):
            message = f"{parameter.name}={one!r} of {task.name} is not allowed in CASA {task.casa}"
            return Problem(parameter.name, "value", message)
        if parameter.range is not None and not _within(parameter.range, one):
            message = f"{parameter.name}={one!r} of {task.name} is out of range in CASA {task.casa}"
            return Problem(parameter.name, "range", message)
    return None


def _needed(task: Task, parameter: Parameter, given: Mapping[str, object]) -> bool:
    """Whether CASA would refuse a parameter's own default: so a call has to give it."""
    if not parameter.mustexist and parameter.allowed is None:
        return False
    default = task.default(parameter.name, given)
    if default is UNKNOWN:
        return False
    return (parameter.mustexist and not default) or refusal(task, parameter, default) is not None


def full_values(parameter: Parameter, text: str) -> list[str]:
    """Give the allowed values that CASA 3.4 takes a text for: itself, or all that begin with it."""
    allowed = parameter.allowed or ()
    # where case is ignored CASA makes the text lower case, and leaves the allowed values as they are
    text = text.lower() if parameter.ignore_case else text
    return [text] if text in allowed else [one for one in allowed if text and one.startswith(text)]


_ANY = ("any", "variant")

_TAKES: dict[str, tuple[str, ...]] = {
    "bool": ("bool",),
    "boolean": ("bool",),
    "int": ("int",),
    "double": ("double", "int"),
    "string": ("string",),
    "boolArray": ("boolvec", "bool"),
    "intArray": ("intvec", "int"),
    "doubleArray": ("doublevec", "double", "intvec", "int"),
    "stringArray": ("stringvec", "string"),
}
"""The types of values that a parameter takes, by its own type; a type that is not here takes any."""

_WORDS = {
    "bool": "True or False",
    "boolean": "True or False",
    "int": "an integer",
    "double": "a number",
    "complex": "a complex number",
    "string": "a string",
    "record": "a dictionary",
} | {
    f"{name}{list}": f"a list of {words}"
    for name, words in (
        ("bool", "True or False"),
        ("int", "integers"),
        ("double", "numbers"),
        ("complex", "complex numbers"),
        ("string", "strings"),
    )
    for list in ("vec", "Array")
}

_TYPES: dict[type, str] = {bool: "bool", int: "int", float: "double", complex: "complex", str: "string"}
"""CASA's names for the types of Python values. A list has the type of whichever of its elements comes last here."""

_ORDER = tuple(_TYPES.values())


def _elements(value: object) -> list[object]:
    """Give the elements of a list, lists in it unfolded; a single value is a list of one."""
    if isinstance(value, (list, tuple)):
        return [one for part in value for one in _elements(part)]
    return [value]


def _kind(value: object, elements: list[object]) -> str | None:
    """Give CASA's name for a value's type; None where that is not certain."""
    if isinstance(value, dict):
        return "record"
    kinds = [_TYPES.get(type(one)) for one in elements]
    if None in kinds or not kinds:
        return None
    highest = max(kinds, key=lambda kind: _ORDER.index(kind or ""))
    return f"{highest}vec" if isinstance(value, (list, tuple)) else highest


def accepts(parameter: Parameter, kind: str) -> bool:
    """Whether a parameter takes values of this type."""
    if parameter.type in _ANY:
        # CASA looks for the name anywhere in the list of names: a limit to lists of strings lets strings pass too
        limits = " ".join(parameter.types).replace("Array", "vec")
        also = {"int": "double", "intvec": "doublevec"}.get(kind, kind)
        return not limits or kind in limits or also in limits
    # a parameter whose default is an empty list is not held to its type
    return parameter.default == [] or kind in _TAKES.get(parameter.type, (kind,))


def _allowed(parameter: Parameter, value: object, casa: str) -> bool:
    """Whether a value is one of those allowed."""
    allowed = parameter.allowed or ()
    if isinstance(value, str):
        if casa.startswith("3."):
            return bool(full_values(parameter, value)) or value in allowed
        return (value.lower() if parameter.ignore_case else value) in allowed
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return any(_number(one) == value for one in allowed)
    return True


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _within(limits: tuple[float | None, float | None], value: object) -> bool:
    """Whether a number lies between limits, both included; other values always do."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return True
    least, greatest = limits
    return (least is None or value >= least) and (greatest is None or value <= greatest)

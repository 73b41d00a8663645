"""`gaincurve` and `opacity` of the calibration tasks, calibration tables of their own in 4.2.

CASA 3.4 evaluated both inside of gaincal, bandpass, applycal, polcal and blcal; svn r24604 took the parameters away.
In 4.2 gencal writes each into a table (`caltype='opac'`, `'gc'`), and that goes into `gaintable` like any other, as
in the g192, ngc7538 and listcal regression scripts of CASA 4.2.0.

`gaintable`, `gainfield`, `interp` and `spwmap` go together by their place: the n-th of each belongs together, a
string stands for a list of one, and what is missing takes its default (task_gaincal.py, task_applycal.py of 3.4.0 and
4.2.0). So a table that comes first shifts the others by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count, islice
from typing import NamedTuple

from cal_upgrade.changes.operations import Add, Before, Drop, Operation, Proposal, Set
from cal_upgrade.changes.removal import IMPORT, needs_import, removal
from cal_upgrade.rules.lost_settings import names_in
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.tasks import Unclear
from cal_upgrade.script.calls import CallView
from cal_upgrade.script.order import begins_line, in_one_directory, same_value, surely_ran
from cal_upgrade.text.values import UNKNOWN

PARAMETERS = ("opacity", "gaincurve")
FILLERS = {"gainfield": "''", "interp": "''", "spwmap": "[]"}
"""What stands for a table made by gencal: all its rows, the default interpolation, each window by its own."""

ENDINGS = {"opac": "opac", "gc": "gaincurve"}
"""How the table of a gencal `caltype` is called: the name of the measurement set with this at the end."""


class Table(NamedTuple):
    """A table that a call needs: gencal's `caltype`, the source text of its parameter, and what tells it from others.

    `windows`: how many spectral windows have an opacity of their own; 0 if all have the same.
    """

    caltype: str
    parameter: str
    value: tuple[float, ...]
    windows: int


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> list[Proposal]:
    """Take the parameters away where they do nothing; else put gencal ahead and its table first in `gaintable`."""
    given = [name for name in PARAMETERS if name in call.values]
    if not given:
        return []
    told = Proposal(rule.id, rule.kind, rule.why, handled=PARAMETERS)
    try:
        tables = _tables(call)
        names = _named(call, tables, earlier)
        operations = [*_shifted(call, names), *(Drop(name) for name in given)]
        ran = [other for other in earlier if surely_ran(other, call) and same_value("vis", other, call)]
        ran = [other for other in ran if begins_line(other) and in_one_directory(other, call)]
        statements = [
            Before(_gencal(call, table, name))
            for table, name in zip(tables, names, strict=True)
            if not any(table in _made(other) for other in ran)
        ]
        if any(needs_import(one.statement, _text(call)) for one in statements) and not any(map(_made, ran)):
            statements.insert(0, Before(IMPORT))
    except Unclear as unclear:
        shown = ", ".join(f"{name}={call.texts.get(name, '…')}" for name in given)
        gone = f"{call.task} has no {' and no '.join(given)} in 4.2"
        message = f"{gone}, and {shown} can't be turned into a table: {unclear}"
        hint = (
            "Where it is False or 0, drop it. Else make a table (gencal, caltype='opac' or 'gc'), put it first in "
            "gaintable, and shift gainfield, interp and spwmap by one."
        )
        return [told._replace(message=message, hint=hint)]
    # the table that a name's value goes into is made ahead of this call or of an earlier one
    keeps = tuple("opacity" for table in tables if names_in(table.parameter))
    proposals = [told._replace(operations=(*statements, *operations), keeps=keeps)]
    proposals += [_windows(told, call, table) for table in tables if table.windows > 1]
    return proposals


def _windows(told: Proposal, call: CallView, table: Table) -> Proposal:
    """Tell a person of opacities by window: 3.4 took the last one for all further windows, gencal takes none."""
    return told._replace(
        message=f"opacity of {call.task} gives {table.windows} spectral windows a value each; 3.4 took the last one "
        f"for all further windows, the table made by gencal has 0 there",
        hint="See that spw and parameter of the gencal call name every spectral window of the data.",
    )


def _tables(call: CallView) -> list[Table]:
    """Give the tables that stand for what a call of 3.4 says. Raises Unclear."""
    tables = []
    for name in PARAMETERS:
        value = call.values.get(name)
        if value is UNKNOWN:
            raise Unclear("the value is not in the text")
        if name in call.values and name not in call.texts:
            raise Unclear(f"{name} comes in from a dictionary, line {call.from_dictionary.get(name, '?')}")
        numbers = _numbers(value)
        if numbers is None:
            raise Unclear("it is no number")
        if sum(numbers) <= 0:
            continue
        if name == "gaincurve":
            tables.append(Table("gc", "", (), 0))
        elif len(set(numbers)) == 1:
            text = call.texts[name] if not isinstance(value, (list, tuple)) else repr(numbers[0])
            tables.append(Table("opac", f"[{text}]", numbers[:1], 0))
        else:
            tables.append(Table("opac", repr(list(numbers)), numbers, len(numbers)))
    return tables


def _numbers(value: object) -> tuple[float, ...] | None:
    """Give a value as numbers, as CASA does: nothing is none, True is 1."""
    if value is None or value == "":
        return ()
    given = value if isinstance(value, (list, tuple)) else [value]
    if any(not isinstance(one, (bool, int, float)) for one in given):
        return None
    return tuple(one if isinstance(one, (int, float)) else 0 for one in given)


def _named(call: CallView, tables: Sequence[Table], earlier: Sequence[CallView]) -> list[str]:
    """Name the tables, as source text: `<vis without .ms>.opac`, `.opac2` for another value. Raises Unclear."""
    if not tables:
        return []
    if "vis" not in call.texts:
        raise Unclear("the text does not show vis")
    before = [table for other in earlier if _same_vis(other, call) for table in _made(other)]
    names = []
    for table in tables:
        alike: list[Table] = []
        for one in [*before, table]:
            if one.caltype == table.caltype and one not in alike:
                alike.append(one)
        names.append(next(islice(_free_names(call, table.caltype), alike.index(table), None)))
    return names


def _free_names(call: CallView, caltype: str) -> Iterator[str]:
    """Give names for tables which the script does not hold: a table of the script's own is never removed."""
    text, known = _text(call).translate(None, b" \t"), call.values.get("vis")
    for number in count(1):
        name, end = _table_name(call, caltype, number), _ending(caltype, number)
        whole = f"{known.rstrip('/')}{end}" if isinstance(known, str) else name[1:-1]
        forms = [name, *(f"{quote}{one}{quote}" for quote in "'\"" for one in (whole, name[1:-1]))]
        if not any(form.replace(" ", "").encode() in text for form in forms):
            yield name


def _text(call: CallView) -> bytes:
    """Give the text of the whole script that a call stands in."""
    top = call.node
    while top is not None and top.parent is not None:
        top = top.parent
    return b"" if top is None else top.text or b""


def _table_name(call: CallView, caltype: str, number: int) -> str:
    vis, known = call.texts["vis"], call.values.get("vis")
    ending = _ending(caltype, number)
    plain = re.fullmatch(r"(['\"])([^'\"\\\n]*)\1", vis)
    if plain is not None:
        return f"{plain[1]}{plain[2].rstrip('/').removesuffix('.ms')}{ending}{plain[1]}"
    front = vis if re.fullmatch(r"[\w.]+|[\w.]+\[\w+\]", vis) else f"({vis})"
    # a table inside of the measurement set would be taken for a part of it
    if isinstance(known, str) and known.endswith("/"):
        front += ".rstrip('/')"
    return f"{front}+'{ending}'"


def _ending(caltype: str, number: int) -> str:
    return f".{ENDINGS[caltype]}{'' if number == 1 else number}"


def _same_vis(one: CallView, other: CallView) -> bool:
    return one.texts.get("vis") == other.texts.get("vis")


def _made(call: CallView) -> list[Table]:
    """Give the tables that were made ahead of another call: none if that call could not be rewritten."""
    if not any(name in call.values for name in PARAMETERS):
        return []
    try:
        tables = _tables(call)
        list(_shifted(call, ["''"] * len(tables)))
    except Unclear:
        return []
    return tables


def _gencal(call: CallView, table: Table, name: str) -> str:
    """Write the statements that make a table: gencal adds to a table of that name, so it is removed first."""
    equals = " = " if call.node is not None and re.search(rb"\w = ", call.node.text or b"") else "="
    arguments = [("vis", call.texts["vis"]), ("caltable", name), ("caltype", f"'{table.caltype}'")]
    if table.windows > 1:
        arguments.append(("spw", repr(",".join(str(window) for window in range(table.windows)))))
    if table.parameter:
        arguments.append(("parameter", table.parameter))
    return f"{removal(name)}\ngencal({', '.join(equals.join(argument) for argument in arguments)})"


def _shifted(call: CallView, names: Sequence[str]) -> Iterator[Operation]:
    """Put tables first in `gaintable`, and shift what belongs to the others. Raises Unclear."""
    if not names:
        return
    text, value = call.texts.get("gaintable"), call.values.get("gaintable")
    if _empty(value):
        written = f"[{', '.join(names)}]"
        yield Add("gaintable", written) if text is None else Set("gaintable", written)
    else:
        yield Set("gaintable", _ahead("gaintable", text, value, names))
    for name, filler in FILLERS.items():
        if not _empty(call.values.get(name)):
            yield Set(name, _ahead(name, call.texts.get(name), call.values[name], [filler] * len(names)))


def _empty(value: object) -> bool:
    return value is None or value in ("", [], (), [""], ("",), [[]])


def _is_string(text: str) -> bool:
    """Whether an expression is a string for certain: a string literal is one of its terms (`name + '.gcal'`)."""
    outside = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", text)
    return re.search(r"['\"]", outside) is not None and re.search(r"[+%]", outside) is not None


def _ahead(name: str, text: str | None, value: object, new: Sequence[str]) -> str:
    """Write the source of a list with new elements ahead of what a text stands for. Raises Unclear."""
    if text is None:
        raise Unclear(f"{name} comes in from a dictionary")
    front = ", ".join(new)
    shown = text.startswith("[") and text.endswith("]") and not re.search(r"\bfor\b", text)
    if name == "spwmap":
        nested = re.search(r"^\[\s*\[|,\s*\[", text) is not None
        if isinstance(value, (list, tuple)):
            nested = nested or any(isinstance(one, (list, tuple)) for one in value)
        elif isinstance(value, int):
            return f"[{front}, [{text}]]"
        elif not (shown and nested):
            raise Unclear("the text does not show whether spwmap is for one table or for several")
        if not nested:
            return f"[{front}, {text}]"
    if shown:
        line = re.match(r"\s*\n\s*", text[1:])
        between = line.group() if line is not None else ""
        return f"[{between}{front},{between or ' '}{text[1 + len(between) :]}"
    if isinstance(value, str) or (value is UNKNOWN and _is_string(text)):
        return f"[{front}, {text}]"
    if isinstance(value, list):
        return f"[{front}]+{text}"
    if isinstance(value, tuple):
        return f"[{front}]+list({text})"
    raise Unclear(f"the text does not show whether {name} is one or a list: {text}")

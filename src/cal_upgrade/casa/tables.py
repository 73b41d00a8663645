"""The interfaces of CASA's tasks, release by release: what parameters a task has, and what it does without them.

The tables (`rules/interfaces/casa-*.json`) were read from the task XML of each release; their first lines name the
commit of `radio-astro/casa` on GitHub. A table is decoded task by task, when a task is asked for: a script uses few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Literal

import msgspec

from cal_upgrade.files import rules_folder
from cal_upgrade.text.values import UNKNOWN


class Parameter(msgspec.Struct, frozen=True):
    """One parameter of a task, in CASA's own words.

    `types` are those an `any` is limited to. `allowed`: the only values; `ignore_case`: whatever their case.
    `range`: the least and the greatest number, None for no limit. `units`: what a number without units is taken for.
    `mustexist`: names files that have to exist. `sub`: shown only with certain values of another parameter.
    """

    name: str
    type: str
    default: object = None
    types: tuple[str, ...] = ()
    allowed: tuple[str, ...] | None = None
    ignore_case: bool = False
    range: tuple[float | None, float | None] | None = None
    units: str = ""
    mustexist: bool = False
    sub: bool = False
    visibility: str = ""


class When(msgspec.Struct, frozen=True):
    """Other defaults for some parameters, while `parameter` is (`==`) or is not (`!=`) `value`."""

    parameter: str
    op: Literal["==", "!="]
    value: object
    defaults: dict[str, object]


ASYNC = Parameter("async", "any", None)
"""What every task takes as its last parameter, and nobody checks (casa2pycli.xsl, all releases)."""


class Task(msgspec.Struct, frozen=True, eq=False, dict=True):
    """One task in one CASA release, its parameters in the order in which a call may pass them by position.

    `returns`: what it gives back, in CASA's words; "" where its table does not say.
    """

    name: str
    casa: str
    parameters: tuple[Parameter, ...]
    when: tuple[When, ...] = ()
    returns: str = ""

    @cached_property
    def by_name(self) -> dict[str, Parameter]:
        """Give each parameter by its name, in order, `async` last."""
        return {parameter.name: parameter for parameter in (*self.parameters, ASYNC)}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Give the names of the parameters in order, `async` last."""
        return tuple(self.by_name)

    @cached_property
    def conditions(self) -> dict[str, list[When]]:
        """Give the conditional defaults of each parameter that has some, in order: the last that holds counts."""
        found: dict[str, list[When]] = {}
        for when in self.when:
            for name in when.defaults:
                found.setdefault(name, []).append(when)
        return found

    def default(self, parameter: str, given: Mapping[str, object], assigned: bool = False) -> object:
        """Give the value that a parameter takes when the call doesn't give it; `UNKNOWN` if that can't be told.

        In a call with arguments CASA looks at the other parameters as they were passed, None for those that were not
        (`itsdefault` in casa2pycli.xsl, 3.4.0 to 4.2.2): so a condition with `==` counts only if its parameter is
        given, one with `!=` also if it is not. Without arguments (`assigned`) it looks at what they are set to.
        """
        value = self.by_name[parameter].default
        for when in self.conditions.get(parameter, ()):
            if when.defaults[parameter] != value:
                other = given.get(when.parameter)
                if other is None and assigned:
                    other = self.by_name[when.parameter].default
                if other is UNKNOWN:
                    return UNKNOWN
                if (other == when.value) is (when.op == "=="):
                    value = when.defaults[parameter]
        return value

    def in_use(self, parameter: str, given: Mapping[str, object]) -> bool:
        """Whether a parameter plays a part: a `sub` one does only with certain values of others.

        True where the text does not show those values.
        """
        conditions = self.conditions.get(parameter)
        if conditions is None or not self.by_name[parameter].sub:
            return True
        for when in conditions:
            value = given.get(when.parameter)
            if value is None:
                value = self.by_name[when.parameter].default
            if value is UNKNOWN or (value == when.value) is (when.op == "=="):
                return True
        return False


class _Task(msgspec.Struct):
    """A task as it stands in a table."""

    parameters: tuple[Parameter, ...]
    when: tuple[When, ...] = ()
    returns: str = ""


class _Table(msgspec.Struct):
    """A whole table, its tasks left as they are; `aliases` are further names of some (ui.cmake of each release)."""

    casa: str
    tasks: dict[str, msgspec.Raw]
    aliases: dict[str, str] = {}


_TABLE = msgspec.json.Decoder(_Table)
_TASK = msgspec.json.Decoder(_Task)


class Interface(Mapping[str, Task]):
    """All tasks of one CASA release by name."""

    def __init__(self, casa: str, tasks: Mapping[str, msgspec.Raw]) -> None:
        """Take the tasks as JSON; each is decoded when it is first asked for."""
        self.casa = casa
        self._raw = tasks
        self._decoded: dict[str, Task] = {}

    def __getitem__(self, name: str) -> Task:
        """Give a task. Raises KeyError if this release has no such task."""
        if name not in self._decoded:
            read = _TASK.decode(self._raw[name])
            self._decoded[name] = Task(name, self.casa, read.parameters, read.when, read.returns.replace("void", ""))
        return self._decoded[name]

    def __contains__(self, name: object) -> bool:
        """Whether this release has a task of that name."""
        return name in self._raw

    def __iter__(self) -> Iterator[str]:
        """Give the names of the tasks."""
        return iter(self._raw)

    def __len__(self) -> int:
        """Give the number of tasks."""
        return len(self._raw)


@cache
def load(casa: str) -> Interface:
    """Read the interface of a CASA release, such as `3.4.0`.

    Raises FileNotFoundError if there is no table for it.
    """
    table = _TABLE.decode((rules_folder() / "interfaces" / f"casa-{casa}.json").read_bytes())
    return Interface(table.casa, table.tasks | {alias: table.tasks[task] for alias, task in table.aliases.items()})

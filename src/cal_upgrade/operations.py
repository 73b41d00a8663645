"""What a rule may do to one task call: small verbs, written out by `layout` in the call's own style."""

from __future__ import annotations

from typing import NamedTuple


class RenameTask(NamedTuple):
    """Call another task."""

    task: str


class Set(NamedTuple):
    """Give a parameter another value (Python source text); its place, comma and comment stay."""

    parameter: str
    value: str


class Rename(NamedTuple):
    """Call a parameter by another name."""

    parameter: str
    to: str


class Drop(NamedTuple):
    """Take a parameter away, with its comma, its line and its comment."""

    parameter: str


class Add(NamedTuple):
    """Pass one parameter more: after the argument `after` if the call has it, else at the end."""

    parameter: str
    value: str
    after: str | None = None


class ByKeyword(NamedTuple):
    """Pass the positional argument number `index` (from 0) as `parameter = value`."""

    index: int
    parameter: str


Operation = RenameTask | Set | Rename | Drop | Add | ByKeyword

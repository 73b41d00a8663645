"""What a rule may do: small verbs on one task call, and edits that know their reason."""

from __future__ import annotations

from typing import NamedTuple

from cal_upgrade.records import Kind
from cal_upgrade.text.edits import Edit


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
    """Pass the positional argument number `place` (from 0) as `parameter = value`."""

    place: int
    parameter: str


class Before(NamedTuple):
    """Put a statement (lines of Python 2 source, not indented) ahead of the one that holds the call."""

    statement: str


class After(NamedTuple):
    """Put a statement (lines of Python 2 source, not indented) behind the one that holds the call."""

    statement: str


CallOperation = RenameTask | Set | Rename | Drop | Add | ByKeyword
"""What is written inside the call."""

Operation = CallOperation | Before | After


class Proposal(NamedTuple):
    """What one rule has to say about one task call: operations, or a message for a person, or both.

    `handled` are the parameters that the rule takes care of, so that nothing is derived for them. `keeps`: those
    whose value goes on counting although they are taken away.
    """

    rule: str
    kind: Kind
    why: str
    operations: tuple[Operation, ...] = ()
    message: str = ""
    hint: str = ""
    handled: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()


class Reason(NamedTuple):
    """Which rule stands behind an edit. `line`: the line (from 1, text before the edit) it shows at."""

    rule: str
    kind: Kind
    why: str
    before: str
    after: str
    line: int


class Amendment(NamedTuple):
    """An edit of a script with its reasons: one, or several where rules meet in one call."""

    edit: Edit
    reasons: tuple[Reason, ...]

"""What a rule may do: small verbs on one task call, and edits that know their reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    whose value goes on counting although they are taken away. `about`: those that the message is about.
    """

    rule: str
    kind: Kind
    why: str
    operations: tuple[Operation, ...] = ()
    message: str = ""
    hint: str = ""
    handled: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    about: tuple[str, ...] = ()

    @property
    def concerned(self) -> frozenset[str]:
        """The parameters that it is about, or takes care of, or changes."""
        changed = (op.parameter for op in self.operations if not isinstance(op, RenameTask | Before | After))
        return frozenset((*self.handled, *self.about, *changed))


class Told(NamedTuple):
    """That a person is told of one call, and about which of its parameters; None: about all that is due for it.

    `line`: the call's in the script given · `tasks`: the call's task, and the one that takes its place.
    """

    line: int
    tasks: frozenset[str]
    parameters: frozenset[str] | None


def told(line: int, task: str, proposals: Sequence[Proposal], *, all_of_it: bool = False) -> Iterator[Told]:
    """Give what a person is told of a call by proposals with a message; `all_of_it`: nothing of it could be done."""
    renamed = [op.task for proposal in proposals for op in proposal.operations if isinstance(op, RenameTask)]
    tasks = frozenset([task, *renamed])
    for proposal in proposals:
        if proposal.message and proposal.kind != "advice":
            yield Told(line, tasks, proposal.concerned)
    if all_of_it:
        yield Told(line, tasks, None)


class Reason(NamedTuple):
    """Which rule stands behind an edit. `line`: the line (from 1, text before the edit) it shows at.

    `place`: the byte at which the call begins that it is about, where the edit alone does not tell.
    """

    rule: str
    kind: Kind
    why: str
    before: str
    after: str
    line: int
    place: int | None = None


class Amendment(NamedTuple):
    """An edit of a script with its reasons: one, or several where rules meet in one call."""

    edit: Edit
    reasons: tuple[Reason, ...]

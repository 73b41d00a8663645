"""What a translation gives back: the records that every report is made from.

The field names of `Change`, `Attention`, `Step`, `Call` and of `Translation.report` are a contract with users
(`docs/report.schema.json`): add to them, never rename.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["required", "results", "advice", "style"]
"""How much a change matters: without it the script fails (required), its numbers change (results),
a person should look (advice), it only looks as 4.2 scripts do (style)."""

Status = Literal["changed", "checked", "unknown"]
"""What became of a task call: rewritten; left as it was and seen to fit 4.2; not to be judged by machine."""


class Change(msgspec.Struct, frozen=True):
    """What one rule did at one place. Lines count from 1: `line` in the script given, `output_line` in the result."""

    rule: str
    kind: Kind
    line: int
    output_line: int
    before: str
    after: str
    why: str


class Attention(msgspec.Struct, frozen=True):
    """What a person must look at: `line` in the script given, what is the matter, and what to do (`hint`)."""

    rule: str
    line: int
    message: str
    hint: str


class StepMove(msgspec.Struct, frozen=True, rename={"old": "from", "new": "to"}):
    """One step's number before (None: the step was inserted) and after."""

    old: int | None
    new: int
    title: str


class Call(msgspec.Struct, frozen=True):
    """One task call and what became of it; `step` is its number in the result, None outside of steps.

    `task` is "?" where a task may run and the text does not show which.
    """

    task: str
    line: int
    step: int | None
    status: Status


class Translation(msgspec.Struct, frozen=True):
    """One script, translated.

    `text` and `result` are the script before and after as text with its own line ends, `output` the result as the
    bytes of a file in `encoding`. `origin` says for each
    line of the result (index 0 is line 1) which line of the script it stands for; None: it was inserted.
    `version` is the CASA version the script was found to be for, `why_version` the reason in a sentence.
    """

    text: str
    result: str
    version: str
    why_version: str
    output: bytes = b""
    encoding: str = "utf-8"
    changes: tuple[Change, ...] = ()
    attention: tuple[Attention, ...] = ()
    steps: tuple[StepMove, ...] = ()
    calls: tuple[Call, ...] = ()
    origin: tuple[int | None, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the result differs from the script."""
        return self.text != self.result


class Refused(Exception):
    """A script that can't be translated. `line` counts from 1, None where no line is to blame."""

    def __init__(self, line: int | None, what: str, todo: str = "") -> None:
        """Keep the place, what is wrong, and what to do about it."""
        super().__init__(what)
        self.line = line
        self.what = what
        self.todo = todo

    def __reduce__(self) -> tuple[type[Refused], tuple[int | None, str, str]]:
        """Go from one process to another whole."""
        return Refused, (self.line, self.what, self.todo)

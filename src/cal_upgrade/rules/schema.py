"""What a rule looks like: the schema of the TOML files in a rule pack.

A file holds `[[rule]]` tables. Each stands alone: what it is about, when it applies, what it does, why, from which
source, and examples, which are its tests and its documentation.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from cal_upgrade.records import Kind

Scalar = bool | int | float | str

Since = Literal["", "always", "3.4.0", "4.0.0", "4.0.1", "4.1.0", "4.2.0", "4.2.2"]
"""The CASA release in which a difference came; "always": no release brought it; "": not said."""


class Condition(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What must hold of one parameter of the call. All that is said must hold.

    given: the call passes it (true) or does not (false) · is: its value is one of these · isnt: it is none of these
    · beginning: its value is one of these or a shorter beginning of one · or_missing: it may as well not be passed
    · above: it is, or begins with, a larger number · vector: it is a list of two or more
    · type: it is a "string", "number", "bool", "list", "dictionary"
    · written: it is written out in the call, not the value of a variable (true), or the other way round (false)
    """

    given: bool | None = None
    is_: list[Scalar | list[Scalar]] | None = msgspec.field(default=None, name="is")
    isnt: list[Scalar | list[Scalar]] | None = None
    beginning: list[str] | None = None
    or_missing: bool = False
    above: float | None = None
    vector: bool | None = None
    type: str | None = None
    written: bool | None = None


class Verb(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that a rule does to the call: exactly one of the first keys is given.

    task: call this task instead · drop: take a parameter away · rename … to: call a parameter by another name ·
    set … value: give a parameter that is passed another value · add … value (after): pass a parameter more, unless it
    is passed already · before / behind: put a statement ahead of the call's, or behind it. Values are source text.
    """

    task: str | None = None
    drop: str | None = None
    rename: str | None = None
    to: str | None = None
    set: str | None = None
    add: str | None = None
    value: str | None = None
    after: str | None = None
    before: str | None = None
    behind: str | None = None


class Warning_(msgspec.Struct, forbid_unknown_fields=True):
    """What a person is told. `{task}` and `{parameter}` (its source text) are filled in."""

    message: str
    hint: str


class Example(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A piece of script and what becomes of it.

    before + after: it is rewritten so · unchanged: it must stay as it is, and say nothing · before + attention:
    a person is told (and it is rewritten too, if `after` is given). `results` picks --results for this example.
    """

    before: str | None = None
    after: str | None = None
    unchanged: str | None = None
    attention: bool = False
    results: str = "nrao"


class Rule(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One difference.

    since: the CASA release that brought the difference, the latest where a rule covers several; "always" for a rule
    about no difference between releases. Rules of users may leave it out.
    tasks: the tasks it is about, by their old names (with `when`, `do`, `attention`, or `function`).
    function: the Python function that does what the verbs cannot say: for a task, a module of
    `cal_upgrade.rules.tasks`; for an idiom (no `tasks`), one of `cal_upgrade.rules.script`, asked only if the script
    holds one of the words in `marks`.
    do, nrao, keep: what is done: in either mode of --results, or in that mode only. Parameters that they name, and
    those in `handles`, are this rule's: nothing else is derived for them.
    covers: parameters, besides those, whose differences between the releases this rule looks after; "returned" for
    what the task gives back, "*" for all differences of its tasks. It serves the ledger alone.
    optional: off unless it is selected by name.
    replaces: it takes the place of the rule with this id in an earlier folder; without that, an id is taken once.
    unknown: what to do if a value that decides is not in the text: "attention" (say so) or "ignore".
    built_in: the work is done by a stage of the program itself, and the entry tells what it does.
    """

    id: str
    kind: Kind
    summary: str
    why: str
    source: list[str]
    example: list[Example]
    since: Since = ""
    tasks: list[str] = []
    when: dict[str, Condition] = {}
    do: list[Verb] = []
    nrao: list[Verb] = []
    keep: list[Verb] = []
    attention: Warning_ | None = None
    handles: list[str] = []
    covers: list[str] = []
    function: str | None = None
    marks: list[str] = []
    built_in: bool = False
    optional: bool = False
    replaces: bool = False
    unknown: str = "attention"


class RuleFile(msgspec.Struct, forbid_unknown_fields=True):
    """A TOML file of rules on one `subject`, which is a heading in the documentation."""

    rule: list[Rule]
    subject: str = ""

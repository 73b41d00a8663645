"""Settings of a script that lose their effect: variables whose value goes where a parameter is taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cal_upgrade.changes.operations import Add, After, Before, Drop, Proposal, Set
from cal_upgrade.script.calls import CallView
from cal_upgrade.text.values import UNKNOWN

_STRING = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?!\w*\s*(?:\(|=[^=]))")
_NO_SETTINGS = frozenset({"True", "False", "T", "F", "true", "false", "None", "and", "or", "not", "if", "else"})


def lost_settings(call: CallView, proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """Tell of each variable that a call took a parameter from, and that it does not read any more.

    The variable is what a person edits: that it says nothing today is no reason to lose it without a word.
    """
    operations = [operation for proposal in proposals for operation in proposal.operations]
    written = " ".join(_text(operation) for operation in operations)
    for proposal in proposals:
        for operation in proposal.operations:
            if not isinstance(operation, (Drop, Set)):
                continue
            parameter = operation.parameter
            lost = [name for name in names_in(call.texts.get(parameter, "")) if name not in names_in(written)]
            if not lost or call.values.get(parameter, UNKNOWN) is UNKNOWN or parameter in proposal.keeps:
                continue
            setting = " and ".join(lost)
            yield Proposal(
                proposal.rule,
                "advice",
                proposal.why,
                message=f"{setting} has no effect on {parameter} of {call.task} any more: the call is converted for "
                "today's value",
                hint=f"Convert the script again, or change the call by hand, if you give {setting} another value",
            )


def names_in(text: str) -> list[str]:
    """Give the variables that an expression reads, CASA's constants aside."""
    found = _NAME.findall(_STRING.sub("''", text))
    return [name for name in dict.fromkeys(found) if name not in _NO_SETTINGS]


def _text(operation: object) -> str:
    if isinstance(operation, (Set, Add)):
        return operation.value
    return operation.statement if isinstance(operation, (Before, After)) else ""

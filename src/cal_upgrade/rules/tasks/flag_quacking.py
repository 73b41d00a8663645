"""The interval of mode quack: 0, its default in CASA 3.4, is refused by 4.2.

tflagdata of 3.4 flagged the first integration of each scan by 0 (FlagAgentQuack.cc of 3.4.0); its flagdata flagged
all that was selected (Flagger.cc of 3.4.0). 4.2 throws an exception and flags nothing (FlagAgentQuack.cc of 4.2.0).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cal_upgrade.changes.operations import Add, Proposal, RenameTask, Set
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.tasks.flag_commands import FIRST_INTEGRATION
from cal_upgrade.rules.tasks.flagdata_34 import is_quack, is_vector
from cal_upgrade.script.calls import CallView
from cal_upgrade.text.values import UNKNOWN

_LITERAL = re.compile(r"[\d.+\-*/ ()\[\]]*")


def propose(rule: Rule, call: CallView, earlier: Sequence[CallView], results: str) -> list[Proposal]:
    """Write an interval that flags what 3.4's tflagdata did; tell of what 3.4's flagdata did."""
    mode, interval = call.values.get("mode", ""), _interval(call)
    if not (mode is UNKNOWN or is_quack(mode)) or (interval is not UNKNOWN and interval != 0):
        return []
    told = Proposal(rule.id, rule.kind, rule.why, handled=("quackinterval",))
    text = call.texts.get("quackinterval", "")
    if text.startswith("max(") and text.endswith(f", {FIRST_INTEGRATION})"):
        return []
    if call.task != "tflagdata":
        message, hint = _words(interval, text)
        return [] if mode is UNKNOWN or is_vector(call) else [told._replace(message=message, hint=hint)]
    if call.starred and "quackinterval" not in call.values:
        return []
    renamed = RenameTask("flagdata")
    if not text:
        return [told._replace(operations=(renamed, Add("quackinterval", FIRST_INTEGRATION, "mode")))]
    # a name stays, for somebody may give it another value
    wanted = FIRST_INTEGRATION if _LITERAL.fullmatch(text) else f"max({text}, {FIRST_INTEGRATION})"
    return [told._replace(operations=(renamed, Set("quackinterval", wanted)))]


def _interval(call: CallView) -> object:
    value = call.values.get("quackinterval", 0)
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _words(interval: object, text: str) -> tuple[str, str]:
    """Say what the matter is with the interval of 3.4's flagdata, and what to do."""
    if interval is UNKNOWN:
        message = f"if {text} is 0, 3.4 flagged all the data that this call selects, and 4.2 flags nothing"
        return message, f"See that {text} is above 0: quackinterval is in seconds."
    message = (
        "quackinterval is 0 here: 3.4 flagged all the data that this call selects, 4.2 refuses it and flags nothing"
    )
    return message, f"Give quackinterval in seconds; {FIRST_INTEGRATION} flags the first integration of each scan."

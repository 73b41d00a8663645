"""What the interfaces alone demand of a call, as far as the user wants it and no declared rule has dealt with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cal_upgrade.casa.tables import Interface
from cal_upgrade.changes.operations import Proposal
from cal_upgrade.options import Options
from cal_upgrade.rules.derived import derive, gone
from cal_upgrade.script.calls import CallView

Derive = Callable[[CallView, frozenset[str], str | None], Sequence[Proposal]]
"""What follows from the interfaces alone: of a call, the parameters rules have dealt with, and its new task."""


def deriver(old: Interface, new: Sequence[Interface], options: Options) -> Derive:
    """Give the function that derives proposals for calls of `old` that must fit all of `new`."""

    def derived(call: CallView, handled: frozenset[str], renamed: str | None) -> list[Proposal]:
        task = renamed or call.task
        lacking = gone(task, new)
        if lacking is not None:
            found = [lacking]
        else:
            namesake = old[task] if task != call.task and task in old else None
            found = derive(old[call.task], [interface[task] for interface in new], call, handled, namesake)
        return [proposal for proposal in found if options.selected(proposal.rule, proposal.kind)]

    return derived

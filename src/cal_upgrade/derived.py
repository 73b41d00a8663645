"""What the interfaces alone demand of a call, as far as the user wants it and no declared rule has dealt with it."""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.calls import CallView
from cal_upgrade.differences import derive, gone
from cal_upgrade.interfaces import Interface
from cal_upgrade.operations import Proposal
from cal_upgrade.options import Options
from cal_upgrade.rewrite import Derive

REMEMBERED = 10_000
"""As many calls are remembered with what they need: those of some hundred scripts."""


def deriver(old: Interface, new: Sequence[Interface], options: Options) -> Derive:
    """Give the function that derives proposals for calls of `old` that must fit all of `new`."""

    known: dict[tuple[object, ...], list[Proposal]] = {}

    def derived(call: CallView, handled: frozenset[str], renamed: str | None) -> list[Proposal]:
        told = (call.task, repr(call.values), repr(call.texts), call.positional, call.starred, call.assigned)
        about = (*told, handled, renamed)
        if about not in known:
            if len(known) >= REMEMBERED:
                known.clear()
            known[about] = found_for(call, handled, renamed)
        return known[about]

    def found_for(call: CallView, handled: frozenset[str], renamed: str | None) -> list[Proposal]:
        task = renamed or call.task
        lacking = gone(task, new)
        if lacking is not None:
            found = [lacking]
        else:
            namesake = old[task] if task != call.task and task in old else None
            found = derive(old[call.task], [interface[task] for interface in new], call, handled, namesake)
        return [proposal for proposal in found if options.selected(proposal.rule, proposal.kind)]

    return derived

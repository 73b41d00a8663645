"""The account of all task calls, and the check that those of the result fit CASA 4.2."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from cal_upgrade.casa.check import problems
from cal_upgrade.casa.tables import Interface
from cal_upgrade.changes.operations import Told
from cal_upgrade.options import CHECK
from cal_upgrade.records import Attention, Call, Change, Status, StepMove
from cal_upgrade.script import assignments
from cal_upgrade.script.calls import CallView, assigned_view, find, view
from cal_upgrade.script.hidden import hidden_calls
from cal_upgrade.script.model import Script
from cal_upgrade.steps.find import find as find_steps
from cal_upgrade.text.edits import given_line


def misfits(
    result: Script, origin: Sequence[int | None], must_fit: Sequence[Interface], told: Iterable[Told]
) -> list[Attention]:
    """Give the calls of a translated script that a release of 4.2 refuses, unless a person is `told` of it already.

    `origin` says for each line of the result which line of the script given it stands for. What was told of a call
    stands for one fault of the same call with the same parameter, and for no other.
    """
    waiting = list(told)
    found: list[Attention] = []
    for call in task_calls(result, (result.interface, *must_fit)):
        line = given_line(origin, call.first)
        for message, word in _refusals(call.view, must_fit):
            earlier = next((one for one in waiting if _is_of(one, line, call.view.task, word)), None)
            if earlier is None:
                hint = f"Change the call: see the help of {call.view.task} in CASA 4.2."
                found.append(Attention(CHECK, line, message, hint))
            elif earlier.parameters is not None and word in earlier.parameters:
                waiting.remove(earlier)
                waiting.append(earlier._replace(parameters=earlier.parameters - {word}))
    return found + _names_of_no_task(result, origin, must_fit)


def _is_of(told: Told, line: int, task: str, word: str) -> bool:
    """Whether what was told is of a call of this task, and about a parameter, or the task itself (`word`)."""
    of_call = told.line == line and task in told.tasks
    return of_call and (told.parameters is None or word in told.parameters or word == task)


def _names_of_no_task(result: Script, origin: Sequence[int | None], must_fit: Sequence[Interface]) -> list[Attention]:
    """Give the calls of `default`, `inp`, `go` and `saveinputs` that name a task which a release of 4.2 has not."""
    found = []
    for node in result.named:
        task, line = result.reading.of(node), given_line(origin, result.reading.line(node))
        lacking = next((one.casa for one in must_fit if task not in one), None)
        if lacking is not None and not (node.type == "identifier" and not result.names.is_task(node)):
            message = f"{task} is named here, and there is no such task in CASA {lacking}"
            found.append(Attention(CHECK, line, message, "Name the task that is called instead, or take this away."))
    return found


class Placed(NamedTuple):
    """A task call in either style, as rules see it, with its first line and its place (byte offset).

    `parts` are the bytes, from … up to, that make it: a call without arguments stands where its parameters are set,
    too.
    """

    view: CallView
    first: int
    parts: tuple[tuple[int, int], ...]
    place: int


def task_calls(script: Script, interfaces: Sequence[Interface]) -> list[Placed]:
    """Give the calls of tasks that any of the interfaces has, each as the first interface with the task reads it."""
    reading = script.reading
    orders = {
        name: interface[name].order
        for interface in reversed(interfaces)
        for name in interface
        if name in script.called
    }
    # what is named as a task and is none of either version is to be told as such
    named = [node for node in script.named if node.type != "identifier" or script.names.is_task(node)]
    orders |= {name: () for node in named if (name := reading.of(node)) not in orders}
    new = {name: order for name, order in orders.items() if name not in script.interface}
    calls = [call for call in find(reading, script.nodes.get("call", ()), new) if call.arguments] if new else []
    calls = [call for call in calls if script.calls_task(call.node)]
    views = [view(reading, script.names, call, new[call.task]) for call in calls]
    found = []
    for call, shown in zip([*script.calls, *calls], [*script.views, *views], strict=True):
        part = (call.node.start_byte, call.node.end_byte)
        found.append(Placed(shown, call.line, (part,), call.node.start_byte))
    # any variable counts that one of the releases takes for a parameter
    names = {task: [name for i in interfaces if task in i for name in i[task].order] for task in orders}
    for assigned in assignments.find(reading, names):
        if not script.calls_task(assigned.call):
            continue
        line = reading.line(assigned.call)
        set_by = [assigned.call, *assigned.names, *(one.statement for one in assigned.assignments.values())]
        parts = tuple((node.start_byte, node.end_byte) for node in set_by)
        found.append(Placed(assigned_view(reading, script.names, assigned), line, parts, assigned.call.start_byte))
    return sorted(found, key=lambda call: call.place)


def account(
    script: Script,
    changes: Iterable[Change],
    touched: Iterable[tuple[int, int]],
    steps: Sequence[StepMove],
    must_fit: Sequence[Interface],
) -> tuple[Call, ...]:
    """List every task call of a script and what became of it.

    `touched`: the bytes of the script that `changes` are about; two that are one are those at which a call begins.
    `steps`: the steps before and after; a call's `step` is its number in the result.
    """
    is_touched = _Touched(touched)
    moves = {move.old: move.new for move in steps if move.old is not None}
    blocks = [(block.test, moves.get(block.number, block.number)) for block in find_steps(script.reading).blocks]

    def step(place: int) -> int | None:
        inside = (n for test, n in blocks if test is not None and test.start_byte <= place < test.end_byte)
        return next(inside, None)

    hidden = [one for one in hidden_calls(script) if one.listed]
    listed = [(one.place, Call(one.task, one.line, step(one.place), "unknown")) for one in hidden]
    listed += _from_shell(script, changes, step)
    for call in task_calls(script, (script.interface, *must_fit)):
        status: Status = (
            "changed" if is_touched.at(call) else "checked" if _checkable(call.view, must_fit) else "unknown"
        )
        listed.append((call.place, Call(call.view.task, call.first, step(call.place), status)))
    return tuple(call for _, call in sorted(listed, key=lambda one: one[0]))


class _Touched:
    """The places that changes are about, to be asked of one call after the other."""

    def __init__(self, touched: Iterable[tuple[int, int]]) -> None:
        """Sort the places once."""
        places = list(touched)
        self.calls = {start for start, end in places if start == end}
        self.starts = sorted(start for start, end in places if start < end)
        self.ends = sorted(end for start, end in places if start < end)

    def at(self, call: Placed) -> bool:
        """Whether a change is about a call."""
        if call.place in self.calls:
            return True
        # more places begin ahead of a part's end than end ahead of its start
        return any(bisect_left(self.starts, end) > bisect_right(self.ends, start) for start, end in call.parts)


def _from_shell(
    script: Script, changes: Iterable[Change], step: Callable[[int], int | None]
) -> Iterator[tuple[int, Call]]:
    """Give the task calls that were commands of the shell."""
    made = {change.line: change for change in changes if change.rule == "wvrgcal-shell" and change.kind != "advice"}
    for node in script.functions.get("os.system", ()):
        if script.reading.line(node) in made:
            call = Call("wvrgcal", script.reading.line(node), step(node.start_byte), "changed")
            yield node.start_byte, call


def _refusals(call: CallView, must_fit: Sequence[Interface]) -> Iterator[tuple[str, str]]:
    """Say in sentences why releases refuse a call, each with the word that it turns on."""
    said = set()
    for interface in must_fit:
        if call.task not in interface:
            yield f"{call.task} is not in CASA {interface.casa}", call.task
            return
        task = interface[call.task]
        if call.extra:
            yield f"{call.task} has more arguments than parameters in CASA {interface.casa}", call.task
            return
        values = dict(zip(task.order, (call.values[name] for name in call.positional), strict=False))
        values |= {name: value for name, value in call.values.items() if name not in call.positional}
        for problem in problems(task, values):
            only_newer = call.assigned and any(problem.parameter in one[call.task].by_name for one in must_fit)
            if problem.parameter not in said and not (problem.what == "unknown" and only_newer):
                said.add(problem.parameter)
                yield problem.message, problem.parameter


def _checkable(call: CallView, must_fit: Sequence[Interface]) -> bool:
    """Whether the text shows what the call passes, and 4.2 has the task to hold it against."""
    return not call.starred and all(call.task in interface for interface in must_fit)

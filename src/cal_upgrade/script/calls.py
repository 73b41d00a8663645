"""Finds a script's task calls with arguments, and shows one as rules look at it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.script.assignments import AssignedCall
from cal_upgrade.script.names import Names
from cal_upgrade.text.python2 import Reading, parts_of
from cal_upgrade.text.values import UNKNOWN


class Argument(NamedTuple):
    """One argument as it stands in the text.

    `parameter` is None where the text gives no name; `star` is '', '*' or '**'.
    """

    parameter: str | None
    node: Node
    value: Node
    star: str = ""


class TaskCall(NamedTuple):
    """One call of a task, `task(…)`, with its arguments in order."""

    task: str
    node: Node
    line: int
    arguments: tuple[Argument, ...]


class CallView(NamedTuple):
    """What rules and checks see of a task call, in either style.

    `values` holds parameter → Python value, `UNKNOWN` where the text does not show it; `texts` the same as source.
    Positional arguments are named by the interface of the script's CASA version; `positional` holds those names in
    order, `extra` how many there are beyond the interface. `starred`: arguments come in by `*x` or `**x`, and the
    text does not show which. `from_dictionary`: the lines of those that come in by `**x` where it does; they have no
    texts.
    `assigned`: the call takes its parameters from assignments before it. `node` is the call in the syntax tree.
    `sources` holds parameter → the node of its value, and `names` what the script's names hold.
    """

    task: str
    values: Mapping[str, object]
    texts: Mapping[str, str] = {}
    positional: tuple[str, ...] = ()
    extra: int = 0
    starred: bool = False
    assigned: bool = False
    from_dictionary: Mapping[str, int] = {}
    node: Node | None = None
    sources: Mapping[str, Node] = {}
    names: Names | None = None


def content(view: CallView) -> tuple[object, ...]:
    """Give all that rules see of a call, its place and what it is called from aside, to tell unlike calls apart."""
    return (view.task, repr(view.values), repr(view.texts), view.positional, view.extra, view.starred, view.assigned)


def find(reading: Reading, calls: Iterable[Node], tasks: Collection[str]) -> Iterator[TaskCall]:
    """Give those of a text's `call` nodes that call one of the named tasks, in the same order."""
    for node in calls:
        function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or given is None or function.type != "identifier":
            continue
        task = reading.of(function)
        if task in tasks:
            yield TaskCall(task, node, reading.line(node), tuple(_arguments(reading, given)))


def view(reading: Reading, names: Names, call: TaskCall, order: tuple[str, ...]) -> CallView:
    """Show a call to rules; `order` names the parameters of its interface, for positional arguments."""
    values: dict[str, object] = {}
    texts: dict[str, str] = {}
    sources: dict[str, Node] = {}
    positional: list[str] = []
    from_dictionary: dict[str, int] = {}
    extra = 0
    starred = False
    for argument in call.arguments:
        if argument.star:
            entries = names.entries(argument.value) if argument.star == "**" else None
            starred = starred or entries is None
            for name, entry in (entries or {}).items():
                values[name] = names.value(entry)
                from_dictionary[name] = reading.line(entry)
            continue
        parameter = argument.parameter
        if parameter is None:
            place = len(positional) + extra
            if place >= len(order):
                extra += 1
                continue
            parameter = order[place]
            positional.append(parameter)
        values[parameter] = names.value(argument.value)
        texts[parameter] = reading.of(argument.value)
        sources[parameter] = argument.value
    return CallView(
        call.task,
        values,
        texts,
        tuple(positional),
        extra,
        starred,
        from_dictionary=from_dictionary,
        node=call.node,
        sources=sources,
        names=names,
    )


def assigned_view(reading: Reading, names: Names, call: AssignedCall) -> CallView:
    """Show a call without arguments to rules: what is assigned to its parameters is what it passes.

    Where it is not certain what a parameter holds, its value is `UNKNOWN`; where any may be concerned, or earlier
    calls may have left values behind for want of a `default`, the call counts as `starred`.
    """
    doubtful = {doubt.parameter for doubt in call.doubts}
    values: dict[str, object] = {}
    texts: dict[str, str] = {}
    for parameter, assignment in call.assignments.items():
        certain = parameter not in doubtful and "" not in doubtful
        value = names.value(assignment.value) if certain else UNKNOWN
        altered = isinstance(value, (list, dict, tuple, set)) and names.altered_between(
            assignment.statement, assignment.target, call.call
        )
        values[parameter] = UNKNOWN if altered else value
        texts[parameter] = reading.of(assignment.value)
    for parameter in doubtful - values.keys() - {""}:
        values[parameter] = UNKNOWN
    starred = bool(call.parameters - {"async"}) and ("" in doubtful or call.default is None)
    sources = {parameter: assignment.value for parameter, assignment in call.assignments.items()}
    return CallView(
        call.task, values, texts, starred=starred, assigned=True, node=call.call, sources=sources, names=names
    )


def _arguments(reading: Reading, given: Node) -> Iterator[Argument]:
    if given.type == "generator_expression":
        yield Argument(None, given, given)
        return
    for child in parts_of(given):
        if child.type == "keyword_argument":
            name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            if name is not None and value is not None:
                yield Argument(reading.of(name), child, value)
        elif child.type == "list_splat":
            yield Argument(None, child, child.named_children[0], "*")
        elif child.type == "dictionary_splat":
            yield Argument(None, child, child.named_children[0], "**")
        else:
            yield Argument(None, child, child)

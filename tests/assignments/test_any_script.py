"""Scripts that hypothesis makes up are run before and after: only what was asked for may be another.

What stands in for CASA's tasks looks at the script's variables as the task wrappers of CASA 3.4 and 4.2 do.
"""

from __future__ import annotations

from textwrap import indent

from hypothesis import given, settings
from hypothesis import strategies as st

from cal_upgrade.changes.operations import Add, CallOperation, Drop, Rename, RenameTask, Set
from cal_upgrade.layout.mask import CannotRewrite
from cal_upgrade.layout.reassign import rewrite
from cal_upgrade.script.assignments import AssignedCall, find
from cal_upgrade.text import edits, python2

PARAMETERS = {"gaincal": ["vis", "field", "spw"], "clean": ["vis", "field", "mode", "niter"], "listobs": ["vis"]}
CALLED = {**PARAMETERS, "newcal": PARAMETERS["gaincal"]}

Seen = list[tuple[str, dict[str, object]]]


def run(script: str) -> Seen:
    """Run a script; give what each task call got, and what the script's own code read."""
    seen: Seen = []
    names: dict[str, object] = {}

    def task(name: str) -> object:
        def called(**given: object) -> None:
            got = given or {p: names[p] for p in CALLED[name] if p in names}
            seen.append((name, {p: value for p, value in got.items() if value is not None}))

        called.__name__ = name
        return called

    def default(called: object) -> None:
        names["taskname"] = called if isinstance(called, str) else called.__name__  # type: ignore[attr-defined]
        names.update(dict.fromkeys(CALLED[str(names["taskname"])]))

    def read(value: object) -> None:
        seen.append(("read", {"value": value}))

    names.update({name: task(name) for name in CALLED}, default=default, read=read)
    names["go"] = lambda called=None: names[called or str(names["taskname"])]()  # type: ignore[operator]
    try:
        exec(script, names)
    except (NameError, TypeError):
        seen.append(("stopped", {}))
    return seen


every_name = st.sampled_from(["vis", "field", "spw", "mode", "niter"])
simple = st.one_of(
    st.builds("{} = {}".format, every_name, st.integers(0, 9)),
    st.builds("{} = {}".format, every_name, st.integers(0, 9)),
    st.builds("{} = {}; {} = {}".format, every_name, st.integers(0, 9), every_name, st.integers(0, 9)),
    st.builds("default({})".format, st.sampled_from(["'gaincal'", "clean", '"listobs"'])),
    st.builds("{}()".format, st.sampled_from(list(PARAMETERS))),
    st.builds("{}()".format, st.sampled_from(list(PARAMETERS))),
    st.builds("read({})".format, every_name),
    st.sampled_from(["gaincal(vis=1)", "vis, field = 3, 4", "niter = niter + 1", "# gaincal()"]),
)
few = st.lists(simple, min_size=1, max_size=5).map(lambda lines: "\n".join([*lines, "0"]))
few = few.map(lambda text: indent(text, "  "))
compound = st.one_of(
    st.builds("if {}:\n{}".format, st.integers(0, 1), few),
    st.builds("for {} in [7, 8]:\n{}".format, st.sampled_from(["i", "vis"]), few),
)
usual = st.builds(
    "default({0!r})\n{1}\n{0}()".format,
    st.sampled_from(list(PARAMETERS)),
    st.lists(st.builds("{} = {}".format, every_name, st.integers(0, 9)), min_size=1, max_size=4).map("\n".join),
)
scripts = st.lists(st.one_of(simple, compound, usual), min_size=2, max_size=9).map("\n".join)


def marked(reading: python2.Reading, call: AssignedCall) -> bytes:
    """Give the script with a note ahead of the call that is meant."""
    place = call.call.start_byte
    return edits.apply(reading.text, [edits.Edit(place, place, "read('*'); ")]).text


def expected(before: Seen, operation: CallOperation) -> Seen:
    """Change in what was seen what is asked for in the call that is meant."""
    after: Seen = []
    meant = False
    for name, got in before:
        if meant:
            if isinstance(operation, RenameTask):
                name = operation.task
            elif isinstance(operation, Drop):
                got = {p: value for p, value in got.items() if p != operation.parameter}
            elif isinstance(operation, Set | Add):
                got = {**got, operation.parameter: int(operation.value)}
        after.append((name, got))
        meant = got == {"value": "*"}
    return after


@settings(max_examples=300, deadline=None)
@given(scripts, st.data())
def test_only_what_was_asked_for_is_another(script: str, data: st.DataObject) -> None:
    reading = python2.read(script.encode())
    calls = find(reading, PARAMETERS)
    if not calls:
        return
    call = data.draw(st.sampled_from(calls))
    operations: list[CallOperation] = []
    for name in PARAMETERS[call.task]:
        given = [Set(name, "11"), Drop(name), Rename(name, "fresh")]
        operations += given if name in call.assignments else [Add(name, "11")]
    if call.task == "gaincal":
        operations.append(RenameTask("newcal"))
    operation = data.draw(st.sampled_from(operations))
    reading = python2.read(marked(reading, call))
    among = [(other, ()) for other in find(reading, PARAMETERS)]
    call = next(other for other, _ in among if reading.text[: other.call.start_byte].endswith(b"read('*'); "))
    try:
        found = rewrite(reading, call, [operation], among)
    except CannotRewrite:
        return
    after = edits.apply(reading.text, found).text.decode()
    if isinstance(operation, Rename):
        after = after.replace("fresh", operation.parameter)
    before = run(reading.text.decode())
    if before[-1:] != [("stopped", {})]:
        assert run(after) == expected(before, operation)

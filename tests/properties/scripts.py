"""Scripts that hypothesis makes up: calls of 3.4's tasks with values that 3.4 takes, in any layout, both styles."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.casa import OLD, interface

HEAD = """myvis = 'uid___A002_X1_X2.ms'
mytext = 'inf'
mynumber = 3
mylist = ['0', '1']
"""
TASKS = sorted(name for name, task in interface(OLD).tasks.items() if task.order)
CALIBRATION = [
    *("applycal", "bandpass", "blcal", "clearcal", "delmod", "fixplanets", "flagautocorr", "flagcmd", "flagdata"),
    *("flagmanager", "fluxscale", "ft", "gaincal", "gencal", "listobs", "plotms", "polcal", "setjy", "smoothcal"),
    *("split", "tflagdata", "uvcontsub2", "wvrgcal", "clean", "concat"),
]
tasks = st.sampled_from([task for task in CALIBRATION if task in TASKS]) | st.sampled_from(TASKS)

_words = st.sampled_from(["", "a", "0~3", "DV01&DV02", "x y", "it's", "50%", "inf,20ch", "#1", "\\n"])
_names = {"string": ["myvis", "mytext", "myvis + '.split'", "'%s.cal' % mytext"], "int": ["mynumber", "mynumber + 1"]}
_plain = {
    "string": _words.map(repr),
    "int": st.sampled_from(["0", "1", "-1", "5"]),
    "double": st.sampled_from(["0.5", "1", "-1.", "1e9", "3/2."]),
    "bool": st.sampled_from(["True", "False", "T", "F", "not T"]),
    "record": st.sampled_from(["{}", "{'a': 1}", "dict(a=1)"]),
}
_plain["boolean"] = _plain["bool"]
_plain["complex"] = _plain["double"]


def value(spec: dict[str, Any]) -> st.SearchStrategy[str]:
    """The text of a value for a parameter, mostly one that CASA 3.4 takes."""
    if "allowed" in spec:
        whole = st.sampled_from([str(one) for one in spec["allowed"]])
        cut = whole.flatmap(lambda text: st.integers(1, max(1, len(text))).map(lambda end: text[:end]))
        one = whole | cut
        listed = st.lists(one, min_size=1, max_size=2)
        is_list = "Array" in spec["type"]
        if spec["type"] in ("int", "double", "intArray"):
            return whole
        return (one | listed).map(repr) if is_list else one.map(repr)
    kind = spec["type"]
    if kind in ("any", "variant"):
        kinds = spec.get("types") or ["string", "int", "stringArray", "doubleArray", "bool"]
        return st.one_of([_of(one) for one in kinds])
    return _of(kind)


def _of(kind: str) -> st.SearchStrategy[str]:
    base = kind.replace("Array", "").replace("Vec", "").replace("vec", "")
    one = _plain.get(base, _plain["string"])
    if kind != base:
        several = st.lists(one, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        return several | one | (st.just("mylist") if base == "string" else st.just("[]"))
    return one | st.sampled_from(_names[base]) if base in _names else one


@st.composite
def arguments(draw: st.DrawFn, task: str) -> list[tuple[str, str]]:
    """Some parameters of a task with values, in any order."""
    parameters = interface(OLD).tasks[task].parameters
    names = draw(st.lists(st.sampled_from(sorted(parameters)), unique=True, max_size=min(len(parameters), 6)))
    given = [(name, draw(value(parameters[name]))) for name in names]
    if task == "tflagdata":
        # flagdata of 3.4 took lists element by element: who reads the result for 3.4 again can't tell which it was
        given = [(name, text) for name, text in given if "[" not in text and "list" not in text]
    if draw(st.integers(0, 9)) == 0:
        given.append(("async", "False"))
    return given


@st.composite
def direct(draw: st.DrawFn, start: str = "") -> str:
    """One call with arguments; `start` stands before it (`x = `)."""
    task = draw(tasks)
    order = interface(OLD).tasks[task].order
    given = draw(arguments(task))
    count = draw(st.sampled_from([0, 0, 0, 1, 2, 4]))
    positional = [draw(value(interface(OLD).tasks[task].parameters[name])) for name in order[:count]]
    given = [(name, text) for name, text in given if name not in order[: len(positional)]]
    if not given and not positional:
        given = [(order[0], "myvis")]
    equal = draw(st.sampled_from(["=", " = ", "= ", "  = "]))
    texts = positional + [f"{name}{equal}{text}" for name, text in given]
    layout = draw(st.sampled_from(["line", "dense", "rows", "hanging", "spaced", "comments"]))
    comma = draw(st.sampled_from(["", "", ","]))
    called = draw(st.sampled_from([f"{task}(", f"{task}(", f"{task} ("]))
    if layout == "line":
        return f"{start}{called}{', '.join(texts)}{comma})"
    if layout == "dense":
        return f"{start}{called}{','.join(texts)})"
    if layout == "spaced":
        return f"{start}{called} {' , '.join(texts)} )"
    if layout == "hanging":
        return f"{start}{called}\n    " + ",\n    ".join(texts) + f"{comma}\n)"
    if layout == "rows":
        return f"{start}{called}" + ",\n    ".join(texts) + f"{comma})"
    return f"{start}{called}" + "".join(f"{text}, # about {name}\n    " for name, text in enumerate(texts)) + ")"


@st.composite
def assigned(draw: st.DrawFn) -> str:
    """A call without arguments, with what it takes from variables ahead of it."""
    task = draw(tasks)
    equal = draw(st.sampled_from(["=", " = ", "  =  "]))
    lines = [f"{name}{equal}{text}" for name, text in draw(arguments(task)) if name != "async"]
    named = draw(st.sampled_from([f"default('{task}')", f'default("{task}")', f"default({task})", ""]))
    called = draw(st.sampled_from([f"{task}()", f"{task}()", f"go({task})", f"go('{task}')"]))
    lines = ([named] if named else []) + lines
    if draw(st.booleans()):
        lines.append(f"inp('{task}')")
    lines.append(called)
    return "\n".join(lines)


fillers = st.sampled_from(
    [
        "# a comment with a call: gaincal(vis='x', gaincurve=True)",
        "",
        "other = 'int'",
        "x = [1,2 ,3]; y=  'é'",
        "pass",
    ]
)


def _inside(head: str, lines: str, indent: str) -> str:
    return "\n".join([head, *(indent + line if line else line for line in lines.split("\n"))])


_calls = direct() | direct() | direct(start="result = ") | assigned() | fillers
_block = st.lists(_calls, min_size=1, max_size=3).map(lambda parts: "\n".join([*parts, "pass"]))
_nested = st.builds(
    _inside,
    st.sampled_from(
        ["if mynumber:", "for i in range(2):", "if 4 in thesteps:", "try: pass\nfinally:", "while 0: pass\nelse:"]
    ),
    _block,
    st.sampled_from(["  ", "    ", "\t", " "]),
)
_function = _block.map(lambda block: _inside("def mine():", block, "    ") + "\nmine()")


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """A whole script."""
    parts = draw(st.lists(_calls | _calls | _nested | _function, min_size=1, max_size=5))
    text = HEAD + "\n".join(parts) + draw(st.sampled_from(["\n", ""]))
    return "# -*- coding: utf-8 -*-\n" + text

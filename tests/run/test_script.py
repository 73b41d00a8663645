"""What the runner reads in a script before it runs anything."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

pytest.importorskip("fissix", reason="pip install 'cal-upgrade[run]'")

from cal_upgrade.casa.tables import load
from cal_upgrade.records import Refused
from cal_upgrade.run import calls, script, selection
from cal_upgrade.text.values import UNKNOWN

PLAIN = Path(__file__).parent.parent.parent / "fixtures" / "run" / "plain_4.2.py"


def written(tmp_path: Path, text: str) -> script.Script:
    path = tmp_path / "s_4.2.py"
    path.write_text(text)
    return script.read(path)


def calls_in(tmp_path: Path, body: str) -> list[calls.Call]:
    read = written(tmp_path, "mystep = 9\nif(mystep in thesteps):\n" + "".join(f"  {x}\n" for x in body.split("\n")))
    tasks = load("4.2.2")
    return calls.of_steps(read, set(tasks), {name: tasks[name].order for name in tasks})[9]


def test_steps_have_their_numbers_titles_and_lines() -> None:
    read = script.read(PLAIN)
    assert read.numbers == [0, 2, 8, *range(9, 19)]
    assert read.start == 9
    assert read.step(13).title == "Bandpass calibration"
    lines = PLAIN.read_text().splitlines()
    assert lines[read.step(13).line - 2 : read.step(13).line] == ["mystep = 13", "if(mystep in thesteps):"]


@pytest.mark.parametrize(
    "test",
    ["mystep in thesteps", "(mystep in thesteps) and not applyonly", "9 in mysteps", "mystep in thesteps and 1"],
)
def test_a_step_may_be_asked_for_in_other_words(tmp_path: Path, test: str) -> None:
    assert written(tmp_path, f"mystep = 9\nif {test}:\n  pass\n").numbers == [9]


@pytest.mark.parametrize("test", ["mystep in names", "mystep == 9", "not mystep in thesteps", "other in thesteps"])
def test_other_tests_are_no_steps(tmp_path: Path, test: str) -> None:
    assert written(tmp_path, f"mystep = 9\nif {test}:\n  pass\n").numbers == []


def test_two_steps_of_one_number_are_refused(tmp_path: Path) -> None:
    block = "mystep = 9\nif(mystep in thesteps):\n  pass\n"
    with pytest.raises(Refused) as caught:
        written(tmp_path, block + block)
    assert caught.value.line == 5


def test_a_steps_hash_changes_with_its_own_text_alone(tmp_path: Path) -> None:
    old = script.read(PLAIN)
    new = written(tmp_path, PLAIN.read_text().replace("solnorm = T", "solnorm = F"))
    changed = [s.number for s in old.steps if s.sha256 != new.step(s.number).sha256]
    assert changed == [13]


def test_hooks_stand_around_each_step_and_nowhere_else() -> None:
    hooks = [
        (node.value.func.id, node.value.args[0].value)
        for node in ast.walk(script.with_hooks(script.read(PLAIN)))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name)
        if node.value.func.id in (script.ENTER, script.LEAVE)
    ]
    wanted = [(name, n) for n in [0, 2, 8, *range(9, 19)] for name in (script.ENTER, script.LEAVE)]
    assert sorted(hooks) == sorted(wanted)


def test_values_are_followed_as_far_as_the_text_shows_them(tmp_path: Path) -> None:
    body = (
        "ms1 = 'X.ms'\nv = ms1 + '.split'\nfor i in ['0', '2']:\n  applycal(vis = v, field = i, gaintable = [v+'.b'])"
    )
    found = calls_in(tmp_path, body)
    assert [(c.values["vis"], c.values["field"], c.tables_read) for c in found] == [
        ("X.ms.split", "0", ["X.ms.split.b"]),
        ("X.ms.split", "2", ["X.ms.split.b"]),
    ]


def test_what_the_text_does_not_show_is_unknown_and_shown_as_written(tmp_path: Path) -> None:
    (call,) = calls_in(tmp_path, "setjy(vis = f(1), fluxdensity = [flux, 0, 0, 0])")
    assert call.values["vis"] is UNKNOWN
    assert call.shown == {"vis": "f(1)", "fluxdensity": "[flux, 0, 0, 0]"}


def test_a_call_without_arguments_takes_what_was_assigned(tmp_path: Path) -> None:
    body = "solint = 'int'\ndefault('gaincal')\nvis = 'a.ms'\ncaltable = 'a.g'\ngaincal()"
    (call,) = calls_in(tmp_path, body)
    assert call.values == {"vis": "a.ms", "caltable": "a.g"}


def test_what_is_made_and_what_is_read(tmp_path: Path) -> None:
    made, read, flux = calls_in(
        tmp_path,
        "gaincal(vis='a', caltable='a.g', gaintable='a.b')\ncalstat(caltable='a.g')\n"
        "fluxscale(vis='a', caltable='a.g', fluxtable='a.f')",
    )
    assert (made.made, made.tables_read) == (["a.g"], ["a.b"])
    assert (read.made, read.tables_read) == ([], ["a.g"])
    assert (flux.made, flux.tables_read) == (["a.f"], ["a.g"])


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("9-18", list(range(9, 19))), ("9,10,12", [9, 10, 12]), ("15-", [15, 16, 17, 18]), ("-9", [0, 2, 8, 9]),
        ("12, 10", [10, 12]), ("2-9", [2, 8, 9]), ("17", [17]), ("9-10,9", [9, 10]),
    ],
)  # fmt: skip
def test_steps_in_all_their_forms(text: str, steps: list[int]) -> None:
    assert selection.parse(text, script.read(PLAIN)) == steps


@pytest.mark.parametrize("text", ["", "x", "-", "19", "9-19", "3", "9,,10", "1.5", "9--10", "3-9"])
def test_wrong_steps_are_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(Refused) as caught:
        selection.parse(text, script.read(PLAIN))
    assert caught.value.todo == "There are steps 0, 2, 8–18."


def test_steps_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(Refused) as caught:
        selection.parse("18-9", script.read(PLAIN))
    assert caught.value.todo == "Write 9-18."


def test_the_default_is_found_by_its_title(tmp_path: Path) -> None:
    text = PLAIN.read_text().replace("9: 'Listobs, clear", "9: 'Something")
    moved = text.replace(" 8: 'Split", " 8: 'Listobs, clear pointing table Split")
    assert selection.default(written(tmp_path, moved))[0] == 8
    with pytest.raises(Refused) as caught:
        selection.default(written(tmp_path, PLAIN.read_text().replace("'Listobs, clear", "'Something")))
    assert "--steps" in caught.value.todo


@pytest.mark.parametrize(
    ("selected", "done", "began", "missing"),
    [
        ([9, 10], [], [], []),
        ([10], [], [], [9]),
        ([15, 16], [9, 10, 11, 12, 13, 14], [], []),
        ([15, 18], [*range(9, 19)], [], [16, 17]),  # repeating 15 makes 16 and 17 due again
        ([9], [], [2], [0, 2, 8]),  # a priori steps count once one was begun here
        ([2], [], [], [0]),
        ([0, 2, 8, 9], [], [], []),
        ([18], [*range(9, 17)], [], [17]),
    ],
)
def test_what_is_missing(selected: list[int], done: list[int], began: list[int], missing: list[int]) -> None:
    assert selection.missing(script.read(PLAIN), selected, done, began) == missing


def test_numbers_are_written_shortly() -> None:
    assert selection.span([9, 10, 11, 15, 17, 18]) == "9–11, 15, 17–18"


@pytest.mark.parametrize(
    "lines",
    [
        "if x:\n  name = 'b.ms'",
        "while x:\n  name = 'b.ms'",
        "try:\n  name = f()\nexcept IOError:\n  name = 'b.ms'",
        "name += '.split'",
        "name = 'a' * 10 ** 12",
        "name = '%3000000000d' % 5",
    ],
)
def test_a_name_that_is_not_certain_is_unknown(tmp_path: Path, lines: str) -> None:
    (call,) = calls_in(tmp_path, f"name = 'a.ms'\n{lines}\nlistobs(vis = name)")
    assert call.values["vis"] is UNKNOWN

"""Scripts that ask for steps by number in ways of their own: each number moves, or none does and a person is told.

What is rewritten is run in Python 2.7 before and after, with stand-ins for the tasks: every single step that may be
chosen has to make the same calls.
"""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path

import pytest
from rules.conversion import converted
from steps.packaged import STANDARD, script

from cal_upgrade.records import Attention, Translation
from tests.judge import python2

INPUTS = Path(__file__).parent / "inputs" / "steps"
STANDARD_SCRIPT = script(STANDARD)

PLAYER = """
import json, sys
calls = []
class Tool(object):
    def __getattr__(self, name):
        return lambda *given, **named: None
class Names(dict):
    def __missing__(self, name):
        if name in __builtins__.__dict__ or name in ('mysteps', 'applyonly'):
            raise KeyError(name)
        return lambda *given, **named: calls.append([name, list(given), named])
asked = json.load(sys.stdin)
sys.stdout, told = open('/dev/null', 'w'), sys.stdout
played = []
for chosen in asked['choices']:
    del calls[:]
    names = Names(T=True, F=False, casalog=Tool(), os=Tool(), shutil=Tool(), aU=Tool(), log=sys.stdout)
    if chosen is not None:
        names['mysteps'] = chosen
    exec asked['text'] in names
    played.append(list(calls))
json.dump(played, told)
"""


def play(text: str, choices: list[list[int] | None]) -> list[list[list[object]]]:
    """Run a script in Python 2.7 once for each choice of steps; give the calls of tasks that it makes."""
    interpreter = python2()
    if interpreter is None:
        pytest.skip("no Python 2.7 here")
    asked = json.dumps({"text": text, "choices": choices})
    run = subprocess.run([interpreter, "-c", PLAYER], input=asked, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)  # type: ignore[no-any-return]


def assert_same_calls(text: str, found: Translation) -> None:
    """See that each step, chosen alone or with all that follow, calls what it called, by its new number."""
    moves = {move.old: move.new for move in found.steps if move.old is not None}
    olds = sorted(moves)
    runs = [[old] for old in olds] + [olds[k:] for k in range(len(olds))]
    before = play(text, [*runs])
    after = play(found.result, [[moves[old] for old in run] for run in runs])
    for run, was, now in zip(runs, before, after, strict=True):
        assert now == was, run


@cache
def case(name: str) -> Translation:
    return whole((INPUTS / name).read_text())


def whole(text: str) -> Translation:
    """Convert a script with all rules."""
    return converted(*text.rstrip("\n").split("\n"))


def with_lines(lines: str, step: int | None = None) -> str:
    """Put lines into the standard script: behind the choice of steps, or at the end of a step."""
    head = "try:\n  thesteps = mysteps\nexcept NameError:\n  pass\nif (thesteps==[])"
    text = STANDARD_SCRIPT.replace("if (thesteps==[])", head)
    if step is None:
        place = "  thesteps = range(0,len(step_title))\n"
        return text.replace(place, f"{place}{lines}\n", 1)
    following = f"# {STANDARD[step + 1]}\n"
    indented = "".join(f"  {line}\n" for line in lines.split("\n"))
    return text.replace(following, f"{indented}\n{following}", 1)


def steps_told(found: Translation) -> list[Attention]:
    return [seen for seen in found.attention if seen.rule == "steps"]


def moved(found: Translation) -> bool:
    return any(move.old != move.new for move in found.steps)


# The inputs in which a number stayed behind


def test_a_value_looked_up_by_step_keeps_all_numbers_q02_get() -> None:
    found = case("q02_get.py")
    assert not moved(found)
    assert [seen.line for seen in steps_told(found)] == [137]
    assert found.result.count("mystep = 13\n") == 1


def test_the_first_of_the_steps_is_compared_by_its_new_number_q03_first() -> None:
    found = case("q03_first.py")
    assert "recal = thesteps[0] >= 9\n" in found.result
    assert not steps_told(found)
    assert_same_calls((INPUTS / "q03_first.py").read_text(), found)


def test_questions_about_all_the_steps_keep_all_numbers_p05_len() -> None:
    found = case("p05_len.py")
    assert not moved(found)
    # `max(thesteps) > 13` (26) and `13 in thesteps` (27) would be rewritten, `thesteps[0] >= 7` (30) too
    assert [seen.line for seen in steps_told(found)] == [25, 28, 29, 31, 32, 33]
    assert "if max(thesteps) > 13: print 'late'\n" in found.result


def test_steps_under_another_name_move_other_step_name() -> None:
    found = case("other_step_name_3.4.py")
    assert moved(found)
    assert not steps_told(found)
    text = (INPUTS / "other_step_name_3.4.py").read_text()
    # its own choice of steps is taken away, so that each can be chosen
    choose, chosen = "mysteps = [6,7,8,9,10]\n", "mysteps = [8,9,10,11,12,13]\n"
    assert choose in text
    assert chosen in found.result
    before = play(text.replace(choose, ""), [[6], [7], [10]])
    after = play(found.result.replace(chosen, ""), [[8], [9], [12]])
    tasks = [["listobs"], ["flagdata"], ["applycal"]]
    assert [[call[0] for call in calls] for calls in before] == tasks
    assert [[call[0] for call in calls] for calls in after] == tasks


# More of the kind

REWRITTEN = [
    ("if thesteps[0] >= 7: listobs(vis='recal')", "if thesteps[0] >= 9: listobs(vis='recal')"),
    ("if min(thesteps) > 6: listobs(vis='recal')", "if min(thesteps) > 8: listobs(vis='recal')"),
    ("if max(thesteps) < 7: listobs(vis='a priori')", "if max(thesteps) < 9: listobs(vis='a priori')"),
    ("if thesteps[-1] > 12: listobs(vis='late')", "if thesteps[-1] > 14: listobs(vis='late')"),
    (
        "if 13 in thesteps or 14 in thesteps: listobs(vis='g')",
        "if 15 in thesteps or 16 in thesteps: listobs(vis='g')",
    ),
    ("if 11 not in thesteps: listobs(vis='no bandpass')", "if 13 not in thesteps: listobs(vis='no bandpass')"),
    ("thesteps += [9]", "thesteps += [11]"),
    ("thesteps.extend([7, 8])", "thesteps.extend([9, 10])"),
    ("thesteps.append(9)", "thesteps.append(11)"),
    ("if 3 in thesteps: thesteps.remove(3)", "if 5 in thesteps: thesteps.remove(5)"),
    (
        "wanted = [3] if 3 in thesteps else [4]\nlistobs(vis=str(len(wanted)))",
        "wanted = [3] if 5 in thesteps else [4]",
    ),
    ("print step_title[7]", "print step_title[9]"),
    ("if 7 in step_title: listobs(vis='here')", "if 9 in step_title: listobs(vis='here')"),
]
IN_STEP_13 = [
    ("if mystep in range(7,16): listobs(vis='recal')", "if mystep in range(9,18): listobs(vis='recal')"),
    ("if mystep in range(13): listobs(vis='never')", "if mystep in range(15): listobs(vis='never')"),
    ("if mystep in (13, 14): listobs(vis='gain')", "if mystep in (15, 16): listobs(vis='gain')"),
    ("if mystep not in [12]: listobs(vis='gain')", "if mystep not in [14]: listobs(vis='gain')"),
    ("if 7 <= mystep < 14: listobs(vis='gain')", "if 9 <= mystep < 16: listobs(vis='gain')"),
    ("if mystep == 13 and 15 in thesteps: listobs(vis='x')", "if mystep == 15 and 17 in thesteps: listobs(vis='x')"),
]
NO_MATTER = [
    "thesteps = list(thesteps)",
    "thesteps = sorted(set(thesteps))",
    "thesteps = thesteps[:]",
    "if 'mysteps' in globals(): thesteps = mysteps",
    "thesteps = globals().get('mysteps', []) or range(len(step_title))",
    "if not thesteps: thesteps = range(len(step_title))",
    "if len(thesteps) == 0: thesteps = step_title.keys()",
    "for s in thesteps: print s, step_title[s]",
    "for k, t in sorted(step_title.items()): print k, t",
    "for i in range(len(thesteps)): print 'step', thesteps[i], step_title[thesteps[i]]",
    "print 'steps: ' + ', '.join([str(s) for s in thesteps])",
    "text = 'Steps %s' % str(thesteps)\ncasalog.post(text)\nprint text",
    "casalog.post('Running steps %s' % (thesteps,), 'INFO')",
    "if thesteps == []: raise ValueError('set mysteps')",
    "thesteps.sort()",
]
NO_MATTER_IN_STEP_13 = [
    "casalog.post('Step %d: %s' % (mystep, step_title[mystep]))",
    "text = 'Step '+str(mystep)+' '+step_title[mystep]; casalog.post(text); print text",
    "print 'next is', mystep + 1",
    "print step_title.get(mystep, '')",
    "if mystep in step_title: listobs(vis='titled')",
    "print >>log, 'step', mystep",
]
FILES = [
    "plotms(vis='a', plotfile='amp_step%d.png' % mystep)",
    "plotfile = 'amp_step' + str(mystep) + '.png'\nplotms(vis='a', plotfile=plotfile)",
    "os.system('rm -rf plots_step%02d' % mystep)",
]


@pytest.mark.parametrize(("line", "after"), REWRITTEN)
def test_numbers_of_steps_are_rewritten(line: str, after: str) -> None:
    text = with_lines(line)
    found = whole(text)
    assert f"{after}\n" in found.result
    assert not steps_told(found)
    assert_same_calls(text, found)


@pytest.mark.parametrize(("line", "after"), IN_STEP_13)
def test_the_number_at_hand_is_compared_by_its_new_number(line: str, after: str) -> None:
    text = with_lines(line, step=13)
    found = whole(text)
    assert f"  {after}\n" in found.result
    assert not steps_told(found)
    assert_same_calls(text, found)


@pytest.mark.parametrize("line", NO_MATTER)
def test_what_does_not_depend_on_numbers_is_left(line: str) -> None:
    text = with_lines(line)
    found = whole(text)
    assert moved(found)
    assert f"{line}\n" in found.result
    assert not steps_told(found)
    assert_same_calls(text, found)


@pytest.mark.parametrize("line", NO_MATTER_IN_STEP_13)
def test_a_number_that_is_only_told_is_left(line: str) -> None:
    text = with_lines(line, step=13)
    found = whole(text)
    assert moved(found)
    assert not steps_told(found)
    assert_same_calls(text, found)


@pytest.mark.parametrize("line", FILES)
def test_a_number_in_a_files_name_moves_with_its_step(line: str) -> None:
    found = whole(with_lines(line, step=13))
    assert moved(found)
    assert not steps_told(found)


UNREAD = [
    "solint = {11: 'inf', 13: 'int'}[thesteps[0]]",
    "x = len(thesteps) == 16",
    "x = thesteps[-1] == 15",
    "x = max(thesteps) == 15",
    "x = min(thesteps) == 0",
    "x = set(thesteps) & set([13,15])",
    "x = any(s > 12 for s in thesteps)",
    "x = filter(lambda s: s > 6, thesteps)",
    "thesteps = [s for s in thesteps if s >= 7]",
    "first = 7\nx = first in thesteps",
    "first = 7\nx = thesteps[0] >= first",
    "def run(n): return n in thesteps",
    "x = thesteps.index(7)",
    "x = thesteps.count(7)",
    "steps = thesteps\nx = 7 in steps",
    "for s in thesteps:\n  if s == 7: print 'x'",
    "for mystep in thesteps: pass",
    "while thesteps: thesteps.pop()",
    "thesteps.pop(0)",
    "thesteps.insert(0, 7)",
    "thesteps.remove(15)",
    "thesteps = thesteps[2:]",
    "exec 'mystep = 7'",
    "exec('if 7 in thesteps: print 1')",
    "x = eval('7 in mysteps')",
    "x = sorted(thesteps)[0] == 7",
    "thesteps = range(0, len(step_title)-1)",
    "thesteps = map(int, sys.argv[3:])",
    "thesteps = range(first, 16)",
    "thesteps, x = [7,8], 1",
    "globals()['thesteps'] = [7]",
    "x = thesteps == [7,8,9]",
    "from setup import thesteps",
    "x = thesteps[0] > 6.5",
    "x = '%s' % thesteps == '[7]'",
    "print solints[thesteps[0]]",
    "x = step_title.keys()[0] == 7",
    "x = step_title[n] == 'listobs'",
    "x = lambda mystep: solints.get(mystep)",
    "for s in helper(thesteps): print s",
]
UNREAD_IN_STEP_13 = [
    "solint = solints.get(mystep, '60s')",
    "if str(mystep) == '13': pass",
    "if '%d' % mystep == '13': pass",
    "x = mystep + 1\nlistobs(vis=x)",
    "if mystep % 2: pass",
    "if mystep - 7: pass",
    "if mystep > 6.5: pass",
    "if mystep == first: pass",
    "if mystep == max(thesteps): pass",
    "name = 'step%d' % mystep\nx = names[name]",
    "listobs(vis='a', listfile='obs_step%d.txt' % mystep); os.system('mv obs_step13.txt x.txt')",
    "flagdata(vis='a', antenna='DV%02d' % mystep)",
    "helper(mystep)",
    "helper(step=mystep)",
    "done.append(mystep)",
    "mystep = step = 13",
    "print solints[mystep]",
    "print 'x' if mystep - 13 else 'y'",
    "execfile('step%d.py' % mystep)",
    "x = mystep\nplotants()",
]


@pytest.mark.parametrize(
    ("line", "step"), [(line, None) for line in UNREAD] + [(line, 13) for line in UNREAD_IN_STEP_13]
)
def test_what_is_not_understood_keeps_all_numbers_and_is_told(line: str, step: int | None) -> None:
    text = with_lines(line, step)
    found = whole(text)
    first = next(n for n, row in enumerate(text.split("\n"), 1) if row.strip() == line.split("\n")[0])
    told = [seen for seen in steps_told(found) if "keep their numbers" in seen.message]
    assert told
    assert {seen.line - first for seen in told} <= set(range(line.count("\n") + 1))
    assert "re-calibration starts at step 7" in told[0].hint
    assert not moved(found)
    assert "importasdm" not in found.result
    assert found.result.rstrip("\n") == text.replace("before applycal cal", "before applycal").rstrip("\n")


def test_a_step_that_is_told_by_its_number_and_asked_for_elsewhere_is_one_step() -> None:
    text = with_lines("if 13 in thesteps: listobs(vis='gain')")
    found = whole(text)
    assert "if 15 in thesteps: listobs(vis='gain')\n" in found.result
    assert_same_calls(text, found)


def test_a_title_that_the_script_asks_for_is_not_reworded() -> None:
    text = with_lines("if step_title[mystep] == 'Save flags before applycal cal': listobs(vis='last')", step=14)
    found = whole(text)
    assert "'Save flags before applycal cal': listobs" in found.result
    assert "16: 'Save flags before applycal cal'" in found.result
    assert_same_calls(text, found)


def test_a_default_that_counts_titles_is_told_where_it_takes_other_steps() -> None:
    found = whole(script(STANDARD[7:], first=7))
    (told,) = steps_told(found)
    assert told.line == 12
    assert "range(0,len(step_title))" in told.message
    assert not steps_told(whole(STANDARD_SCRIPT))

"""Calls that can't be followed are told of and counted, and dictionaries that can be are followed."""

from __future__ import annotations

import pytest

from rules.conversion import converted


def told(*lines: str) -> list[tuple[int, str]]:
    return [(one.line, one.rule) for one in converted(*lines).attention]


@pytest.mark.parametrize(
    ("lines", "line", "task"),
    [
        (["from tasks import gaincal as g", "g(vis='x.ms', caltable='x.g')"], 2, "gaincal"),
        (["import tasks", "tasks.gaincal(vis='x.ms')"], 2, "gaincal"),
        (["gaincal_cli(vis='x.ms')"], 1, "gaincal"),
        (["exec \"gaincal(vis='x.ms')\""], 1, "gaincal"),
        (["x = eval('imstat(imagename=\"a\")')"], 1, "imstat"),
        (["apply(gaincal, ['x.ms'])"], 1, "gaincal"),
        (["map(listobs, names)"], 1, "listobs"),
        (["for task in [gaincal, 1]:", "  task(vis='x.ms')"], 1, "gaincal"),
    ],
)
def test_a_call_that_can_t_be_followed(lines: list[str], line: int, task: str) -> None:
    found = converted(*lines)
    assert found.result == "\n".join(lines) + "\n"
    assert [(one.line, one.rule) for one in found.attention] == [(line, "hidden-call")]
    assert [(one.task, one.line, one.status) for one in found.calls] == [(task, line, "unknown")]


def test_another_name_is_told_where_it_is_bound_and_where_it_is_called() -> None:
    found = converted("g = gaincal", "g(vis='x.ms', caltable='x.g')")
    assert [one.line for one in found.attention] == [1, 2]
    assert [(one.task, one.line, one.status) for one in found.calls] == [("gaincal", 2, "unknown")]


@pytest.mark.parametrize(
    "lines",
    [
        ["default(gaincal)"],
        ["saveinputs(gaincal, 'x.saved')"],
        ["help(gaincal)"],
        ["from clean_cli import clean_cli as clean", "clean(vis='x.ms', imagename='x', mode='mfs')"],
        ["split = 3", "names = [split]"],
        ["words = text.split(',')", "text.find('a')"],
        ["exec 'x = 1'", "eval('gaincal')"],
        ["find = {'split': 1}"],
        ["g = gain", "g(vis='x.ms')"],
        ["def f(clean): return [clean]"],
        ["print 'gaincal(vis=1)'"],
    ],
)
def test_what_only_looks_like_one(lines: list[str]) -> None:
    assert "hidden-call" not in {rule for _, rule in told(*lines)}


@pytest.mark.parametrize("source", ["dict(vis='x.ms', antenna='DV04')", "{'vis': 'x.ms', 'antenna': 'DV04'}"])
def test_a_dictionary_that_is_set_once_is_followed(source: str) -> None:
    found = converted(f"common = {source}", "tflagdata(mode='manual', **common)")
    assert found.result.splitlines()[1] == "flagdata(mode='manual', **common)"
    assert not found.attention


def test_a_dictionary_written_in_the_call_is_followed() -> None:
    assert not told("listobs(verbose=True, **{'vis': 'x.ms'})")


@pytest.mark.parametrize("source", ["dict(vis='x.ms', mode='manualflag')", "{'vis': 'x.ms', 'mode': 'man'}"])
def test_what_has_to_change_in_a_dictionary_is_told_with_its_line(source: str) -> None:
    found = converted(f"common = {source}", "flagdata(antenna='DV04', **common)")
    assert [one.line for one in found.attention][:1] == [2]
    assert "mode comes in from a dictionary, line 1" in found.attention[0].message


@pytest.mark.parametrize(
    "lines",
    [
        ["gaincal(caltable='x.g', **other)"],
        ["gaincal(*arguments)"],
        ["common = {'vis': 'x.ms'}", "common['opacity'] = 0.1", "gaincal(caltable='x.g', **common)"],
        ["common = {'vis': 'x.ms'}", "common.update(more)", "gaincal(caltable='x.g', **common)"],
        ["common = {key: 'x.ms'}", "gaincal(caltable='x.g', **common)"],
        ["common = dict(more, vis='x.ms')", "gaincal(caltable='x.g', **common)"],
        ["for common in many:", "  gaincal(caltable='x.g', **common)"],
    ],
)
def test_a_dictionary_that_can_t_be_followed(lines: list[str]) -> None:
    assert (len(lines), "hidden-call") in told(*lines)
    assert "unknown" in {one.status for one in converted(*lines).calls}


@pytest.mark.parametrize(
    ("source", "followed"),
    [
        ("'a' + 'b'", True),
        ("'%s.b' % 'a'", True),
        ("'%s.%d' % ('a', 1)", True),
        ("'{}.b'.format('a')", True),
        ("name + '.b'", False),
        ("'%(x)s' % {'y': 1}", False),
        ("'a'.join(names)", False),
        ("'{1}'.format('a')", False),
    ],
)
def test_texts_put_together(source: str, followed: bool) -> None:
    """setjy's standard decides over a rule: it is known only if the text shows it."""
    found = converted(f"standard = {source}", "setjy(vis='x.ms', fluxdensity=1.0, standard=standard)")
    assert ("standard='manual'" in found.result) == followed
    assert bool(found.attention) != followed

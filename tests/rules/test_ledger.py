"""Nothing differs between the interfaces of 3.4 and 4.2 that nobody has looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from cal_upgrade.casa import judgements
from cal_upgrade.casa.judgements import Judgement, Judgements
from cal_upgrade.casa.tables import load
from cal_upgrade.rules.document import ledger_page
from cal_upgrade.rules.ledger import Entry, Releases, faults, ledger, renamed
from rules.conversion import RULES, converted

RELEASES = Releases(load("3.4.0"), [load("4.0.1"), load("4.1.0")], [load("4.2.0"), load("4.2.2")])
JUDGED = judgements.load()
LEDGER = ledger(RELEASES, RULES, JUDGED)


def entry(task: str, what: str, parameter: str, entries: list[Entry] = LEDGER) -> Entry:
    return next(
        one
        for one in entries
        if (one.difference.task, one.difference.what, one.difference.parameter) == (task, what, parameter)
    )


def without(task: str, what: str, parameter: str) -> Judgements:
    """All judgements but that of one difference."""

    def left(one: Judgement) -> Judgement:
        if one.what != what or task not in one.tasks:
            return one
        return replace(one, parameters=[name for name in one.parameters if name != parameter])

    return Judgements([left(one) for one in JUDGED.all])


def test_something_looks_after_every_difference_and_nothing_after_what_is_none() -> None:
    assert list(faults(LEDGER, RULES, JUDGED)) == []


def test_the_ledger_is_documented_as_it_is() -> None:
    page = Path(__file__).parents[2] / "docs" / "ledger.md"
    assert page.read_text(encoding="utf-8") == ledger_page(), "run make docs"


@pytest.mark.parametrize(
    ("task", "what", "parameter", "sort", "reason"),
    [
        ("fixplanets", "added", "reftime", "rule", "fixplanets-reftime"),
        ("tflagdata", "added", "extendflags", "rule", "tflagdata-extendflags"),
        ("gaincal", "gone", "opacity", "rule", "opacity-gaincurve"),
        ("clearcal", "default", "addmodel", "rule", "clearcal-delmod"),
        ("imsmooth", "default", "minor", "derivation", "the old default is written out"),
        ("partition", "default", "separationaxis", "derivation", "a person is told"),
        ("plotms", "moved", "xaxis", "derivation", "the arguments are given their names"),
        ("gencal", "allowed", "caltype", "derivation", "all that was taken still is"),
        ("imhead", "gone", "hdtype", "derivation", "dropped where it does nothing, a person is told"),
    ],
)
def test_what_looks_after_a_difference(task: str, what: str, parameter: str, sort: str, reason: str) -> None:
    found = entry(task, what, parameter)
    assert (found.sort, found.reason) == (sort, reason)


def test_a_judgement_gives_its_reason() -> None:
    found = entry("applycal", "added", "applymode")
    assert found.sort == "judgement"
    assert "'calflag'" in found.reason


def test_a_difference_that_nothing_looks_after_is_a_fault() -> None:
    judged = without("applycal", "added", "applymode")
    found = [one for one in faults(ledger(RELEASES, RULES, judged), RULES, judged) if "applymode" in one]
    assert found == ["applycal added applymode (''): no rule, no derivation, no judgement"]


def test_a_rule_that_is_left_out_leaves_its_difference_open() -> None:
    rules = [rule for rule in RULES if rule.id != "fixplanets-reftime"]
    found = list(faults(ledger(RELEASES, rules, JUDGED), rules, JUDGED))
    assert found == ["fixplanets added reftime ('first'): no rule, no derivation, no judgement"]


@pytest.mark.parametrize(
    ("judgement", "fault"),
    [
        (
            Judgement(["gaincal"], "added", "4.2.0", ["x"], ["doccallib"], harmless="no"),
            "judgement gaincal added doccallib: there is no such difference",
        ),
        (
            Judgement(["smoothcal"], "gone", "4.2.0", ["x"], ["*"], hint="no"),
            "judgement smoothcal gone *: there is no such difference",
        ),
        (
            Judgement(["clearcal"], "default", "4.0.0", ["x"], ["addmodel"], harmless="no"),
            "judgement clearcal default addmodel: it came with CASA 4.2.0, not 4.0.0",
        ),
        (
            Judgement(["clearcal"], "default", "4.2.0", ["x"], ["addmodel"]),
            "judgement clearcal default: give either harmless or hint",
        ),
    ],
)
def test_a_judgement_about_nothing_is_a_fault(judgement: Judgement, fault: str) -> None:
    judged = Judgements([*JUDGED.all, judgement])
    assert fault in list(faults(LEDGER, RULES, judged))


def test_a_rule_that_covers_nothing_is_a_fault() -> None:
    rules = [replace(rule, covers=["nosuch"]) if rule.id == "uvcontsub2" else rule for rule in RULES]
    assert list(faults(LEDGER, rules, JUDGED)) == [
        "rule uvcontsub2: covers nosuch: no difference of uvcontsub2 is about that"
    ]


def test_tasks_that_rules_rename() -> None:
    assert renamed(RULES) == {"tflagdata": "flagdata", "flagautocorr": "flagdata", "uvcontsub2": "uvcontsub"}


def test_every_judgement_names_its_source() -> None:
    assert [one for one in JUDGED.all if not one.source or not all(one.source)] == []


def test_a_file_that_is_no_judgement_is_named(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text('[[judgement]]\ntasks = ["gaincal"]\nwhat = "colour"\nsince = "4.2.0"\nsource = []\n')
    with pytest.raises(ValueError, match=r"ours\.toml.*colour"):
        judgements.read(file)


@pytest.mark.parametrize(
    "call",
    [
        "imsmooth(imagename='x.im', beam={'major': '2arcsec', 'minor': '2arcsec', 'pa': '0deg'}, outfile='y.im')",
        "imsmooth(imagename='x.im', kernel='gauss', beam='', outfile='y.im')",
    ],
)
def test_no_default_of_3_4_is_written_into_a_call_that_3_4_refuses(call: str) -> None:
    assert converted(call).result == call + "\n"

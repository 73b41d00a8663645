"""Decides what number each step of a script gets in 4.2, and which steps come in. Knows numbers and titles, no text.

A step's new number is its old one plus the number of steps that come in ahead of it. So a script's own steps stay
in their order, gaps stay gaps, and what belonged together before belongs together afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from cal_upgrade.records import StepMove
from cal_upgrade.steps.stepmap import Insertion, StepMap
from cal_upgrade.steps.titles import A_PRIORI, ANYBODYS, NUMBER_34, RECALIBRATION, SAVED_FLAGS, Known, known


class Step(NamedTuple):
    """One step as the script has it.

    `here`: the script holds its block, not only its title. `tasks` are the functions the block calls, `saves` the
    flag versions it names.
    """

    number: int
    title: str
    here: bool = True
    tasks: frozenset[str] = frozenset()
    saves: frozenset[str] = frozenset()


class Doubt(NamedTuple):
    """What a person must look at, at a step (its old number)."""

    number: int
    message: str
    hint: str


class Plan(NamedTuple):
    """How a script's steps become those of 4.2."""

    map: StepMap
    doubts: tuple[Doubt, ...] = ()


class _Come(NamedTuple):
    """A step to come in at old number `at`: between the steps below it and those from it on. None: room only."""

    at: int
    step: Known | None
    before: int | None
    run: tuple[int, ...]
    written: bool
    along: frozenset[int]


def keep(steps: Iterable[Step]) -> Plan:
    """Leave every step where it is."""
    return Plan(StepMap(tuple(StepMove(step.number, step.number, step.title) for step in steps)))


def align(steps: Sequence[Step]) -> Plan:
    """Decide the map of a script's steps (ascending numbers) to those of CASA 4.2, by their titles."""
    kinds = _kinds(steps)
    if not _packaged(steps, kinds):
        return keep(steps)
    comes: list[_Come] = []
    doubts: list[Doubt] = []
    runs = list(_runs(steps, kinds))
    for k, (first, end) in enumerate(runs):
        follower = steps[end].number if end < len(steps) else None
        front, doubt = _front(steps[first:end], kinds[first:end], first=k == 0)
        comes += front + _end(steps[first:end], kinds[first:end], follower)
        doubts += doubt
    return Plan(_map(steps, comes), tuple(doubts))


def _kinds(steps: Sequence[Step]) -> list[Known | None]:
    """Tell which standard step each is: titles decide, then the flag version that a step saves.

    A saved version tells nothing where another step has the title, or where a priori steps still follow: flags of the
    delivered data may be saved under the same name.
    """
    kinds = [known(step.title) for step in steps]
    titled = set(kinds)
    a_priori = max((i for i, kind in enumerate(kinds) if kind in A_PRIORI), default=-1)
    for i, step in enumerate(steps):
        saved = {SAVED_FLAGS[version] for version in step.saves & SAVED_FLAGS.keys()} - titled
        if kinds[i] is None and len(saved) == 1 and "flagmanager" in step.tasks and i > a_priori:
            kinds[i] = saved.pop()
    return kinds


def _packaged(steps: Sequence[Step], kinds: Sequence[Known | None]) -> bool:
    """Tell a packaged calibration script, edited by hand or not, from another script that has steps of its own.

    The title that opens the re-calibration is nobody else's. Without it, anybody may call a step "Bandpass
    calibration": there must be more, and among it titles or flag versions that only the generator uses.
    """
    standard = {kind for kind in kinds if kind in A_PRIORI or kind in RECALIBRATION}
    if any(known(step.title) is Known.START for step in steps):
        return len(standard) >= 2
    return len(standard) >= 4 and len(standard.difference(ANYBODYS)) >= 2


def _runs(steps: Sequence[Step], kinds: Sequence[Known | None]) -> Iterable[tuple[int, int]]:
    """Cut the steps of several measurement sets, numbered through in one script, into those of each."""
    openers = (Known.IMPORT, Known.SYSCAL, Known.FIXPLANETS, Known.LISTOBS, Known.START)
    first, started = 0, False
    for i, kind in enumerate(kinds):
        if started and kind in openers and Known.START in kinds[i:]:
            yield first, i
            first, started = i, False
        started = started or kind is Known.START
    yield first, len(steps)


def _front(steps: Sequence[Step], kinds: Sequence[Known | None], first: bool) -> tuple[list[_Come], list[Doubt]]:
    """Decide what comes in ahead of the re-calibration of one measurement set."""
    start, sure = _start(steps, kinds)
    before = steps[:start]
    there: dict[Known, int] = {}
    for step, kind in zip(before, kinds, strict=False):
        new = _new_step(step, kind)
        if new is not None:
            there[new] = step.number
    run = tuple(step.number for step in steps)
    if there:
        return _missing(steps, there, run), []
    if not before:
        return _no_a_priori(steps, kinds, first)
    standard = [(step.number, kind) for step, kind in zip(before, kinds, strict=False) if kind in A_PRIORI]
    if 2 * len(standard) >= len(before):
        number, kind = standard[0]
        place = _standard_number(kind)
        ahead = before[0].number
        if first and ahead >= 2 and place is not None and number in (place + 2, place + 3):
            return [], []  # numbered as in 4.2 already, the first two steps cut out
        if first and place is not None and number in (place, place + 1):
            ahead = 0
        return _pair(ahead, before[0].number, run, before, frozenset(step.number for step in before)), []
    number = steps[start].number if start < len(steps) else before[-1].number
    if not sure:
        return [], [
            Doubt(
                number,
                "neither the a priori steps nor the first step of the re-calibration can be told by their titles, "
                "so nothing was put in ahead of it and the steps keep their numbers",
                "In a standard script the re-calibration starts at step 7 in 3.4 and at step 9 in 4.2: when running "
                "single steps, go by this script's own numbers.",
            )
        ]
    along = frozenset((before[-1].number, number))
    result = number + 2 if first else None
    where = f"steps {number} and {number + 1}" if first else "two steps"
    start_now = f", so that it starts at {result}" if result is not None else ""
    return _pair(number, number, run, before, along), [
        Doubt(
            number,
            f"the a priori steps are not the standard ones, so '{Known.IMPORT.title}' and '{Known.SYSCAL.title}' "
            f"come in as {where} right before the re-calibration{start_now}",
            "Check that they may stand there; they belong ahead of the a priori steps."
            + ("" if result in (9, None) else f" NRAO's guide starts at 9: with this script start at {result}."),
        )
    ]


def _start(steps: Sequence[Step], kinds: Sequence[Known | None]) -> tuple[int, bool]:
    """Find the first step of the re-calibration, and whether it is sure to be the first."""
    if Known.START in kinds:
        return kinds.index(Known.START), True
    for i, kind in enumerate(kinds):
        if kind in RECALIBRATION:
            if i == 0 or kinds[i - 1] in A_PRIORI:
                return i, True
            in_place = kind is not None and steps[i].number == NUMBER_34[kind] and kind is Known.FLAGS
            if in_place and steps[i - 1].number == NUMBER_34[Known.START]:
                return i - 1, True  # retitled, but it stands where the standard script has it
            return i, False
    return len(steps), True


def _new_step(step: Step, kind: Known | None) -> Known | None:
    """Tell a step that only 4.2 has, under its own title or a reducer's."""
    if kind in (Known.IMPORT, Known.SYSCAL):
        return kind
    if kind is None and "importasdm" in step.tasks:
        return Known.IMPORT
    return Known.SYSCAL if kind is None and "fixsyscaltimes" in step.tasks else None


def _missing(steps: Sequence[Step], there: dict[Known, int], run: tuple[int, ...]) -> list[_Come]:
    """Complete the two steps where a reducer has put in one of them."""
    if len(there) == 2:
        return []
    ((step, number),) = there.items()
    after = next((other.number for other in steps if other.number > number), number + 1)
    here = next(other.here for other in steps if other.number == number)
    if step is Known.SYSCAL:
        return [_Come(number, Known.IMPORT, number, run, here, frozenset((number,)))]
    return [_Come(number + 1, Known.SYSCAL, after, run, here, frozenset((number, after)))]


def _no_a_priori(
    steps: Sequence[Step], kinds: Sequence[Known | None], first: bool
) -> tuple[list[_Come], list[Doubt]]:
    """Where the a priori steps were cut out there is nothing to import: only make room, so that 7 becomes 9."""
    number = steps[0].number
    ends_as_42 = _has_corrected(steps, kinds) or _application(steps, kinds) is None
    if not first or number >= 9:
        return [], []
    if number == 7 or (number in (6, 8) and not ends_as_42):
        room = _Come(number, None, None, (), False, frozenset())
        return [room, room], []
    return [], [
        Doubt(
            number,
            f"the a priori steps are not in this script and the re-calibration starts at step {number}; "
            "its steps keep their numbers",
            f"NRAO's guide starts at step 9 in 4.2: with this script start at step {number}.",
        )
    ]


def _standard_number(kind: Known | None) -> int | None:
    return 0 if kind is Known.FIXPLANETS else NUMBER_34.get(kind) if kind is not None else None


def _pair(at: int, before: int, run: tuple[int, ...], steps: Sequence[Step], along: frozenset[int]) -> list[_Come]:
    written = any(step.here for step in steps)
    return [_Come(at, step, before, run, written, along) for step in (Known.IMPORT, Known.SYSCAL)]


def _end(steps: Sequence[Step], kinds: Sequence[Known | None], follower: int | None) -> list[_Come]:
    """Decide whether the final split comes in, behind the last step of one measurement set."""
    application = _application(steps, kinds)
    if application is None or _has_corrected(steps, kinds):
        return []
    last = steps[-1].number
    run = tuple(step.number for step in steps)
    at = last + 1 if follower is None else follower
    return [_Come(at, Known.CORRECTED, None, run, steps[application].here, frozenset((last,)))]


def _application(steps: Sequence[Step], kinds: Sequence[Known | None]) -> int | None:
    """Find the step that applies the solutions: by its title, else the last of the re-calibration with applycal."""
    if Known.APPLICATION in kinds:
        return len(kinds) - 1 - list(reversed(kinds)).index(Known.APPLICATION)
    start, _ = _start(steps, kinds)
    applied = [i for i in range(start, len(steps)) if "applycal" in steps[i].tasks]
    return applied[-1] if applied else None


def _has_corrected(steps: Sequence[Step], kinds: Sequence[Known | None]) -> bool:
    """Whether the calibrated data are split out already, by a step of its own or within the application."""
    application = _application(steps, kinds)
    after = steps[application:] if application is not None else ()
    return Known.CORRECTED in kinds or any("split" in step.tasks for step in after)


def _map(steps: Sequence[Step], comes: Sequence[_Come]) -> StepMap:
    """Number everything through."""
    comes = sorted(comes, key=lambda come: come.at)
    insertions = []
    for k, come in enumerate(comes):
        if come.step is not None:
            insertions.append(Insertion(come.step, come.at + k, come.before, come.run, come.written, come.along))
    moves = []
    for step in steps:
        ahead = sum(come.at <= step.number for come in comes)
        moves.append(StepMove(step.number, step.number + ahead, step.title))
    moves += [StepMove(None, insertion.number, insertion.step.title) for insertion in insertions]
    moves.sort(key=lambda move: move.new)
    assert all(one.new < other.new for one, other in pairwise(moves))
    return StepMap(tuple(moves), tuple(insertions))


def _guide(first: Iterable[Known]) -> StepMap:
    """Make the map of a standard script."""
    titles = [step.title for step in (*first, *A_PRIORI[1:], *RECALIBRATION)]
    return align([Step(number, title) for number, title in enumerate(titles)]).map


GUIDE = _guide(())
"""The standard script of NRAO's guide: 7 to 15 in 3.4 become 9 to 18 in 4.2."""

GUIDE_WITH_FIXPLANETS = _guide((Known.FIXPLANETS,))
"""The standard script that runs fixplanets first: 8 to 16 in 3.4 become 10 to 19 in 4.2."""

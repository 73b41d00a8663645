"""The page says what the journal says, holds the plots, and loads nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from cal_upgrade.run.page import page
from cal_upgrade.run.state.journal import (
    AnyRecord,
    Flagged,
    Flux,
    RunBegan,
    RunEnded,
    StepBegan,
    StepEnded,
    TaskEnded,
    Warned,
)
from cal_upgrade.run.state.summary import tell

PICTURE = b"\x89PNG\r\n\x1a\n not really"

VOID = {"meta", "link", "img", "br"}
OPTIONAL = {"tr", "td", "th", "li", "tbody", "thead", "tfoot", "caption", "p"}


class Read(HTMLParser):
    """Reads a page: that tags close in turn, what it shows, what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.shown = ""
        self.loads: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.feed(text)
        self.close()
        assert [tag for tag in self.open if tag not in OPTIONAL] == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "img":
            self.pictures.append(given)
        for name in ("src", "href"):
            if tag != "a" and given.get(name) and not str(given[name]).startswith("data:"):
                self.loads.append(str(given[name]))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag:
            assert self.open[-1] in OPTIONAL, f"</{tag}> closes <{self.open[-1]}>"
            self.open.pop()
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.shown += data


def run(*between: AnyRecord, steps: list[int] | None = None, ended: str | None = "done") -> list[AnyRecord]:
    began = RunBegan(script="uid_4.2.py", sha256="ab" * 32, steps=steps or [9, 10], casa="6.7.0", when=1e9)
    return [began, *between, *([RunEnded(outcome=ended, seconds=75.2)] if ended else [])]


def step(number: int, *between: AnyRecord, outcome: str = "done", **more: object) -> list[AnyRecord]:
    end = StepEnded(step=number, outcome=outcome, seconds=2.5, **more)
    return [StepBegan(step=number, title=f"Title of {number}"), *between, end]


def setjy(*fluxes: Flux, step: int = 9) -> TaskEnded:
    return TaskEnded(step=step, task="setjy", line=41, seconds=1.5, parameters={"field": "'1'"}, fluxes=list(fluxes))


def test_steps_times_and_fluxes_are_shown(tmp_path: Path) -> None:
    titan = Flux("Titan", 1, 2.14859, frequency=357.5e9, source="setjy")
    found = Flux("J1037-295", 0, 0.60012, 0.00089, 355.5e9)
    scaled = TaskEnded(step=10, task="fluxscale", line=70, seconds=0.4, fluxes=[found])
    shown = Read(page(run(*step(9, setjy(titan)), *step(10, scaled)), tmp_path)).shown
    for text in (
        "uid_4.2.py",
        "steps 9–10 in 1 min 15 s",
        "Title of 9",
        "2.5 s",
        "CASA 6.7.0",
        "2001-09-09 01:46 UTC",
    ):
        assert text in shown
    assert "Titan" in shown
    assert "2.1486" in shown
    assert "357.50 GHz" in shown
    assert "0.6001 ± 0.0009" in shown
    assert "setjy(field='1')" in shown


def test_plots_are_held_in_the_page_and_nothing_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PICTURE)
    read = Read(page(run(*step(9, plots=["a.png", "gone.png"])), tmp_path))
    assert read.loads == []
    assert len(read.pictures) == 1
    assert read.pictures[0]["alt"]
    assert "gone: the file is no longer there" in read.shown


def test_a_plot_counted_to_two_steps_is_shown_once(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PICTURE)
    assert len(Read(page(run(*step(9, plots=["a.png"]), *step(10, plots=["a.png"])), tmp_path)).pictures) == 1


def test_what_does_not_fit_is_linked(tmp_path: Path) -> None:
    (tmp_path / "big.png").write_bytes(b"x" * 41_000_000)
    text = page(run(*step(9, plots=["big.png"])), tmp_path)
    assert len(text) < 1_000_000
    assert '<a href="big.png">' in text


def test_a_step_that_failed_says_why_at_the_top(tmp_path: Path) -> None:
    failed = step(9, outcome="failed", message="gaincal: no <valid> data")
    text = page(run(*failed, ended="failed"), tmp_path)
    assert "gaincal: no <valid> data" in Read(text).shown
    assert text.index("no &lt;valid&gt; data") < text.index("<section")


def test_a_step_without_an_end_was_interrupted(tmp_path: Path) -> None:
    cut = run(*step(9), StepBegan(step=10, title="Title of 10"), ended=None)
    assert tell(cut)[0].steps[10].state == "interrupted"
    assert "the run was cut off" in Read(page(cut, tmp_path)).shown


def test_only_the_last_time_of_a_step_counts(tmp_path: Path) -> None:
    first = Flux("Titan", 0, 1.1111, source="setjy")
    second = Flux("Titan", 0, 2.2222, source="setjy")
    records = run(*step(9, setjy(first)), *step(10)) + run(*step(9, setjy(second)), steps=[9])
    told = tell(records)[0]
    assert told.fluxes == [second]
    assert (told.steps[9].state, told.steps[10].state) == ("done", "outdated")
    shown = Read(page(records, tmp_path)).shown
    assert "1.1111" not in shown
    assert "out of date" in shown


def test_warnings_of_a_step_go_when_it_runs_again() -> None:
    again = run(*step(9, Warned(step=9, line=3, message="old"))) + run(*step(9), steps=[9])
    assert tell(again)[0].warnings == []
    other = run(*step(9, Warned(step=9, line=3, message="kept"))) + run(*step(10), steps=[10])
    assert [warned.message for warned in tell(other)[0].warnings] == ["kept"]


def test_scripts_stand_apart_the_last_one_first() -> None:
    records = [*run(*step(9)), RunBegan(script="other_4.2.py", sha256="", steps=[9]), *step(9)]
    assert [told.script for told in tell(records)] == ["other_4.2.py", "uid_4.2.py"]


def test_flagged_fractions_are_by_antenna_and_field(tmp_path: Path) -> None:
    flagged = Flagged(
        vis="x.ms.split",
        total=0.131,
        antennas={"DV01": 0.262, "DV02": 0.0},
        fields={"Titan": 0.131},
        cross={"DV01": {"Titan": 0.2625}},
    )
    shown = Read(page([*run(*step(9)), flagged], tmp_path)).shown
    for text in ("13.1% of all data", "26.2%", "0.0%", "DV02"):
        assert text in shown
    assert "–" in shown, "DV02 has no data on Titan"


def test_what_a_script_holds_stays_text(tmp_path: Path) -> None:
    evil = '<script>alert(1)</script>" onerror="x'
    (tmp_path / f"{evil[8:13]}.png").write_bytes(PICTURE)
    records = run(
        StepBegan(step=9, title=evil),
        TaskEnded(step=9, task=evil, line=1, seconds=0, parameters={evil: evil}, fluxes=[Flux(evil, 0, 1.0)]),
        Warned(step=9, line=1, message=evil),
        StepEnded(step=9, outcome="failed", seconds=1, message=evil, plots=[f"{evil}.png"]),
    )
    text = page([*records, Flagged(vis=evil, total=0.5, antennas={evil: 0.1}, fields={evil: 0.1})], tmp_path)
    assert "<script" not in text
    assert not re.search(r'<[^>]*" onerror', text)


def test_an_empty_journal_makes_a_page_too(tmp_path: Path) -> None:
    assert "Nothing has run here yet." in Read(page([], tmp_path)).shown

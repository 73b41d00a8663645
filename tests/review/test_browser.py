"""The review page in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cal_upgrade.records import Attention, Call, Change, Kind, Translation
from cal_upgrade.report.describe import Reviewed
from cal_upgrade.report.page import as_page

from . import sample
from .browser import Browser, program
from .test_page import nasty

pytestmark = pytest.mark.skipif(program() is None, reason="no Chromium is installed")

KINDS: list[Kind] = ["required", "results", "style", "required"]


def long_script() -> Reviewed:
    """Give a script of 300 lines that changes at lines 20, 60, 100 and 140, and wants a person at line 220."""
    old = [f"a{k} = {k}\n" for k in range(1, 301)]
    new = list(old)
    changes = []
    for k, kind in enumerate(KINDS):
        line = 20 + 40 * k
        new[line - 1] = f"a{line} = 'changed'\n"
        changes.append(Change(f"rule-{kind}", kind, line, line, str(line), "'changed'", f"why {kind}"))
    found = Translation(
        "".join(old),
        "".join(new),
        "3.4",
        "said so",
        changes=tuple(changes),
        attention=(Attention("look", 220, "look at this", "decide"),),
        calls=(Call("gaincal", 20, 1, "changed"), Call("setjy", 80, 2, "checked"), Call("clean", 180, 3, "unknown")),
    )
    return Reviewed("long.py", "long_4.2.py", found)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Browser]:
    path = tmp_path / "review.html"
    path.write_text(as_page([long_script(), sample.refused()], {}), encoding="utf-8")
    browser.console.clear()
    browser.open(path)
    yield browser
    assert browser.console == []


def texts(page: Browser, selector: str) -> list[str]:
    """Give the texts of the elements that can be seen."""
    found: list[str] = page.run(
        f"[...document.querySelectorAll('{selector}')].filter((e) => e.checkVisibility()).map((e) => e.textContent)"
    )
    return found


def visible_rules(page: Browser) -> list[str]:
    return texts(page, ".note code")


def choose(page: Browser, rule: str) -> None:
    page.run(
        f"var list = document.querySelector('select'); list.value = '{rule}'; "
        "list.dispatchEvent(new Event('change', {bubbles: true}))"
    )


def test_all_is_shown_at_first(page: Browser) -> None:
    assert visible_rules(page) == ["rule-required", "rule-results", "rule-style", "rule-required", "look"]
    assert texts(page, "#shown") == ["5 in all"]
    assert texts(page, ".refused") == ["Line 3: this does not read as Python 2. Mend the script first."]


def test_only_what_changed_is_unfolded(page: Browser) -> None:
    seen = texts(page, ".code td:nth-child(2)")
    assert "a20 = 20" in seen
    assert "a17 = 17" in seen
    assert "a16 = 16" not in seen
    assert "16 unchanged lines" in texts(page, ".fold summary")
    page.run("document.querySelector('.fold summary').click()")
    assert "a16 = 16" in texts(page, ".code td:nth-child(2)")


def test_kinds_filter_notes_and_code(page: Browser) -> None:
    page.run("document.querySelector('input[value=required]').click()")
    assert visible_rules(page) == ["rule-results", "rule-style", "look"]
    assert texts(page, "#shown") == ["3 of 5"]
    seen = texts(page, ".code td:nth-child(2)")
    assert "a60 = 60" in seen
    assert "a20 = 20" not in seen
    page.run("document.querySelector('input[value=attention]').click()")
    assert texts(page, ".attention li") == []
    page.run(
        "document.querySelectorAll('input[value=attention], input[value=required]').forEach((box) => box.click())"
    )
    assert texts(page, "#shown") == ["5 in all"]
    assert "a20 = 20" in texts(page, ".code td:nth-child(2)")


def test_rules_filter(page: Browser) -> None:
    choose(page, "rule-required")
    assert visible_rules(page) == ["rule-required", "rule-required"]
    assert texts(page, ".attention li") == []
    choose(page, "")
    assert len(visible_rules(page)) == 5


def test_keys_go_from_note_to_note_and_skip_what_is_filtered_out(page: Browser) -> None:
    def here() -> str:
        found: str = page.run("document.activeElement.dataset.rule + ' ' + document.activeElement.dataset.kind")
        return found

    page.press("n")
    assert here() == "rule-required required"
    page.run("document.querySelector('input[value=results]').click()")
    page.press("n")
    assert here() == "rule-style style"
    page.press("p")
    assert here() == "rule-required required"
    for _ in range(9):
        page.press("n")
    assert here() == "look attention"
    inside: bool = page.run(
        "(({top, bottom}) => top > 0 && bottom < innerHeight)(document.activeElement.getBoundingClientRect())"
    )
    assert inside


def test_keys_do_nothing_where_one_writes_or_chooses(page: Browser) -> None:
    page.run("document.querySelector('select').focus()")
    page.press("n")
    assert page.run("document.activeElement.tagName") == "SELECT"


def test_links_from_the_account_open_the_fold(page: Browser) -> None:
    assert "a80 = 80" not in texts(page, ".code td:nth-child(2)")
    page.run("document.querySelector('a[href=\"#s1-L80\"]').click()")
    # the browser goes to the line when it comes to rest
    page.run("new Promise((done) => setTimeout(done, 50))")
    page.run("0")
    assert "a80 = 80" in texts(page, ".code td:nth-child(2)")


def test_the_account_is_filtered_by_status(page: Browser) -> None:
    page.run("document.querySelector('.account summary').click()")
    assert texts(page, ".account tbody code") == ["gaincal", "setjy", "clean"]
    page.run("document.querySelector('.account input[value=unknown]').click()")
    assert texts(page, ".account tbody code") == ["clean"]


def test_light_and_dark(page: Browser) -> None:
    def shade() -> int:
        found: int = page.run("+getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]")
        return found

    page.scheme("light")
    assert shade() > 200
    page.scheme("dark")
    assert shade() < 60
    page.scheme("light")


def test_on_paper_the_tables_are_open_and_the_switches_gone(page: Browser) -> None:
    assert page.paper().startswith(b"%PDF")
    page.run("dispatchEvent(new Event('beforeprint'))")
    page.send("Emulation.setEmulatedMedia", media="print")
    assert texts(page, ".account tbody code") == ["gaincal", "setjy", "clean"]
    assert texts(page, "#filters") == []
    page.send("Emulation.setEmulatedMedia", media="")
    page.run("dispatchEvent(new Event('afterprint'))")
    assert texts(page, ".account tbody code") == []


def test_a_hostile_script_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "nasty.html"
    path.write_text(as_page([nasty()], {}), encoding="utf-8")
    browser.console.clear()
    browser.open(path)
    assert browser.console == []
    assert browser.run("document.title").endswith("– cal-upgrade")
    assert browser.run("document.scripts.length") == 1
    assert browser.run("document.querySelectorAll('img, h1').length") == 1

"""The review page as text: nothing lost, nothing let through, nothing loaded."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cal_upgrade.records import Attention, Call, Change, Translation
from cal_upgrade.report.describe import Reviewed, RuleText
from cal_upgrade.report.page import as_page
from cal_upgrade.report.page.colour import as_html, coloured
from cal_upgrade.report.page.html import shown
from cal_upgrade.report.page.words import changed_words

from . import sample

NASTY = """\
print '</script><script>document.title = "broken"</script>'
print "<img src=x onerror=alert(1)>" + '&amp; &lt;' + "'\\""
print '\x1b[31m red \x1b[0m \x07 \x00 \u202e turned \u2066'
'''a string over
</td></table><h1>lines</h1>
<!-- ''' # -->
x = 1\r
w = 0\ry = 2\x0c
z = u'\u00e9 \u9280\u6cb3 \U0001f52d'
tail"""


class Reader(HTMLParser):
    """Reads a page back: every element, and the text of each side of the comparison."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.sides: tuple[list[str], list[str]] = ([], [])
        self.cell = 0
        self.inside = ""
        self.text: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.elements.append((tag, values))
        if tag == "table":
            self.inside = "code" if "code" in (values.get("class") or "") else ""
        elif tag == "tr":
            self.cell = 0 if values.get("class") != "notes" else 9
        elif tag == "th":
            self.cell += 1
        elif tag == "td":
            self.cell += 1
            if self.inside == "code" and self.cell in (2, 4) and values.get("class") != "none":
                self.sides[self.cell // 2 - 1].append("")
        elif tag in ("script", "style", "title"):
            self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in ("table", "script", "style", "title"):
            self.inside = ""

    def handle_data(self, data: str) -> None:
        self.text[self.inside] = self.text.get(self.inside, "") + data
        if self.inside == "code" and self.cell in (2, 4) and self.sides[self.cell // 2 - 1] and data != "\n":
            self.sides[self.cell // 2 - 1][-1] += data.removesuffix("\n") if self.cell == 4 else data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def as_lines(text: str) -> list[str]:
    lines = shown(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return lines if lines[-1] else lines[:-1]


def nasty() -> Reviewed:
    result = NASTY.replace("x = 1", "x = 2")
    bad = "\"><script>alert('x')</script>\x1b&"
    found = Translation(
        NASTY,
        result,
        bad,
        bad,
        changes=(Change(bad, "required", 7, 7, bad, bad, bad),),
        attention=(Attention(bad, 2, bad, bad),),
        calls=(Call(bad, 3, None, "unknown"),),
    )
    return Reviewed(bad, bad, found)


@pytest.mark.parametrize("reviewed", [sample.reviewed(), nasty()], ids=["sample", "nasty"])
def test_every_line_of_both_sides_is_there(reviewed: Reviewed) -> None:
    found = reviewed.outcome
    assert isinstance(found, Translation)
    reader = read(as_page([reviewed], sample.RULES))
    assert reader.sides[0] == as_lines(found.text)
    assert reader.sides[1] == as_lines(found.result)


def test_nothing_of_a_script_becomes_markup() -> None:
    rule = nasty().outcome.changes[0].rule  # type: ignore[union-attr]
    page = as_page([nasty()], {rule: RuleText(rule, "required", rule, rule, (rule,))})
    reader = read(page)
    plain = {tag for tag, _ in read(as_page([sample.reviewed()], sample.RULES)).elements}
    assert {tag for tag, _ in reader.elements} <= plain
    assert not [name for _, attrs in reader.elements for name in attrs if name.startswith("on")]
    assert sum(tag == "script" for tag, _ in reader.elements) == 1
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_the_page_loads_nothing() -> None:
    reader = read(as_page([sample.reviewed(), sample.untouched(), sample.refused()], sample.RULES))
    for tag, attrs in reader.elements:
        assert "src" not in attrs
        assert (attrs.get("href") or "#").startswith("#") or (tag, attrs["href"]) == ("link", "data:,")
    assert "url(" not in reader.text["style"]
    assert "@import" not in reader.text["style"]


def test_every_link_has_its_target() -> None:
    reader = read(as_page([sample.reviewed(), sample.untouched(), sample.refused()], sample.RULES))
    names = [attrs["id"] for _, attrs in reader.elements if "id" in attrs]
    assert len(names) == len(set(names))
    links = [attrs["href"] for tag, attrs in reader.elements if tag == "a"]
    assert "#s1-L70" in links
    assert {str(link)[1:] for link in links} <= set(names)


def test_changes_of_one_rule_side_by_side_share_a_note() -> None:
    notes = [attrs for _, attrs in read(as_page([sample.reviewed()], sample.RULES)).elements if "data-kind" in attrs]
    counted = [(attrs["data-rule"], attrs["data-count"]) for attrs in notes]
    assert counted[:3] == [("step-insert", "1"), ("step-number", "3"), ("version-guard", "2")]
    assert sum(int(attrs["data-count"] or 0) for attrs in notes) == 18


def test_a_script_without_changes_says_so() -> None:
    page = as_page([sample.untouched()], {})
    assert "Nothing to change." in page
    assert 'class="code' not in page


def test_advice_for_a_script_without_changes_stands_at_its_line() -> None:
    seen = Change("calwt", "advice", 2, 2, "applycal", "applycal", "other weights")
    found = Translation("a\nb\n", "a\nb\n", "3.4", "", changes=(seen,), origin=(1, 2, 3))
    page = as_page([Reviewed("x.py", None, found)], {})
    assert "other weights." in page
    assert read(page).sides[0] == ["a", "b"]


@given(st.text(alphabet=st.sampled_from("ab'\"#\\\n ()=1\t\r\x0c"), max_size=60))
def test_colours_keep_the_text(text: str) -> None:
    assert "\n".join("".join(piece for _, piece in line) for line in coloured(text)) == text


WORDS = st.text(alphabet=st.sampled_from("ab1., ='"), max_size=30)


@given(WORDS, WORDS)
def test_what_is_not_marked_is_equal_on_both_sides(old: str, new: str) -> None:
    left, right = changed_words(old, new)
    assert without(old, left) == without(new, right)


def without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        assert start < end
        text = text[:start] + text[end:]
    return text


def test_marks_stand_at_the_words_that_changed() -> None:
    old, new = "tflagdata(vis = 'a', mode = 'man', spw = '0')", "flagdata(vis = 'a', mode = 'manual', spw = '0')"
    assert [old[a:b] for a, b in changed_words(old, new)[0]] == ["tflagdata", "man"]
    assert [new[a:b] for a, b in changed_words(old, new)[1]] == ["flagdata", "manual"]
    assert changed_words("re.search('^3.4')", "re.search('^4.2')")[0] == [(12, 15)]


def test_marks_and_colours_do_not_cross() -> None:
    pieces = [("k", "if"), ("", " a "), ("s", "'bc'")]
    assert as_html(pieces, [(1, 7)]) == (
        "<i class=k>i</i><mark><i class=k>f</i></mark><mark> a </mark><mark><i class=s>'b</i></mark><i class=s>c'</i>"
    )


def test_a_page_takes_as_long_as_its_script_is() -> None:
    """Ten times the lines take ten times the time, give or take what else the machine does."""

    def seconds(lines: int) -> float:
        script = longer(lines)
        start = time.process_time()
        page = as_page([Reviewed("big.py", "out.py", script)], sample.RULES)
        taken = time.process_time() - start
        assert page.count("<tr") > script.text.count("\n")
        return taken

    seconds(700)  # imports what a page needs
    assert seconds(7000) < 20 * min(seconds(700) for _ in range(3))


def longer(lines: int) -> Translation:
    """The sample, put behind itself until it has so many lines; every fifth of them has its changes."""
    one = sample.translation()
    times = lines // one.text.count("\n") + 1
    new_size, old_size = one.result.count("\n"), one.text.count("\n")
    changes = tuple(
        Change(c.rule, c.kind, c.line + n * old_size, c.output_line + n * new_size, c.before, c.after, c.why)
        for n in range(0, times, 5)
        for c in one.changes
    )
    origin = tuple(None if o is None else o + n * old_size for n in range(times) for o in one.origin[:-1])
    return Translation(one.text * times, one.result * times, "3.4", "", changes=changes, origin=origin)

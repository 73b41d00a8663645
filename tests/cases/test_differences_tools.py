"""Differences of tools, imports and fluxscale's lines: what a script reads is what it read in 3.4."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rules.conversion import converted

INPUTS = Path(__file__).parent / "inputs"


def case(name: str) -> str:
    return (INPUTS / "differences" / f"{name}.py").read_text().rstrip("\n")


@pytest.mark.parametrize(
    ("name", "wanted", "gone"),
    [
        (
            "tool_out_params",
            ["scans = ms.getscansummary()\n", "ms.summary()['nfields']", "h['restoringbeam']"],
            "header",
        ),
        ("qa_getvalue", ["flux = qa.getvalue(q)[0]\n", "'%ss' % qa.getvalue(qa.quantity('30s'))[0])"], "(q)\n"),
        ("gentools", ["sl,dc,vp=gentools()[:15]\n"], "gentools()\n"),
        ("import_casac", ["from casac import casac\ntb = casac.table()\n"], "homefinder"),
        ("m04_import_gone", ["from tasks import flagdata, setjy\n"], "tflagdata"),
        ("listfile_read", ["  line = re.sub(r' \\(freq=[^)]*\\)', '', line)\n  if 'Flux"], "tflagdata"),
        ("log_split", ["  line = re.sub(r' \\(freq=[^)]*\\)', '', line)\n  if 'Flux"], "tflagdata"),
    ],
)
def test_given_cases(name: str, wanted: list[str], gone: str) -> None:
    found = converted(case(name))
    for text in wanted:
        assert text in found.result
    assert gone not in found.result
    assert not found.attention


def test_lists_that_are_read_as_lists_stay() -> None:
    text = (INPUTS / "versions" / "f02_qa_time.py").read_text().rstrip("\n")
    assert converted(text).result == text + "\n"


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("myms = mstool.create()\ns = myms.summary()\nn = s['header']['nfields']", "n = s['nfields']"),
        (
            "r = ms.getscansummary()\nfor k in r['summary'].keys(): print r['summary'][k]",
            "for k in r.keys(): print r[k]",
        ),
        ("d = ms.summary()\nif d:\n  n = d['header']['nfields']", "  n = d['nfields']"),
        ("c = self.ms.getspectralwindowinfo()['spwInfo']", "c = self.ms.getspectralwindowinfo()"),
        ("b = im.fitpsf('p')\nif b['return']:\n  m = b['bmaj']\n  a = b['bpa']", "if b[0]:\n  m = b[1]\n  a = b[3]"),
        ("c = ia.coordsys()\np = c.findaxis(True, 2)['axisincoordinate']", "p = c.findaxis(True, 2)[2]"),
        ("v = ia.histograms()['histout']['counts']", "v = ia.histograms()['counts']"),
        ("n = im.advise(fieldofview='1deg')['pixels']", "n = im.advise(fieldofview='1deg')[1]"),
        ("kind = at.getBasicAtmParms()['atmType']", "kind = at.getBasicAtmParms()[10]"),
        ("d = at.getDryOpacitySpec(0)['dryOpacity']", "d = at.getDryOpacitySpec(0)[1]"),
    ],
)
def test_out_parameters(given: str, written: str) -> None:
    found = converted(given)
    assert found.result.endswith(written + "\n")
    assert not found.attention


@pytest.mark.parametrize(
    "given",
    [
        "r = ms.getscansummary()\nuse(r)",
        "use(ia.summary())",
        "n = im.fitpsf('p')['bmaj']['value']",
        "w = at.getWetOpacitySpec()['wetOpacity'].value",
        "p = cs.findcoordinate('spectral')['pixel']",
        "k = 'summary'\nr = ms.getscansummary()[k]",
        "r = ms.getscansummary()\nr = other\nprint r['summary']",
        "for k in ms.getscansummary(): print k",
    ],
)
def test_out_parameters_that_go_elsewhere_are_told(given: str) -> None:
    found = converted(given)
    assert [one.rule for one in found.attention] == ["out-parameters"]


@pytest.mark.parametrize(
    "given",
    [
        "ms.summary()",
        "text = report.summary()['header']",
        "ms = mine()\nh = ms.summary()['header']",
        "ia = 3\nx = ia.summary()['header']",
        "x = model.expand()['xyz']",
        "v = me.getvalue(d)",
        "t = time.time()",
        "qa = mine()\nt = qa.time(x)",
        "hour, = qa.time(x)",
        "for t in qa.time(x): print t",
        "v = qa.getvalue(qa.quantity([1, 2], 'm'))",
        "tools = gentools()[3]",
        "im, ms = gentools(['im', 'ms'])",
    ],
)
def test_what_is_no_concern_stays(given: str) -> None:
    found = converted(given)
    assert found.result == given + "\n"
    assert not found.attention


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("q = qatool.create()\nv = q.getvalue(x)", "q = qatool()\nv = q.getvalue(x)[0]"),
        ("q = casac.quanta()\nt = q.time(x, form='ymd')", "q = casac.quanta()\nt = q.time(x, form='ymd')[0]"),
        ("myqa = qa\na = myqa.angle(x)", "myqa = qa\na = myqa.angle(x)[0]"),
        (
            "q = casac.homefinder.find_home_by_name('quantaHome').create()\nv = q.getvalue(x)",
            "q = casac.quanta()\nv = q.getvalue(x)[0]",
        ),
        ("a = attool.create()", "a = casac.atmosphere()"),
        ("from tasks import tflagdata as flag, clean", "from tasks import flagdata as flag, clean"),
        ("from tasks import (tflagdata,\n  setjy)", "from tasks import (flagdata,\n  setjy)"),
        ("from tasks import flagdata, tflagdata", "from tasks import flagdata"),
        ("from tasks import uvcontsub2", "from tasks import uvcontsub"),
        ("from flagautocorr import flagautocorr", "from flagdata import flagdata"),
        ("from tflagdata_cli import tflagdata_cli as tflagdata", "from flagdata_cli import flagdata_cli as flagdata"),
        ("from taskinit import tb, tf", "from taskinit import tb, af"),
        ("import casac as c", "from casac import casac as c"),
        ("if 1: import casac, os", "if 1: import os; from casac import casac"),
        ("if 1:\n  import os, casac", "if 1:\n  import os\n  from casac import casac"),
    ],
)
def test_makers_and_imports(given: str, written: str) -> None:
    found = converted(given)
    assert found.result == written + "\n"
    assert not found.attention


@pytest.mark.parametrize(
    "given",
    [
        "from tasks import flagdata2, setjy",
        "from tasks import flagautocorr as fac",
        "import simple_summary",
        "import tflagdata_cli",
        "from simple_summary import simple_summary",
        "from taskinit import attool",
    ],
)
def test_imports_that_nothing_takes_the_place_of_are_told(given: str) -> None:
    assert "gone-imports" in [one.rule for one in converted(given).attention]


LINE_34 = (
    "2012-11-20 10:00:00\tINFO\tfluxscale::::\t"
    " Flux density for J1037-295 in SpW=0 is: 0.61 +/- 0.01 (SNR = 61, N = 16)"
)
LINE_42 = LINE_34.replace("SpW=0 is", "SpW=0 (freq=3.5e+11 Hz) is")


@pytest.mark.parametrize(
    "reading",
    [
        "for line in open(NAME):\n  if 'Flux density for' in line:\n    flux = line.split()[11]\n",
        "f = open(NAME)\nfor one in f:\n  if one.find('Flux density for') >= 0:\n    flux = one.split()[11]\n",
        "f = open(NAME)\nrows = f.readlines()\n"
        "for row in rows:\n  if 'in SpW=' in row:\n    flux = row.split(' ')[-9]\n",
        "import re\nfor a in file(NAME).readlines():\n\n  # words\n"
        "  if 'SpW=' in a:\n    flux = a.split('is: ')[1].split()[0]\n",
    ],
)
def test_lines_read_by_words_give_what_they_gave(reading: str, tmp_path: Path) -> None:
    """The reading is executed on a line as 3.4 wrote it, and the result of it on one as 4.2 does."""
    (tmp_path / "3.4").write_text(LINE_34 + "\n")
    (tmp_path / "4.2").write_text(LINE_42 + "\n")
    found = converted(reading.rstrip("\n"))
    assert not found.attention
    old: dict[str, object] = {"NAME": tmp_path / "3.4", "file": open}
    new: dict[str, object] = {"NAME": tmp_path / "4.2", "file": open}
    exec(reading, old)
    exec(found.result, new)
    assert (old["flux"], new["flux"]) == ("0.61", "0.61")


@pytest.mark.parametrize(
    "reading",
    [
        "line = f.readline()\nif 'Flux density for' in line:\n  x = line.split()[8]",
        "for i in range(len(fc)):\n  if 'in SpW=' in fc[i]:\n    x = fc[i].split()[3]",
        "def flux(line):\n  if 'Flux density for' in line:\n    return line[60:70]",
        "x = [l.split()[8] for l in rows if 'Flux density for' in l]",
    ],
)
def test_words_read_otherwise_are_told(reading: str) -> None:
    found = converted(reading)
    assert [one.rule for one in found.attention] == ["log-words"]
    assert re.sub(r"\s", "", found.result) == re.sub(r"\s", "", reading)


@pytest.mark.parametrize(
    "reading",
    [
        "for line in open('x'):\n  if 'Flux density for' in line:\n    print line",
        "print 'Flux density for the phase calibrator'",
        "title = 'SpW=0'",
    ],
)
def test_lines_that_are_not_taken_to_pieces_stay(reading: str) -> None:
    found = converted(reading)
    assert found.result == reading + "\n"
    assert not found.attention


@pytest.mark.parametrize(
    "given",
    [
        "value = qa.getvalue\nx = value('3Jy')",
        "xs = map(qa.getvalue, ['1Jy', '2Jy'])",
        "myqa = qatool()\ntexts = [f(t) for f in (myqa.time, myqa.angle)]",
    ],
)
def test_methods_that_are_handed_on_are_told(given: str) -> None:
    found = converted(given)
    assert found.result == given + "\n"
    assert {one.rule for one in found.attention} <= {"quantity-values", "quantity-texts"}
    assert found.attention


def test_a_tool_that_an_object_holds() -> None:
    found = converted(
        "class Fluxes:",
        "  def __init__(self):",
        "    self.qa = qatool.create()",
        "    self.name = 'x'",
        "  def value(self, q):",
        "    return self.qa.getvalue(q)",
        "  def other(self, q):",
        "    return self.model.getvalue(q)",
    )
    assert "    self.qa = qatool()\n" in found.result
    assert "    return self.qa.getvalue(q)[0]\n" in found.result
    assert "    return self.model.getvalue(q)\n" in found.result
    assert not found.attention


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("ok = True\nok &= im.clean(model='m')", 2),
        ("ok = im.setjy(field=0)\nif ok == True: print 'done'", 1),
        ("if not im.clean(model='m'): print 'go on'", 1),
        ("def f():\n  return dc.clean(niter=10)", 2),
        ("mine = imtool.create()\nassert mine.setjy(field=0)", 2),
        ("im.setjy(field=0)", 0),
        ("ok = im.setjy(field=0)", 0),
        ("fluxes = im.setjy(field='0')['0']", 0),
        ("r = im.setjy(field='0')\nprint r['0']", 0),
        ("x = clean(vis='x.ms', imagename='i', usescratch=True)\nif x: print 1", 0),
        ("if housework.clean(): print 1", 0),
    ],
)
def test_truth_values_that_are_records_are_told(given: str, line: int) -> None:
    assert [one.line for one in converted(given).attention if one.rule == "tool-records"] == [line] * bool(line)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("x = os.popen(\"grep 'Flux density' casapy.log | awk '{print $11}'\").read()", True),
        ("x = commands.getoutput('grep \"in SpW=0\" ' + logfile)", True),
        ("os.system(\"awk '/Flux density/ {print $11}' casapy.log > flux.txt\")", True),
        ("os.system(\"grep 'Flux density' casapy.log > for_me.txt\")", False),
        ("print 'Flux density of the calibrator: grep the log'", False),
    ],
)
def test_lines_read_by_the_shell(given: str, told: bool) -> None:
    assert ("log-read-back" in [one.rule for one in converted(given).attention]) == told


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (
            "from tasks import (gaincal,\n                   tflagdata,\n                   applycal)",
            "from tasks import (gaincal,\n                   flagdata,\n                   applycal)",
        ),
        (
            "from tasks import (gaincal,\n                   tflagdata, # new\n                   flagdata)",
            "from tasks import (gaincal,\n                   flagdata)",
        ),
        ("from tasks import gaincal, \\\n    tflagdata", "from tasks import gaincal, \\\n    flagdata"),
        ("from tasks import flagdata, tflagdata", "from tasks import flagdata"),
    ],
)
def test_imports_keep_their_lines(given: str, written: str) -> None:
    assert converted(given).result == written + "\n"


@pytest.mark.parametrize(
    "given",
    [
        "if 'in SpW=%d is: ' % i in l: f = l",
        "if l.find('in SpW=%d is: ' % i) > -1: f = l",
        "pat = 'in SpW=' + str(i) + ' is: '\nif pat in l: f = l",
        "p = '%s in SpW=%s is: '\nif p % (src, spw) in l: f = l",
        "if re.search('Flux density for '+src+' in SpW='+spw+' is: ', l): f = l",
    ],
)
def test_plain_texts_that_are_looked_for_get_no_pattern_and_are_told(given: str) -> None:
    found = converted(given)
    assert found.result == given + "\n"
    assert [(one.line, one.rule) for one in found.attention] == [(1, "log-read-back")]


@pytest.mark.parametrize(
    "given",
    [
        "if re.search('in SpW=%d is: ' % i, l): f = l",
        "p = 'in SpW=%d is: '\nif re.search(p % i, l): f = l",
        "p = re.compile('in SpW=%s is: ' % spw)",
    ],
)
def test_patterns_are_told_by_who_takes_them(given: str) -> None:
    found = converted(given)
    assert "(?: \\(.*?\\))? is: '" in found.result
    assert not found.attention


@pytest.mark.parametrize("call", ["print {}", "casalog.post({})"])
def test_lines_that_are_printed_stay(call: str) -> None:
    given = call.format("'flux in SpW=%d is: %f' % (i, f)")
    found = converted(given)
    assert found.result == given + "\n"
    assert not found.attention

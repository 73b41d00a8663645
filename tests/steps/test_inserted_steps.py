"""The text of the steps that come in: in the script's own hand, about the script's own measurement set."""

import pytest
from packaged import FIXPLANETS, RECALIBRATION, STANDARD, block, convert, dictionary, outcome, script

IMPORT = """\
# Import of the ASDM
mystep = 0
if(mystep in thesteps):
  casalog.post('Step '+str(mystep)+' '+step_title[mystep],'INFO')
  print 'Step ', mystep, step_title[mystep]

  if not os.path.exists('uid___A002_X1_X2.ms'):
    importasdm(asdm = 'uid___A002_X1_X2',
      vis = 'uid___A002_X1_X2.ms',
      asis = 'Antenna Station Receiver Source CalAtmosphere CalWVR')

"""
SYSCAL = """\
# Fix of SYSCAL table times
mystep = 1
if(mystep in thesteps):
  casalog.post('Step '+str(mystep)+' '+step_title[mystep],'INFO')
  print 'Step ', mystep, step_title[mystep]

  from recipes.almahelpers import fixsyscaltimes
  fixsyscaltimes(vis = 'uid___A002_X1_X2.ms')

"""
CORRECTED = """\

# Split out corrected column
mystep = 18
if(mystep in thesteps):
  casalog.post('Step '+str(mystep)+' '+step_title[mystep],'INFO')
  print 'Step ', mystep, step_title[mystep]

  os.system('rm -rf uid___A002_X1_X2.ms.split.cal')
  split(vis = 'uid___A002_X1_X2.ms.split',
    outputvis = 'uid___A002_X1_X2.ms.split.cal',
    datacolumn = 'corrected',
    keepflags = T)
"""


def named_by(raw: str, split: str, head: str) -> str:
    """A standard script in which the measurement sets are written as expressions."""
    text = script(STANDARD).replace("'uid___A002_X1_X2.ms.split'", split).replace("'uid___A002_X1_X2.ms'", raw)
    return head + text


def test_steps_come_in_as_the_generator_lays_them_out():
    result = convert(script(STANDARD))
    assert IMPORT + SYSCAL + 'print "# A priori calibration"\n\n# listobs\nmystep = 2\n' in result
    assert result.endswith(CORRECTED + "\n")


def test_ahead_of_fixplanets():
    assert SYSCAL + f'print "# A priori calibration"\n\n# {FIXPLANETS}\nmystep = 2\n' in convert(
        script((FIXPLANETS, *STANDARD))
    )


def test_every_other_line_stays():
    text = script(STANDARD)
    result = convert(text)
    for piece in (IMPORT, SYSCAL, CORRECTED):
        assert result.count(piece) == 1
        result = result.replace(piece, "")

    def without_numbers(lines: str) -> list[str]:
        return [line for line in lines.splitlines() if "mystep = " not in line and ": '" not in line]

    assert without_numbers(result) == without_numbers(text.replace("before applycal cal", "before applycal"))


def test_crlf():
    result = convert(script(STANDARD).replace("\n", "\r\n"))
    assert result.count("\n") == result.count("\r\n")
    assert IMPORT.replace("\n", "\r\n") in result
    assert CORRECTED.replace("\n", "\r\n") in result


def test_no_newline_at_the_end():
    assert convert(script(STANDARD).rstrip("\n")).endswith(CORRECTED.rstrip("\n"))


def test_four_blanks():
    text = script(STANDARD).replace("\n  ", "\n    ")
    result = convert(text)
    assert "\n    if not os.path.exists('uid___A002_X1_X2.ms'):\n        importasdm(asdm" in result


def test_tabs():
    result = convert(script(STANDARD).replace("\n  ", "\n\t"))
    assert "\n\tif not os.path.exists('uid___A002_X1_X2.ms'):\n\t\timportasdm(asdm" in result
    assert "\n\tsplit(vis = 'uid___A002_X1_X2.ms.split',\n\t\toutputvis" in result


def test_no_blanks_round_equals():
    text = script(STANDARD).replace("vis = ", "vis=")
    assert "fixsyscaltimes(vis='uid___A002_X1_X2.ms')" in convert(text)


def test_own_way_of_opening_a_step():
    text = "".join(
        f"########\n## {n}. {title}\n########\nmystep = {n}\nif mystep in thesteps and x:\n  print 'at', mystep\n"
        f"  listobs(vis = 'uid___A002_X1_X2.ms{'.split' if n > 6 else ''}')\n"
        for n, title in enumerate(STANDARD)
    ).replace("listobs(vis = 'uid___A002_X1_X2.ms.split')\n", "applycal(vis = 'uid___A002_X1_X2.ms.split')\n")
    assert (
        convert(dictionary(dict(enumerate(STANDARD))) + text)
        .split("}\n", 1)[1]
        .startswith(
            "########\n## 0. Import of the ASDM\n########\nmystep = 0\nif mystep in thesteps and x:\n"
            "  print 'at', mystep\n  if not os.path.exists('uid___A002_X1_X2.ms'):\n"
        )
    )


def test_comment_at_the_end_of_the_last_block_stays_in_it():
    result = convert(script(STANDARD).rstrip("\n") + "\n  # that was it\n")
    assert "  # that was it\n\n# Split out corrected column\n" in result


def test_text_behind_the_last_step_stays_behind():
    result = convert(script(STANDARD) + "print 'done'\n")
    assert result.endswith(CORRECTED + "\nprint 'done'\n")


def test_note_above_the_first_step_stays_above_the_new_ones():
    text = script(STANDARD).replace('print "# A priori calibration"\n\n', "# Using reference antenna = DV01\n\n")
    assert "# Using reference antenna = DV01\n\n# Import of the ASDM\n" in convert(text)


@pytest.mark.parametrize(
    ("raw", "split", "head", "asdm", "out"),
    [
        ("msname", "msname+'.split'", "msname = 'uid___A002_X1_X2.ms'\n",
         "os.path.splitext(msname)[0]", "msname+'.split.cal'"),
        ("uid+'.ms'", "uid+'.ms.split'", "uid = 'uid___A002_X1_X2'\n", "uid", "uid+'.ms.split.cal'"),
        ("ms1", "ms2", "ms1 = 'uid___A002_X1_X2.ms'\nms2 = ms1 + '.split'\n",
         "os.path.splitext(ms1)[0]", "ms2 + '.cal'"),
        ("'%s.ms' % uid", "'%s.ms.split' % uid", "uid = 'uid___A002_X1_X2'\n", "uid", "'%s.ms.split.cal' % uid"),
        ("'%s_%s.ms' % (p, x)", "'%s_%s.ms.split' % (p, x)", "p = 'uid___A002'\nx = 'X1_X2'\n",
         "'%s_%s' % (p, x)", "'%s_%s.ms.split.cal' % (p, x)"),
    ],
)  # fmt: skip
def test_names_by_variables(raw, split, head, asdm, out):
    text = named_by(raw, split, head)
    result = convert(text)
    assert f"importasdm(asdm = {asdm},\n      vis = {raw}," in result
    assert (
        f"import shutil\n  shutil.rmtree({out}, ignore_errors=True)\n  split(vis = {split},\n    outputvis = {out},"
        in result
    )
    assert not outcome(text).attention


@pytest.mark.parametrize(
    ("raw", "head"),
    [
        ("msname", "msname = 'a.ms'\nmsname = 'b.ms'\n"),  # which of them?
        ("msname", "for msname in all: pass\n"),
        ("name(1)", ""),
        ("'%s.ms' % uid", "uid = 'a'\nuid = 'b'\n"),
        ("'%s.ms' % name(1)", ""),
        ("'{0}.ms'.format(uid)", "uid = 'a'\n"),
        ("names[0]", "names = ['uid___A002_X1_X2.ms']\n"),
    ],
)
def test_a_name_that_is_not_certain_is_asked_for(raw, head):
    text = named_by(raw, raw, head)
    result = convert(text)
    assert "importasdm" not in result
    assert "# Import of the ASDM\nmystep = 0\n" in result
    assert [doubt.message for doubt in outcome(text).attention if "can't be told" in doubt.message]


def test_two_measurement_sets_in_one_step_are_not_guessed_between():
    text = script(STANDARD).replace(
        "listobs(vis = 'uid___A002_X1_X2.ms')\n", "listobs(vis = 'uid___A002_X1_X2.ms')\n  listobs(vis = 'b.ms')\n", 1
    )
    assert "importasdm" not in convert(text)


def test_only_the_split_data_are_named():
    text = script((*[f"own {n}" for n in range(7)], *RECALIBRATION)).replace("X2.ms'", "X2.ms.split'")
    assert "importasdm(asdm = 'uid___A002_X1_X2',\n      vis = 'uid___A002_X1_X2.ms'," in convert(text)


def test_a_measurement_set_that_is_no_uid_is_taken_with_a_question():
    text = script(STANDARD, uid="twhya")
    assert "importasdm(asdm = 'twhya'," in convert(text)
    (doubt,) = outcome(text).attention
    assert "'twhya'" in doubt.message


def test_steps_inside_a_function():
    steps = "".join(block(n, t, f"uid___A002_X1_X2.ms{'.split' * (n > 6)}") for n, t in enumerate(STANDARD))
    lines = [f"  {line}".rstrip() for line in steps.splitlines()]
    text = "def run():\n" + "\n".join(lines) + "\nthesteps = [7]\nrun()\n"
    result = convert(text)
    assert result.endswith("\nthesteps = [9]\nrun()\n")
    assert result.startswith("def run():\n  # Import of the ASDM\n  mystep = 0\n  if(mystep in thesteps):\n")
    assert "\n    split(vis = 'uid___A002_X1_X2.ms.split',\n      outputvis" in result
    compile(result.replace("print 'Step ', mystep, step_title[mystep]", "pass"), "result", "exec")

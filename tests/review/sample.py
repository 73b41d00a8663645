"""A small calibration script, what became of it, and the records of that, made by hand for the reports' tests."""

from __future__ import annotations

from cal_upgrade.records import Attention, Call, Change, Kind, Refused, StepMove, Translation
from cal_upgrade.report.describe import Reviewed, RuleText
from cal_upgrade.text import edits

SCRIPT = """\
# ALMA Data Reduction Script
# Calibration

thesteps = []
step_title = {0: 'listobs',
              1: 'Initial flagging',
              2: 'Putting a model for the flux calibrator(s)',
              3: 'Gain calibration'}

import re

if re.search('^3.4', casadef.casa_version) == None:
 sys.exit('ERROR: PLEASE USE THE SAME VERSION OF CASA THAT YOU USED FOR GENERATING THE SCRIPT: 3.4')


# CALIBRATE_AMPLI: Titan
# Using reference antenna = DV12

# listobs
mystep = 0
if(mystep in thesteps):
  casalog.post('Step '+str(mystep)+' '+step_title[mystep],'INFO')
  print 'Step ', mystep, step_title[mystep]

  os.system('rm -rf hd1.ms.split.listobs')
  listobs(vis = 'hd1.ms.split',
    listfile = 'hd1.ms.split.listobs')


# Initial flagging
mystep = 1
if(mystep in thesteps):
  casalog.post('Step '+str(mystep)+' '+step_title[mystep],'INFO')
  print 'Step ', mystep, step_title[mystep]

  tflagdata(vis = 'hd1.ms.split',
    mode = 'shadow',
    flagbackup = F)

  tflagdata(vis = 'hd1.ms.split', mode = 'man', spw = '0:0~7,1:0~7', flagbackup = F)  # edges, DV02 < DV10 & "all"


# Putting a model for the flux calibrator(s)
mystep = 2
if(mystep in thesteps):
  print 'Step ', mystep, step_title[mystep]

  setjy(vis = 'hd1.ms.split',
    field = '1', # Titan
    spw = '0,1,2,3',
    standard = 'Butler-JPL-Horizons 2010')

  for spw in windows:
    setjy(vis = 'hd1.ms.split', **model[spw])


# Gain calibration
mystep = 3
if(mystep in thesteps):
  print 'Step ', mystep, step_title[mystep]

  gaincal(vis = 'hd1.ms.split',
    caltable = 'hd1.ms.split.phase_int',
    field = '0~2', # J0522-364,Titan,J1037-295
    gaincurve = F,
    solint = 'int',
    refant = 'DV12',
    gaintype = 'G',
    calmode = 'p',
    opacity = tau)
"""

_VERSION = "the version guard in line 12 asks for '^3.4'"

# (rule, what stands in the script, what comes instead, its place among equal ones)
_EDITS = [
    ("step-insert", "step_title = {0:", "step_title = {0: 'Import of the ASDM',\n              2:", 0),
    ("step-number", " 1: 'Init", " 3: 'Init", 0),
    ("step-number", " 2: 'Putt", " 4: 'Putt", 0),
    ("step-number", " 3: 'Gain", " 5: 'Gain", 0),
    ("version-guard", "'^3.4'", "'^4.2'", 0),
    ("version-guard", "SCRIPT: 3.4'", "SCRIPT: 4.2'", 0),
    (
        "step-insert",
        "# listobs\nmystep",
        "# Import of the ASDM\nmystep = 0\nif(mystep in thesteps):\n"
        "  print 'Step ', mystep, step_title[mystep]\n\n"
        "  if os.path.exists('hd1.ms') == False:\n    importasdm('hd1')\n\n\n# listobs\nmystep",
        0,
    ),
    ("step-number", "mystep = 0\n", "mystep = 2\n", 0),
    ("step-number", "mystep = 1\n", "mystep = 3\n", 0),
    ("step-number", "mystep = 2\n", "mystep = 4\n", 0),
    ("step-number", "mystep = 3\n", "mystep = 5\n", 0),
    ("flag-tflagdata", "tflagdata(", "flagdata(", 0),
    ("flag-tflagdata", "tflagdata(", "flagdata(", 1),
    ("value-prefix", "mode = 'man'", "mode = 'manual'", 0),
    ("setjy-models", "Horizons 2010'", "Horizons 2012'", 0),
    ("gaincurve-off", "    gaincurve = F,\n", "", 0),
]

RULES = {
    rule.id: rule
    for rule in (
        RuleText(
            "flag-tflagdata",
            "required",
            "tflagdata is flagdata",
            "The task tflagdata left CASA at 4.2.0; flagdata took its place, with the same parameters.",
            ("CASA 4.0 ui.cmake", "NRAO's port of NGC 5921"),
        ),
        RuleText(
            "value-prefix",
            "required",
            "Values in full",
            "CASA 3.4 takes any beginning of an allowed value, CASA 4.2 only the whole value.",
            ("interfaces of 3.4.0 and 4.2.0",),
        ),
        RuleText(
            "setjy-models",
            "results",
            "Solar system models of 2012",
            "NRAO's 4.2 scripts take the flux models of 2012; fluxes move by a few to 20 %.",
            ("setjy, CASA 4.0", "alma-m100-analysis-regression.py of 4.2.0"),
        ),
        RuleText(
            "gaincurve-off",
            "required",
            "No gain curves in gaincal",
            "gaincurve was taken out of gaincal at 4.2.0; False did nothing.",
            ("r24604",),
        ),
        RuleText(
            "opacity", "required", "Opacity as a table", "opacity was taken out of gaincal at 4.2.0.", ("r24604",)
        ),
        RuleText(
            "version-guard",
            "required",
            "Version guard",
            "The guard stops the script in any CASA but the one it names.",
            ("2013 script generator",),
        ),
        RuleText("step-number", "style", "Step numbers", "4.2 has two more steps ahead of the re-calibration."),
        RuleText("step-insert", "style", "New steps", "4.2 scripts begin with the import of the ASDM."),
    )
}


def _nth(text: str, piece: str, n: int) -> int:
    at = -1
    for _ in range(n + 1):
        at = text.index(piece, at + 1)
    return at


def _line(piece: str) -> int:
    return SCRIPT.count("\n", 0, SCRIPT.index(piece)) + 1


def translation() -> Translation:
    """Translate the sample as the converter would, by edits with a record each."""
    data = SCRIPT.encode()
    made: list[edits.Edit] = []
    for _, before, after, n in _EDITS:
        at = _nth(SCRIPT, before, n)
        made.append(edits.Edit(at, at + len(before), after))
    # a lead that stays belongs to no edit, or the inserted step would take the place of its neighbour
    made = [_shrunk(edit, SCRIPT) for edit in made]
    edited = edits.apply(data, made)
    old, new = edits.Lines(data), edits.Lines(edited.text)
    changes = []
    for (rule, before, after, _), edit, place in zip(_EDITS, made, edited.places, strict=True):
        kind: Kind = RULES[rule].kind
        changes.append(
            Change(rule, kind, old.of(edit.start), new.of(place), before.strip(), after.strip(), RULES[rule].why)
        )
    changes.sort(key=lambda change: (change.line, change.output_line))
    return Translation(
        text=SCRIPT,
        result=edited.text.decode(),
        version="3.4",
        why_version=_VERSION,
        changes=tuple(changes),
        attention=(
            Attention(
                "opacity",
                _line("opacity = tau"),
                "the value of opacity, tau, is not known from the text",
                "Make a table with gencal(caltype='opac') and put it first in gaintable",
            ),
            Attention(
                "dictionary",
                _line("**model[spw]"),
                "the arguments of setjy come from a dictionary, **model[spw]",
                "See that fluxdensity goes with standard='manual'",
            ),
        ),
        steps=(
            StepMove(None, 0, "Import of the ASDM"),
            StepMove(0, 2, "listobs"),
            StepMove(1, 3, "Initial flagging"),
            StepMove(2, 4, "Putting a model for the flux calibrator(s)"),
            StepMove(3, 5, "Gain calibration"),
        ),
        calls=(
            Call("listobs", 26, 2, "checked"),
            Call("tflagdata", 36, 3, "changed"),
            Call("tflagdata", 40, 3, "changed"),
            Call("setjy", 48, 4, "changed"),
            Call("setjy", 54, 4, "unknown"),
            Call("gaincal", 62, 5, "changed"),
        ),
        origin=tuple(edited.origin),
    )


def _shrunk(edit: edits.Edit, text: str) -> edits.Edit:
    """Take away what an edit's two texts end with in common."""
    start, end, after = edit
    while start < end and after and text[end - 1] == after[-1]:
        end, after = end - 1, after[:-1]
    return edits.Edit(start, end, after)


def reviewed() -> Reviewed:
    """Give the sample as a report takes it."""
    return Reviewed("hd1_3.4.py", "hd1_4.2.py", translation())


def untouched() -> Reviewed:
    """Give a script in which there was nothing to do."""
    text = "listobs(vis='x.ms')\n"
    found = Translation(
        text,
        text,
        "3.4",
        "nothing in it speaks against 3.4",
        calls=(Call("listobs", 1, None, "checked"),),
        origin=(1, 2),
    )
    return Reviewed("imaging/list me.py", None, found)


def refused() -> Reviewed:
    """Give a script that is none."""
    return Reviewed("broken.py", None, Refused(3, "this does not read as Python 2", "Mend the script first"))

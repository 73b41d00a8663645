"""What CASA's own parameter check accepts: one value against one parameter of an interface table.

Python 2.7 (it also reads as Python 3). Shares no code with the converter, which it judges.
The facts are those of the 4.2.2 release: the check every task makes of its inputs before it runs
(gcwrap/tools/utils/stdBaseInterface.cc, and gcwrap/install/casa2pycli.xsl for how inputs get their values).
"""

from __future__ import print_function

import io
import json
import os

try:
    text_types = (str, unicode)
    whole_types = (int, long)
except NameError:
    text_types = (str,)
    whole_types = (int,)
number_types = whole_types + (float,)

# From narrow to wide: a list takes the kind of its widest element.
WIDTH = ["bool", "int", "double", "complex", "string"]

# Which kinds of value a parameter takes, by the kind of its default (any other pair fails).
TAKES = {
    "bool": {"bool"},
    "int": {"int"},
    "double": {"double", "int"},
    "string": {"string"},
    "boolvec": {"boolvec", "bool"},
    "intvec": {"intvec", "int"},
    "doublevec": {"doublevec", "double", "intvec", "int"},
    "stringvec": {"stringvec", "string"},
}


class Unknown(object):
    """The value of an expression that only a run can know."""

    def __repr__(self):
        return "?"


UNKNOWN = Unknown()


class Interface(object):
    """All tasks' parameters in one CASA release."""

    def __init__(self, path):
        with io.open(path, encoding="utf-8") as table:
            content = json.load(table)
        self.casa = str(content["casa"])
        self.tasks = {}
        for name, task in content["tasks"].items():
            self.tasks[str(name)] = Task(str(name), task, prefixes=self.casa.startswith("3."))


class Task(object):
    """One task's parameters, in order. `prefixes`: 3.4 takes the beginning of an allowed value for the whole."""

    def __init__(self, name, content, prefixes=False):
        self.name = name
        self.prefixes = prefixes
        self.order = [str(p["name"]) for p in content["parameters"]]
        self.parameters = {str(p["name"]): p for p in content["parameters"]}
        self.when = content.get("when", [])
        if name == "plotms" and isinstance(self.parameters["yaxis"]["default"], list):
            # 4.2.2 has two defaults in one place here, a text and a list: together they are nothing it takes.
            self.parameters["yaxis"] = dict(self.parameters["yaxis"], default=["", {}])

    def default(self, parameter, given):
        """The default of `parameter` where `given` (name -> value) was set; conditional defaults come first."""
        value = self.parameters[parameter]["default"]
        for when in self.when:
            if parameter in when["defaults"] and self.holds(when, given):
                value = when["defaults"][parameter]
        return value

    def is_open(self, parameter, values):
        """Whether a sub-parameter counts: some condition that shows it holds. Others count always."""
        conditions = [when for when in self.when if parameter in when["defaults"]]
        return not conditions or any(self.holds(when, values) for when in conditions)

    @staticmethod
    def holds(when, values):
        """Whether the condition `when` of a conditional default is true for `values`; its parent must be set."""
        parent = str(when["parameter"])
        if parent not in values or isinstance(values[parent], Unknown):
            return False
        return (values[parent] == when["value"]) == (when["op"] == "==")

    def fault(self, parameter, value):
        """What is wrong with a value, as (kind, sentence); None if CASA takes it."""
        spec = self.parameters[parameter]
        if isinstance(value, Unknown) or "units" in self.parameters[parameter]:
            return None
        return type_fault(spec, value) or self.value_fault(parameter, value)

    def value_fault(self, parameter, value):
        """What is wrong with a value of the right type."""
        spec = self.parameters[parameter]
        found = list(value) if isinstance(value, (list, tuple)) else [value]
        for one in found:
            if isinstance(one, bool) or not isinstance(one, text_types + number_types):
                continue
            if "range" in spec and not within(one, spec["range"]):
                return ("value", "%s=%r is out of the range %r" % (parameter, one, spec["range"]))
            if "allowed" in spec and not self.is_allowed(one, spec):
                return ("value", "%s=%r is not one of the allowed values" % (parameter, one))
        return None

    def is_allowed(self, value, spec):
        """Whether a single value is among the allowed ones: whole, case counts unless the parameter ignores it."""
        value = value if isinstance(value, text_types) else str(value)
        if spec.get("ignore_case"):
            # The value is lowered, the list is not: 'LSRK' is taken where the list has 'lsrk'.
            value = value.lower()
        if value in spec["allowed"]:
            return True
        return self.prefixes and value != "" and any(one.startswith(value) for one in spec["allowed"])


def within(value, bounds):
    """Whether a number is within [minimum, maximum], of which either may be None. A text always is."""
    low, high = bounds
    if isinstance(value, text_types):
        return True
    return (low is None or low <= value) and (high is None or value <= high)


def kind(value):
    """CASA's name for the type of a Python value ('int', 'stringvec', ...); None if it can't be told."""
    if isinstance(value, Unknown):
        return None
    if isinstance(value, (list, tuple)):
        kinds = [kind(one) for one in value]
        if None in kinds:
            return None
        if "record" in kinds:
            return "record"
        widths = [WIDTH.index(one[:-3] if one.endswith("vec") else one) for one in kinds]
        return (WIDTH[max(widths)] if widths else "bool") + "vec"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, whole_types):
        return "int"
    if isinstance(value, float):
        return "double"
    if isinstance(value, complex):
        return "complex"
    if isinstance(value, text_types):
        return "string"
    if isinstance(value, dict):
        return "record"
    return None


def type_fault(spec, value):
    """What is wrong with a value's type; None if it passes. Empty lists, and lists by default empty, pass always."""
    got = kind(value)
    if got is None or (isinstance(value, (list, tuple)) and not len(value)):
        return None
    name = spec["name"]
    if spec["type"] in ("any", "variant"):
        # Compared as text within text: 'int' is found in 'intvec'.
        accepted = " ".join(one.replace("Array", "vec", 1) for one in spec.get("types", []))
        also = got.replace("int", "double", 1) if got in ("int", "intvec") else got
        if not accepted or got in accepted or also in accepted:
            return None
        return ("type", "%s=%r is of type %s, not of %s" % (name, value, got, accepted))
    default = spec["default"]
    if spec["type"].endswith("Array") and not default:
        return None
    wanted = spec["type"].replace("Array", "vec").replace("boolean", "bool")
    if got in TAKES.get(wanted, {got}):
        return None
    return ("type", "%s=%r is of type %s, not %s" % (name, value, got, wanted))


def setjy_fault(values):
    """What setjy of 4.2.2 itself refuses: a flux density above zero needs standard='manual' (task_setjy.py)."""
    flux = values.get("fluxdensity", -1)
    if isinstance(flux, (list, tuple)):
        flux = flux[0] if len(flux) else -1
    if isinstance(flux, Unknown) and isinstance(values.get("fluxdensity"), Unknown):
        return None
    above = isinstance(flux, Unknown) or (isinstance(flux, number_types) and flux > 0)
    standard = values.get("standard")
    if above and standard != "manual" and not isinstance(standard, Unknown):
        return ("standard", "fluxdensity=%r needs standard='manual', which is %r" % (values["fluxdensity"], standard))
    return None


def flag_commands_fault(flagdata, values):
    """What is wrong with the commands of flagdata(mode='list') or flagcmd(inpmode='list'), given as texts.

    4.2 cuts a command at every blank, puts pieces without '=' back and takes off quotes (flaghelper.py). So blanks
    round '=' or at the beginning spoil it, and two in a row after a quote do. `flagdata` is that task.
    """
    commands = values.get("inpfile")
    if "list" not in (values.get("mode"), values.get("inpmode")) or not isinstance(commands, (list, tuple)):
        return None
    for command in commands:
        if not isinstance(command, text_types) or "=" not in command or command.startswith("#"):
            continue
        pieces = []
        for piece in command.split(" "):
            if "=" in piece:
                pieces.append(piece)
            elif pieces:
                pieces[-1] += " " + piece
            else:
                return ("command", "a blank at the beginning of %r" % command)
        for key, value in [piece.split("=", 1) for piece in pieces]:
            bare = value.strip("'").strip('"')
            if key != "reason" and (key not in flagdata.parameters or key in ("vis", "inpfile", "flagbackup")):
                return ("command", "no key %r in a command: %r" % (key, command))
            if value[:1] not in ("[", "{") and ("'" in bare or '"' in bare):
                return ("command", "quotes that do not match in %r" % command)
            if key == "mode" and bare not in flagdata.parameters["mode"]["allowed"]:
                return ("command", "mode=%r in %r is not one of the allowed values" % (bare, command))
    return None


def tables(folder):
    """The paths of all interface tables in a folder, oldest release first."""
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".json")]

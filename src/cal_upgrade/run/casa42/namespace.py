"""The names that a script found in CASA 4.2: tasks, tools, Python 2's built-in functions, and what casapy added.

After gcwrap/python/scripts/casapy.py and taskinit.py of CASA 4.2.0 (radio-astro/casa, commit 1d4d97a13f8d).
"""

from __future__ import annotations

import builtins
import importlib
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from cal_upgrade.casa.tables import load
from cal_upgrade.run.casa42 import analysis_utils
from cal_upgrade.run.casa42.log import Log42
from cal_upgrade.run.casa42.tasks import Performer, Task42, all_tasks, in_use
from cal_upgrade.run.python2 import semantics, to_python3

VERSION = "4.2.2"
"""The CASA that a script believes to run in."""

REVISION = "30986"

Touch = Callable[[str], None]
"""Is told of a table that is opened for writing, before it is."""

_TOOLS = {
    "im": "imager", "cb": "calibrater", "ms": "ms", "tb": "table", "me": "measures", "ia": "image", "po": "imagepol",
    "sm": "simulator", "cl": "componentlist", "cs": "coordsys", "rg": "regionmanager", "sl": "spectralline",
    "vp": "vpmanager", "msmd": "msmetadata", "fn": "functional", "imd": "imagemetadata", "qa": "quanta",
    "af": "agentflagger", "at": "atmosphere", "ca": "calanalysis", "mt": "mstransformer", "cu": "utils",
}  # fmt: skip
"""4.2's ready-made tools, and what casatools calls their kind."""

_GENTOOLS = ["im", "cb", "ms", "tb", "fg", "me", "ia", "po", "sm", "cl", "cs", "rg", "sl", "dc", "vp", "msmd", "fi",
             "fn", "imd"]  # fmt: skip
"""What `gentools()` makes, in order; CASA 6 has no `fg`, `dc` and `fi`."""

_MAKERS = {
    "imager": "imager", "imtool": "imager", "calibrater": "calibrater", "cbtool": "calibrater", "mstool": "ms",
    "tbtool": "table", "metool": "measures", "iatool": "image", "potool": "imagepol", "smtool": "simulator",
    "cltool": "componentlist", "coordsystool": "coordsys", "cstool": "coordsys", "rgtool": "regionmanager",
    "sltool": "spectralline", "vptool": "vpmanager", "msmdtool": "msmetadata", "fntool": "functional",
    "imdtool": "imagemetadata", "qatool": "quanta", "aftool": "agentflagger", "mttool": "mstransformer",
    "utilstool": "utils",
}  # fmt: skip
"""4.2's names for what makes a tool of one's own."""


def names(target: dict[str, Any], perform: Performer, touch: Touch, main_log: Path, run_file: Any) -> None:
    """Put the names of CASA 4.2 into `target`, the globals of a script.

    `perform` carries out the task calls, `touch` is told of tables opened for writing, `run_file` is `execfile`.
    """
    import casatasks
    import casatools

    makers = _Makers(casatools, touch)
    log = Log42(casatasks.casalog, main_log)
    target.update({name: value for name, value in vars(math).items() if not name.startswith("_")})
    target.update(all_tasks(load(VERSION), target, perform))
    target.update({name: getattr(makers, kind)() for name, kind in _TOOLS.items()})
    target.update({name: getattr(makers, kind) for name, kind in _MAKERS.items()})
    target.update(_shell(target))
    target.update(true=True, T=True, false=False, F=False)
    target.update(casac=makers, casalog=log, casa=_casa(main_log), os=os, sys=sys, time=semantics.MODULES["time"])
    target.update(string=semantics.MODULES["string"], casaglobals=True, defaultsdir={}, gentools=makers.gentools)
    modules = _modules(target)
    target.update(casadef=modules["casadef"])
    target["__builtins__"] = _builtins(modules, run_file)
    target[to_python3.MEANING] = semantics
    aU = analysis_utils.load()
    modules.update(analysisUtils=aU)
    if not isinstance(target.get("aU"), ModuleType):
        target.update(aU=aU, analysisUtils=aU)
        if hasattr(aU, "stuffForScienceDataReduction"):
            target["es"] = aU.stuffForScienceDataReduction()
    target["pl"] = _Later("pylab")
    target.setdefault("__name__", "__main__")


class _Later(ModuleType):
    """A module that is imported when something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        import matplotlib

        matplotlib.use("Agg")
        return getattr(importlib.import_module(self.__name__), name)


class _Makers:
    """`casac`: makes tools of each kind."""

    def __init__(self, casatools: Any, touch: Touch) -> None:
        self._casatools = casatools
        self.table = _watched(casatools.table, touch)
        self.ms = _watched(casatools.ms, touch)
        self.casac = self

    def __getattr__(self, name: str) -> Any:
        """Give what makes tools of a kind; an AttributeError names one that CASA 6 has not."""
        if name.startswith("__") or not hasattr(self._casatools, name):
            raise AttributeError(f"CASA 6 has no tool {name}")
        found = getattr(self._casatools, name)
        # some kinds are hidden behind the module that makes them
        return getattr(found, name) if isinstance(found, ModuleType) else found

    def gentools(self, tools: Any = None) -> tuple[Any, ...]:
        """Make a fresh tool of each of the kinds named."""
        wanted = tools or _GENTOOLS
        return tuple(getattr(self, _TOOLS[name])() if name in _TOOLS else None for name in wanted)


def _watched(kind: type[Any], touch: Touch) -> type[Any]:
    """Make a kind of tool that tells when it opens a table for writing."""

    class Watched(kind):  # type: ignore[misc]
        def open(self, *positional: Any, **keywords: Any) -> Any:
            given = dict(zip(("name", "second", "third"), positional, strict=False))
            name = keywords.get("tablename", keywords.get("thems", given.get("name", "")))
            # table.open(tablename, lockoptions, nomodify), ms.open(thems, nomodify, …)
            place = "third" if kind.__name__ == "table" else "second"
            if not keywords.get("nomodify", given.get(place, True)):
                touch(str(name))
            return super().open(*positional, **keywords)

        def create(self) -> Any:
            """Make a tool, as `tbtool.create()` did in 3.4."""
            return type(self)()

    Watched.__name__ = kind.__name__
    return Watched


def _casa(log: Path) -> dict[str, Any]:
    return {
        "build": {"time": "", "version": VERSION, "number": REVISION},
        "source": {"url": "", "revision": REVISION},
        "files": {"logfile": str(log)},
        "dirs": {"root": "", "data": ""},
        "flags": {"--nogui": "", "--nologger": ""},
        "helpers": {},
        "state": {"startup": False},
    }


def _modules(target: dict[str, Any]) -> dict[str, ModuleType]:
    """Give the modules that scripts import and CASA 6 or Python 3 has not, by their full names."""
    made: dict[str, ModuleType] = dict(semantics.MODULES)
    for name in ("casadef", "taskinit", "tasks", "casac", "casa", "recipes"):
        made[name] = ModuleType(name)
    made["casadef"].__dict__.update(casa_version=VERSION, subversion_revision=REVISION, build_time="")
    made["casac"].__dict__["casac"] = target["casac"]
    for name in ("taskinit", "tasks", "casa"):
        kept = {key: value for key, value in target.items() if not key.startswith("__")}
        made[name].__dict__.update(kept)
    recipes = importlib.import_module("casarecipes.almahelpers")
    made["recipes"].__dict__["almahelpers"] = recipes
    made["recipes.almahelpers"] = recipes
    return made


def _builtins(modules: dict[str, ModuleType], run_file: Any) -> dict[str, Any]:
    """Give Python 2's built-in names; `import` knows `modules`."""

    def import_(name: str, names: Any = None, local: Any = None, wanted: Any = (), level: int = 0) -> Any:
        if name in modules and level == 0:
            return modules[name] if wanted else modules[name.partition(".")[0]]
        return builtins.__import__(name, names, local, wanted, level)

    own = {"execfile": run_file, "exec": _exec, "eval": _eval, "input": _input, "__import__": import_}
    return vars(builtins) | semantics.BUILTINS | own


def _exec(text: Any, names: Any = None, local: Any = None) -> None:
    frame = sys._getframe(1)
    code = compile(to_python3.convert(text, "<exec>"), "<exec>", "exec") if isinstance(text, str) else text
    exec(code, frame.f_globals if names is None else names, frame.f_locals if names is None else local)


def _eval(text: Any, names: Any = None, local: Any = None) -> Any:
    frame = sys._getframe(1)
    if isinstance(text, str):
        text = compile(to_python3.expression(text.strip(), "<eval>"), "<eval>", "eval")
    return eval(text, frame.f_globals if names is None else names, frame.f_locals if names is None else local)


def _input(prompt: str = "") -> Any:
    return _eval(builtins.input(prompt))


def _shell(target: dict[str, Any]) -> dict[str, Any]:
    """Give casapy's own functions: `default`, `inp`, `go`, `saveinputs`, `tget`."""

    def task(which: Any = None) -> Task42:
        name = getattr(which, "__name__", which) or target.get("taskname")
        found = target.get(str(name))
        if not isinstance(found, Task42):
            raise TypeError(f"there is no task {name}")
        return found

    def default(taskname: Any = None) -> None:
        chosen = task(taskname)
        for parameter in chosen.task.parameters:
            target[parameter.name] = chosen.task.default(parameter.name, {}, assigned=True)
        target["taskname"] = chosen.__name__

    def inp(taskname: Any = None, page: bool = False) -> None:
        chosen = task(taskname)
        target["taskname"] = chosen.__name__
        print(f"#  {chosen.__name__}")
        for name, value in inputs(chosen).items():
            print(f"{name:<20}= {value!r}")

    def inputs(chosen: Task42) -> dict[str, Any]:
        given = {name: target[name] for name in in_use(chosen.task, target)}
        every = (parameter.name for parameter in chosen.task.parameters)
        return {name: given.get(name, chosen.task.default(name, given, assigned=True)) for name in every}

    def go(taskname: Any = None) -> Any:
        return task(taskname)()

    def saveinputs(taskname: Any = None, outfile: str = "") -> None:
        chosen = task(taskname)
        lines = [f"taskname = {chosen.__name__!r}"] + [f"{k} = {v!r}" for k, v in inputs(chosen).items()]
        Path(outfile or f"{chosen.__name__}.saved").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def tget(taskname: Any = None, savefile: str = "") -> None:
        chosen = task(taskname)
        for name in (savefile, f"{chosen.__name__}.last", f"{chosen.__name__}.saved"):
            if name and Path(name).is_file():
                exec(Path(name).read_text(encoding="utf-8"), target)
                return
        default(chosen)

    return {"default": default, "inp": inp, "go": go, "saveinputs": saveinputs, "tput": saveinputs, "tget": tget}

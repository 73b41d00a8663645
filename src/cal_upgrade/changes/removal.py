"""The statements that remove a table ahead of a new call which is going to write it.

A name comes from the script and may hold anything: blanks, quotes, `;`, `$`, `*`, a dash in front. The shell gets
only names that it leaves alone, written as in ALMA's scripts: `os.system('rm -rf x.opac')`. All others go to Python's
`shutil.rmtree`, which takes a name as it is. CASA's `rmtables` would not do: it expands `*`, `?` and `[…]`
(task_rmtables.py of CASA 3.4.0 and 4.2.0), and so may remove other tables.
"""

from __future__ import annotations

import re

IMPORT = "import shutil"

_PLAIN = re.compile(r"""(['"])(?P<name>[A-Za-z0-9_./+][A-Za-z0-9_./+-]*)\1""")
_NOTHING_LEFT = frozenset({"", ".", ".."})
_HAS_SHUTIL = re.compile(rb"^import[ \t]++(?:[\w., \t]*,[ \t]*)?shutil\b(?![ \t]+as\b)", re.MULTILINE)


def removal(name: str) -> str:
    """Write the statement that removes a table; `name` is an expression (Python 2 source)."""
    found = _PLAIN.fullmatch(name)
    if found is not None and found["name"].split("/")[-1] not in _NOTHING_LEFT:
        return f"os.system('rm -rf {found['name']}')"
    return f"shutil.rmtree({name}, ignore_errors=True)"


def needs_import(statement: str, script: bytes) -> bool:
    """Whether a statement of `removal` needs `import shutil` ahead of it in a script (its whole text)."""
    return statement.startswith("shutil.") and _HAS_SHUTIL.search(script) is None

"""How Sphinx builds the documentation: `make docs`."""

from __future__ import annotations

from importlib.metadata import version as installed

project = "cal-upgrade"
author = "The cal-upgrade developers"
project_copyright = f"2026, {author}"
release = version = installed("cal-upgrade")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["pictures"]
myst_heading_anchors = 4
nitpicky = True
# Links to Python's own documentation would need the network.
nitpick_ignore_regex = [(r"py:class", r"(collections\.abc|pathlib|typing)\..*")]
# Pygments has no lexer for jq.
suppress_warnings = ["misc.highlighting_failure"]

autodoc_typehints = "description"
autodoc_member_order = "bysource"
napoleon_google_docstring = False

html_theme = "furo"
html_title = f"cal-upgrade {release}"
html_extra_path = ["report.schema.json", "rule.schema.json"]

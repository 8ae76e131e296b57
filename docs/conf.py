"""The manual as a site: ``pip install '.[docs]' && sphinx-build -W docs build/site``."""

project = "exactssm"
author = "The exactssm authors"
extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "furo"
suppress_warnings = ["misc.highlighting_failure"]  # console blocks with an ellipsis for long output

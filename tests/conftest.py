"""Standing here, it puts this directory on the import path, so that every test can `from builders import ...`."""

from __future__ import annotations

import sys
from pathlib import Path

# PySpark takes a process whose main module has no file for one that runs its doctests, and ends it with success. A
# test worker is such a process.
_MAIN = sys.modules["__main__"]
if not hasattr(_MAIN, "__file__"):
    _MAIN.__file__ = str(Path(__file__))

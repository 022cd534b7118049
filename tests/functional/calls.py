"""One call of the command line as a person makes it: words in, exit code and both streams out."""

from __future__ import annotations

import contextlib
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from governance.settings import PREFIX
from service.cli import run

HOURS = 80
"""What the lists of these tests fill unless they say otherwise."""


@dataclass(frozen=True)
class Called:
    """What came back; `document` is standard output as JSON."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)

    @property
    def problem(self) -> dict[str, Any]:
        """The refusal of a call with `--json`: the last line of standard error."""
        return json.loads(self.err.splitlines()[-1])


def call(*words: object, home: Path, **settings: str) -> Called:
    """Run `adressekontrol words...` with state under `home` and no other setting than those given."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(PREFIX)]:  # noqa: TID251  to clear it
            patch.delenv(name)
        for name, value in {"home": str(home), **settings}.items():
            patch.setenv(PREFIX + name.upper(), value)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run([str(word) for word in words])
    return Called(code, out.getvalue(), err.getvalue())

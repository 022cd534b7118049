"""Turns values into a PDF by the template of a kind: tagged for screen readers (PDF/UA-1), the same bytes each time.

Values go in as one JSON text, which a template can show and cannot run. Must not know where the values come from.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from governance.audit.events import canonical

STANDARD: Final = "ua-1"
BASE = "base.typ"
_PROBE = b'#set document(title: "x")\n#set text(lang: "da")\n#par(json(bytes(sys.inputs.values)))'
_NEVER_SHOWN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def render_pdf(kind: str, values: Mapping[str, Any], *, day: dt.date) -> bytes:
    """The PDF of `templates/KIND.typ`; equal input gives equal bytes. `day` is the date in its metadata.

    Fonts are those that the library brings, embedded in the PDF. A template that warns is a fault of ours (ValueError).
    """
    return _compile({"main.typ": _template(f"{kind}.typ"), BASE: _template(BASE)}, values, day=day)


def displayable(text: str) -> bool:
    """Whether a letter can show every character: none without a glyph, none that is invisible or turns direction."""
    import typst

    if any(unicodedata.category(letter) in _NEVER_SHOWN for letter in text.replace("\n", " ")):
        return False
    try:
        _compile({"main.typ": _PROBE}, text, day=dt.date(2000, 1, 1))
    except typst.TypstError:
        return False
    return True


def _compile(sources: Mapping[str, bytes], values: Any, *, day: dt.date) -> bytes:
    import typst

    # the library takes a mapping of files, which its types do not say
    project: Any = dict(sources)
    pdf, warnings = typst.compile_with_warnings(
        project,
        sys_inputs={"values": canonical(values)},
        font_paths=typst.Fonts(include_system_fonts=False),
        format="pdf",
        pdf_standards=[STANDARD],
        timestamp=dt.datetime.combine(day, dt.time(), dt.UTC),
    )
    if warnings:
        raise ValueError(f"a template warns: {warnings[0].message}")
    return bytes(pdf)


@cache
def _template(name: str) -> bytes:
    return files("service.letters").joinpath("templates", name).read_bytes()

"""Legal bases as a municipality would write them: the shipped ones with something changed, in a file of their own."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterable
from pathlib import Path

from governance.legal_bases import LegalBasis, load_legal_bases

Change = Callable[[LegalBasis], LegalBasis]


def lapsed(*, phase: str, on: dt.date, code: str = "") -> Change:
    """Entries of the phase (and the code) end on the day."""
    return lambda basis: (
        dataclasses.replace(basis, valid_to=on)
        if phase in basis.phases and basis.code in (code or basis.code)
        else basis
    )


def without_column(column: str, *, phase: str) -> Change:
    """No entry of the phase names the column."""
    return lambda basis: (
        dataclasses.replace(basis, columns=tuple(sorted(basis.covered - {column}))) if phase in basis.phases else basis
    )


def without_benefit(code: str, *, phase: str) -> Change:
    """No entry of the phase names the benefit."""
    return lambda basis: (
        dataclasses.replace(basis, benefits=tuple(each for each in basis.benefits if each != code))
        if phase in basis.phases
        else basis
    )


def changed(*changes: Change) -> list[LegalBasis]:
    """The shipped bases, changed."""
    bases = list(load_legal_bases())
    for change in changes:
        bases = [change(basis) for basis in bases]
    return bases


def written(folder: Path, *changes: Change) -> dict[str, str]:
    """The setting that names a file of the changed bases."""
    path = folder / "bases.toml"
    path.write_text("\n".join(_entries(changed(*changes))), encoding="utf-8")
    return {"legal_bases_file": str(path)}


def _entries(bases: Iterable[LegalBasis]) -> Iterable[str]:
    for basis in bases:
        yield "[[basis]]"
        for field in dataclasses.fields(basis):
            value = getattr(basis, field.name)
            if value is not None:
                told = value.isoformat() if isinstance(value, dt.date) else json.dumps(value, ensure_ascii=False)
                yield f"{field.name} = {told}"

"""The published page of the legal bases, written from the entries and the lineage so that it cannot lag behind.

Knows the shipped entries only: a municipality that names its own file asks `adressekontrol legal-bases list`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from features.lineage import Part, features_of_column, part_columns
from governance.legal_bases import PHASES, LegalBasis, load_legal_bases
from governance.prohibited import load_input_exceptions

HEAD = """# Legal bases

Generated from `governance/catalogue/legal_bases.toml`, `input_exceptions.toml` and `features.lineage` by
`features.legal_page.render_legal_bases_page`; do not edit.

Nothing is looked at without a dated basis: an entry names benefits and register columns, for development (training on
the history) or for operation (ranking for real), from a day on. What no entry of the run's day and phase names is left
out of scoring, and the run says so (`left_out` in `run.json` and in `train --json`); asked for by name it is refused
with exit code 13. A basis for the one phase is none for the other, so each phase has its own entries and lapses by
itself.

A municipality keeps its own file in the setting `ADRESSEKONTROL_LEGAL_BASES_FILE`; a fault in it is told with its entry
and its field (exit code 10). `adressekontrol legal-bases list` and `show` tell what stands on a day.
"""
WITHOUT = (
    ("a benefit", "no ground to be a candidate, not at stake, in no feature; no case about it is learned from"),
    ("a register column", "empty in every row before anything is computed; a register without a key has no row"),
    ("a feature", "unknown for everybody, no input of a model trained then, and no sentence among the reasons"),
    ("`benefit_payment`", "the catalogue's monthly rate is at stake instead of what was paid"),
    ("a column of the candidate rules, the stakes or the labels", "the run stops (13) and names it and what needs it"),
    ("a ground for candidates", "nobody is brought up on it and its register is not read; without both, refusal (13)"),
)
NEVER = """
`protected` is read by the fairness run and the proxy screen alone, on `fairness_monitoring`, which is no basis for a
score. No entry can name `address.district`, `control_case.caseworker_id` or a name, and none for a score `protected`.
"""


def render_legal_bases_page() -> str:
    """The Markdown of `docs/legal_bases.md`."""
    bases = load_legal_bases()
    without = [*_head("without a basis", "what happens"), *(_row(*row) for row in WITHOUT)]
    lines = [HEAD, "## Entries", "", *_entries(bases), "", "## What happens without one", "", *without, NEVER]
    return "\n".join([*lines, "## Columns", "", *_columns(bases), "", *_exceptions()]).rstrip() + "\n"


def _entries(bases: Iterable[LegalBasis]) -> Iterator[str]:
    yield from _head("code", "act", "phase", "purpose", "from", "until", "benefits", "columns")
    for basis in bases:
        until = basis.valid_to.isoformat() if basis.valid_to else "no end"
        yield _row(
            f"`{basis.code}`", f"{basis.act} {basis.paragraph}", ", ".join(basis.phases), basis.purpose,
            basis.valid_from.isoformat(), until, len(basis.benefits), len(basis.covered),
        )  # fmt: skip


def _columns(bases: Iterable[LegalBasis]) -> Iterator[str]:
    covered = {phase: _covering(bases, phase) for phase in PHASES}
    yield "Every column that an entry names for scoring, and what rests on it."
    yield ""
    yield from _head("column", "development", "operation", "what rests on it")
    for column in sorted(set().union(*covered.values())):
        names = (", ".join(f"`{code}`" for code in covered[phase].get(column, ())) or "none" for phase in PHASES)
        yield _row(f"`{column}`", *names, _resting(column))


def _covering(bases: Iterable[LegalBasis], phase: str) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for basis in bases:
        for column in basis.covered if phase in basis.phases else ():
            found.setdefault(column, []).append(basis.code)
    return found


def _resting(column: str) -> str:
    parts = [part for part in get_args(Part) if column in part_columns(part)]
    parts += ["the fairness run, no score"] if column.startswith("protected.") else []
    features = len(features_of_column(column))
    return ", ".join([*([f"{features} features"] if features else []), *parts])


def _exceptions() -> Iterator[str]:
    yield "## Inputs that pass the screen by a dated exception"
    yield ""
    yield "The screen (`governance/prohibited.py`) strikes every input whose name, words or columns tell citizenship,"
    yield "origin, language, religion, sex, age, health, a name, part of town, free text or caseworker. Let through:"
    yield ""
    yield from _head("exception", "features", "columns and words", "reason", "authority", "until")
    for each in load_input_exceptions():
        what = ", ".join(f"`{name}`" for name in (*each.columns, *each.words))
        names = ", ".join(f"`{name}`" for name in each.features)
        yield _row(each.code, names, what, each.reason, each.authority, each.valid_to.isoformat())


def _head(*names: str) -> Iterator[str]:
    yield _row(*names)
    yield _row(*["---"] * len(names))


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"

"""`adressekontrol legal-bases …`: which act lets the municipality look at what, on a day and in a phase."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from governance.errors import GateClosed, UsageError
from governance.legal_bases import (
    PHASES,
    Lawful,
    LegalBasis,
    Phase,
    as_entry,
    columns_of,
    lawful,
    legal_bases_in_force,
    never_scored,
    require_columns,
)
from service.cli.options import AsJson, AsOfText, day, settings_from_environment
from service.cli.output import say, say_json, say_table

commands = typer.Typer(no_args_is_help=True, help="Which act lets the municipality look at what, from when on.")
PhaseText = Annotated[str, typer.Option("--phase", help="development (training) or operation (ranking for real).")]


@commands.command("list")
def list_bases(as_of: AsOfText, phase: PhaseText = "operation", as_json: AsJson = False) -> None:
    """Every entry, and what is left out on the day in the phase for want of one."""
    from features.lawful import left_out

    bases = legal_bases_in_force(settings_from_environment())
    seen = lawful(bases, on=day(as_of).day, phase=_phase(phase))
    entries = [_entry(basis, seen) for basis in bases]
    if as_json:
        expiry = seen.next_expiry.isoformat() if seen.next_expiry else None
        say_json({"entries": entries, "left_out": list(left_out(seen)), "next_expiry": expiry})
        return
    names = ("code", "act", "paragraph", "purpose", "phases", "valid_from", "valid_to", "stands")
    say_table(names, [[_plain(entry[name]) for name in names] for entry in entries])
    say(f"Left out on {seen.on} in {seen.phase}: {', '.join(left_out(seen)) or 'nothing'}.")


@commands.command("show")
def show(
    as_of: AsOfText,
    phase: PhaseText = "operation",
    benefit: Annotated[str | None, typer.Option("--benefit", help="Code of a benefit.")] = None,
    column: Annotated[str | None, typer.Option("--column", help="Register column, as residence.care_of.")] = None,
    feature: Annotated[str | None, typer.Option("--feature", help="Name of a feature.")] = None,
    as_json: AsJson = False,
) -> None:
    """The bases that let one benefit, register column or feature be looked at; refused (13) without one."""
    asked = {"benefit": benefit, "column": column, "feature": feature}
    named = [(kind, name) for kind, name in asked.items() if name is not None]
    if len(named) != 1:
        raise UsageError("Ask for one thing.", item="command line", remedy="Give --benefit, --column or --feature.")
    kind, name = named[0]
    bases = legal_bases_in_force(settings_from_environment())
    seen = lawful(bases, on=day(as_of).day, phase=_phase(phase))
    columns = _required(kind, name, seen)
    covering = [basis for basis in bases if _covers(basis, kind, name, columns, seen)]
    document = {kind: name, "columns": columns, "bases": [_entry(basis, seen) for basis in covering]}
    if as_json:
        say_json(document)
        return
    say(f"{name} may be looked at on {seen.on} in {seen.phase}:")
    for basis in covering:
        say(f"    {basis.code}: {basis.act} {basis.paragraph} ({basis.purpose}), from {basis.valid_from}")
    if kind == "feature":
        say(f"Register columns: {', '.join(columns)}")


def _phase(text: str) -> Phase:
    for phase in PHASES:
        if text == phase:
            return phase
    raise UsageError(f"There is no phase '{text}'.", item="--phase", remedy=f"Use {' or '.join(PHASES)}.")


def _required(kind: str, name: str, seen: Lawful) -> list[str]:
    """The register columns behind what was asked for; `GateClosed` when it has no basis."""
    from features.lawful import require_benefits, require_features
    from features.lineage import feature_columns

    if kind == "benefit":
        require_benefits([name], seen)
        return []
    if kind == "feature":
        require_features([name], seen)
        return sorted(feature_columns(name))
    if never_scored(name):
        raise GateClosed(
            "The column may never be looked at for scoring, whatever basis is written.",
            item=name,
            remedy="Fairness is measured on a basis of its own (fairness_monitoring), which is none for a score.",
        )
    if columns_of(name) != (name,):
        raise UsageError(
            "The register contract has no such column.", item="--column", remedy="Write it as residence.care_of."
        )
    require_columns(seen, [name], by="whoever asks for it by name")
    return [name]


def _covers(basis: LegalBasis, kind: str, name: str, columns: Sequence[str], seen: Lawful) -> bool:
    if not basis.stands(on=seen.on, phase=seen.phase):
        return False
    return name in basis.benefits if kind == "benefit" else bool(basis.covered & set(columns))


def _entry(basis: LegalBasis, seen: Lawful) -> dict[str, Any]:
    return {**as_entry(basis), "stands": basis.stands(on=seen.on, phase=seen.phase)}


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return {None: "no end", True: "yes", False: "no"}.get(value, str(value))

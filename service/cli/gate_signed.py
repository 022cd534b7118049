"""`adressekontrol gate key | except | assess | approve-mitigation | resume`: what people in roles decide and sign."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, cast

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.as_of import AsOf
from governance.errors import UsageError
from governance.gate import approvals, exceptions
from governance.gate.assessments import record_assessment
from governance.gate.documents import digest
from governance.gate.key_files import load_role_key, write_role_key
from governance.gate.role_keys import Role, known_role, register_role_key
from governance.gate.stop import resume as lift_stop
from governance.rules.evidence import Assessment
from service.cli.options import settings_from_environment
from service.cli.output import say
from service.cli.state import opened_store

Reason = Annotated[str, typer.Option("--reason", help="Why, naming no person.")]
Until = Annotated[str, typer.Option("--until", help="Last day it stands, YYYY-MM-DD.", metavar="D")]
DpoKey = Annotated[Path, typer.Option("--key", help="File with the data-protection officer's key.", metavar="FILE")]


def key(
    role: Annotated[str, typer.Argument(help="dpo, owner or counsel.", metavar="ROLE")],
    out: Annotated[Path, typer.Option("--out", help="New file for the private key; keep it with the role.")],
    former: Annotated[
        Path | None, typer.Option("--key", help="File with the role's key so far; only the first needs none.")
    ] = None,
) -> None:
    """Make a key for a role and register it; what the former key signed no longer counts."""
    known_role(role)
    replaced = load_role_key(former) if former else None
    made = Ed25519PrivateKey.generate()
    with opened_store(settings_from_environment()) as store, store.act("role_key.registered") as act:
        name = register_role_key(act, role=cast(Role, role), public=made.public_key(), former=replaced)
        # within the act: a key that could not be kept is not registered
        write_role_key(out, made)
    say(f"The {role} signs with {name}. The private key is in {out}; only its owner may read it.")


def sign_exception(
    rule: Annotated[str, typer.Argument(help="Name of the rule, as gate rules says it.", metavar="RULE")],
    reason: Reason,
    until: Until,
    key: DpoKey,
    item: Annotated[str, typer.Option("--item", help="The item meant, as the verdict names it.")] = "",
) -> None:
    """Let a failed rule stand for one item until a day, signed by the data-protection officer."""
    expires, signing = _day(until, "--until"), load_role_key(key)
    with opened_store(settings_from_environment()) as store, store.act("exception.signed") as act:
        signed = exceptions.sign_exception(act, rule=rule, item=item, reason=reason, expires=expires, key=signing)
    say(f"{signed.id}: {rule} {item} may stand to {expires}. Have the gate judge anew.")


def assess(
    kind: Annotated[str, typer.Argument(help="dpia, fria, risk_register or administrative_law.", metavar="KIND")],
    version: Annotated[str, typer.Option("--version", help="Version of the document.")],
    document: Annotated[Path, typer.Option("--document", help="The document; its hash is recorded, not its text.")],
    valid_from: Annotated[str, typer.Option("--from", help="First day it stands, YYYY-MM-DD.", metavar="D")],
    until: Until,
) -> None:
    """Record an impact assessment with the days between which it stands."""
    assessment = Assessment(kind, version, _day(valid_from, "--from"), _day(until, "--until"))
    document_sha256 = _hash_of(document)
    with opened_store(settings_from_environment()) as store, store.act("assessment.recorded") as act:
        record_assessment(act, assessment, document_sha256=document_sha256)
    say(f"{kind} {version} stands from {valid_from} to {until} (document {document_sha256[:12]}).")


def approve_mitigation(
    kind: Annotated[str, typer.Argument(help="quota or group_blind.", metavar="KIND")],
    dpo_key: Annotated[Path, typer.Option("--dpo-key", help="File with the data-protection officer's key.")],
    counsel_key: Annotated[Path, typer.Option("--counsel-key", help="File with counsel's key.")],
    reason: Reason,
    until: Until,
) -> None:
    """Approve a mitigation that uses or infers protected attributes, signed by both officer and counsel."""
    expires, keys = _day(until, "--until"), (load_role_key(dpo_key), load_role_key(counsel_key))
    with opened_store(settings_from_environment()) as store, store.act("mitigation.approved") as act:
        approved = approvals.approve_mitigation(
            act, kind=kind, reason=reason, expires=expires, dpo_key=keys[0], counsel_key=keys[1]
        )
    say(f"{approved.id}: {kind} may be used to {expires}.")


def resume(key: DpoKey, reason: Reason) -> None:
    """Lift every stop in force, signed by the data-protection officer; what was judged before must be judged anew."""
    signing = load_role_key(key)
    with opened_store(settings_from_environment()) as store, store.act("system.resumed") as act:
        lifted = lift_stop(act, reason=reason, key=signing)
    say(f"Lifted: {', '.join(lifted)}. Have the gate judge anew.")


def _day(text: str, option: str) -> dt.date:
    try:
        return AsOf.parse(text).day
    except UsageError as wrong:
        raise UsageError(wrong.what, item=option, remedy=wrong.remedy) from None


def _hash_of(document: Path) -> str:
    try:
        return digest(document.read_bytes())
    except OSError:
        raise UsageError("The document cannot be read.", item=str(document), remedy="Name an existing file.") from None

"""Named callers: who they are says what they may."""

from __future__ import annotations

from governance.access.caller import Caller, make_rights


def a_caller(user_id: str, *rights: tuple[str, str], name: str = "") -> Caller:
    """Somebody with these (role, administration or *) rights."""
    return Caller(user_id, name or user_id.capitalize(), make_rights(rights))


ANNA = a_caller("anna", ("caseworker", "*"), name="Anna Prøve")
BO = a_caller("bo", ("caseworker", "*"), name="Bo Prøve")
CARL = a_caller("carl", ("caseworker", "*"), name="Carl Prøve")
BUF_ONLY = a_caller("birgit", ("caseworker", "BUF"), name="Birgit Prøve")
LEADER = a_caller("ledelse", ("team_leader", "*"), name="Lene Prøve")
DPO = a_caller("dpo", ("dpo", "*"), name="Dorte Prøve")
EVALUATOR = a_caller("eva", ("evaluator", "*"), name="Eva Prøve")
EMIL = a_caller("emil", ("evaluator", "*"), name="Emil Prøve")
NOBODY = a_caller("gæst")
CALLERS = {each.user_id: each for each in (ANNA, BO, CARL, BUF_ONLY, LEADER, DPO, EVALUATOR, EMIL, NOBODY)}

"""The tables of a case. What was done, said and sent is append-only; only where a case stands now is changed.

Words about persons (facts, notes, letters, visits) are sealed under a key of the case's own, kept in `case_key`, those
of a lead under one in `case_lead_key`: retention deletes the key, and with it the words, while the log and the figures
stay.
"""

from __future__ import annotations

import sqlalchemy as sa

from governance.store.schema import METADATA, append_only

CASES = sa.Table(
    "case_file",
    METADATA,
    sa.Column("case_id", sa.Text, primary_key=True),
    # personal: leaves only on a page or in an answer that was asked for with a purpose; blank after retention
    sa.Column("address_id", sa.Text, nullable=False, index=True),
    # the run that listed it, and its place there; "" and 0 for none
    sa.Column("run_id", sa.Text, nullable=False, index=True),
    sa.Column("place", sa.Integer, nullable=False),
    # the name of the case in `explained_decision`
    sa.Column("pseudonym", sa.Text, nullable=False),
    sa.Column("model_version", sa.Text, nullable=False),
    # "model" or "random"; never shown to whoever works on cases
    sa.Column("arm", sa.Text, nullable=False),
    sa.Column("selection_probability", sa.Float, nullable=True),
    # sorted codes joined by "+": administrations (BIF, BUF, KFF) and benefits at stake
    sa.Column("offices", sa.Text, nullable=False),
    sa.Column("benefits", sa.Text, nullable=False),
    sa.Column("legal_basis", sa.Text, nullable=False),
    # JSON list of Danish sentences, in order
    sa.Column("reasons_for", sa.Text, nullable=False),
    sa.Column("reasons_against", sa.Text, nullable=False),
    # days as YYYY-MM-DD
    sa.Column("as_of", sa.Text, nullable=False),
    sa.Column("listed_on", sa.Text, nullable=False, index=True),
    sa.Column("expires_on", sa.Text, nullable=False),
    sa.Column("opened_on", sa.Text, nullable=True),
    sa.Column("closed_on", sa.Text, nullable=True),
    # the next day on which somebody must have acted; null for none
    sa.Column("deadline", sa.Text, nullable=True, index=True),
    sa.Column("state", sa.Text, nullable=False, index=True),
    # counts every change; a writer names the one it saw
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("owner", sa.Text, nullable=True, index=True),
    # reasons hidden until the first look is recorded
    sa.Column("blind", sa.Boolean, nullable=False),
    sa.Column("suspicion", sa.Boolean, nullable=False),
    # a resident has address protection: shown to nobody
    sa.Column("hidden", sa.Boolean, nullable=False),
    # the state that a veto interrupted
    sa.Column("vetoed_from", sa.Text, nullable=True),
    sa.Column("outcome", sa.Text, nullable=True),
    sa.Column("cause", sa.Text, nullable=True),
)
LISTS = append_only(
    sa.Table(
        "case_list",
        METADATA,
        # a released list that was taken in, once
        sa.Column("run_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("as_of", sa.Text, nullable=False),
        sa.Column("listed", sa.Integer, nullable=False),
        # of 100 addresses of the whole list, both arms, so many are expected to lead to a change; null of a list
        # that no model made
        sa.Column("hits_per_100", sa.Integer, nullable=True),
        sa.Column("hits_low", sa.Integer, nullable=True),
        sa.Column("hits_high", sa.Integer, nullable=True),
    )
)
COLLEAGUES = sa.Table(
    "case_colleague",
    METADATA,
    # not append-only: only what somebody is called and may do now is of use; what was done stands in the log
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    # JSON list of [role, administration]
    sa.Column("rights", sa.Text, nullable=False),
    sa.Column("seen_at", sa.Text, nullable=False),
)
CASE_KEYS = sa.Table(
    "case_key",
    METADATA,
    sa.Column("case_id", sa.Text, sa.ForeignKey("case_file.case_id"), primary_key=True),
    # the case's own key, sealed under the installation's
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)
STEPS = append_only(
    sa.Table(
        "case_step",
        METADATA,
        sa.Column("case_id", sa.Text, sa.ForeignKey("case_file.case_id"), primary_key=True),
        # the version that the step made
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("from_state", sa.Text, nullable=False),
        sa.Column("to_state", sa.Text, nullable=False),
        # a code of `states`; "" for none
        sa.Column("reason", sa.Text, nullable=False),
        # canonical JSON of our own ids, codes, days and øre; no person and no free text
        sa.Column("details", sa.Text, nullable=False),
    )
)
TEXTS = append_only(
    sa.Table(
        "case_text",
        METADATA,
        sa.Column("text_id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("case_file.case_id"), nullable=False, index=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        # fact | wrong_fact | note | snapshot | demand | answer | visit | suspicion | hearing_answer | grounds |
        # sent_back | referral | appeal | veto | objection | lead
        sa.Column("kind", sa.Text, nullable=False),
        # sealed canonical JSON; a fact holds text, source (FACT_SOURCES) and known_on
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
)
LOOKS = append_only(
    sa.Table(
        "case_look",
        METADATA,
        sa.Column("look_id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("case_file.case_id"), nullable=False, index=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        # "first" (before the reasons, where blind) or "second" (before the first person's proposal is shown)
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("assessment", sa.Text, nullable=False),
        sa.Column("blind", sa.Boolean, nullable=False),
    )
)
EFFECTS = append_only(
    sa.Table(
        "case_effect",
        METADATA,
        sa.Column("effect_id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("case_file.case_id"), nullable=False, index=True),
        # the proposal (version of the case) that brought it; the newest proposal is the one that counts
        sa.Column("proposal", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("grant_id", sa.Text, nullable=True),
        sa.Column("benefit", sa.Text, nullable=False),
        sa.Column("effect", sa.Text, nullable=False),
        sa.Column("monthly_change_ore", sa.BigInteger, nullable=False),
        sa.Column("effective_from", sa.Text, nullable=False),
        sa.Column("reclaim_ore", sa.BigInteger, nullable=False),
    )
)
REVERSALS = append_only(
    sa.Table(
        "case_effect_reversal",
        METADATA,
        sa.Column("effect_id", sa.Text, sa.ForeignKey("case_effect.effect_id"), primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("reversed_on", sa.Text, nullable=False),
    )
)
MONEY = append_only(
    sa.Table(
        "case_money",
        METADATA,
        sa.Column("money_id", sa.Text, primary_key=True),
        sa.Column("effect_id", sa.Text, sa.ForeignKey("case_effect.effect_id"), nullable=False, index=True),
        sa.Column("at", sa.Text, nullable=False),
        # collected | written_off
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("amount_ore", sa.BigInteger, nullable=False),
        sa.Column("on_day", sa.Text, nullable=False),
    )
)
HOURS = append_only(
    sa.Table(
        "case_hours",
        METADATA,
        sa.Column("hours_id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("case_file.case_id"), nullable=False, index=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        # whole minutes, so that hours add up
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("on_day", sa.Text, nullable=False),
    )
)
CONFLICTS = append_only(
    sa.Table(
        "case_conflict",
        METADATA,
        sa.Column("case_id", sa.Text, sa.ForeignKey("case_file.case_id"), primary_key=True),
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
    )
)
LEADS = append_only(
    sa.Table(
        "case_lead",
        METADATA,
        # a row of the register `signal`: what was entered by hand competes on the same list
        sa.Column("signal_id", sa.Text, primary_key=True),
        sa.Column("address_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=True),
        sa.Column("kind", sa.Text, nullable=False),
        # what was said, sealed under the lead's own key
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("recorded_on", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
    )
)
LEAD_KEYS = sa.Table(
    "case_lead_key",
    METADATA,
    sa.Column("signal_id", sa.Text, sa.ForeignKey("case_lead.signal_id"), primary_key=True),
    # the lead's own key, sealed under the installation's
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)

"""How every step of a case is taken, through its route: the first half of the table of what the service does."""

from __future__ import annotations

from collections.abc import Mapping

from tests.service.acted import CLAIMED_BACK, World, sent
from tests.service.doing import Deed, No, step
from tests.service.people import BO, CARL, DPO, LEADER
from tests.service.town import A_FACT, a_proposal

LATE = "2099-01-01"
CASE_STEPS: Mapping[str, Deed] = {
    "claim": Deed("listed", step("claim"), {"taken": No("not-now", step("claim", BO), "claimed")}),
    "release": Deed("claimed", step("release"), {"not the owner": No("permission", step("release", BO))}),
    "assign": Deed(
        "claimed", step("assign", LEADER, to="bo"),
        {"to a stranger": No("invalid-form", step("assign", LEADER, to="carl")),
         "by a caseworker": No("permission", step("assign", to="bo"))},
    ),
    "skip": Deed(
        "claimed", step("skip", reason="resources"),
        {"for no reason": No("invalid-form", step("skip", reason="")),
         "too late": No("not-now", step("skip", reason="resources"), "opened")},
    ),
    "declare_conflict": Deed(
        "claimed", step("declare_conflict"),
        {"of an officer": No("permission", step("declare_conflict", DPO))},
    ),
    "first_look": Deed(
        "claimed", step("first_look", assessment="unsure"),
        {"twice": No("not-now", step("first_look", assessment="unsure"), "looked"),
         "no assessment": No("invalid-form", step("first_look", assessment="perhaps"))},
    ),
    "reject": Deed(
        "looked", step("reject", reason="no_presumption"),
        {"unseen": No("not-now", step("reject", reason="no_presumption"), "claimed"),
         "for no reason": No("invalid-form", step("reject", reason="mood"))},
    ),
    "open": Deed("noted", step("open"), {"on no fact": No("not-now", step("open"), "looked")}),
    "record_fact": Deed(
        "looked", step("record_fact", **A_FACT),
        {"unseen": No("not-now", step("record_fact", **A_FACT), "claimed"),
         "of tomorrow": No("invalid-form", step("record_fact", **{**A_FACT, "known_on": LATE}))},
    ),
    "report_wrong_fact": Deed(
        "claimed", step("report_wrong_fact", text="Fraflyttet i maj.", source="cpr"),
        {"of no register": No("invalid-form", step("report_wrong_fact", text="Fraflyttet.", source="rumour"))},
    ),
    "add_note": Deed("claimed", step("add_note", text="Ringet."),
                     {"of nothing": No("invalid-form", step("add_note", text=" "))}),
    "record_hours": Deed(
        "claimed", step("record_hours", minutes=30, on_day=World.today),
        {"no time": No("invalid-form", step("record_hours", minutes=0, on_day=World.today)),
         "of tomorrow": No("invalid-form", step("record_hours", minutes=30, on_day=LATE))},
    ),
    "inform": Deed(
        "opened", step("inform", letters=sent("orientation")),
        {"by no letter": No("invalid-form", step("inform", letters=["brev-none"])),
         "twice": No("not-now", step("inform", letters=sent("orientation")), "informed")},
    ),
    "inform_another": Deed(
        "another", step("inform_another", letters=lambda world: [world.letter("orientation")]),
        {"twice": No("invalid-form", step("inform_another", letters=sent("orientation")), "informed"),
         "too early": No("not-now", step("inform_another", letters=sent("orientation")), "opened")},
    ),
    "demand_information": Deed(
        "informed", step("demand_information", text="Lejekontrakten.", deadline=LATE),
        {"under suspicion": No("not-now", step("demand_information", text="x", deadline=LATE), "suspected"),
         "for today": No("invalid-form", step("demand_information", text="x", deadline=World.today))},
    ),
    "record_answer": Deed(
        "informed", step("record_answer", text="Vedlagt.", received_on=World.today),
        {"of tomorrow": No("invalid-form", step("record_answer", text="Vedlagt.", received_on=LATE))},
    ),
    "visit": Deed(
        "informed", step("visit", ground="consent", reference="17", visited_on=World.today, text="En seng."),
        {"on no ground": No("invalid-form", step("visit", ground="curiosity", reference="17",
                                                 visited_on=World.today, text="En seng.")),
         "by consent under suspicion": No(
             "invalid-form",
             step("visit", ground="consent", reference="17", visited_on=World.today, text="x"), "suspected")},
    ),
    "suspect": Deed("informed", step("suspect", text="To forklaringer."),
                    {"twice": No("not-now", step("suspect", text="Tre."), "suspected")}),
    "clear_suspicion": Deed("suspected", step("clear_suspicion", text="Opklaret."),
                            {"of none": No("not-now", step("clear_suspicion", text="x"), "informed")}),
    "hear": Deed(
        "informed", step("hear", letters=sent("hearing")),
        {"by another letter": No("invalid-form", step("hear", letters=sent("orientation"))),
         "without telling of rights": No("invalid-form", step("hear", letters=sent("hearing")), "suspected")},
    ),
    "hearing_answer": Deed(
        "hearing",
        step("hearing_answer", letter=lambda world: world.letter("hearing"), text="Nej.", received_on=World.today),
        {"of another letter": No("invalid-form", step("hearing_answer", text="Nej.", received_on=World.today,
                                                      letter=lambda world: world.letter("orientation")))},
    ),
    "propose": Deed(
        "answered", step("propose", **a_proposal(CLAIMED_BACK)),
        {"unheard": No("not-now", step("propose", **a_proposal(CLAIMED_BACK)), "informed"),
         "unanswered": No("not-now", step("propose", **a_proposal(CLAIMED_BACK)), "hearing"),
         "of nobody's registration": No(
             "invalid-form", step("propose", **a_proposal(outcome="registration_corrected", corrected=[]))),
         "of somebody unheard": No("not-now", step("propose", **a_proposal(CLAIMED_BACK, corrected=["2"]))),
         "on no rule": No("invalid-form", step("propose", **a_proposal(CLAIMED_BACK, rules=[])))},
    ),
    "second_look": Deed(
        "proposed", step("second_look", BO, assessment="change"),
        {"by who proposed": No("not-now", step("second_look", assessment="change")),
         "twice": No("not-now", step("second_look", BO, assessment="change"), "seconded")},
    ),
    "approve": Deed(
        "seconded", step("approve", BO),
        {"by who proposed": No("not-now", step("approve")), "unseen": No("not-now", step("approve", BO), "proposed"),
         "by a third": No("not-now", step("approve", CARL))},
    ),
    "send_back": Deed(
        "seconded", step("send_back", BO, reason="facts", text="Mere."),
        {"unseen": No("not-now", step("send_back", BO, reason="facts", text="Mere."), "proposed")},
    ),
    "withdraw": Deed("proposed", step("withdraw"), {"by another": No("permission", step("withdraw", BO))}),
    "announce": Deed(
        "decided", step("announce", letters=sent("decision")),
        {"to nobody": No("invalid-form", step("announce", letters=[])),
         "by a hearing": No("invalid-form", step("announce", letters=sent("hearing")))},
    ),
    "refer": Deed(
        "opened", step("refer", to="tax", text="Lønnen."),
        {"to the police on no suspicion": No("invalid-form", step("refer", to="police", text="x")),
         "behind the citizen's back": No("invalid-form", step("refer", to="tax", text="x"), "informed")},
    ),
    "close": Deed("announced", step("close"), {"undecided": No("not-now", step("close"), "answered")}),
    "appeal": Deed(
        "announced", step("appeal", received_on=World.today, text="Jeg klager."),
        {"of tomorrow": No("invalid-form", step("appeal", received_on=LATE, text="Jeg klager.")),
         "of nothing": No("not-now", step("appeal", received_on=World.today, text="x"), "decided")},
    ),
    "reopen": Deed(
        "announced", step("reopen", DPO, text="Hun flyttede i 2019."),
        {"of nothing": No("not-now", step("reopen", DPO, text="x"), "decided"),
         "by a caseworker": No("permission", step("reopen", text="x"))},
    ),
    "appeal_outcome": Deed(
        "appealed",
        step("appeal_outcome", result="reversed", reversed=lambda world: [world.effect()], decided_on=World.today),
        {"of nothing": No("invalid-form", step("appeal_outcome", result="reversed", reversed=[],
                                               decided_on=World.today)),
         "of no appeal": No("not-now", step("appeal_outcome", result="upheld", reversed=[], decided_on=World.today),
                            "announced")},
    ),
    "collect": Deed(
        "announced", step("collect", effect=World.effect, amount_ore=250_000, on_day=World.today),
        {"more than owed": No("invalid-form", step("collect", effect=World.effect, amount_ore=250_051,
                                                   on_day=World.today)),
         "untold": No("not-now", step("collect", effect=World.effect, amount_ore=1, on_day=World.today), "decided")},
    ),
    "write_off": Deed(
        "announced", step("write_off", effect=World.effect, amount_ore=50, on_day=World.today, reason="hardship"),
        {"for no reason": No("invalid-form", step("write_off", effect=World.effect, amount_ore=50,
                                                  on_day=World.today, reason="mood"))},
    ),
    "veto": Deed("claimed", step("veto", DPO, text="Vent."),
                 {"by a caseworker": No("permission", step("veto", text="Vent.")),
                  "twice": No("not-now", step("veto", DPO, text="Vent."), "vetoed")}),
    "lift_veto": Deed("vetoed", step("lift_veto", DPO, text="Afklaret."),
                      {"of none": No("not-now", step("lift_veto", DPO, text="x"), "claimed")}),
    "end_vetoed": Deed("vetoed", step("end_vetoed", DPO, text="Slut."),
                       {"of none": No("not-now", step("end_vetoed", DPO, text="x"), "claimed"),
                        "by a leader": No("permission", step("end_vetoed", LEADER, text="x"))}),
    "object": Deed("claimed", step("object", DPO, text="Borgeren protesterer."),
                   {"of nothing": No("invalid-form", step("object", DPO, text="")),
                    "too late": No("not-now", step("object", DPO, text="x"), "announced")}),
}  # fmt: skip
"""Code of the step → the stage of the life, how, and ways to fail."""

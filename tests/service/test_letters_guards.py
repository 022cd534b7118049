"""When a letter may not be made, may not be read, and what a letter cannot know."""

from __future__ import annotations

import ast
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from governance.audit.tables import EVENTS
from governance.errors import AuditLogBroken, InvalidForm, NotFound, NotNow, PermissionDenied
from service.cases.tables import CASES, CONFLICTS
from service.cases.vault import Vault
from service.identities.tables import IDENTITIES
from service.letters.choices import letter_fields
from service.letters.filled import read_letter
from service.letters.kinds import LETTER_KINDS
from service.letters.opening import kept_letters, letter_of, letters_of, open_letter
from service.letters.rendering import displayable
from service.letters.source import load_source
from service.letters.tables import LETTERS
from tests.contract.source_tree import ROOT
from tests.service.named import (
    decided,
    fact_ids,
    heard,
    hearing_fields,
    informed,
    name_everybody,
    opened,
    pdf_of,
    text_of,
    write,
)
from tests.service.people import ANNA, BO, BUF_ONLY, DPO, EVALUATOR, LEADER, NOBODY, a_caller
from tests.service.town import DAY, TownList

DECISION = {"rules": ["lasp_11", "lasp_91"], "reasoning": "Fordi.", "answer": "Du har svaret."}


@pytest.fixture
def town(sqlite_town_list: TownList, tmp_path: Path) -> TownList:
    name_everybody(sqlite_town_list.store, tmp_path)
    return sqlite_town_list


def faults_of(town: TownList, kind: str, **fields: Any) -> list[str]:
    """The fields that are refused."""
    with pytest.raises(InvalidForm) as refused:
        write(town, "home-1", kind, **fields)
    return [name for name, _ in refused.value.faults]


def events(town: TownList, action: str) -> list[Mapping[str, Any]]:
    with town.store.reading() as connection:
        found = connection.execute(sa.select(EVENTS).where(EVENTS.c.action == action).order_by(EVENTS.c.seq))
        return [dict(row._mapping) for row in found]


def change(town: TownList, home: str = "home-1", **columns: object) -> None:
    with town.store.act("list.made") as act:
        act.connection.execute(sa.update(CASES).where(CASES.c.case_id == town.ids[home]).values(**columns))


def test_a_letter_is_made_and_read_on_both_databases(town_list: TownList, tmp_path: Path) -> None:
    name_everybody(town_list.store, tmp_path)
    letter = informed(town_list)
    pdf = open_letter(town_list.store, caller=BO, letter_id=letter.letter_id, purpose="approval")
    assert pdf.startswith(b"%PDF-")
    [event] = events(town_list, "letter.read")
    assert (event["actor"], event["subject"]) == ("bo", town_list.ids["home-1"])
    assert json.loads(event["details"]) == {"letter": letter.letter_id, "purpose": "approval"}
    with town_list.store.reading() as connection:
        assert letters_of(connection, town_list.ids["home-1"])[0] == letter
        kept, other = kept_letters(connection, town_list.ids["home-1"], town_list.settings)
        assert other.person_id == "home-1-b"
        assert (kept.letter, kept.person_id, kept.pdf) == (letter, "home-1-a", pdf)


def test_a_letter_is_made_only_where_the_case_calls_for_it(town: TownList) -> None:
    opened(town)
    for state in ("listed", "reviewed", "proposed", "announced", "closed", "rejected", "vetoed"):
        change(town, state=state)
        for kind in LETTER_KINDS:
            with pytest.raises(NotNow, match="kan ikke skrives"):
                write(town, "home-1", kind)
    assert events(town, "letter.made") == []


def test_every_kind_says_where_it_belongs() -> None:
    assert {code: sorted(kind.states) for code, kind in LETTER_KINDS.items()} == {
        "orientation": ["gathering", "hearing", "informed", "opened"],
        "hearing": ["gathering", "hearing", "informed"],
        "decision": ["decided"],
        "closing": ["decided", "gathering", "hearing", "informed", "opened"],
    }


def test_only_whoever_has_the_case_writes(town: TownList) -> None:
    opened(town)
    for caller in (BO, BUF_ONLY, LEADER, DPO, EVALUATOR, NOBODY):
        with pytest.raises(PermissionDenied):
            write(town, "home-1", "orientation", caller=caller, rules=["cpr_10"])


def test_somebody_in_conflict_writes_and_reads_nothing(town: TownList) -> None:
    letter = informed(town)
    row = {"case_id": town.ids["home-1"], "user_id": "anna", "at": "2024-06-01T12:00:00Z"}
    with town.store.act("list.made") as act:
        act.connection.execute(sa.insert(CONFLICTS), row)
    with pytest.raises(PermissionDenied, match="inhabil"):
        write(town, "home-1", "orientation", rules=["cpr_10"])
    with pytest.raises(PermissionDenied, match="inhabil"):
        open_letter(town.store, caller=ANNA, letter_id=letter.letter_id, purpose="case_work")


def test_a_protected_address_gets_no_letter_from_here(town: TownList) -> None:
    letter = informed(town)
    change(town, hidden=True)
    with pytest.raises(NotFound):
        write(town, "home-1", "orientation", rules=["cpr_10"])
    with pytest.raises(NotFound):
        open_letter(town.store, caller=ANNA, letter_id=letter.letter_id, purpose="case_work")


REFUSED: tuple[tuple[dict[str, Any], list[str]], ...] = (
    ({}, ["rules"]),
    ({"rules": ["cpr_10"], "recipient": ""}, ["recipient"]),
    ({"rules": ["cpr_10"], "recipient": "3"}, ["recipient"]),
    ({"rules": ["cpr_10"], "recipient": "home-1-a"}, ["recipient"]),
    ({"rules": ["cpr_10"], "facts": []}, ["facts"]),
    ({"rules": ["cpr_10"], "facts": ["text-unknown"]}, ["facts"]),
    ({"rules": ["lasp_91"]}, ["rules"]),
    ({"rules": ["unknown"]}, ["rules"]),
    ({"rules": ["cpr_10"], "message": "Hej 😀"}, ["message"]),
    ({"rules": ["cpr_10"], "message": "a\u202eb"}, ["message"]),
    ({"rules": ["cpr_10"], "message": "a\u200bb"}, ["message"]),
    ({"rules": ["cpr_10"], "message": "x" * 10_001}, ["message"]),
    ({"rules": ["cpr_10"], "reasons_for": "x"}, ["reasons_for"]),
    ({"rules": 7, "recipient": ["1"], "facts": "text-unknown", "message": 3}, ["recipient", "facts", "rules", "message"]),
)  # fmt: skip


def test_what_cannot_be_taken_is_said_field_by_field(town: TownList) -> None:
    opened(town)
    for fields, refused in REFUSED:
        assert faults_of(town, "orientation", **fields) == refused, fields
    assert events(town, "letter.made") == []


def test_a_case_that_gives_no_choice_gives_none_to_choose(town: TownList) -> None:
    opened(town)
    with town.store.reading() as connection:
        source = load_source(connection, town.case("home-1"), town.settings, today=DAY)
    filled = {"recipient": "1", "facts": fact_ids(town, "home-1"), "rules": ["cpr_10"]}
    assert read_letter("orientation", source, filled, today=DAY, hearing_days=14).recipient.person_id == "home-1-a"
    with pytest.raises(InvalidForm) as refused:
        read_letter("orientation", replace(source, facts={}, adults=()), filled, today=DAY, hearing_days=14)
    assert [name for name, _ in refused.value.faults] == ["recipient", "facts"]


def test_a_fact_of_another_case_grounds_nothing(town: TownList) -> None:
    opened(town)
    opened(town, "home-2")
    assert faults_of(town, "orientation", rules=["cpr_10"], facts=fact_ids(town, "home-2")) == ["facts"]


def test_a_fact_that_a_letter_cannot_show_is_refused(town: TownList) -> None:
    opened(town, facts=("Fint 😀",))
    assert faults_of(town, "orientation", rules=["cpr_10"]) == ["facts"]


@pytest.mark.parametrize("days", [13, 0, -1])
def test_a_hearing_leaves_time_to_answer(town: TownList, days: int) -> None:
    informed(town)
    early = (DAY + dt.timedelta(days=days)).isoformat()
    assert faults_of(town, "hearing", **hearing_fields(deadline=early)) == ["deadline"]
    # a Saturday: the letter, and what is kept of it, says Monday
    in_time = (DAY + dt.timedelta(days=14)).isoformat()
    letter = write(town, "home-1", "hearing", **hearing_fields(deadline=in_time))
    assert letter.deadline == dt.date(2024, 6, 17)
    assert "Svar senest den 17. juni 2024" in text_of(pdf_of(town, letter))


def test_under_suspicion_no_question_is_asked_and_the_right_to_silence_is_told(town: TownList) -> None:
    informed(town)
    change(town, suspicion=True)
    assert faults_of(town, "hearing", **hearing_fields(questions="Hvor bor du?")) == ["questions"]
    text = text_of(pdf_of(town, write(town, "home-1", "hearing", **hearing_fields())))
    assert "Du har ikke pligt til at give os oplysninger" in text
    assert "tvangsindgreb og oplysningspligter, § 10" in text
    text = text_of(pdf_of(town, write(town, "home-1", "orientation", rules=["cpr_10"])))
    assert "Du har ikke pligt til at give os oplysninger" in text
    assert "velkommen til at sende" not in text


def test_a_hearing_in_the_citizens_favour_threatens_nothing(town: TownList) -> None:
    informed(town)
    text = text_of(pdf_of(town, write(town, "home-1", "hearing", **hearing_fields(considered=["increase"]))))
    assert "til skade for dig" not in text
    assert "at forhøje en ydelse" in text


def test_a_decision_tells_its_recipient_of_a_change(town: TownList) -> None:
    decided(town)
    assert faults_of(town, "decision", **DECISION, recipient="2") == ["recipient"]


def test_a_decision_accounts_for_the_answer(town: TownList) -> None:
    decided(town)
    assert faults_of(town, "decision", **DECISION | {"answer": ""}) == ["answer"]


def test_a_decision_names_a_rule_for_each_benefit_it_changes(town: TownList) -> None:
    decided(town)
    assert faults_of(town, "decision", **DECISION | {"rules": ["cpr_6", "fvl_19"]}) == ["rules", "rules"]


def test_a_decision_that_claims_money_back_names_the_rule_that_it_is_claimed_by(town: TownList) -> None:
    decided(town)
    assert faults_of(town, "decision", **DECISION | {"rules": ["lasp_11"]}) == ["rules"]
    # a rule for repayment of another benefit may not be chosen at all, nor does it count
    assert write(town, "home-1", "decision", **DECISION | {"rules": ["lasp_91"]})


def test_a_decision_corrects_no_registration_that_was_not_decided(town: TownList) -> None:
    decided(town)
    told = DECISION | {"registration": "Fra i dag.", "rules": ["lasp_11", "lasp_91", "cpr_11"]}
    assert faults_of(town, "decision", **told) == ["registration"]


def test_a_corrected_registration_needs_its_own_rule(town: TownList) -> None:
    decided(town, outcome="registration_corrected")
    assert faults_of(town, "decision", **DECISION | {"registration": "Fra i dag."}) == ["rules"]
    assert write(
        town,
        "home-1",
        "decision",
        **DECISION | {"registration": "Fra i dag.", "rules": ["lasp_11", "lasp_91", "cpr_11"]},
    )


def test_a_decision_rests_on_what_its_recipient_was_heard_about(town: TownList) -> None:
    informed(town, facts=("Lejekontrakten nævner to.", "Regningen for el er for to."))
    shown, kept_back = fact_ids(town, "home-1")
    hearing = write(town, "home-1", "hearing", **hearing_fields(), facts=[shown])
    town.take("home-1", "hear", ANNA, letters=[hearing.letter_id])
    town.take("home-1", "hearing_answer", ANNA, letter=hearing.letter_id, text="Nej.", received_on=DAY.isoformat())
    effect = {
        "person": 1, "grant": 1, "benefit": "kontanthjaelp", "effect": "reduced", "monthly_change_ore": -100,
        "effective_from": "2024-07-01",
    }  # fmt: skip
    town.take(
        "home-1", "propose", ANNA, outcome="benefit_changed", cause="honest_mistake", effects=[effect],
        rules=["lasp_11"], grounds="Fordi.",
    )  # fmt: skip
    assert faults_of(town, "decision", **DECISION, facts=[shown, kept_back]) == ["facts"]
    assert write(town, "home-1", "decision", **DECISION, facts=[shown])


def test_a_registration_is_corrected_for_nobody_who_was_not_heard(town: TownList) -> None:
    heard(town)
    town.take(
        "home-1", "propose", ANNA, outcome="registration_corrected", cause="honest_mistake", rules=["cpr_11"],
        corrected=["1"], grounds="Fordi.",
    )  # fmt: skip
    told = {"rules": ["cpr_11"], "reasoning": "Fordi.", "registration": "Fra i dag."}
    # the other adult has answered nothing either: there is no answer to account for
    assert faults_of(town, "decision", **told, recipient="2") == ["registration", "recipient"]
    assert write(town, "home-1", "decision", **told, answer="Du bor alene.")


@pytest.mark.parametrize("outcome", ["registration_corrected", "benefit_changed"])
def test_a_correction_is_told_to_those_whose_it_is_and_to_nobody_else(town: TownList, outcome: str) -> None:
    informed(town)
    letters = [
        write(town, "home-1", "hearing", **hearing_fields(), recipient=person, questions="Hvor bor du?")
        for person in "12"
    ]
    town.take("home-1", "hear", ANNA, letters=[letter.letter_id for letter in letters])
    town.pass_days(40)
    effect = {
        "person": 1, "grant": 1, "benefit": "kontanthjaelp", "effect": "reduced", "monthly_change_ore": -100,
        "effective_from": "2024-07-01",
    }  # fmt: skip
    town.take(
        "home-1", "propose", ANNA, outcome=outcome, cause="honest_mistake", effects=[effect], corrected=["2"],
        rules=["lasp_11", "cpr_11"], grounds="Fordi.",
    )  # fmt: skip
    rules = {"rules": ["lasp_11", "cpr_11"], "reasoning": "Fordi."}
    assert faults_of(town, "decision", **rules, recipient="2") == ["registration"]
    assert faults_of(town, "decision", **rules, registration="Fra i dag.") == ["registration"]
    assert faults_of(town, "closing", recipient="2") == ["recipient"]
    told = text_of(pdf_of(town, write(town, "home-1", "decision", **rules, recipient="2", registration="Fra i dag.")))
    assert "Din registrering i CPR rettes. Fra i dag." in told
    of_child = {**rules, "recipient": "2", "registration": "Fra i dag.", "registration_of": "child"}
    child = text_of(pdf_of(town, write(town, "home-1", "decision", **of_child)))
    assert "Dit barns registrering i CPR rettes. Din egen registrering ændres ikke. Fra i dag." in child
    assert "Din registrering i CPR rettes" not in child
    assert faults_of(town, "decision", **rules, registration_of="child") == ["registration_of"]
    assert "Du kan klage til Digitaliseringsministeriet" in told
    assert "ontanthjælp" not in told
    assert "Din registrering i CPR rettes" not in text_of(pdf_of(town, write(town, "home-1", "decision", **rules)))


def test_a_decision_that_changes_something_is_no_closing(town: TownList) -> None:
    decided(town)
    assert faults_of(town, "closing") == ["recipient"]
    # the other adult is told of the end, and nothing of what is changed for the first
    text = text_of(pdf_of(town, write(town, "home-1", "closing", recipient="2")))
    assert "Der sker ingen ændringer i din registrering eller i dine ydelser" in text
    assert "anden myndighed" not in text
    assert "ontanthjælp" not in text


@pytest.mark.parametrize(
    ("outcome", "said"), [("no_change", "Der sker ingen ændringer"), ("inconclusive", "ikke afklares")]
)
def test_a_closing_says_how_it_ended(town: TownList, outcome: str, said: str) -> None:
    heard(town)
    town.take("home-1", "propose", ANNA, outcome=outcome, cause="none", grounds="Intet fundet.")
    assert said in text_of(pdf_of(town, write(town, "home-1", "closing")))


@pytest.mark.parametrize("kind", ["person", "road"])
def test_without_a_name_there_is_no_letter(town: TownList, kind: str) -> None:
    opened(town)
    with town.store.act("list.made") as act:
        act.connection.execute(sa.delete(IDENTITIES).where(IDENTITIES.c.kind == kind))
    with pytest.raises(NotNow, match="navn mangler") as refused:
        write(town, "home-1", "orientation", rules=["cpr_10"])
    assert "home-" not in str(refused.value)
    assert events(town, "letter.made") == []


def test_children_get_no_letter(town: TownList) -> None:
    opened(town)
    with town.store.reading() as connection:
        asked = {"case_id": town.ids["home-1"], "kind": "orientation", "settings": town.settings}
        adults = letter_fields(connection, **asked)[0].choices
        long_ago = letter_fields(connection, **asked, today=dt.date(1990, 1, 1))[0].choices
    assert adults == (("1", "Person 1 (født 1980)"), ("2", "Person 2 (født 1980)"))
    assert long_ago == ()


def test_a_step_takes_no_letter_of_another_case_or_kind(town: TownList) -> None:
    letter = informed(town)
    with town.store.reading() as connection:
        asked = {"letter_id": letter.letter_id, "kinds": ("orientation",)}
        assert letter_of(connection, case_id=letter.case_id, **asked) == letter
        for wrong in ({"case_id": town.ids["home-2"]}, {"kinds": ("hearing",)}, {"letter_id": "brev-0"}):
            with pytest.raises(InvalidForm):
                letter_of(connection, **{"case_id": letter.case_id, **asked, **wrong})


def test_reading_a_letter_needs_right_and_purpose(town: TownList) -> None:
    letter = informed(town)
    elsewhere = a_caller("karen", ("caseworker", "KFF"))
    for caller, purpose in (
        (elsewhere, "case_work"),
        (EVALUATOR, "case_work"),
        (NOBODY, "case_work"),
        (ANNA, "supervision"),
        (ANNA, "emergency"),
    ):
        with pytest.raises(PermissionDenied):
            open_letter(town.store, caller=caller, letter_id=letter.letter_id, purpose=purpose)
    assert events(town, "letter.read") == []


def test_a_letter_that_is_not_there_is_not_found(town: TownList) -> None:
    with pytest.raises(NotFound):
        open_letter(town.store, caller=ANNA, letter_id="brev-0", purpose="case_work")


def test_when_the_words_are_gone_so_is_the_letter(town: TownList) -> None:
    letter = informed(town)
    with town.store.act("list.made") as act:
        Vault.forget(act, letter.case_id)
    with pytest.raises(NotNow, match="slettet"):
        open_letter(town.store, caller=ANNA, letter_id=letter.letter_id, purpose="case_work")
    with town.store.reading() as connection:
        assert kept_letters(connection, letter.case_id, town.settings) == ()
        assert letters_of(connection, letter.case_id)[0] == letter


def test_a_copy_put_in_the_place_of_another_does_not_open(town: TownList) -> None:
    first = informed(town)
    second = write(town, "home-1", "hearing", **hearing_fields())
    with town.store.reading() as connection:
        rows = {row.letter_id: row for row in connection.execute(sa.select(LETTERS))}
    forged = dict(rows[first.letter_id]._mapping) | {
        "letter_id": "brev-forged", "sealed_pdf": rows[second.letter_id].sealed_pdf,
    }  # fmt: skip
    with town.store.act("list.made") as act:
        act.connection.execute(sa.insert(LETTERS), forged)
    with pytest.raises(AuditLogBroken):
        open_letter(town.store, caller=ANNA, letter_id="brev-forged", purpose="case_work")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ślązak Đặng Иван", True),
        ("»æøå« – 1.000 kr.\n\nNyt", True),
        ("😀", False),
        ("中", False),
        ("\x00", False),
        ("\ue000", False),
    ],
)
def test_what_a_letter_can_show(text: str, shown: bool) -> None:
    assert displayable(text) is shown


UNSEEN_MODULES = (
    "governance.explained",
    "service.decisions",
    "service.worklist",
    "service.runs",
    "training",
    "features",
)
UNSEEN_NAMES = frozenset({
    "reasons_for", "reasons_against", "place", "arm", "selection_probability", "model_version", "run_id", "pseudonym",
    "blind", "DECISIONS",
})  # fmt: skip


def letter_modules() -> Iterator[Path]:
    yield from (ROOT / "service" / "letters").glob("*.py")


@pytest.mark.parametrize("path", sorted(letter_modules()), ids=lambda path: path.name)
def test_no_module_of_letters_can_see_why_a_case_is_on_a_list(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = [
        name
        for node in ast.walk(tree)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom)
            else [each.name for each in node.names] if isinstance(node, ast.Import) else []
        )
    ]  # fmt: skip
    assert [name for name in imported if name.startswith(UNSEEN_MODULES)] == []
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    written = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert (named | written) & UNSEEN_NAMES == set()


def test_no_template_asks_for_it_either() -> None:
    for path in (ROOT / "service" / "letters" / "templates").glob("*.typ"):
        assert not any(f"values.{name}" in path.read_text(encoding="utf-8") for name in UNSEEN_NAMES)

"""The file of sender, rules and places of appeal: read strictly, complete, and open about what nobody has confirmed."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from governance.benefits import load_catalogue
from governance.errors import SettingsError
from governance.settings import Settings
from service.cases.states import CAUSES
from service.letters.kinds import LETTER_KINDS
from service.letters.rules import REPAYMENTS, LetterTexts, load_letter_texts, read_letter_texts
from tests.contract.source_tree import ROOT

SHIPPED = files("service.letters").joinpath("grounds.toml").read_text(encoding="utf-8")
TEXTS = load_letter_texts(Settings())
PAGE = (ROOT / "docs" / "letters.md").read_text(encoding="utf-8")


def test_every_benefit_has_rules_for_hearing_and_decision_and_one_place_of_appeal() -> None:
    for code, benefit in load_catalogue().benefits.items():
        for kind in ("hearing", "decision"):
            assert any(code in rule.benefits for rule in TEXTS.rules_for(kind, [code])), (code, kind)
        [appeal] = TEXTS.appeals_for([code])
        assert (appeal.decided_by == "udbetaling_danmark") is (benefit.administration == "STATE")


def test_a_registration_is_complained_of_through_the_municipality_to_the_ministry() -> None:
    [appeal] = TEXTS.appeals_for(["registration"])
    assert (appeal.body_da, appeal.weeks) == ("Digitaliseringsministeriet", 4)
    assert "sendes til kommunen" in appeal.text_da


def test_every_kind_has_rules_for_a_case_without_benefits() -> None:
    assert all(TEXTS.rules_for(kind, ()) for kind in LETTER_KINDS)


def test_a_rule_of_another_benefit_may_not_be_chosen() -> None:
    codes = {rule.code for rule in TEXTS.rules_for("decision", ["friplads"])}
    assert {"dtl_43", "dtl_93", "cpr_11"} <= codes
    assert codes.isdisjoint({"lasp_91", "pen_42", "udk"})


def test_nothing_that_is_shipped_claims_to_be_confirmed() -> None:
    assert set(TEXTS.unconfirmed()) == {each.code for each in TEXTS.entries}
    assert TEXTS.sender.confirmed_on == ""


@pytest.mark.parametrize("code", [each.code for each in TEXTS.entries])
def test_every_entry_stands_on_the_page_for_counsel(code: str) -> None:
    assert f"| `{code}` |" in PAGE


def test_every_kind_and_field_is_documented() -> None:
    for kind in LETTER_KINDS.values():
        assert f"## {kind.code}\n" in PAGE
        section = PAGE.split(f"## {kind.code}\n")[1].split("\n## ")[0]
        assert [each.name for each in kind.fields if f"`{each.name}`" not in section] == []


def changed(old: str, new: str) -> LetterTexts:
    assert old in SHIPPED
    return read_letter_texts(SHIPPED.replace(old, new, 1).encode())


def test_an_installation_confirms_entry_by_entry(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    confirmed = 'confirmed_on = "2026-12-14"\nconfirmed_by = "Juridisk afdeling"'
    path.write_text(SHIPPED.replace('confirmed_on = ""\nconfirmed_by = ""', confirmed), encoding="utf-8")
    assert load_letter_texts(Settings(letter_texts_file=str(path))).unconfirmed() == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('code = "cpr_6"', 'code = "cpr_10"', "have one code"),
        ('paragraph = "§ 6, stk. 1"\n', "", "rule 1 must hold exactly"),
        ('note = ""', 'note = ""\nextra = 1', "must hold exactly"),
        ('benefits = ["any"]', 'benefits = ["dagpenge"]', "nobody knows"),
        ('letters = ["hearing", "decision"]', 'letters = ["advert"]', "nobody knows"),
        ('repayment = ""', 'repayment = "always"', "repayment is empty or one of"),
        ('repayment = "omission"', 'repayment = ""', "claimed back|for the benefit helbredstillaeg"),
        ('repayment = ""\n', "", "must hold exactly"),
        ('benefits = ["any"]', "benefits = []", "rule 1, benefits is not"),
        ('code = "kontanthjaelp"', 'code = "friplads"', "one entry"),
        ('code = "kontanthjaelp"', 'code = "dagpenge"', "one entry"),
        ('matters_da = "K', 'matter_da = "K', "benefit 1 must hold exactly"),
        ("weeks = 4", 'weeks = "4"', "weeks is not"),
        ("weeks = 4", "weeks = 0", "weeks is not"),
        ('covers = ["registration"]', 'covers = ["registration", "friplads"]', "exactly once"),
        ('covers = ["friplads", "soeskenderabat"]', 'covers = ["friplads"]', "exactly once"),
        ('decided_by = "municipality"', 'decided_by = "nobody"', "decided_by is one of"),
        ('confirmed_on = ""\nc', 'confirmed_on = "2026-12-14"\nc', "A confirmation is a day"),
        ('confirmed_by = ""', 'confirmed_by = "Ane"', "A confirmation is a day"),
        (
            'confirmed_on = ""\nconfirmed_by = ""',
            'confirmed_on = "i går"\nconfirmed_by = "Ane"',
            "A confirmation is a day",
        ),
        ("[sender]", "[afsender]", r"must hold \[sender\]"),
        ("[sender]", "[sender", "not TOML"),
    ],
)
def test_a_file_that_is_off_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        changed(old, new)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_letter_texts(Settings(letter_texts_file=str(tmp_path / "none.toml")))


def test_no_note_for_counsel_reaches_a_caseworker() -> None:
    notes = {entry["note"] for entry in tomllib.loads(SHIPPED)["rule"] if entry["note"]}
    shown = {rule.text_da for rule in TEXTS.rules.values()}
    assert notes.isdisjoint(shown)
    assert all(rule.text_da.endswith(".") for rule in TEXTS.rules.values())


def test_what_the_municipality_decides_about_can_be_claimed_back_by_a_rule() -> None:
    for code, benefit in load_catalogue().benefits.items():
        repaying = [rule.code for rule in TEXTS.rules_for("decision", [code]) if rule.repays(code)]
        assert bool(repaying) is (benefit.administration != "STATE") is TEXTS.claimed_here(code), code


def test_no_rule_for_repayment_is_met_by_the_authoritys_own_error() -> None:
    met = {cause for causes in REPAYMENTS.values() for cause in causes}
    assert met < set(CAUSES)
    assert met.isdisjoint({"authority_error", "none"})

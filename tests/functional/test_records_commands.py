"""`records build` and `records check`: out of the box they pass, and each way to disagree is found and named."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from features.definitions import load_catalogue_of_features
from governance.audit.tables import EVENTS
from tests.functional.calls import call

CODES = (
    "model_card", "algorithm_register", "transparency_record", "technical_file", "eu_database", "instructions_for_use",
    "dpia_annex", "fria_annex", "kodeks",
)  # fmt: skip


@pytest.fixture(scope="session")
def database(tmp_path_factory) -> dict[str, str]:
    """A database of its own beside the home that everybody shares."""
    folder = tmp_path_factory.mktemp("records-database")
    return {"database": f"sqlite:///{folder / 'own.db'}", "checkpoint_dir": str(folder / "checkpoints")}


@pytest.fixture(scope="session")
def built(trained, database, tmp_path_factory):
    out = tmp_path_factory.mktemp("records")
    return out, call("records", "build", "--out", out, "--json", home=trained[0], **database)


@pytest.fixture
def check(trained, database, built, tmp_path):
    """A function that checks a copy of the records, with changes made to it by `edit`."""

    def run(edit=lambda folder: None, *options: object, **settings: str):
        copy = tmp_path / "copy"
        shutil.copytree(built[0], copy)
        edit(copy)
        return call("records", "check", copy, *options, "--json", home=trained[0], **{**database, **settings})

    return run


def told(called) -> set[tuple[str, str]]:
    return {(each["record"], each["field"]) for each in called.document["disagreements"]}


def replaced(name: str, old: str, new: str):
    def edit(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def test_every_record_is_written_as_json_and_as_markdown(built) -> None:
    out, said = built
    assert said.code == 0, said.err
    assert said.document["records"] == list(CODES)
    assert {path.name for path in out.iterdir()} == {
        f"{code}.{form}" for code in (*CODES, "index") for form in ("json", "md")
    }
    assert json.loads((out / "index.json").read_text(encoding="utf-8"))["open_points"] == said.document["open_points"]


def test_the_records_state_the_model_of_the_registry(built, trained) -> None:
    text = (built[0] / "technical_file.md").read_text(encoding="utf-8")
    document = trained[1].document
    assert document["model_version"] in text
    assert f"from {document['cases']} closed cases, {document['hits']} of them with a finding" in text
    assert document["mlflow_run"] in text
    assert all(f"| {name} |" in text for name in load_catalogue_of_features())


def test_what_was_just_built_passes(check) -> None:
    said = check()
    assert said.code == 0, said.err
    assert said.document["disagreements"] == []
    assert said.document["open_points"]


def test_building_is_one_event_and_checking_is_none(built, check, database) -> None:
    check()
    with sa.create_engine(database["database"]).connect() as connection:
        rows = connection.execute(sa.select(EVENTS.c.action, EVENTS.c.subject, EVENTS.c.details)).all()
    [(action, subject, details)] = [row for row in rows if row.action == "records.built"]
    assert (action, subject) == ("records.built", built[1].document["model"])
    assert json.loads(details)["open_points"] == len(built[1].document["open_points"])
    assert len(rows) == 1


def test_a_refused_build_leaves_no_event_and_no_file(home, tmp_path) -> None:
    said = call("records", "build", "--out", tmp_path / "out", "--json", home=home)
    assert (said.code, said.problem["code"]) == (15, "model-mismatch")
    assert "train" in said.problem["remedy"]
    assert not (tmp_path / "out").exists()
    with sa.create_engine(f"sqlite:///{home / 'adressekontrol.db'}").connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(EVENTS)).scalar_one() == 0


def test_a_digit_that_was_changed_is_named(check, trained) -> None:
    cases = trained[1].document["cases"]
    said = check(replaced("model_card.json", f"from {cases} closed", f"from {cases + 1} closed"))
    assert (said.code, said.problem["code"]) == (13, "governance-gate")
    assert ("model_card", "details.statements[0].text") in told(said)
    assert ("model_card.md", "details") in told(said)
    disagreement = said.document["disagreements"][0]
    assert str(cases + 1) in disagreement["text"]
    assert str(cases) in disagreement["system"]


def test_markdown_that_was_edited_is_named(check) -> None:
    said = check(replaced("fria_annex.md", "never candidates", "rarely candidates"))
    assert said.code == 13
    assert told(said) == {("fria_annex.md", "27(1)(c)")}
    assert said.problem["item"] == "fria_annex.md, 27(1)(c)"


def test_a_feature_that_was_added_is_named(check, monkeypatch) -> None:
    catalogue = dict(load_catalogue_of_features())
    some = next(iter(catalogue.values()))
    monkeypatch.setattr(
        "service.records_facts.load_catalogue_of_features",
        lambda: {**catalogue, "brand_new": replace(some, name="brand_new")},
    )
    said = check()
    assert said.code == 13
    assert any("brand_new" in field for record, field in told(said) if record == "technical_file")


def test_a_legal_basis_that_has_changed_is_named(check, tmp_path) -> None:
    from importlib.resources import files

    own = tmp_path / "bases.toml"
    text = files("governance").joinpath("catalogue/legal_bases.toml").read_text(encoding="utf-8")
    own.write_text(text.replace("2015-01-01", "2016-01-01"), encoding="utf-8")
    said = check(legal_bases_file=str(own))
    assert said.code == 13
    assert any(record == "dpia_annex" and "2016-01-01" in field for record, field in told(said))


def test_a_setting_that_has_changed_is_named(check) -> None:
    said = check(random_share="0.06")
    assert any("random_share" in field for record, field in told(said) if record == "model_card")


def test_a_mandatory_field_left_empty_is_named(check, tmp_path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[municipality.contact_email]\nvalue = ""\n', encoding="utf-8")
    said = check(record_texts_file=str(own))
    assert said.code == 13
    found = [each for each in said.document["disagreements"] if each["field"] == "contact_email"]
    assert [(each["record"], "mandatory" in each["text"]) for each in found] == [("algorithm_register", True)]


def test_a_model_that_is_none_is_refused(check) -> None:
    said = check(lambda _: None, "--model", "adressekontrol/99")
    assert (said.code, said.problem["item"]) == (15, "adressekontrol/99")


def test_records_of_another_model_are_named(check) -> None:
    def edit(folder: Path) -> None:
        for path in folder.iterdir():
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("adressekontrol/1", "adressekontrol/0"), encoding="utf-8")

    said = check(edit)
    assert said.code == 13
    assert ("index", "model") in told(said)


def test_in_words_each_disagreement_is_a_line(trained, database, built, tmp_path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(built[0], copy)
    (copy / "kodeks.md").unlink()
    said = call("records", "check", copy, home=trained[0], **database)
    assert said.code == 13
    assert [line.split()[:2] for line in said.out.splitlines()] == [["record", "field"], ["kodeks.md", "(file)"]]
    assert "disagree in 1 places" in said.err


def test_in_words_open_points_are_listed(trained, database, built) -> None:
    said = call("records", "check", built[0], home=trained[0], **database)
    assert said.code == 0
    assert f"Open points: {len(built[1].document['open_points'])}" in said.out
    assert "not filled in by the municipality: contact of the data-protection officer" in said.out

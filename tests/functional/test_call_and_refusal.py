"""Every call leaves with a documented exit code, and neither a refusal nor a crash of ours names anybody."""

from __future__ import annotations

import errno
import json

import polars as pl
import pytest

from governance.registers import TABLES
from tests.functional.calls import call

DIRECTORY_OPTIONS = ("--as-of", "2024-06-01")


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("rank",),
        ("rank", ".", "--as-of", "2024-06-01", "--out", "x"),
        ("rank", ".", "--as-of", "2024-06-01", "--hours", "many", "--out", "x"),
        ("features", "build", ".", *DIRECTORY_OPTIONS, "--out", "x", "--nope"),
        ("train", "no-such-directory", *DIRECTORY_OPTIONS),
        ("synth", "x", "--persons", "10", "--seed", "1"),
        ("synth", "x", "--persons", "3000", "--seed", "1", "--truth-form", "nonsense"),
    ],
    ids=" ".join,
)
def test_words_that_are_off_leave_with_2(words, home) -> None:
    said = call(*words, home=home)
    assert said.code == 2
    assert said.out == ""
    assert "remedy:" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("rank", ".", *DIRECTORY_OPTIONS, "--hours", "5", "--out"),
        ("features", "build", ".", *DIRECTORY_OPTIONS, "--out"),
        ("registers", "check", ".", *DIRECTORY_OPTIONS, "--quarantine"),
        ("synth", "--persons", "3000", "--seed", "1"),
    ],
    ids=lambda words: words[0],
)
def test_a_place_that_cannot_be_written_is_refused_before_the_work(words, home, tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    said = call(*words, str(tmp_path / "file" / "out"), home=home)
    assert said.code == 2
    assert "Nothing can be written there." in said.err


@pytest.mark.parametrize("words", [(), ("registers",), ("features",)], ids=" ".join)
def test_no_command_is_a_wrong_word_with_help(words, home) -> None:
    said = call(*words, home=home)
    assert said.code == 2
    assert "Usage" in said.out
    assert "No command was given." in said.err


def test_with_json_a_wrong_word_is_a_problem_too(home) -> None:
    said = call("rank", "--json", home=home)
    assert (said.code, said.problem["code"], said.problem["exit_code"]) == (2, "usage", 2)


@pytest.mark.parametrize("words", [("--help",), ("rank", "--help"), ("registers", "--help")], ids=" ".join)
def test_help_is_no_error(words, home) -> None:
    said = call(*words, home=home)
    assert said.code == 0
    assert "Usage" in said.out


@pytest.mark.parametrize(
    "setting", [{"no_such_thing": "1"}, {"threads": "two"}, {"random_share": "2"}, {"hourly_cost_ore": "-1"}]
)
def test_a_wrong_setting_leaves_with_10(town, home, setting) -> None:
    said = call("train", town.directory, "--as-of", town.as_of, "--json", home=home, **setting)
    assert (said.code, said.problem["code"]) == (10, "settings")
    assert said.problem["item"] == "ADRESSEKONTROL_" + next(iter(setting)).upper()


def test_synth_writes_the_same_town_for_the_same_seed(home, tmp_path) -> None:
    for name in ("one", "two"):
        said = call("synth", tmp_path / name, "--persons", 2000, "--seed", 5, "--years", 2, "--cases", 50, home=home)
        assert said.code == 0
    for name in TABLES:
        one, two = (tmp_path / town / f"{name}.parquet" for town in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


def test_doctor_names_what_is_wrong(home) -> None:
    said = call("doctor", "--json", home=home)
    needed = [finding for finding in said.document if "only for" not in finding["what"]]
    assert {"Python", "lightgbm", "typst", "sqlalchemy", "vl-convert-python", "time zone", "settings", "disk"} <= {
        finding["what"] for finding in needed
    }
    assert said.code == (0 if all(finding["state"] == "ok" for finding in needed) else 10)
    assert call("doctor", home=home).out.splitlines()[0].split()[:2] == ["state", "what"]


def test_doctor_says_that_days_cannot_be_told_and_nothing_is_served(home, monkeypatch) -> None:
    monkeypatch.setattr("governance.as_of.DENMARK", "Europe/Prøvekøbing")
    said = call("doctor", "--json", home=home)
    [finding] = [each for each in said.document if each["what"] == "time zone"]
    assert (said.code, finding["state"]) == (10, "missing")
    assert "tzdata" in finding["remedy"]
    refused = call("serve", home=home)
    assert refused.code == 10 and "does not know the time zone" in refused.err
    assert not (home / "adressekontrol.db").exists()


def test_doctor_sees_a_wrong_setting(home) -> None:
    said = call("doctor", "--json", home=home, nonsense="1")
    assert said.code == 10
    assert {"what": "settings", "state": "wrong", "found": "ADRESSEKONTROL_NONSENSE"}.items() <= next(
        finding for finding in said.document if finding["what"] == "settings"
    ).items()


def ids_of(town) -> set[str]:
    columns = {"person": "person_id", "address": "address_id", "benefit_grant": "grant_id", "control_case": "case_id"}
    return {found for name, column in columns.items() for found in town.rows(name)[column].to_list()}


def names_nobody(text: str, town) -> bool:
    # every id of a synthetic town begins so; one look instead of ten thousand
    assert all(each.startswith("syn-") for each in ids_of(town))
    return "syn-" not in text


def test_a_refusal_for_faulty_rows_names_nobody(town, home, tmp_path) -> None:
    for name in TABLES:
        town.rows(name).write_csv(tmp_path / f"{name}.csv")
    # ids where a day and a code should stand: what a library would gladly quote
    persons = town.rows("person").with_columns(birth_date=pl.col("person_id"), civil_status=pl.col("person_id"))
    persons.write_csv(tmp_path / "person.csv")
    said = call("registers", "check", tmp_path, "--as-of", town.as_of, home=home)
    assert said.code == 11
    assert "may be" in said.err
    assert names_nobody(said.err, town)
    assert names_nobody(said.out, town)


def test_a_torn_file_names_nobody(town, home, tmp_path) -> None:
    for name in TABLES:
        town.rows(name).write_csv(tmp_path / f"{name}.csv")
    text = (tmp_path / "person.csv").read_text()
    (tmp_path / "person.csv").write_text(text + 'syn-p-more,"never ends' + text.split("\n")[1])
    said = call("registers", "check", tmp_path, "--as-of", town.as_of, home=home)
    assert said.code in (0, 11)
    assert names_nobody(said.err + said.out, town)


@pytest.mark.parametrize("as_json", [(), ("--json",)], ids=["text", "json"])
def test_a_crash_of_ours_gives_a_reference_and_not_the_row(town, home, monkeypatch, as_json) -> None:
    person_id = town.rows("person")["person_id"][0]

    def crash(*_, **__):
        raise ValueError(f"cannot read the row of {person_id}")

    monkeypatch.setattr("governance.contracts.check_registers", crash)
    said = call("registers", "check", town.directory, "--as-of", town.as_of, *as_json, home=home)
    assert said.code == 1
    assert said.out == ""
    assert "reference" in said.err
    assert "ValueError at test_call_and_refusal.py" in said.err
    assert person_id not in said.err
    assert "cannot read" not in said.err


def test_a_library_that_leaves_for_itself_does_not_pass_for_done(town, home, monkeypatch) -> None:
    """pyspark's optional part leaves with 0 on import where it takes the program for its own tests."""

    def leave(*_, **__):
        raise SystemExit(0)

    monkeypatch.setattr("governance.contracts.check_registers", leave)
    said = call("registers", "check", town.directory, "--as-of", town.as_of, home=home)
    assert said.code == 1
    assert "SystemExit at test_call_and_refusal.py" in said.err


def test_the_same_crash_has_the_same_reference(town, home, monkeypatch) -> None:
    texts = iter(("syn-p-1", "syn-p-2"))

    def crash(*_, **__):
        raise KeyError(next(texts))

    monkeypatch.setattr("governance.contracts.check_registers", crash)
    words = ("registers", "check", town.directory, "--as-of", town.as_of)
    assert call(*words, home=home).err == call(*words, home=home).err


def test_features_list_tells_every_feature(home) -> None:
    from features.definitions import load_catalogue_of_features

    said = call("features", "list", "--json", home=home)
    catalogue = load_catalogue_of_features()
    assert [each["name"] for each in said.document] == list(catalogue)
    assert set(said.document[0]) == {"name", "family", "text", "unit", "legal_basis", "registers", "direction"}
    assert all(value or key == "direction" for each in said.document for key, value in each.items())
    assert set(catalogue) <= {line.split()[0] for line in call("features", "list", home=home).out.splitlines()}


def test_progress_and_results_do_not_mix(town, home) -> None:
    said = call("registers", "check", town.directory, "--as-of", town.as_of, "--json", home=home)
    assert json.loads(said.out)
    assert "registers check: structure" in said.err
    assert "\x1b" not in said.out + said.err


def test_whoever_has_read_enough_is_told_of_no_fault(home, monkeypatch) -> None:
    """`adressekontrol ... | head`: the pipe is closed while we write."""

    def closed(_: str) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr("service.cli.business_case.say", closed)
    said = call("business-case", "parkeringsbutik", home=home)
    assert (said.code, said.out, said.err) == (141, "", "")

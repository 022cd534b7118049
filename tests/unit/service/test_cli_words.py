"""What the command line writes can be read by a script as well as by a person."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from governance.errors import UsageError
from governance.impact.estimators import Estimated
from governance.rules.evidence import TwinEvidence
from service.cli.evaluation import METRICS, say_evaluation, training_document
from service.cli.output import say_error, say_json, say_table
from training.evaluate import Calibration, Evaluation, Figure
from training.evidence import TrainingEvidence
from training.metrics import Promise
from training.twin_choice import ListValue


def test_a_table_is_aligned_and_splits_on_two_spaces(capsys) -> None:
    say_table(("name", "n"), [("a long one", 1), ("b", 22)])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0].strip() for line in lines] == ["name", "a long one", "b"]
    assert lines[1].index("1") == lines[2].index("22") == lines[0].index("n", 1 + lines[0].index("name"))
    assert all(line == line.rstrip() for line in lines)


def test_an_empty_table_is_its_header(capsys) -> None:
    say_table(("name", "n"), [])
    assert capsys.readouterr().out == "name  n\n"


def test_json_keeps_danish_letters(capsys) -> None:
    say_json({"ø": "æå"})
    assert json.loads(capsys.readouterr().out) == {"ø": "æå"}


def test_an_error_is_text_or_one_line_of_json(capsys) -> None:
    error = UsageError("What.", item="a thing", remedy="Do this.")
    say_error(error, as_json=False)
    say_error(error, as_json=True)
    said = capsys.readouterr()
    assert said.out == ""
    *text, line = said.err.splitlines()
    assert text == ["What.", "  item:   a thing", "  remedy: Do this."]
    assert json.loads(line) == error.as_problem()


NAN = float("nan")
NOTHING_MEASURED = TrainingEvidence()


def a_training(evaluation: Evaluation | None, evidence: TrainingEvidence = NOTHING_MEASURED) -> SimpleNamespace:
    """What `train` gives back, as far as the command line reads it."""
    return SimpleNamespace(
        registered=SimpleNamespace(version="adressekontrol/1", run_id="run"),
        labels=SimpleNamespace(cases=SimpleNamespace(height=40), unused={"referred": 2}),
        hits=7,
        evaluation=evaluation,
        not_judged="" if evaluation else "Too few.",
        left_out=("benefit friplads",),
        evidence=evidence,
    )


def an_evaluation() -> Evaluation:
    figures = tuple(
        Figure(method=method, metric=metric, mean=share, standard_error=NAN, folds=1, cases=30, rests_on="some cases")
        for method, share in (("model", 0.625), ("rule list", 0.25))
        for metric in METRICS
    )
    promise = Promise(predicted=2.0, realised=0.0)
    calibration = Calibration(rests_on="some cases", hits=promise, municipal_ore=promise, bins=())
    return Evaluation(figures=figures, calibrations=(calibration,), twin_gap=figures[0], cuts=("2023-01-01",))


def test_the_evaluation_stands_beside_its_baselines(capsys) -> None:
    say_evaluation(a_training(an_evaluation()))
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["model", *["62.5"] * len(METRICS)] in lines
    assert ["rule", "list", *["25.0"] * len(METRICS)] in lines
    assert ["Rests", "on:", "some", "cases", "(30", "cases)."] in lines


def test_without_enough_draws_by_lot_no_value_of_a_list_is_told(capsys) -> None:
    say_evaluation(a_training(an_evaluation(), TrainingEvidence(twin=TwinEvidence(None, quarters=2, cases=12))))
    said = capsys.readouterr().out
    assert "is not estimated" in said
    assert "12 tested cases were drawn by lot with a logged probability; it takes 100, of which" in said


def test_the_value_of_a_list_is_told_with_its_interval_and_what_it_rests_on(capsys) -> None:
    ore = Estimated(total=12_345_678.0, low=-100_000.0, high=20_000_000.0, standard_error=1.0)
    told = ListValue(form="model", estimator="doubly_robust", ore=ore, cases=120, rests_on="draws")
    say_evaluation(a_training(an_evaluation(), TrainingEvidence(list_values=(told,))))
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["model", "doubly_robust", "123,457", "-1,000", "200,000"] in lines
    assert lines[-1] == ["Rests", "on:", "draws", "(120", "cases)."]


def test_what_was_not_judged_says_why(capsys) -> None:
    say_evaluation(a_training(None))
    assert capsys.readouterr().out == "Not judged: Too few.\n"


@pytest.mark.parametrize("evaluation", [None, an_evaluation()], ids=["not judged", "judged"])
def test_a_training_is_a_document_without_nan(evaluation) -> None:
    document = training_document(a_training(evaluation))
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["approval"] == "ikke godkendt"
    assert document["evidence"]["list_values"] == []
    assert "profile" not in document["evidence"]
    if evaluation:
        assert document["evaluation"]["figures"][0]["standard_error"] is None
        assert document["evaluation"]["figures"][0]["mean"] == 0.625

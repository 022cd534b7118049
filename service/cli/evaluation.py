"""How good a training is, told as a table and as JSON: the model beside every baseline, with what it rests on."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from service.cli.output import say, say_table

if TYPE_CHECKING:
    from training.evaluate import Evaluation
    from training.evidence import TrainingEvidence
    from training.pipeline import Training

METRICS = (
    "captured_saving_at_capacity", "captured_saving_at_2%", "captured_saving_at_5%", "captured_saving_at_10%",
    "precision_at_10%",
)  # fmt: skip


def training_document(done: Training) -> dict[str, Any]:
    """One training as JSON: the model, the labels used and not used, every figure of the evaluation."""
    return {
        "model_version": done.registered.version,
        "mlflow_run": done.registered.run_id,
        "cases": done.labels.cases.height,
        "hits": done.hits,
        "unused": dict(done.labels.unused),
        "left_out": list(done.left_out),
        "evaluation": _figures(done.evaluation) if done.evaluation else None,
        "not_judged": done.not_judged,
        "evidence": _evidence(done.evidence),
        "approval": "ikke godkendt",
    }


def _figures(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "figures": [{key: _finite(value) for key, value in vars(figure).items()} for figure in evaluation.figures],
        "calibration": [
            {
                "rests_on": shown.rests_on,
                "hits": {key: _finite(value) for key, value in vars(shown.hits).items()},
                "municipal_ore": {key: _finite(value) for key, value in vars(shown.municipal_ore).items()},
            }
            for shown in evaluation.calibrations
        ],
        "cuts": list(evaluation.cuts),
    }


def _evidence(evidence: TrainingEvidence) -> dict[str, Any]:
    """All but the profile of the candidates, which is for machines and stays with the model."""
    from training.evidence import evidence_text

    document: dict[str, Any] = json.loads(evidence_text(evidence))
    return {name: measured for name, measured in document.items() if name != "profile"}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def say_evaluation(done: Training) -> None:
    """The model beside every baseline; or why it could not be judged."""
    if done.evaluation is None:
        say(f"Not judged: {done.not_judged}")
        return
    values = {(figure.method, figure.metric): figure for figure in done.evaluation.figures}
    methods = list(dict.fromkeys(figure.method for figure in done.evaluation.figures))
    say("Share of the saving captured, on later cases than each was trained on (mean of the folds, per cent):")
    say_table(
        ("method", *METRICS),
        [(method, *(f"{100 * values[method, metric].mean:.1f}" for metric in METRICS)) for method in methods],
    )
    say(f"Rests on: {done.evaluation.figures[0].rests_on} ({done.evaluation.figures[0].cases} cases).")
    _say_list_values(done.evidence)


def _say_list_values(evidence: TrainingEvidence) -> None:
    """What the lists would have brought among all candidates, told from draws by lot; or why it cannot be told."""
    from training.pool_list import LEAST_DRAWN, LEAST_SAVED

    say()
    if not evidence.list_values:
        drawn = evidence.twin.cases if evidence.twin else 0
        say("What a list brings among all candidates is not estimated:")
        say(f"{drawn} tested cases were drawn by lot with a logged probability; it takes {LEAST_DRAWN}, of which")
        say(f"{LEAST_SAVED} with a saving, and a legal basis for looking at the candidates of each cut.")
        return
    say("Municipal saving of a list, kr. per 1,000 candidates (95 % interval by households):")
    say_table(
        ("form", "estimator", "kr.", "low", "high"),
        [
            (told.form, told.estimator, *(f"{ore / 100:,.0f}" for ore in (told.ore.total, told.ore.low, told.ore.high)))
            for told in evidence.list_values
        ],
    )
    say(f"Rests on: {evidence.list_values[0].rests_on} ({evidence.list_values[0].cases} cases).")

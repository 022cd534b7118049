"""How good a training is, told as a table and as JSON: the model beside every baseline, with what it rests on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from service.cli.output import say, say_table

if TYPE_CHECKING:
    from training.evaluate import Evaluation
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
        "evaluation": _figures(done.evaluation) if done.evaluation else None,
        "not_judged": done.not_judged,
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

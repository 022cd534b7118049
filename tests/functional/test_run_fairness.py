"""Who bears a list: the figures kept with a run are those that the command for any table gives, and cannot be altered."""

from __future__ import annotations

import json
import shutil

from calls import call

from training.adults import ATTRIBUTES


def test_the_figures_of_a_list_are_shown_by_group(listed) -> None:
    run = listed.record["run_id"]
    shown = call("gate", "fairness", run, "--json", home=listed.home)
    assert shown.code == 0 and tuple(shown.document["groups"]) == ATTRIBUTES
    women, men = (shown.document["groups"]["sex"][value] for value in ("F", "M"))
    assert women["metrics"]["share_selected"]["value"] + men["metrics"]["share_selected"]["value"] == 1.0
    assert women["metrics"]["precision"]["value"] is None
    assert "selection_rate" in call("gate", "fairness", run, home=listed.home).out


def test_altered_figures_are_refused_and_unknown_runs_named(listed, tmp_path) -> None:
    home, run = tmp_path / "home", listed.record["run_id"]
    shutil.copytree(listed.home, home)
    path = home / "runs" / run / "fairness.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["groups"]["sex"]["F"]["n"] += 1
    path.write_text(json.dumps(document), encoding="utf-8")
    assert call("gate", "fairness", run, home=home).code == 14
    assert call("gate", "fairness", "no-such-run", home=home).code == 2

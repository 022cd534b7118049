"""The layers hold: the contracts of pyproject.toml, run by import-linter itself."""

from __future__ import annotations

import subprocess
import sys
import tomllib

from tests.contract.source_tree import PACKAGES, ROOT

RUN = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def linter_settings():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]


def lint(directory) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-c", RUN, "--no-cache", "--config", str(directory / "pyproject.toml")]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)


def test_every_contract_is_kept() -> None:
    done = lint(ROOT)
    kept = len(linter_settings()["contracts"])
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Contracts: {kept} kept, 0 broken." in done.stdout


def test_the_contracts_speak_of_every_package() -> None:
    settings = linter_settings()
    assert set(settings["root_packages"]) == set(PACKAGES)
    layers = next(contract["layers"] for contract in settings["contracts"] if contract["type"] == "layers")
    assert layers == ["service", "training", "features", "governance"]
    alone = [each for each in settings["contracts"] if each.get("source_modules") == ["synthetic_data"]]
    assert set(alone[0]["forbidden_modules"]) == set(PACKAGES) - {"synthetic_data"}

"""What no file of the repository may say: where somebody works, or from which host packages come."""

from __future__ import annotations

import re

import pytest

from tests.contract.source_tree import shown, text_files

# written so that this file does not hold what it forbids
FORBIDDEN = {
    "a path of somebody's machine": re.compile(r"(?<![\w.$}])/(?:home|root|Users|mnt|work|workspace|tmp)/\w"),
    "an index address": re.compile(r"--(?:extra-)?index[-]url|index[-]url\s*=|simple/\s*$", re.MULTILINE),
    "a registry host": re.compile(
        r"\b(?:files\.pythonhosted|pypi|registry\.npmjs|artifactory|jfrog|nexus)\.[a-z]", re.IGNORECASE
    ),
    "a key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
}
SAMPLES = {
    "a path of somebody's machine": "/" + "home/ane/x",
    "an index address": "--index" + "-url x",
    "a registry host": "https://pypi" + ".org",
    "a key": "-----BEGIN RSA " + "PRIVATE KEY",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_rule_knows_what_it_looks_for(what: str) -> None:
    assert FORBIDDEN[what].search(SAMPLES[what])


def test_the_files_are_found() -> None:
    names = {shown(path) for path in text_files()}
    assert {"pyproject.toml", "requirements.lock", "LICENSE", "docs/registers.md", "service/cli/__init__.py"} <= names


@pytest.mark.parametrize("path", text_files(), ids=shown)
def test_no_file_says_what_stays_here(path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    found = {what: match.group() for what, rule in FORBIDDEN.items() if (match := rule.search(text))}
    assert found == {}

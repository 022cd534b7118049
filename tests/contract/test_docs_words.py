"""What a page tells somebody to type, set or open is there: commands with their options, settings, files, modules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from typer.main import get_command

from governance.settings import PREFIX, Settings
from service.cli import app
from tests.contract.source_tree import FOLDERS, PACKAGES, ROOT, shown
from tests.contract.test_docs_links import pages

COMMANDS: click.Group = get_command(app)
EVERY_PAGE = pytest.mark.parametrize("page", pages(), ids=shown)
CALL = re.compile(r"(?=(?:^|[\s`/(])adressekontrol (?P<words>[^`#\n]*))")
SPAN = re.compile(r"`(?P<words>[a-z-]+ [^`\n]+)`")
MODULE_RUN = re.compile(r"python -m (?P<module>[\w.]+)")
TARGET = re.compile(r"`make (?P<target>[a-z]+)|^make (?P<line>[a-z]+)", re.MULTILINE)
SETTING = re.compile(rf"{PREFIX}([A-Z0-9_]+)")
WORD = r"[A-Za-z0-9_.*-]"
FILE = re.compile(rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, FOLDERS))})/{WORD}+(?:/{WORD}+)*/?")
MODULE = re.compile(rf"`(?P<name>(?:{'|'.join(PACKAGES)})(?:\.\w+)+)")


def calls_of(text: str) -> Iterator[str]:
    """The words of every call that a page spells out, with the product's name or, in a span, without it."""
    joined = text.replace("\\\n", " ")
    told = [match["words"] for match in CALL.finditer(joined)]
    told += [match["words"] for match in SPAN.finditer(joined) if match["words"].split()[0] in COMMANDS.commands]
    for words in told:
        yield re.split(r" (?:&&|\||>|<) | [(·]", words)[0].strip()


def one_by_one(words: str) -> Iterator[list[str]]:
    """`impact book|report` is two calls."""
    choices = [token.split("|") if re.fullmatch(r"[a-z|-]+", token) else [token] for token in words.split()]
    most = max((len(choice) for choice in choices), default=1)
    for number in range(most):
        yield [choice[min(number, len(choice) - 1)] for choice in choices]


SENTENCE = {"and", "is", "of", "with"}
"""Words with which a sentence goes on after the product's name."""


def faults_of(tokens: list[str]) -> list[str]:
    """Which words of a call the command line does not have."""
    command: click.Command = COMMANDS
    rest = list(tokens)
    while rest and hasattr(command, "commands") and rest[0] in command.commands:
        command = command.commands[rest.pop(0)]
    if hasattr(command, "commands"):
        # a page may speak of a whole family (`adressekontrol gate`), never of a member that there is not
        return [rest[0]] if rest and re.fullmatch(r"[a-z-]{2,}[a-z]", rest[0]) and rest[0] not in SENTENCE else []
    known = {word for each in command.params for word in (*each.opts, *each.secondary_opts)} | {"--help"}
    asked = [re.split(r"[=\]),.;:]", token.lstrip("[("))[0] for token in rest]
    return [token for token in asked if token.startswith("--") and token not in known]


def test_a_call_that_is_not_there_is_found() -> None:
    assert faults_of(["impact", "bok", "DIR", "--as-of", "D"]) == ["bok"]
    assert faults_of(["impact", "book", "DIR", "--as-off", "D"]) == ["--as-off"]
    assert faults_of(["rank", "DIR", "--as-of", "D", "--out", "X", "[--json]"]) == []
    assert list(one_by_one("impact book|report --as-of D")) == [
        ["impact", "book", "--as-of", "D"],
        ["impact", "report", "--as-of", "D"],
    ]


@EVERY_PAGE
def test_every_call_that_a_page_spells_out_exists_with_its_options(page: Path) -> None:
    told = calls_of(page.read_text(encoding="utf-8"))
    assert {words: faults for words in told for call in one_by_one(words) if (faults := faults_of(call))} == {}


def test_calls_are_found() -> None:
    told = {words for page in pages() for words in calls_of(page.read_text(encoding="utf-8"))}
    assert len(told) > 100


@EVERY_PAGE
def test_every_program_and_target_of_make_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = {match["target"] or match["line"] for match in TARGET.finditer(text)}
    assert (
        targets - set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)) == set()
    )
    ours = {name for name in MODULE_RUN.findall(text) if name.split(".")[0] in FOLDERS}
    assert sorted(name for name in ours if not (ROOT / (name.replace(".", "/") + ".py")).is_file()) == []


@EVERY_PAGE
def test_every_setting_that_a_page_names_exists(page: Path) -> None:
    named = {name.lower() for name in SETTING.findall(page.read_text(encoding="utf-8"))}
    assert named - {setting.name for setting in fields(Settings)} == set()


@EVERY_PAGE
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    named = {match.rstrip("./") for match in FILE.findall(page.read_text(encoding="utf-8"))}
    assert sorted(name for name in named if not list(ROOT.glob(name))) == []


@EVERY_PAGE
def test_every_module_or_name_in_it_that_a_page_names_exists(page: Path) -> None:
    named = {match["name"] for match in MODULE.finditer(page.read_text(encoding="utf-8"))}
    assert sorted(name for name in named if not is_there(name)) == []


def is_there(dotted: str) -> bool:
    """A package, a module, or a word that stands in the module to which the first words lead."""
    folder, words = ROOT, dotted.split(".")
    while words and (folder / words[0]).is_dir():
        folder /= words.pop(0)
    if not words:
        return True
    module = folder / f"{words[0]}.py"
    if module.is_file():
        words.pop(0)
    else:
        module = folder / "__init__.py"
    text = module.read_text(encoding="utf-8")
    return all(re.search(rf"\b{word}\b", text) for word in words)

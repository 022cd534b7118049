"""Undocumented is a failing test: each generated page is what its renderer says, and says it of everything there is."""

from __future__ import annotations

from dataclasses import fields

import pytest
from typer.main import get_command

from governance.errors import ERRORS
from governance.settings import PREFIX, Settings
from service.cli import app
from service.pages import PAGES, render_commands_page, render_errors_page, render_settings_page, write_pages
from tests.contract.source_tree import ROOT


@pytest.mark.parametrize("name", PAGES)
def test_the_published_page_is_what_its_renderer_says(name: str) -> None:
    published = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert published == PAGES[name](), "write it anew: python -m service.pages docs"


def test_every_page_is_written_where_it_is_asked_for(tmp_path) -> None:
    write_pages(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(PAGES)


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda setting: setting.name)
def test_every_setting_has_a_text_and_a_line(setting) -> None:
    assert setting.metadata["text"]
    line = f"| `{PREFIX}{setting.name.upper()}` | {setting.metadata['text']} |"
    assert line in render_settings_page()


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_has_a_meaning_and_a_line(error) -> None:
    assert error.__doc__
    assert f"| {error.exit_code} | `{error.code}` | {error.__doc__} |" in render_errors_page()


def leaves(name, command):
    inner = getattr(command, "commands", None)
    if inner is None:
        return [(name, command)]
    return [found for word, each in inner.items() for found in leaves((*name, word), each)]


COMMANDS = leaves((), get_command(app))


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[" ".join(name) for name, _ in COMMANDS])
def test_every_command_and_option_is_documented(name, command) -> None:
    page = render_commands_page()
    section = page.split(f"\n## {' '.join(name)}\n")[1].split("\n## ")[0]
    assert command.help
    assert command.help in section
    for parameter in command.params:
        assert parameter.help, f"{parameter.name} has no help"
        spelled = parameter.opts if parameter.param_type_name == "option" else [parameter.metavar]
        assert all(f"`{word}`" in section for word in spelled)
        assert parameter.help in section


def test_the_commands_of_the_main_line_are_there() -> None:
    names = {" ".join(name) for name, _ in COMMANDS}
    line = {
        "synth",
        "registers check",
        "features list",
        "features build",
        "features explain",
        "train",
        "rank",
        "doctor",
    }
    assert line <= names

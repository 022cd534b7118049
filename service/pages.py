"""The generated pages of `docs/`: settings, errors and commands, each rendered from the objects that are in force.

A page says nothing of its own, so it cannot lag behind; a contract test compares file and rendering. Must not know
what any setting, error or command does. Written anew by `python -m service.pages docs`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from features.legal_page import render_legal_bases_page
from features.pages import render_features_page
from governance.contracts import render_schema_page
from governance.errors import ERRORS
from governance.records.kodeks_page import render_kodeks_page
from governance.rules.page import render_rules_page
from governance.settings import PREFIX, Settings
from service.cases.page import render_cases_page

_SETTINGS_HEAD = """# Settings

Generated from `governance.settings`; do not edit it by hand. Every setting is an environment variable. One that starts
with `ADRESSEKONTROL_` and is not in this list is refused (exit code 10), and so is a value of the wrong type or outside
what is allowed.
"""
_ERRORS_HEAD = """# Errors and exit codes

Generated from `governance.errors`; do not edit it by hand. Every refusal says what is wrong, which item (a file, a
column, an option or a run, never a person or an address) and what to do next. With `--json` it is one JSON object on
standard error: `code`, `what`, `item`, `remedy`, `exit_code`.
"""
_COMMANDS_HEAD = """# The command line

Generated from the commands themselves; do not edit it by hand. Results go to standard output, progress and errors to
standard error. With `--json` standard output is one JSON document.
"""
_OTHER_EXITS = (
    (0, "-", "Done."),
    (
        1,
        "-",
        "A fault of ours. Standard error gives a reference number and the place in the program, no personal data.",
    ),
    (130, "-", "Interrupted from the keyboard."),
    (141, "-", "Whoever read the output, such as `head`, has closed it."),
)
# whoever adds a limit to a setting says here how it reads
_LIMITS = {
    "_positive": ", more than 0",
    "_not_negative": ", 0 or more",
    "_share": ", 0 to 1",
    "_one_line": ", one line",
    "_day_or_nothing": ", YYYY-MM-DD",
    "_port": ", a port",
    "_web_address": ", http(s)://host[:port]",
    "_issuer_or_nothing": ", http(s)://host/path",
    "<lambda>": "",
}


def render_settings_page() -> str:
    """`docs/settings.md`."""
    rows = [
        (f"`{PREFIX}{setting.name.upper()}`", setting.metadata["text"], _default(setting), _allowed(setting))
        for setting in fields(Settings)
    ]
    return _page(_SETTINGS_HEAD, _table(("variable", "meaning", "default", "allowed"), rows))


def _default(setting: Field[Any]) -> str:
    return f"`{setting.default}`" if str(setting.default) else "empty"


def _allowed(setting: Field[Any]) -> str:
    kind = {"int": "whole number", "float": "number"}.get(type(setting.default).__name__, "text")
    return kind + _LIMITS[setting.metadata["allowed"].__name__]


def render_errors_page() -> str:
    """`docs/errors.md`."""
    raised = [(error.exit_code, f"`{error.code}`", error.__doc__ or "") for error in ERRORS]
    rows = sorted([*_OTHER_EXITS, *raised])
    return _page(_ERRORS_HEAD, _table(("exit code", "code", "meaning"), rows))


def render_commands_page() -> str:
    """`docs/cli.md`."""
    from typer.main import get_command

    from service.cli import app

    lines = [line for name, command in _leaves((), get_command(app)) for line in _command_lines(name, command)]
    return _page(_COMMANDS_HEAD, lines)


def _leaves(name: Sequence[str], command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(name), command
        return
    for word in sorted(inner):
        yield from _leaves((*name, word), inner[word])


def _command_lines(name: str, command: Any) -> Iterator[str]:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    words = [each.metavar or each.name.upper() for each in arguments]
    yield f"## {name}\n"
    yield f"`{' '.join(['adressekontrol', name, *words, '[OPTIONS]'])}`\n"
    yield f"{command.help}\n"
    yield from _table(("what", "meaning", "default"), [_parameter(each) for each in command.params])
    yield ""


def _parameter(parameter: Any) -> tuple[str, str, str]:
    if parameter.param_type_name == "argument":
        return f"`{parameter.metavar or parameter.name.upper()}`", parameter.help or "", "required"
    spelled = " / ".join(f"`{word}`" for word in (*parameter.opts, *parameter.secondary_opts))
    default = "required" if parameter.required else _option_default(parameter)
    return spelled, parameter.help or "", default


def _option_default(option: Any) -> str:
    if option.is_flag:
        return "on" if option.default else "off"
    return "" if option.default is None else f"`{option.default}`"


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    lines = [header, ["---"] * len(header), *rows]
    return [f"| {' | '.join(str(cell) for cell in line)} |" for line in lines]


def _page(head: str, lines: Sequence[str]) -> str:
    return "\n".join([head, *lines]).rstrip() + "\n"


def _of_api(name: str) -> Callable[[], str]:
    """The renderer of that name of the API, whose libraries are heavy."""

    def render() -> str:
        from service.api import pages

        text: str = getattr(pages, name)()
        return text

    return render


def _access_page() -> str:
    from service.auth.page import render_access_page

    return render_access_page()


PAGES: Mapping[str, Callable[[], str]] = {
    "access.md": _access_page,
    "api.md": _of_api("render_api_page"),
    "cases.md": render_cases_page,
    "cli.md": render_commands_page,
    "errors.md": render_errors_page,
    "features.md": render_features_page,
    "kodeks.md": render_kodeks_page,
    "legal_bases.md": render_legal_bases_page,
    "openapi.json": _of_api("render_openapi"),
    "problems.md": _of_api("render_problems_page"),
    "registers.md": render_schema_page,
    "rules.md": render_rules_page,
    "settings.md": render_settings_page,
}


def write_pages(docs: Path) -> None:
    """Write every generated page into `docs`."""
    for name, render in PAGES.items():
        (docs / name).write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))

"""Options that several commands share, and the objects they are read into."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from governance.as_of import AsOf
from governance.errors import UsageError
from governance.settings import Settings, load_settings

Directory = Annotated[Path, typer.Argument(help="Directory of registers in contract form.", metavar="DIR")]
AsOfText = Annotated[str, typer.Option("--as-of", help="The day whose close is looked from, YYYY-MM-DD.", metavar="D")]
ByFeature = Annotated[
    list[str] | None, typer.Option("--feature", help="Only this feature; may be given again. Needs a legal basis.")
]
ByBenefit = Annotated[
    list[str] | None,
    typer.Option("--benefit", help="Only grants of this benefit count; may be given again. Needs a legal basis."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write one JSON document to standard output.")]


def settings_from_environment() -> Settings:
    """The settings of this process."""
    return load_settings(environment())


def environment() -> Mapping[str, str]:
    """What this process was started with."""
    return os.environ  # noqa: TID251  the command line is where the environment comes in


def existing(directory: Path) -> Path:
    """The directory itself; a usage error when there is none."""
    if not directory.is_dir():
        raise UsageError("There is no such directory.", item=str(directory), remedy="Name the directory of registers.")
    return directory


def writable(directory: Path) -> Path:
    """The directory itself, which need not exist yet; a usage error, before the work, where none can be written."""
    standing = next(place for place in (directory, *directory.absolute().parents) if place.exists())
    try:
        tempfile.TemporaryFile(dir=standing).close()
    except OSError:
        raise UsageError("Nothing can be written there.", item=str(directory), remedy="Name another place.") from None
    return directory


def writable_file(path: Path) -> Path:
    """The path of a file to write; a usage error, before the work, where a directory stands or none can be written."""
    if path.is_dir():
        raise UsageError("A directory stands there, not a file.", item=str(path), remedy="Name a file.")
    writable(path.parent)
    return path


def day(text: str) -> AsOf:
    """The close of the day given."""
    return AsOf.parse(text)

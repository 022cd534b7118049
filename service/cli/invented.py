"""The commands that need an invented town. The production image holds neither this module nor what it calls."""

from __future__ import annotations

import typer

from service.cli import demo, synth


def register(app: typer.Typer) -> None:
    """Add `synth` and `demo`."""
    app.command("synth")(synth.synth)
    app.command("demo")(demo.demo)

"""The commands that need an invented town. The production image holds neither this module nor what it calls."""

from __future__ import annotations

import typer

from service.cli import demo, simulate, synth


def register(app: typer.Typer) -> None:
    """Add `synth`, `demo` and `simulate`."""
    app.command("synth")(synth.synth)
    app.command("demo")(demo.demo)
    app.command("simulate")(simulate.simulate)

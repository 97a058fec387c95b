"""The command line: ``trilogue …``.

Heavy libraries are imported by the commands that need them, so that ``--help`` is quick.
"""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.commands.ask_command import ask, search
from assistant.commands.calibrate_command import calibrate
from assistant.commands.calibrate_generator_command import calibrate_generator
from assistant.commands.doctor_command import doctor
from assistant.commands.documents_command import documents_app
from assistant.commands.index_command import index_app
from assistant.commands.ingest_command import ingest
from assistant.commands.ingestions_command import ingestions_app
from assistant.commands.models_command import models_app
from assistant.commands.operators_command import keys_app, privacy_app
from assistant.commands.serve_command import serve
from assistant.commands.terminal import explained
from assistant.errors import UnavailableError
from assistant.settings import get_settings
from evals.commands import app as eval_app

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

# What there is, in the order in which ``--help`` lists it.
for command in (ingest, search, ask, serve, calibrate, calibrate_generator, doctor):
    app.command()(command)
app.add_typer(models_app, name="models")
app.add_typer(documents_app, name="documents")
app.add_typer(ingestions_app, name="ingestions")
app.add_typer(index_app, name="index")
app.add_typer(keys_app, name="keys")
app.add_typer(privacy_app, name="privacy")
app.add_typer(eval_app, name="eval")


@app.callback()
def main() -> None:
    """Answers about policy documents in Korean, Arabic and English, with evidence."""
    with explained():
        get_settings()


@app.command()
def ui(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port.")] = None,
) -> None:
    """Run the chat UI, in front of a running API."""
    from ui.app import launch

    settings = get_settings()
    chosen = settings.ui_port if port is None else port
    with explained():
        try:
            key = settings.api_key.get_secret_value() if settings.api_key else None
            launch(settings.api_base, host or settings.ui_host, chosen, key)
        except OSError as error:
            raise UnavailableError(
                f"Port {chosen} cannot be used: {error}",
                "Stop what uses it, or choose another one with --port or TRILOGUE_UI_PORT.",
            ) from error

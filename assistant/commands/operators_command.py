"""``trilogue keys …`` and ``trilogue privacy …``: over the database, whether or not the service
runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from assistant.commands.terminal import Json, err, explained, out, print_json
from assistant.errors import InvalidInputError
from assistant.settings import get_settings

if TYPE_CHECKING:
    from assistant.storage.conversations import ConversationRecord, TurnRecord
    from assistant.storage.feedback import FeedbackRecord
    from assistant.storage.keys import ApiKeyRecord, KeyScope
    from assistant.storage.records import Records

keys_app = typer.Typer(no_args_is_help=True, help="Make, list and revoke API keys.")
privacy_app = typer.Typer(no_args_is_help=True, help="Personal data: export, delete, purge.")


@contextmanager
def _records() -> Iterator[Records]:
    from assistant.storage.records import Records  # SQLAlchemy takes its time

    with explained():
        records = Records.open(get_settings())
        try:
            yield records
        finally:
            records.close()


@keys_app.command("create")
def keys_create(
    name: Annotated[str, typer.Argument(help="What to call the key.")],
    scope: Annotated[list[str], typer.Option(help="chat, ingest or admin; may be repeated.")],
    collection: Annotated[
        list[str] | None, typer.Option(help="A collection that it may see; may be repeated.")
    ] = None,
    all_collections: Annotated[
        bool, typer.Option("--all-collections", help="It may see every collection.")
    ] = False,
    per_minute: Annotated[int | None, typer.Option(min=1, help="Requests a minute.")] = None,
    per_day: Annotated[int | None, typer.Option(min=1, help="Requests a day.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Days after which it expires.")] = None,
    from_env: Annotated[
        str | None,
        typer.Option(help="Take the key from this environment variable; made once, then kept."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a key. It is shown once; only its hash is stored."""
    with _records() as records:
        if bool(collection) == all_collections:
            raise InvalidInputError(
                "A key is granted either some collections or all of them.",
                "Give --collection NAME, once or more, or --all-collections.",
            )
        record, token = records.keys.create(
            name,
            [_scope(value) for value in scope],
            None if all_collections else collection,
            requests_per_minute=per_minute,
            requests_per_day=per_day,
            expires_at=datetime.now(UTC) + timedelta(days=days) if days else None,
            token=_from_environment(from_env),
        )
    if as_json:
        print_json(_told(record) | ({} if from_env else {"key": token}))
        return
    out.print(f"{record.id}  {record.name}", markup=False)
    if not from_env:
        out.print(token, markup=False)
        err.print("Keep the key now: it cannot be shown again.")


def _scope(value: str) -> KeyScope:
    from assistant.storage.keys import SCOPES

    found = next((scope for scope in SCOPES if scope == value), None)
    if found is None:
        raise InvalidInputError(f"There is no scope {value!r}.", f"Scopes: {', '.join(SCOPES)}.")
    return found


def _from_environment(name: str | None) -> str | None:
    if name is None:
        return None
    if not (value := os.environ.get(name)):
        raise InvalidInputError(f"{name} is not set.", "Put the key into that variable.")
    return value


@keys_app.command("list")
def keys_list(as_json: Json = False) -> None:
    """List all keys, without the keys themselves."""
    with _records() as records:
        rows = [
            _told(key) | {"requests_today": records.usage.on(key.id, datetime.now(UTC).date())}
            for key in records.keys.list()
        ]
    if as_json:
        print_json(rows)
        return
    table = Table("id", "name", "scopes", "collections", "state")
    for row in rows:
        collections = "all" if row["collections"] is None else ", ".join(row["collections"])
        table.add_row(row["id"], row["name"], ", ".join(row["scopes"]), collections, row["state"])
    out.print(table)


@keys_app.command("revoke")
def keys_revoke(
    key: Annotated[str, typer.Argument(help="Its id, or its name.")], as_json: Json = False
) -> None:
    """Revoke a key. A running service refuses it within seconds."""
    with _records() as records:
        record = records.keys.revoke(key)
    if as_json:
        print_json(_told(record))
        return
    out.print(f"{record.id}  {record.name}: revoked.", markup=False)


def _told(record: ApiKeyRecord) -> dict[str, Any]:
    """What may be shown of a key."""
    values = asdict(record)
    del values["digest"]
    for name in ("created_at", "expires_at", "revoked_at"):
        values[name] = values[name].isoformat() if values[name] else None
    state = "active" if record.active else "revoked" if record.revoked_at else "expired"
    return values | {"state": state}


@privacy_app.command("export")
def privacy_export(
    user: Annotated[str, typer.Argument(help="As the callers name the user.")],
) -> None:
    """Print everything that is stored of a user, as JSON."""
    with _records() as records:
        conversations = records.conversations.of_user(user, None)
        feedback = records.feedback.of_user(user, None)
    print_json(
        {
            "user": user,
            "conversations": [_conversation(record, turns) for record, turns in conversations],
            "feedback": [_feedback(record) for record in feedback],
        }
    )


def _conversation(record: ConversationRecord, turns: Any) -> dict[str, Any]:
    return {
        "id": record.name,
        "owner": record.owner,
        "created_at": record.created_at.isoformat(),
        "shared": record.share_id is not None,
        "turns": [_turn(turn) for turn in turns],
    }


def _turn(turn: TurnRecord) -> dict[str, Any]:
    return {
        "question": turn.question,
        "reply": turn.reply,
        "replaced": turn.replaced_by is not None,
        "created_at": turn.created_at.isoformat(),
    }


def _feedback(record: FeedbackRecord) -> dict[str, Any]:
    return asdict(record) | {"created_at": record.created_at.isoformat()}


@privacy_app.command("delete")
def privacy_delete(
    user: Annotated[str, typer.Argument(help="As the callers name the user.")],
    as_json: Json = False,
) -> None:
    """Delete everything that is stored of a user."""
    with _records() as records:
        conversations = records.conversations.delete_user(user, None)
        feedback = records.feedback.delete_user(user, None)
    if as_json:
        print_json({"conversations": conversations, "feedback": feedback})
        return
    out.print(f"{conversations} conversations and {feedback} pieces of feedback were deleted.")


@privacy_app.command("purge")
def privacy_purge(as_json: Json = False) -> None:
    """Delete what is older than the settings allow; a running service does it every hour."""
    with _records() as records:
        purged = records.purge(get_settings())
    if as_json:
        print_json(asdict(purged))
        return
    out.print(f"{purged.conversations} conversations and {purged.feedback} pieces of feedback.")

"""Replicas count the requests of a minute together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table. PostgreSQL keeps no log of it: its rows are of no use a minute later."""
    unlogged = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []
    op.create_table(
        "api_rates",
        sa.Column("owner", sa.String(32), primary_key=True),
        sa.Column("minute", sa.Integer, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("requests_before", sa.Integer, nullable=False),
        prefixes=unlogged,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("api_rates")

"""Replicas share ingestions: who runs one, how far it is, and the files that were sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the tables."""
    op.add_column("ingestions", sa.Column("worker", sa.String(32), nullable=True))
    op.add_column("ingestions", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("ingestions", sa.Column("progress", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "ingestion_files",
        sa.Column("ingestion_id", sa.String(60), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("result", sa.JSON, nullable=False),
    )
    op.create_table(
        "file_parts",
        sa.Column("owner", sa.String(60), primary_key=True),
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("file_parts")
    op.drop_table("ingestion_files")
    for column in ("progress", "seen_at", "worker"):
        op.drop_column("ingestions", column)

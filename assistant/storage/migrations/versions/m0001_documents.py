"""The registry of documents.

Databases that were made before there were migrations have this table already.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, unless it is there."""
    if sa.inspect(op.get_bind()).has_table("documents"):
        return
    op.create_table(
        "documents",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("collection", sa.String(200), nullable=False, index=True),
        sa.Column("origin", sa.String(4096), nullable=False, index=True),
        sa.Column("source", sa.String(1024), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False, index=True),
        sa.Column("pipeline", sa.Integer, nullable=False),
        sa.Column("title", sa.String(2000), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("passages", sa.Integer, nullable=False),
        sa.Column("named_by_caller", sa.Boolean, nullable=False),
        sa.Column("work_id", sa.String(200), nullable=True),
        sa.Column("ingested_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("documents")

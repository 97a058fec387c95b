"""Replicas share the answers that they have generated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. PostgreSQL keeps no log of them: what is lost is generated again."""
    unlogged = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []
    op.create_table(
        "answers",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("pieces", sa.JSON, nullable=False),
        sa.Column("cut_off", sa.Boolean, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, index=True),
        prefixes=unlogged,
    )
    op.create_table(
        "answer_documents",
        sa.Column(
            "key", sa.String(64), sa.ForeignKey("answers.key", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("document_id", sa.String(36), primary_key=True, index=True),
        prefixes=unlogged,
    )
    op.create_table(
        "changed_documents",
        sa.Column("document_id", sa.String(36), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        prefixes=unlogged,
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("changed_documents", "answer_documents", "answers"):
        op.drop_table(name)

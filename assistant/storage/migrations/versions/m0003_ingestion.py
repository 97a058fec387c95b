"""What else is known of documents, changes that are under way, and ingestions.

Databases that were made before there were migrations may have these tables already.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make those of the tables that are not there."""
    there = sa.inspect(op.get_bind())
    for name, columns in _tables().items():
        if not there.has_table(name):
            op.create_table(name, *columns)


def downgrade() -> None:
    """Drop the tables."""
    for name in _tables():
        op.drop_table(name)


def _tables() -> dict[str, list[sa.Column[Any]]]:
    return {
        "document_details": [
            sa.Column("document_id", sa.String(36), primary_key=True),
            sa.Column("format", sa.String(20), nullable=False),
            sa.Column("bytes", sa.BigInteger, nullable=False),
            sa.Column("quality", sa.JSON, nullable=False),
            sa.Column("issuer", sa.String(1000), nullable=True),
            sa.Column("version", sa.String(1000), nullable=True),
            sa.Column("source_url", sa.String(2000), nullable=True),
            sa.Column("effective_from", sa.Integer, nullable=True),
            sa.Column("effective_until", sa.Integer, nullable=True),
            sa.Column("until_stated", sa.Boolean, nullable=False),
            sa.Column("repealed", sa.Boolean, nullable=False),
        ],
        "pending_changes": [sa.Column("document_id", sa.String(36), primary_key=True)],
        "ingestions": [
            sa.Column("id", sa.String(60), primary_key=True),
            sa.Column("state", sa.String(20), nullable=False, index=True),
            sa.Column("task", sa.JSON, nullable=False),
            sa.Column("report", sa.JSON(none_as_null=True), nullable=True),
            sa.Column("error", sa.Text, nullable=True),
            sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        ],
    }

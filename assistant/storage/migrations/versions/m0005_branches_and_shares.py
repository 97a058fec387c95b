"""Questions that were asked anew replace others, and conversations can be shared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. Nothing from before was replaced or is shared."""
    op.add_column("turns", sa.Column("replaced_by", sa.String(64), nullable=True))
    op.add_column("conversations", sa.Column("share_id", sa.String(64), nullable=True))
    op.add_column(
        "conversations", sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index("ix_conversations_share_id", "conversations", ["share_id"], unique=True)


def downgrade() -> None:
    """Drop the columns."""
    op.drop_index("ix_conversations_share_id", "conversations")
    op.drop_column("conversations", "shared_at")
    op.drop_column("conversations", "share_id")
    op.drop_column("turns", "replaced_by")

"""An ingestion that ends the processes that are at it is given up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the count; the last release does not know it."""
    op.add_column("ingestions", sa.Column("lost", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("ingestions") as table:
        table.drop_column("lost")

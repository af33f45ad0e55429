"""Which sender has claimed a job, so that the next one need not wait for its lease. Only adds: an older process works on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in batch mode: SQLite adds a column in place.
    op.add_column("job", sa.Column("held_by", sa.String(), server_default="", nullable=False))

"""Local decisions, absences, campaigns, and who is asked for what."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waiting",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person", "request"),
    )
    op.create_index(op.f("ix_waiting_request"), "waiting", ["request"], unique=False)
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("last", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.Column("through", sa.String(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("caught_up_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_absence_person"), "absence", ["person"], unique=False)
    op.create_index(op.f("ix_absence_last"), "absence", ["last"], unique=False)
    op.create_table(
        "local_use",
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("market", sa.String(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("unchecked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("request"),
    )
    op.create_index("local_use_by_right", "local_use", ["brand", "kind", "market", "decided_at"], unique=False)
    op.create_table(
        "track",
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "request"),
    )
    _fill_waiting()
    _wake_all()


def _fill_waiting() -> None:
    """Requests that are under way keep their place in everybody's inbox."""
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, status, requested_by, state FROM request WHERE status IN ('open', 'returned')"))
    found = {(person, row[0]) for row in rows for person in _asked(row[1], row[2], json.loads(row[3]))}
    for person, request in sorted(found):
        connection.execute(
            sa.text("INSERT INTO waiting (person, request) VALUES (:person, :request)"), {"person": person, "request": request}
        )


# Any: the state as it was stored, as plain JSON; this must not change when the model does.
def _asked(status: str, requested_by: str, state: dict[str, Any]) -> set[str]:
    if status == "returned":
        return {requested_by}
    open_steps = [step for step in state["steps"] if step["closed_at"] is None]
    people = {part["person"] for step in open_steps for part in step["assignments"] if part["answer"] is None}
    if any(question["answer"] is None for question in state["questions"]):
        people.add(requested_by)
    ask = state["extra_round_ask"]
    return people | ({*ask["wanted"]} - {*ask["granted"]} if ask else set())


def _wake_all() -> None:
    """Requests that are under way have moments they did not know of: each looks at the clock anew, at once."""
    connection = op.get_bind()
    connection.execute(sa.text("DELETE FROM job WHERE kind = 'wake'"))
    connection.execute(
        sa.text(
            "INSERT INTO job (key, kind, request, person, due_at, urgent, lease_until, attempts, version, body) "
            "SELECT 'wake:' || id, 'wake', id, '', 0, 0, 0, 0, 0, '' FROM request WHERE status = 'open'"
        )
    )

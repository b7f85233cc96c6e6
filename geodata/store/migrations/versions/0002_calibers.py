"""口径: the versions of an indicator's parameters, each beside the row of the table at that time."""

import sqlalchemy as sa
from alembic import op

from geodata.store.models import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of versions of parameters."""
    op.create_table(
        "calibers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("from_table", sa.JSON(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("indicator", "number"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_calibers_indicator"), "calibers", ["indicator"], unique=False)

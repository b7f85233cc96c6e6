"""Run the migrations on the connection geodata.store.engine hands over."""

from alembic import context

from geodata.store.models import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()

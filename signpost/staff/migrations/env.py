"""What Alembic runs: on the connection that `Database.upgrade` has opened."""

from alembic import context

from signpost.staff.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()

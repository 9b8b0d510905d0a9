"""Changes of the database, in order; README.md says how to add one."""

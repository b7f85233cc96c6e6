"""What is remembered: people, the catalogue of dataset versions, the log of who did what.

SQLite by default, PostgreSQL by changing one URL; the schema is Alembic's. Imported geometry never lies here.
"""

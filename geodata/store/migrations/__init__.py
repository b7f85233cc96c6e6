"""The store's tables, migration by migration."""

"""The database backend of the house: PostgreSQL as Django knows it, with statements that come often prepared."""

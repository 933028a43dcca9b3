"""Registers without a database: shapes, values, files, likeness, trees of hashes. Pure functions."""

"""Connectors: what lets a database that speaks its own way stand on the exchange as an ordinary REST service."""

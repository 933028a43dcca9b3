"""Pure shapes and rules of open data: no database, no clock, no web framework."""

"""The grammar of the interface: field lists, filters and periods. Pure functions."""

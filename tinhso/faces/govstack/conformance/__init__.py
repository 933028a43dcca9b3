"""A server on this machine only, for GovStack's published test suites: a world that they name, a machine account."""

"""A simulated VNeID: an OpenID Connect provider on its own process, for demos and tests. No Django inside."""

"""A simulated trust service in its own process: remote signing in the shape of the CSC API, versions 1 and 2."""

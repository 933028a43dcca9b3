"""A national portal for demos and tests: strict about what it is sent, able to fail, and able to file. No real data."""

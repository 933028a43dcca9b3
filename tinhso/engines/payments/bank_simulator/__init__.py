"""A bank for demos and tests: a page to pay on, signed messages, statements, transfers. Holds no real money."""

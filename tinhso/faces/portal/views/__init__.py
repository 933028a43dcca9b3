"""Views of the portal by noun: each parses, calls once, answers."""

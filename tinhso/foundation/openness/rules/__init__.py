"""Pure rules of openness: what must not be shown to everybody."""

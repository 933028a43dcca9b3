"""Keys, periods and content types of the exchange standard. Pure functions."""

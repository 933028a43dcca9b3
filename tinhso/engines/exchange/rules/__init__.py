"""What the exchange decides, as pure functions: no database, no clock, no framework."""

"""Events of places. Payloads carry ids and dates only."""

AREA_ADDED = "places.area_added"
AREA_CLOSED = "places.area_closed"
BOUNDARIES_LOADED = "places.boundaries_loaded"

"""Open data: what the province publishes by itself, described once and read in every usual format."""

"""Other portals for demos and tests: a CKAN, a DCAT catalogue in pages, a CSV list; made-up data, loopback only."""

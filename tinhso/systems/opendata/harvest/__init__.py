"""Harvest of other portals: CKAN, DCAT, CSV lists. Resumable, bounded, never stuck; a record says where it is from."""

"""One record, every usual description: DCAT-AP, schema.org, Croissant, Data Package, CSVW, OpenAPI, OGC, sitemap, RSS.

Nothing here knows Django or the tables: a `Source` gives records and rows, a `Site` gives addresses.
"""

"""What others may hear of open data. Ids and days only."""

VERSION_PUBLISHED = "opendata.version_published"
PUBLICATION_REFUSED = "opendata.publication_refused"
DATASET_CHANGED = "opendata.dataset_changed"
REQUEST_RECEIVED = "opendata.request_received"
REQUEST_ANSWERED = "opendata.request_answered"
REUSE_TOLD = "opendata.reuse_told"

"""Events of orgs. Payloads carry ids and dates only."""

PROVINCE_LOADED = "orgs.province_loaded"
UNIT_CREATED = "orgs.unit_created"
UNIT_RENAMED = "orgs.unit_renamed"
UNIT_DISSOLVED = "orgs.unit_dissolved"
UNIT_MOVED = "orgs.unit_moved"
UNIT_HANDED_OVER = "orgs.unit_handed_over"
SHARE_SET = "orgs.share_set"

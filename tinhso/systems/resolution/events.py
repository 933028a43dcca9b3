"""What others may hear of the plan. Ids and days only."""

PROGRESS_REPORTED = "resolution.progress_reported"
MISS_EXPLAINED = "resolution.miss_explained"
REMEDY_ASSIGNED = "resolution.remedy_assigned"
REMEDY_MOVED = "resolution.remedy_moved"
HEAD_NAMED = "resolution.head_named"
PLAN_CHANGED = "resolution.plan_changed"

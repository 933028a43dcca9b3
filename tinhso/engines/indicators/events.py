"""Events of the engine. Payloads carry codes and counts of rows, never a figure."""

ENTRIES_RECORDED = "indicators.entries_recorded"
REPORT_PUBLISHED = "indicators.report_published"
DEFINITION_CHANGED = "indicators.definition_changed"
SCORECARD_PUBLISHED = "indicators.scorecard_published"
SCORECARD_ASSESSED = "indicators.scorecard_assessed"
BOARD_CHANGED = "indicators.board_changed"

"""What others may hear of registers. Ids and days only."""

DEFINED = "registers.defined"
IMPORTED = "registers.imported"
RECORD_CHANGED = "registers.record_changed"
CHANGE_ASKED = "registers.change_asked"
DUPLICATES_FOUND = "registers.duplicates_found"
LOOKED_UP = "registers.looked_up"

"""What happens in proactive services, in the past tense. Payloads carry ids and dates only."""

REMINDED = "proactive.reminded"
PREPARED = "proactive.prepared"
FILED = "proactive.filed"
ANSWERED = "proactive.answered"
OPTED_OUT = "proactive.opted_out"
OPTED_IN = "proactive.opted_in"
RULE_PUBLISHED = "proactive.rule_published"

"""Weight tables of published indices, self-assessment with evidence: the digital transformation index, Decision 766."""

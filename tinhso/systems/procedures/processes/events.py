"""What happens in the work between offices."""

OPINION_ASKED = "procedures.opinion_asked"
OPINION_ANSWERED = "procedures.opinion_answered"
OPINION_WITHDRAWN = "procedures.opinion_withdrawn"
BRANCH_MOVED = "procedures.branch_moved"

"""Events of the writing of procedures."""

# A new version will hold from `occurred_on`; payload: code.
VERSION_PUBLISHED = "procedures.version_published"

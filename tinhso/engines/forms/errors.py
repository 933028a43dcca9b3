"""Refusals of the forms engine."""

from tinhso.foundation.text.errors import Refused


class BadDefinition(Refused):
    """A form definition that people could not fill in; the message names what is wrong."""

    code = "forms.bad-definition"


class AlreadyPublished(Refused):
    """A published version cannot change; make a new version."""

    code = "forms.already-published"


class NoSuchPage(Refused):
    """The form has no page of that number."""

    code = "forms.no-such-page"

"""Writing forms: a draft version, and its publication. Published versions never change."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.forms import checks, permissions
from tinhso.engines.forms.errors import AlreadyPublished, BadDefinition
from tinhso.engines.forms.models import FormDefinition
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit


@transaction.atomic
def draft_form(
    *, actor: access.Actor, code: str, title: str, schema: dict[str, Any], ui: dict[str, Any], source: str = ""
) -> FormDefinition:
    """A new, unpublished version of the form `code`, numbered after the last. It may still be wrong."""
    access.require(actor, permissions.MANAGE)
    last = FormDefinition.objects.filter(code=code).aggregate(last=Max("version"))["last"] or 0
    definition = FormDefinition.objects.create(
        code=code, version=last + 1, title=title, schema=schema, ui=ui, source=source
    )
    audit.record(actor, "forms.form.drafted", definition, code=code, version=definition.version)
    return definition


@transaction.atomic
def publish_form(*, actor: access.Actor, definition_id: int) -> FormDefinition:
    """Opens a version for filling in, for good. BadDefinition names every fault; nothing is published then."""
    access.require(actor, permissions.MANAGE)
    # Locked: two administrators publishing at once end with one publication.
    definition = FormDefinition.objects.select_for_update().get(pk=definition_id)
    if definition.is_published:
        raise AlreadyPublished(_("Phiên bản này đã công bố. Muốn sửa, hãy lập phiên bản mới."))
    found = checks.problems(definition)
    if found:
        raise BadDefinition(_("Chưa công bố được biểu mẫu: %(problems)s") % {"problems": " ".join(found)})
    definition.is_published = True
    definition.published_at = timezone.now()
    definition.save(update_fields=["is_published", "published_at"])
    audit.record(actor, "forms.form.published", definition, code=definition.code, version=definition.version)
    return definition

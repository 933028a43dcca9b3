"""A form that asks what the province holds is refused at publication (Decree 224/2026 art. 15)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tinhso.engines.forms import layout
from tinhso.engines.forms.layout import Field
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.registers.rules.schema import Field as Held_field
from tinhso.foundation.concepts import concepts, recognised
from tinhso.systems.procedures.declared.filling import Held, answering

PERSON, IDENTITY = "person.", "identity."


def asked_again(form: FormDefinition) -> list[str]:
    """A sentence for each question that a register answers and that nothing fills in, by the concept it asks for.

    A question that says its concept is filled by itself. One that says none is taken for the concept that the shared
    vocabulary knows by its label. It may stand when it says that it asks of somebody else, or when the same fact of
    the applicant is filled in already (then it is about a child, a spouse); of persons also on a page where nothing
    of the applicant's is filled in, in a form that fills it in elsewhere.
    """
    registers = answering()
    pages = layout.pages(form)
    filled = {concept for page in pages for one in page.fields for concept in _filled(one, registers)}
    found: list[str] = []
    for page in pages:
        is_of_others = bool(filled) and not any(one.wishes for one in page.fields)
        for field in page.fields:
            concept = "" if _is_settled(field) else recognised(field.label)
            if not concept or concept in filled or (is_of_others and concept.startswith(PERSON)):
                continue
            held = next((one for one in registers if _answers(one, concept, filled)), None)
            if held is not None:
                found.append(_sentence(field.label, held, concept))
    return found


def _is_settled(field: Field) -> bool:
    return bool(field.wishes) or field.is_of_other or field.is_group or field.is_note


def _filled(field: Field, registers: list[Held]) -> Iterator[str]:
    """The concepts that a question is filled for."""
    for wish in field.wishes:
        if wish.startswith(IDENTITY):
            yield PERSON + wish.removeprefix(IDENTITY)
        yield wish.partition("#")[0]
        yield from (one.concept for held in registers if (one := held.field_of(wish)) and one.concept)


def _answers(held: Held, concept: str, filled: set[str]) -> bool:
    """Whether the register could fill the fact in: it knows which record is meant, by the person or by the form."""
    field = held.shape.holding(concept)
    if field is None:
        return False
    return bool(held.shape.subject) or (field.name not in held.shape.keys and _is_keyed(held, filled))


def _is_keyed(held: Held, filled: set[str]) -> bool:
    keys: list[Held_field] = [held.shape.by_name[name] for name in held.shape.keys]
    return all(one.concept in filled for one in keys)


def _sentence(label: str, held: Held, concept: str) -> str:
    return _(
        "Câu hỏi “%(label)s” hỏi lại điều tỉnh đã có trong “%(register)s”. Hãy gắn khái niệm “%(concept)s” (%(code)s) "
        "để điền sẵn, hoặc ghi rõ câu hỏi này không hỏi về người nộp."
    ) % {"label": label, "register": held.register.name, "concept": concepts()[concept].label, "code": concept}

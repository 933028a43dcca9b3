"""A form that asks what the province holds is refused at publication (Decree 224/2026 art. 15)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.engines.forms import layout
from tinhso.engines.forms.models import FormDefinition
from tinhso.foundation.text.rules import fold
from tinhso.systems.procedures.declared.filling import answering, source_name


def asked_again(form: FormDefinition) -> list[str]:
    """A sentence for each question that a register answers and that nothing fills in.

    Asked of the applicant: on a page where some answer of theirs is filled in, or in a form where nothing is. Where
    the same answer is filled in already, a second question of that name is about somebody else (a child, a spouse).
    """
    pages = layout.pages(form)
    filled = {
        wish.strip().partition(".")[2] for page in pages for one in page.fields for wish in one.prefill.split("|")
    }
    known_somewhere = bool(filled - {""})
    found: list[str] = []
    for register, shape in answering():
        held = {_plain(word): one for one in shape.fields for word in (one.label, *one.also)}
        for page in pages:
            if known_somewhere and not any(one.prefill for one in page.fields):
                continue
            for field in page.fields:
                one = None if field.prefill or field.is_group or field.is_note else held.get(_plain(field.label))
                if one is not None and one.name not in filled:
                    found.append(_sentence(field.label, register.name, f"{source_name(register)}.{one.name}"))
    return found


def _sentence(label: str, register: str, source: str) -> str:
    return _(
        "Câu hỏi “%(label)s” hỏi lại điều tỉnh đã có trong “%(register)s”. Hãy điền sẵn từ nguồn “%(source)s”."
    ) % {"label": label, "register": register, "source": source}


def _plain(label: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in fold(label)).split())

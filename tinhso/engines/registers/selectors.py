"""Reads: registers, records as of a day, proofs, the check of a whole history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from tinhso.engines.registers.models import Record, RecordVersion, Register, RegisterDefinition, RegisterHead
from tinhso.engines.registers.rules.schema import FieldType, Sensitivity, Shape
from tinhso.engines.registers.services.history import found_in_force, hashed
from tinhso.foundation.audit import merkle
from tinhso.foundation.people.masking import mask_email, mask_number, mask_phone
from tinhso.foundation.text.rules import fold


def catalogued() -> QuerySet[Register]:
    """What the public catalogue lists."""
    shown = Register.objects.filter(is_catalogued=True, definitions__published_at__isnull=False).distinct()
    current = Count("records", filter=Q(records__closed_on=None, records__joined_to=None), distinct=True)
    return shown.select_related("owner").annotate(held=current)


def definition_on(register: Register) -> RegisterDefinition | None:
    """The definition in force today; None when there is none."""
    return found_in_force(register, timezone.localdate())


def shape_on(register: Register, day: date | None = None) -> Shape | None:
    """What the register holds on a day; None before its first definition."""
    found = RegisterDefinition.objects.as_of(day or timezone.localdate()).filter(register=register).first()
    return found.shape if found else None


def keys_of_person(register: Register, shape: Shape, number: str, also: dict[str, Any]) -> list[str]:
    """Keys of the records that speak of a person, by the register's own field for it; `also`: other values they hold.

    At most two: whoever asks wants the only one. What is in a record is read by `services.look_up` alone.
    """
    if not shape.subject or not number:
        return []
    mine = Record.objects.current().filter(register=register, data__contains={shape.subject: number, **also})
    return list(mine.order_by("pk").values_list("key", flat=True)[:2])


def records_on(register: Register, day: date) -> QuerySet[RecordVersion]:
    """The register as of a day."""
    return RecordVersion.objects.filter(register=register).as_of(day).select_related("record")


def found(register: Register, words: str) -> QuerySet[Record]:
    """Records by key or by words of their title, with or without marks."""
    rows = Record.objects.filter(register=register)
    if not words.strip():
        return rows.order_by("key")
    alike = Q(key__startswith=words.strip().upper()[:300])
    for word in fold(words).split()[:6]:
        alike_title = Q(title__icontains=word) | Q(pk__in=_folded(register, word))
        alike |= alike_title
    return rows.filter(alike).order_by("key")


def _folded(register: Register, word: str) -> list[int]:
    return list(
        Record.objects.filter(register=register)
        .extra(where=["tinhso_fold(title) LIKE %s"], params=[f"%{word}%"])
        .values_list("pk", flat=True)[:200]
    )


def masked(shape: Shape, values: dict[str, Any]) -> dict[str, Any]:
    """Values for a screen of officers: personal ones are recognisable, not usable."""
    return {name: _mask(shape, name, value) for name, value in values.items()}


def _mask(shape: Shape, name: str, value: Any) -> Any:
    field = shape.by_name.get(name)
    if field is None:
        return value
    if field.type is FieldType.PERSONAL_NUMBER:
        return mask_number(str(value))
    if field.sensitivity not in (Sensitivity.PERSONAL, Sensitivity.RESTRICTED):
        return value
    match field.type:
        case FieldType.PHONE:
            return mask_phone(str(value))
        case FieldType.EMAIL:
            return mask_email(str(value))
        case FieldType.NAME:
            return value
        case FieldType.DATE:
            return str(value)[:4] + "-••-••"
        case _:
            return str(value)[:2] + "•••"


def masked_key(shape: Shape, key: str) -> str:
    """The key for a screen: a 12-digit number in it is masked."""
    return "|".join(mask_number(part) if len(part) == 12 and part.isdigit() else part for part in key.split("|"))


@dataclass(frozen=True)
class Proof:
    """That one row stands in the history whose root was announced."""

    sequence: int
    size: int
    leaf: str
    hashes: tuple[str, ...]
    root: str
    row: dict[str, Any]

    @property
    def holds(self) -> bool:
        """Computed again from the row and the hashes beside it."""
        if merkle.leaf_of(self.row).hex() != self.leaf:
            return False
        beside = [bytes.fromhex(one) for one in self.hashes]
        found_root = merkle.root_by_proof(bytes.fromhex(self.leaf), self.sequence, self.size, beside)
        return found_root is not None and found_root.hex() == self.root


def prove(version: RecordVersion) -> Proof:
    """The proof of one row against the newest head."""
    head = RegisterHead.objects.filter(register_id=version.register_id).order_by("-size")[0]
    stored = RecordVersion.objects.filter(register_id=version.register_id, sequence__lt=head.size).order_by("sequence")
    leaves = [bytes(leaf) for leaf in stored.values_list("leaf", flat=True)]
    beside = merkle.inclusion(leaves, version.sequence)
    row = row_of(version)
    return Proof(
        version.sequence,
        head.size,
        merkle.leaf_of(row).hex(),
        tuple(one.hex() for one in beside),
        head.root_hex,
        row,
    )


def row_of(version: RecordVersion) -> dict[str, Any]:
    """The row as it was hashed."""
    return hashed(
        version,
        sequence=version.sequence,
        version=version.definition_version,
        at=version.at,
        by=version.account_id,
    )


@dataclass(frozen=True)
class Verdict:
    """What the check of a whole history found: where it stops being what was announced (None: nowhere)."""

    rows: int
    broken_at: int | None
    why: str = ""

    @property
    def is_whole(self) -> bool:
        return self.broken_at is None


def verify(register: Register) -> Verdict:
    """Computes the whole history again: each row's hash, the chain, the tree, against every head announced."""
    heads = {head.size: head for head in register.heads.all()}
    frontier: list[bytes] = []
    chain, size = bytes(32), 0
    for version in register.versions.order_by("sequence").iterator(chunk_size=5000):
        leaf = merkle.leaf_of(row_of(version))
        if version.sequence != size:
            return Verdict(size, size, "removed")
        if leaf != bytes(version.leaf):
            return Verdict(size, size, "edited")
        chain = merkle.chain(chain, leaf)
        if chain != bytes(version.chain):
            return Verdict(size, size, "rewritten")
        size = merkle.append(frontier, size, leaf)
        head = heads.pop(size, None)
        if head is not None and bytes(head.root) != merkle.root_of_frontier(frontier):
            return Verdict(size, size - 1, "rewritten")
    if heads:
        return Verdict(size, size, "cut")
    return Verdict(size, None)

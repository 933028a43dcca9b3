"""What is left of a description once it is read: operations, the fields they answer, and what is worth a remark."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

LARGEST_TEXT = 1024 * 1024
MOST_OPERATIONS = 300
MOST_FIELDS = 600
DEEPEST = 8


@dataclass(frozen=True)
class Operation:
    """One thing a service does. `answer` is the JSON Schema of its good answer, None when none was given."""

    id: str
    method: str
    path: str
    summary: str = ""
    fields: tuple[str, ...] = ()
    takes: tuple[dict[str, Any], ...] = ()
    answer: dict[str, Any] | None = None
    action: str = ""
    # SOAP: what the body of a call holds, {namespace}name; by it the plane knows the operation.
    element: str = ""

    @property
    def name(self) -> str:
        """As agreements name it: "GET /persons/{id}"; SOAP operations by their id."""
        return f"{self.method} {self.path}" if not self.element and self.path != "/" else f"{self.method} {self.id}"


@dataclass(frozen=True)
class Compiled:
    """A contract as the registry keeps it."""

    format: str
    title: str
    operations: tuple[Operation, ...]
    remarks: tuple[str, ...] = field(default=())

    def as_rows(self) -> list[dict[str, Any]]:
        rows = []
        for operation in self.operations:
            row = asdict(operation)
            row |= {"name": operation.name, "fields": list(operation.fields), "takes": list(operation.takes)}
            rows.append(row)
        return rows


def fields_of(operations: list[dict[str, Any]], names: list[str] | None = None) -> list[str]:
    """The fields that the operations answer (those named, or all), in the order of the contract, each once."""
    wanted = [row for row in operations if names is None or row["name"] in names]
    return list(dict.fromkeys(one for row in wanted for one in row["fields"]))

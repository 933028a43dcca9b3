"""The suites name things by identifiers of their own; here each is tied to a real row, by its kind, both ways. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# What stands after a word of a path; what a name in a query or a body holds.
AFTER = {
    "data": "register",
    "database": "database",
    "services": "service",
    "applications": "file",
    "tasks": "task",
    "eForms": "form",
}
NAMED = {
    "fileId": "file",
    "mainTaskId": "file",
    "taskId": "task",
    "serviceId": "service",
    "registrationName": "service",
    "applicantId": "person",
    "eFormId": "form",
    "eformId": "form",
    "documentUrls": "document",
    "code": "register",
}
# A register's path goes on with the version and the record.
NEXT = {"register": "version", "version": "record"}


@dataclass
class Aliases:
    """Their names beside ours."""

    ours: dict[tuple[str, str], str] = field(default_factory=dict)
    theirs: dict[tuple[str, str], str] = field(default_factory=dict)

    def tie(self, kind: str, their: str, our: str) -> None:
        """`their` is how the suite calls `our` row. The first name given to a row is the one it answers with."""
        self.ours[kind, their] = our
        self.theirs.setdefault((kind, our), their)

    def path(self, path: str) -> str:
        """A path with our names."""
        kind, parts = "", []
        for part in path.split("/"):
            parts.append(self.ours.get((kind, part), part) if kind else part)
            kind = AFTER.get(part, "") if not kind else NEXT.get(kind, "")
        return "/".join(parts)

    def inward(self, name: str, value: Any) -> Any:
        """What is sent, with our names."""
        return _walked(self.ours, name, value)

    def outward(self, value: Any) -> Any:
        """What is answered, with theirs."""
        return _walked(self.theirs, "", value)


def _walked(table: dict[tuple[str, str], str], name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _walked(table, key, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_walked(table, name, inner) for inner in value]
    return table.get((NAMED.get(name, ""), value), value) if isinstance(value, str) else value

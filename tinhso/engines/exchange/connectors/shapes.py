"""Writing a connector's contract: an OpenAPI document from the few things that differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Field:
    """One field of an answer: its name here, its name on the national platform, its type and format."""

    name: str
    theirs: str
    label: str
    type: str = "string"
    format: str = ""
    is_required: bool = True

    def schema(self) -> dict[str, Any]:
        made: dict[str, Any] = {"type": self.type if self.is_required else [self.type, "null"], "title": self.label}
        return made | ({"format": self.format} if self.format else {})


def look_up(*, title: str, path: str, key: str, operation: str, noun: str, fields: tuple[Field, ...]) -> dict[str, Any]:
    """A contract with one operation: find one `noun` by its `key`."""
    answer = {
        "description": title,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{noun}"}}},
    }
    problem = {"description": "RFC 9457", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1.0"},
        "paths": {
            f"{path}/{{{key}}}": {
                "get": {
                    "operationId": operation,
                    "summary": title,
                    "parameters": [
                        {"name": key, "in": "path", "required": True, "schema": {"type": "string", "maxLength": 40}}
                    ],
                    "responses": {"200": answer, "404": problem, "502": problem},
                }
            }
        },
        "components": {
            "schemas": {
                noun: {
                    "type": "object",
                    "required": [one.name for one in fields if one.is_required],
                    "properties": {one.name: one.schema() for one in fields},
                }
            }
        },
    }

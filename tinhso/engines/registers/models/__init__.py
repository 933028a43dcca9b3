"""The tables of registers: definitions by version, records and their history, requests, imports, duplicates, claims."""

from tinhso.engines.registers.models.definitions import Register, RegisterDefinition, RegisterHead
from tinhso.engines.registers.models.imports import ImportFault, ImportRun
from tinhso.engines.registers.models.records import Claim, Record, RecordVersion
from tinhso.engines.registers.models.work import ChangeRequest, DuplicatePair

__all__ = [
    "ChangeRequest",
    "Claim",
    "DuplicatePair",
    "ImportFault",
    "ImportRun",
    "Record",
    "RecordVersion",
    "Register",
    "RegisterDefinition",
    "RegisterHead",
]

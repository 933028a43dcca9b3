"""Procedures by version, and the dossiers filed under them."""

from tinhso.systems.procedures.models.course import Apology, Ending, Supplement
from tinhso.systems.procedures.models.dossiers import (
    DeliveryState,
    Dossier,
    DossierPaper,
    DossierQuerySet,
    Draft,
    FeeState,
    StageName,
    SyncState,
)
from tinhso.systems.procedures.models.hand_overs import HandOverItem, HandOverList
from tinhso.systems.procedures.models.results import Correction, IssuedForm, Result
from tinhso.systems.procedures.models.versions import (
    Authority,
    Channel,
    FilingRoute,
    PartialGround,
    ProcedureQuerySet,
    ProcedureVersion,
    ServiceKind,
    SupplementPolicy,
    TermUnit,
)

__all__ = [
    "Apology",
    "Authority",
    "Channel",
    "Correction",
    "DeliveryState",
    "Dossier",
    "DossierPaper",
    "DossierQuerySet",
    "Draft",
    "Ending",
    "FeeState",
    "FilingRoute",
    "HandOverItem",
    "HandOverList",
    "IssuedForm",
    "PartialGround",
    "ProcedureQuerySet",
    "ProcedureVersion",
    "Result",
    "ServiceKind",
    "StageName",
    "Supplement",
    "SupplementPolicy",
    "SyncState",
    "TermUnit",
]

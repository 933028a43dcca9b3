"""The tables of privacy: purposes and consents, requests, breaches, impact assessments."""

from tinhso.foundation.privacy.models.assessments import Assessment, AssessmentFiling
from tinhso.foundation.privacy.models.breaches import Breach, BreachNotice, BreachPerson
from tinhso.foundation.privacy.models.consents import Basis, Channel, Consent, Purpose, Restriction
from tinhso.foundation.privacy.models.requests import DataCopy, DataRequest, PartDecision, RequestStep

__all__ = [
    "Assessment",
    "AssessmentFiling",
    "Basis",
    "Breach",
    "BreachNotice",
    "BreachPerson",
    "Channel",
    "Consent",
    "DataCopy",
    "DataRequest",
    "PartDecision",
    "Purpose",
    "RequestStep",
    "Restriction",
]

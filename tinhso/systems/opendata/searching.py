"""Datasets in the one search box."""

from __future__ import annotations

from collections.abc import Iterable

from tinhso.engines.search.services import Document
from tinhso.systems.opendata.models import Dataset
from tinhso.systems.opendata.services.publishing import document

KIND = "dataset"


def documents() -> Iterable[Document]:
    """Every public dataset."""
    found = Dataset.objects.public().select_related("organisation").prefetch_related("resources")
    return (document(dataset) for dataset in found.iterator(chunk_size=500))

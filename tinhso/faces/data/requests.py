"""What every view of the portal asks of a request."""

from __future__ import annotations

from django.http import Http404

from tinhso.systems.opendata import selectors
from tinhso.systems.opendata.models import Dataset, Resource


def dataset_or_404(name: str) -> Dataset:
    """The public dataset of this name."""
    found = selectors.dataset_by_name(name)
    if found is None:
        raise Http404
    return found


def table_of(dataset: Dataset) -> Resource | None:
    """The first table of a dataset."""
    return next((one for one in dataset.live if one.table_id or one.is_datastore), None)  # type: ignore[attr-defined]

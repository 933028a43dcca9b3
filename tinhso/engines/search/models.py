"""What can be found: one row per record, its text folded once, and the words that rows hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler


@SearchVectorField.register_lookup
class Holds(models.Lookup):
    """`vector__holds="'khai' & 'sinh'"`: the document meets a query of words already cut (no parser in between)."""

    lookup_name = "holds"

    def get_prep_lookup(self) -> str:
        return str(self.rhs)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} @@ %s::tsquery", (*params, self.rhs)


class SearchDocument(models.Model):
    """A record as search sees it. Derived data: written anew from its source at any time."""

    kind = models.CharField(_("loại"), max_length=40)
    object_id = models.CharField(_("mã bản ghi"), max_length=64)
    title = models.TextField(_("tên"))
    body = models.TextField(_("nội dung"), blank=True)
    # Other words people use for it; searched, never shown.
    keywords = models.TextField(_("từ khoá khác"), blank=True)
    url = models.CharField(_("địa chỉ trang"), max_length=300, blank=True)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    is_public = models.BooleanField(_("công khai"), default=False)
    owner = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    weight = models.FloatField(_("trọng số"), default=0)
    # The document's words, folded and cut by rules.words: what a query is matched against.
    vector = SearchVectorField(_("các từ"), editable=False)

    class Meta:
        verbose_name = _("mục tìm kiếm")
        verbose_name_plural = _("mục tìm kiếm")
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_one_row_per_record")]
        indexes = [GinIndex(fields=["vector"], name="search_by_words")]

    def __str__(self) -> str:
        return str(self.title)


class SearchWord(models.Model):
    """A word that documents hold. `documents` is counted by services.recount_words, not on every write."""

    word = models.CharField(_("từ"), max_length=40, primary_key=True)
    documents = models.PositiveIntegerField(_("số mục có từ này"), default=1)

    class Meta:
        verbose_name = _("từ")
        verbose_name_plural = _("từ")

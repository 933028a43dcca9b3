"""What people read when an answer is wrong: one sentence per schema keyword, with the field's own label."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tinhso.engines.forms.rules import write_number

if TYPE_CHECKING:
    from tinhso.engines.forms.layout import Field

NO_SUCH_PAGE = gettext_lazy("Biểu mẫu không có trang này. Hãy quay lại trang trước và thử lại.")
CHOICES = ("radio", "select", "checkboxes")


def quoted(field: Field) -> str:
    """The label inside a sentence: “Họ, chữ đệm, tên”."""
    return f"“{field.label}”"


def row_pattern(field: Field) -> str:
    """What the rows of a group are called, the number still to come: "Thành viên {number}"."""
    return _("%(row)s {number}") % {"row": field.row_label or _("Mục")}


def row_name(field: Field, number: int, row: Mapping[str, Any] | None = None) -> str:
    """What a row is called: "Thành viên 2", or with its naming answer "Thành viên 2 (Nguyễn Thị Hoa)"."""
    name = row_pattern(field).replace("{number}", str(number + 1))
    title = str((row or {}).get(field.row_title) or "") if field.row_title else ""
    return f"{name} ({title[:60]})" if title else name


def missing(field: Field) -> str:
    """A required answer is not there."""
    label = {"label": quoted(field)}
    if field.is_group:
        return _("%(label)s: hãy khai ít nhất một mục.") % label
    if field.widget in CHOICES:
        return _("Hãy chọn %(label)s.") % label
    if field.is_file:
        return _("Hãy đính kèm %(label)s.") % label
    if field.widget == "checkbox":
        return _("Hãy đánh dấu vào ô %(label)s để tiếp tục.") % label
    if field.widget == "date":
        return _("Hãy nhập đủ ngày, tháng, năm của %(label)s.") % label
    return _("Hãy nhập %(label)s.") % label


def no_such_day(field: Field, typed: str) -> str:
    return _("%(label)s: không có ngày %(typed)s. Ví dụ nhập đúng: 5 3 1990.") % {
        "label": quoted(field),
        "typed": typed,
    }


def not_a_number(field: Field) -> str:
    if field.schema.get("type") == "integer":
        # No example: what suits a number of copies reads oddly at a year.
        return _("%(label)s phải là số nguyên, viết bằng chữ số.") % {"label": quoted(field)}
    return _("%(label)s phải là số. Ví dụ: 1.250 hoặc 1.250,5.") % {"label": quoted(field)}


def not_a_phone(field: Field) -> str:
    return _("%(label)s phải có 10 chữ số, bắt đầu bằng số 0. Ví dụ: 0912 345 678.") % {"label": quoted(field)}


def too_early(field: Field, day: str) -> str:
    return _("%(label)s phải từ ngày %(day)s trở đi.") % {"label": quoted(field), "day": day}


def too_late(field: Field, day: str) -> str:
    return _("%(label)s không được sau ngày %(day)s.") % {"label": quoted(field), "day": day}


def not_in_the_future(field: Field) -> str:
    return _("%(label)s không được sau hôm nay.") % {"label": quoted(field)}


def beyond_other(field: Field, side: str, other: str) -> str:
    named = {"label": quoted(field), "other": other}
    if side == "min":
        return _("%(label)s không được trước “%(other)s”.") % named
    return _("%(label)s không được sau “%(other)s”.") % named


def wrong(field: Field, keyword: str, details: dict[str, Any]) -> str:
    """The sentence for a failed schema keyword; the author's own sentence comes first."""
    own = field.messages.get(keyword)
    if own:
        return str(own)
    limit = details.get("limit")
    if field.is_group and keyword in ("minItems", "maxItems"):
        return _rows(field, keyword, int(limit or 0))
    if keyword in ("required", "const", "minItems"):
        return missing(field)
    if keyword in ("minLength", "maxLength"):
        return _length(field, keyword, int(limit or 0))
    if keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        return _bound(field, keyword, limit if isinstance(limit, int | float) else 0)
    return _shape(field, keyword)


def _length(field: Field, keyword: str, limit: int) -> str:
    if keyword == "maxLength":
        sentence = ngettext(
            "%(label)s dài quá: tối đa %(limit)d ký tự.", "%(label)s dài quá: tối đa %(limit)d ký tự.", limit
        )
    else:
        sentence = ngettext(
            "%(label)s ngắn quá: ít nhất %(limit)d ký tự.", "%(label)s ngắn quá: ít nhất %(limit)d ký tự.", limit
        )
    return sentence % {"label": quoted(field), "limit": limit}


def _rows(field: Field, keyword: str, limit: int) -> str:
    named = {"label": quoted(field), "limit": limit}
    if keyword == "maxItems":
        return ngettext("%(label)s: tối đa %(limit)d mục.", "%(label)s: tối đa %(limit)d mục.", limit) % named
    if limit <= 1:
        return missing(field)
    return (
        ngettext("%(label)s: hãy khai ít nhất %(limit)d mục.", "%(label)s: hãy khai ít nhất %(limit)d mục.", limit)
        % named
    )


def _bound(field: Field, keyword: str, limit: int | float) -> str:
    named = {"label": quoted(field), "limit": write_number(limit)}
    if keyword == "minimum":
        return _("%(label)s phải từ %(limit)s trở lên.") % named
    if keyword == "maximum":
        return _("%(label)s phải từ %(limit)s trở xuống.") % named
    if keyword == "exclusiveMinimum":
        return _("%(label)s phải lớn hơn %(limit)s.") % named
    return _("%(label)s phải nhỏ hơn %(limit)s.") % named


def _shape(field: Field, keyword: str) -> str:
    label = {"label": quoted(field)}
    if keyword == "enum":
        return _("%(label)s: hãy chọn một trong các lựa chọn có sẵn.") % label
    if keyword == "pattern" and field.widget == "id12":
        return _("%(label)s phải có đúng 12 chữ số, như trên thẻ căn cước.") % label
    if keyword == "pattern" and field.widget == "phone":
        return not_a_phone(field)
    if keyword == "format" and field.widget == "email":
        return _("%(label)s chưa đúng. Ví dụ: ten@example.vn.") % label
    if keyword == "format" and field.widget == "date":
        return _("%(label)s chưa đúng ngày. Ví dụ nhập đúng: 5 3 1990.") % label
    if keyword in ("multipleOf", "type") and field.widget in ("number", "money"):
        return _("%(label)s phải là số nguyên.") % label if keyword == "multipleOf" else not_a_number(field)
    return _("%(label)s chưa đúng. Hãy kiểm tra lại.") % label

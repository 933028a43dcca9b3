"""Forms of the exchange's pages. They parse; the acts decide."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tinhso.engines.exchange.connectors.registry import SCHEME, connector
from tinhso.engines.exchange.contracts.compiled import LARGEST_TEXT, fields_of
from tinhso.engines.exchange.models import Agreement, KeyKind, Member, MemberClass, Service, Subsystem
from tinhso.engines.exchange.services.agreements import Decision, Wish
from tinhso.engines.exchange.services.publishing import Promise
from tinhso.foundation.orgs.forms import UnitField

_CODE = forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"})


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, required=required, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"})
    )


class ReasonForm(forms.Form):
    """Why something is removed, ended or revoked."""

    reason = forms.CharField(label=_("Lý do"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class RoomForm(forms.Form):
    """A room of one of the reader's systems."""

    system = forms.ModelChoiceField(Subsystem.objects.none(), label=_("Hệ thống"))
    title = forms.CharField(label=_("Tên phòng tin"), max_length=200)

    def __init__(self, *args: Any, systems: QuerySet[Subsystem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["system"].queryset = systems  # type: ignore[attr-defined]


class PassForm(forms.Form):
    """What a system may do in a room from now on; neither right takes the pass away."""

    system = forms.CharField(
        label=_("Định danh hệ thống"),
        max_length=300,
        widget=_CODE,
        help_text=_("Như trang Hệ thống của đơn vị đó ghi, ví dụ TINH/GOV/01/hotich."),
    )
    may_publish = forms.BooleanField(label=_("Được phát tin"), required=False)
    may_subscribe = forms.BooleanField(label=_("Được nghe tin"), required=False)
    reason = forms.CharField(label=_("Lý do, căn cứ"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class ReplayForm(forms.Form):
    """From when events are owed again, and why."""

    since = forms.DateTimeField(
        label=_("Giao lại các tin phát từ"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    only_dead = forms.BooleanField(label=_("Chỉ những tin chưa giao được"), required=False)
    reason = forms.CharField(label=_("Lý do"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class MemberForm(forms.Form):
    """A member: an agency of ours by its unit, or one outside by its name alone."""

    member_class = forms.ChoiceField(label=_("Loại thành viên"), choices=MemberClass.choices)
    code = forms.CharField(label=_("Mã thành viên"), max_length=64, widget=_CODE)
    name = forms.CharField(label=_("Tên"), max_length=200)
    unit = UnitField(
        label=_("Đơn vị trong tỉnh"),
        required=False,
        max_length=200,
        help_text=_("Mã hoặc tên đơn vị. Để trống khi thành viên ở ngoài tỉnh."),
    )


class PeerForm(forms.Form):
    """Another exchange's description, and the fingerprint that was told by another way."""

    document = forms.FileField(label=_("Tệp mô tả nền tảng bạn (JSON)"))
    fingerprint = forms.CharField(
        label=_("Dấu vân tay khoá biên nhận"),
        max_length=200,
        widget=_CODE,
        help_text=_("Hỏi quản trị của nền tảng bạn qua điện thoại hoặc văn bản, không lấy từ chính tệp này."),
    )


class CompareForm(forms.Form):
    """The other side's receipts and the days in question."""

    theirs = forms.FileField(label=_("Tệp biên nhận của nền tảng bạn"))
    first = _day(_("Từ ngày"))
    last = _day(_("Đến hết ngày"))


class SubsystemForm(forms.Form):
    """A system of one of the reader's members."""

    member = forms.ChoiceField(label=_("Thành viên"))
    code = forms.CharField(
        label=_("Mã hệ thống"), max_length=64, widget=_CODE, help_text=_("Chữ không dấu, chữ số, “-”, “_”, dấu chấm.")
    )
    name = forms.CharField(label=_("Tên hệ thống"), max_length=200)
    contact = forms.CharField(label=_("Đầu mối kỹ thuật"), max_length=200, required=False)

    def __init__(self, *args: Any, members: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(member.pk): member for member in members}
        self.fields["member"].choices = [(key, str(one)) for key, one in self.members.items()]  # type: ignore[attr-defined]

    def member_chosen(self) -> Member:
        return self.members[self.cleaned_data["member"]]


class ContractMixin(forms.Form):
    """The description, pasted or sent as a file."""

    contract_file = forms.FileField(label=_("Tệp mô tả (OpenAPI hoặc WSDL)"), required=False)
    contract = forms.CharField(
        label=_("Hoặc dán mô tả vào đây"),
        required=False,
        max_length=LARGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        sent = given.get("contract_file")
        if sent is not None and sent.size <= LARGEST_TEXT:
            try:
                given["contract"] = sent.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("contract_file", _("Tệp phải là văn bản UTF-8."))
        elif sent is not None:
            self.add_error("contract_file", _("Bản mô tả quá lớn (tối đa 1 MiB)."))
        if not (given.get("contract") or "").strip() and not self.errors:
            self.add_error("contract", _("Hãy gửi tệp mô tả hoặc dán nội dung vào."))
        return given


class ServiceForm(ContractMixin):
    """A new service."""

    code = forms.CharField(label=_("Mã dịch vụ"), max_length=64, widget=_CODE)
    version = forms.CharField(
        label=_("Phiên bản"), max_length=16, required=False, help_text=_("Ví dụ v1. Có thể để trống.")
    )
    title = forms.CharField(
        label=_("Tên dịch vụ"), max_length=200, required=False, help_text=_("Để trống thì lấy tên trong bản mô tả.")
    )
    notes = forms.CharField(label=_("Mô tả"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    connector = forms.ChoiceField(
        label=_("Bộ kết nối có sẵn"),
        required=False,
        help_text=_("Chọn một cơ sở dữ liệu của đơn vị thì không phải ghi địa chỉ và bản mô tả."),
    )
    base_url = forms.CharField(label=_("Địa chỉ phía cung cấp"), max_length=500, required=False, widget=_CODE)
    response_objective_ms = forms.IntegerField(label=_("Mục tiêu thời gian trả lời (ms)"), initial=1000, min_value=1)
    timeout_ms = forms.IntegerField(label=_("Chờ tối đa (ms)"), initial=10_000, min_value=100, max_value=120_000)
    cache_seconds = forms.IntegerField(label=_("Được nhớ trong (giây)"), initial=0, min_value=0, max_value=86_400)
    demands_purpose = forms.BooleanField(label=_("Mỗi lần gọi phải nêu mục đích"), required=False)
    demands_dossier = forms.BooleanField(label=_("Mỗi lần gọi phải nêu mã hồ sơ"), required=False)
    checks_answers = forms.BooleanField(label=_("Đối chiếu câu trả lời với hợp đồng"), required=False, initial=True)

    def __init__(self, *args: Any, offers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["code", "version", "title", "notes", "connector", "base_url", "contract_file", "contract"])
        if offers:
            self.fields["connector"].choices = [("", _("Không dùng")), *offers]  # type: ignore[attr-defined]
        else:
            del self.fields["connector"]

    def clean(self) -> dict[str, Any]:
        plug = connector(self.cleaned_data.get("connector") or "")
        if plug is not None:
            described = json.dumps(plug.contract(), ensure_ascii=False, indent=1)
            self.cleaned_data |= {"base_url": SCHEME + plug.name, "contract": described}
        elif not self.cleaned_data.get("base_url"):
            self.add_error("base_url", _("Hãy ghi địa chỉ phía cung cấp."))
        return super().clean()

    def promise(self) -> Promise:
        return Promise(**{name: self.cleaned_data[name] for name in Promise.__dataclass_fields__})


class ReplaceForm(ContractMixin):
    """The next contract of a service."""

    accepts_breaks = forms.BooleanField(
        label=_("Tôi biết bên gọi sẽ mất những thứ nêu trên và vẫn công bố"), required=False
    )


class AskForm(forms.Form):
    """A request for access."""

    client = forms.ChoiceField(label=_("Hệ thống sẽ gọi"))
    purpose = forms.CharField(
        label=_("Mục đích"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Dùng vào việc gì.")
    )
    legal_basis = forms.CharField(
        label=_("Căn cứ pháp lý"), max_length=500, help_text=_("Số, ký hiệu văn bản và điều khoản.")
    )
    operations = forms.MultipleChoiceField(label=_("Thao tác xin dùng"), widget=forms.CheckboxSelectMultiple)
    fields_wanted = forms.MultipleChoiceField(
        label=_("Trường dữ liệu xin dùng"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Chỉ xin những trường thật cần."),
    )
    term_from = _day(_("Dùng từ ngày"))
    term_to = _day(_("Đến trước ngày"), required=False, help_text=_("Để trống: đến khi gỡ."))
    rate_per_minute = forms.IntegerField(label=_("Số lần gọi mỗi phút"), initial=60, min_value=1, max_value=600_000)

    def __init__(self, *args: Any, service: Service, clients: list[Subsystem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clients = {str(one.pk): one for one in clients}
        choices: dict[str, list[tuple[str, str]]] = {
            "client": [(key, str(one)) for key, one in self.clients.items()],
            "operations": [(row["name"], f"{row['name']} {row['summary']}".strip()) for row in service.operations],
            "fields_wanted": [(name, name) for name in fields_of(service.operations)],
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]

    def client_chosen(self) -> Subsystem:
        return self.clients[self.cleaned_data["client"]]

    def wish(self) -> Wish:
        given = self.cleaned_data
        return Wish(
            purpose=given["purpose"],
            legal_basis=given["legal_basis"],
            operations=given["operations"],
            fields=given["fields_wanted"],
            term_from=given["term_from"],
            term_to=given["term_to"],
            rate_per_minute=given["rate_per_minute"],
        )


class DecideForm(forms.Form):
    """The owner's answer; the fields and their reasons come beside it, one row each."""

    operations = forms.MultipleChoiceField(
        label=_("Thao tác cho dùng"), required=False, widget=forms.CheckboxSelectMultiple
    )
    rate_per_minute = forms.IntegerField(label=_("Số lần gọi mỗi phút"), min_value=1, max_value=600_000)
    term_to = _day(_("Cho dùng đến trước ngày"), required=False)
    demands_purpose = forms.BooleanField(label=_("Mỗi lần gọi phải nêu mục đích"), required=False)
    demands_dossier = forms.BooleanField(label=_("Mỗi lần gọi phải nêu mã hồ sơ"), required=False)
    note = forms.CharField(label=_("Ý kiến"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "operations": agreement.asked_operations,
                "rate_per_minute": agreement.rate_per_minute,
                "term_to": agreement.term_to,
            },
        )
        super().__init__(*args, **kwargs)
        self.agreement = agreement
        self.fields["operations"].choices = [(one, one) for one in agreement.asked_operations]  # type: ignore[attr-defined]

    def rows(self) -> list[dict[str, Any]]:
        """One row per asked field: granted unless unticked, with the reason typed so far."""
        ticked = self.data.getlist("field") if isinstance(self.data, QueryDict) else []
        return [
            {
                "name": name,
                "is_granted": not self.is_bound or name in ticked,
                "key": f"ly-do-{number}",
                "reason": self.data.get(f"ly-do-{number}", "") if self.is_bound else "",
            }
            for number, name in enumerate(self.agreement.asked_fields)
        ]

    def decision(self, *, is_granted: bool) -> Decision:
        given, rows = self.cleaned_data, self.rows()
        return Decision(
            is_granted=is_granted,
            note=given["note"],
            fields=[row["name"] for row in rows if row["is_granted"]],
            operations=given["operations"],
            refused=tuple((row["name"], row["reason"]) for row in rows if not row["is_granted"]),
            rate_per_minute=given["rate_per_minute"],
            term_to=given["term_to"],
            demands_purpose=given["demands_purpose"],
            demands_dossier=given["demands_dossier"],
        )


class KeyForm(forms.Form):
    """A key for a system."""

    kind = forms.ChoiceField(label=_("Loại khoá"), choices=KeyKind.choices, widget=forms.RadioSelect, initial="mtls")
    name = forms.CharField(label=_("Dùng ở đâu"), max_length=120, help_text=_("Ví dụ: máy chủ chính, máy dự phòng."))
    days = forms.IntegerField(label=_("Dùng được trong (ngày)"), initial=365, min_value=1, max_value=731)
    public = forms.CharField(
        label=_("Yêu cầu cấp chứng thư (CSR) hoặc khoá công khai, dạng PEM"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_("Nên tự tạo khoá và chỉ gửi phần công khai. Để trống: tạo tại đây và hiện khoá riêng một lần."),
    )

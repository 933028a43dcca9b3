import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tinhso.foundation.text.fields
import tinhso.systems.procedures.rules


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("files", "0001_stored_files"),
        ("forms", "0002_published_never_changes"),
        ("orgs", "0002_tree_and_share_guards"),
        ("people", "0002_lookups_are_never_changed"),
        ("people", "__first__"),
        ("workflow", "0003_questions_and_answers_stay"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProcedureVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30, verbose_name="mã thủ tục")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="phiên bản")),
                ("name", tinhso.foundation.text.fields.VietnameseCharField(max_length=500, verbose_name="tên thủ tục")),
                (
                    "plain_name",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=200, verbose_name="tên dễ hiểu"),
                ),
                (
                    "life_event",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=120, verbose_name="chuyện đời"
                    ),
                ),
                (
                    "field_name",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=200, verbose_name="lĩnh vực"),
                ),
                (
                    "legacy_level",
                    models.PositiveSmallIntegerField(
                        help_text="1 đến 4 theo Nghị định 43/2011; chỉ tiêu nghị quyết tính theo mức 3, 4",
                        verbose_name="mức độ dịch vụ công cũ",
                    ),
                ),
                (
                    "service_kind",
                    models.CharField(
                        choices=[
                            ("full", "toàn trình"),
                            ("partial", "một phần"),
                            ("none", "chỉ nhận trực tiếp hoặc qua bưu chính"),
                        ],
                        max_length=8,
                        verbose_name="loại dịch vụ công",
                    ),
                ),
                (
                    "partial_reason",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=300, verbose_name="lý do chưa toàn trình"
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("online", "trực tuyến"), ("desk", "trực tiếp"), ("post", "bưu chính công ích")],
                            max_length=8,
                        ),
                        size=None,
                        verbose_name="cách nộp",
                    ),
                ),
                ("term_value", models.PositiveSmallIntegerField(verbose_name="thời hạn")),
                (
                    "term_unit",
                    models.CharField(
                        choices=[
                            ("same_day", "trong ngày (sau 15 giờ: ngày làm việc tiếp theo)"),
                            ("working_day", "ngày làm việc"),
                            ("working_hour", "giờ làm việc"),
                            ("day", "ngày (kể cả ngày nghỉ)"),
                        ],
                        max_length=12,
                        verbose_name="đơn vị thời hạn",
                    ),
                ),
                (
                    "supplement_policy",
                    models.CharField(
                        choices=[("restart", "tính lại từ đầu"), ("pause", "tạm dừng"), ("none", "không đổi")],
                        default="restart",
                        max_length=8,
                        verbose_name="đồng hồ khi bổ sung",
                    ),
                ),
                ("who_may_apply", models.JSONField(default=list, verbose_name="ai được nộp")),
                ("papers", models.JSONField(default=list, verbose_name="thành phần hồ sơ")),
                ("bring", models.JSONField(default=list, verbose_name="bạn cần chuẩn bị")),
                ("fee_vnd", models.PositiveIntegerField(blank=True, null=True, verbose_name="phí, lệ phí (đồng)")),
                ("fee_note", models.TextField(blank=True, verbose_name="ghi chú về phí")),
                ("legal_basis", models.JSONField(default=list, verbose_name="căn cứ pháp lý")),
                (
                    "result_name",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=300, verbose_name="tên kết quả"),
                ),
                ("result_symbol", models.CharField(max_length=20, verbose_name="ký hiệu kết quả")),
                ("result_layout", models.JSONField(default=dict, verbose_name="mẫu kết quả")),
                ("duty", models.CharField(max_length=40, verbose_name="nhiệm vụ của phòng chuyên môn")),
                (
                    "decision",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        max_length=200, verbose_name="quyết định công bố"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="có hiệu lực từ")),
                (
                    "valid_to",
                    models.DateField(blank=True, null=True, verbose_name="hết hiệu lực (không tính ngày này)"),
                ),
                ("source", models.TextField(blank=True, verbose_name="nguồn")),
                (
                    "form",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="forms.formdefinition",
                        verbose_name="biểu mẫu",
                    ),
                ),
                (
                    "process",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="workflow.processdefinition",
                        verbose_name="quy trình",
                    ),
                ),
                ("sort_key", models.CharField(default="", editable=False, max_length=900)),
                ("cases", models.JSONField(blank=True, default=list, verbose_name="các trường hợp")),
                (
                    "retention_years",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="để trống: vĩnh viễn", null=True, verbose_name="thời hạn bảo quản (năm)"
                    ),
                ),
                (
                    "supplement_days",
                    models.PositiveSmallIntegerField(
                        default=3, verbose_name="số ngày làm việc được trả lại để bổ sung"
                    ),
                ),
            ],
            options={
                "verbose_name": "phiên bản thủ tục",
                "verbose_name_plural": "phiên bản thủ tục",
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="procedures_one_version_number"),
                    models.CheckConstraint(
                        condition=models.Q(("legacy_level__range", (1, 4))), name="procedures_legacy_level_1_to_4"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.Func(models.F("code"), models.Value(0), function="hashtextextended"),
                                    models.Func(models.F("code"), models.Value(0), function="hashtextextended"),
                                    models.Value("[]"),
                                    function="int8range",
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("valid_from"),
                                    models.F("valid_to"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="procedures_versions_never_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("data", models.JSONField(default=dict, verbose_name="nội dung đã điền")),
                ("provenance", models.JSONField(default=dict, verbose_name="nguồn của nội dung điền sẵn")),
                ("pages_done", models.JSONField(default=list, verbose_name="các trang đã xong")),
                ("started_at", models.DateTimeField(auto_now_add=True, verbose_name="bắt đầu lúc")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="lưu lúc")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="xã, phường",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="procedures.procedureversion",
                        verbose_name="phiên bản thủ tục",
                    ),
                ),
            ],
            options={
                "verbose_name": "hồ sơ đang soạn",
                "verbose_name_plural": "hồ sơ đang soạn",
                "indexes": [models.Index(fields=["account", "-updated_at"], name="procedures_drafts_of_account")],
            },
        ),
        migrations.CreateModel(
            name="Dossier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, unique=True, verbose_name="mã hồ sơ")),
                (
                    "channel",
                    models.CharField(
                        choices=[("online", "trực tuyến"), ("desk", "trực tiếp"), ("post", "bưu chính công ích")],
                        max_length=8,
                        verbose_name="cách nộp",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        default=tinhso.systems.procedures.rules.State["SUBMITTED"],
                        max_length=12,
                        verbose_name="trạng thái",
                    ),
                ),
                ("data", models.JSONField(default=dict, verbose_name="nội dung tờ khai")),
                ("provenance", models.JSONField(default=dict, verbose_name="nguồn của nội dung điền sẵn")),
                ("submitted_at", models.DateTimeField(verbose_name="nộp lúc")),
                ("answer_due_at", models.DateTimeField(verbose_name="hạn trả lời tiếp nhận")),
                ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="tiếp nhận lúc")),
                ("handed_over_at", models.DateTimeField(blank=True, null=True, verbose_name="chuyển thụ lý lúc")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="hẹn trả")),
                ("promised_at", models.DateTimeField(blank=True, null=True, verbose_name="hẹn trả lần đầu")),
                ("supplements", models.PositiveSmallIntegerField(default=0, verbose_name="số lần yêu cầu bổ sung")),
                ("paused_at", models.DateTimeField(blank=True, null=True, verbose_name="tạm dừng lúc")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="xong lúc")),
                ("ended_reason", models.TextField(blank=True, verbose_name="lý do từ chối hoặc rút")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                ("lock_version", models.PositiveIntegerField(default=1)),
                (
                    "applicant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                        verbose_name="người nộp",
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.case",
                        verbose_name="quá trình",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="nơi tiếp nhận",
                    ),
                ),
                (
                    "filed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản nộp",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="nơi thụ lý",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="cơ quan có thẩm quyền",
                    ),
                ),
                (
                    "draft",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dossier",
                        to="procedures.draft",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="procedures.procedureversion",
                        verbose_name="phiên bản thủ tục",
                    ),
                ),
                (
                    "received_unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="cơ quan lúc tiếp nhận",
                    ),
                ),
                ("case_code", models.CharField(blank=True, default="", max_length=40, verbose_name="trường hợp")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="nơi thụ lý nhận lúc")),
                ("archive_due_on", models.DateField(blank=True, null=True, verbose_name="hạn nộp lưu trữ")),
                (
                    "delivery_state",
                    models.CharField(
                        choices=[
                            ("none", "chưa có kết quả"),
                            ("waiting", "chờ trả"),
                            ("announced", "đã báo có kết quả"),
                            ("posted", "đã gửi bưu chính"),
                            ("delivered", "đã trả"),
                        ],
                        default="none",
                        max_length=9,
                        verbose_name="giao kết quả",
                    ),
                ),
                (
                    "fee_state",
                    models.CharField(
                        choices=[
                            ("none", "không phải nộp"),
                            ("due", "chờ nộp"),
                            ("paid", "đã nộp"),
                            ("exempt", "được miễn"),
                            ("refunded", "đã hoàn"),
                        ],
                        default="none",
                        max_length=8,
                        verbose_name="tài chính",
                    ),
                ),
                (
                    "helped_at",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="nơi hướng dẫn nộp",
                    ),
                ),
                ("retain_until", models.DateField(blank=True, null=True, verbose_name="bảo quản đến")),
                (
                    "sync_state",
                    models.CharField(
                        choices=[("pending", "chờ đồng bộ"), ("sent", "đã đồng bộ"), ("failed", "đồng bộ lỗi")],
                        default="pending",
                        max_length=7,
                        verbose_name="đồng bộ quốc gia",
                    ),
                ),
                ("synced_at", models.DateTimeField(blank=True, null=True, verbose_name="đồng bộ lúc")),
            ],
            options={
                "verbose_name": "hồ sơ",
                "verbose_name_plural": "hồ sơ",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    tinhso.systems.procedures.rules.State["SUBMITTED"],
                                    tinhso.systems.procedures.rules.State["RECEIVED"],
                                    tinhso.systems.procedures.rules.State["SUPPLEMENT"],
                                    tinhso.systems.procedures.rules.State["ISSUED"],
                                ],
                            )
                        ),
                        fields=["desk", "due_at", "id"],
                        name="procedures_queue_desk",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    tinhso.systems.procedures.rules.State["RESOLVING"],
                                    tinhso.systems.procedures.rules.State["SUPPLEMENT"],
                                ],
                            )
                        ),
                        fields=["office", "due_at", "id"],
                        name="procedures_queue_office",
                    ),
                    models.Index(
                        condition=models.Q(("state", tinhso.systems.procedures.rules.State["DRAFTED"])),
                        fields=["unit", "due_at", "id"],
                        name="procedures_queue_sign",
                    ),
                    models.Index(fields=["applicant", "-submitted_at"], name="procedures_by_applicant"),
                    models.Index(fields=["filed_by", "-submitted_at"], name="procedures_by_filer"),
                    models.Index(
                        condition=models.Q(("state", "submitted")),
                        fields=["desk", "answer_due_at", "id"],
                        name="procedures_queue_answer",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["drafted", "issued", "received", "resolving", "submitted", "supplement"])
                        ),
                        fields=["desk", "state"],
                        name="procedures_work_desk",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["drafted", "issued", "received", "resolving", "submitted", "supplement"])
                        ),
                        fields=["office", "state"],
                        name="procedures_work_office",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["drafted", "issued", "received", "resolving", "submitted", "supplement"])
                        ),
                        fields=["unit", "state"],
                        name="procedures_work_unit",
                    ),
                    models.Index(
                        condition=models.Q(("sync_state", "sent"), _negated=True),
                        fields=["sync_state", "id"],
                        name="procedures_to_sync",
                    ),
                    models.Index(
                        condition=models.Q(("archive_due_on__isnull", False)),
                        fields=["unit", "archive_due_on"],
                        name="procedures_archive",
                    ),
                    models.Index(fields=["-received_at", "-id"], name="procedures_by_reception"),
                    models.Index(
                        fields=["received_unit", "received_at"],
                        include=("finished_at", "due_at", "channel", "supplements", "version", "state"),
                        name="procedures_counted",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "state__in",
                                    [
                                        tinhso.systems.procedures.rules.State["ISSUED"],
                                        tinhso.systems.procedures.rules.State["RETURNED"],
                                    ],
                                ),
                                _negated=True,
                            ),
                            ("finished_at__isnull", False),
                            _connector="OR",
                        ),
                        name="procedures_issued_is_finished",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "submitted",
                                    "received",
                                    "resolving",
                                    "supplement",
                                    "drafted",
                                    "issued",
                                    "returned",
                                    "refused",
                                    "withdrawn",
                                    "stopped",
                                ],
                            )
                        ),
                        name="procedures_dossier_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["submitted", "refused", "withdrawn", "stopped", "supplement"]),
                            models.Q(("due_at__isnull", False), ("received_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="procedures_received_has_a_due_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("delivery_state", "none"), ("state__in", ["issued", "returned"]), _connector="OR"
                        ),
                        name="procedures_only_results_are_delivered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.JSONField(default=dict, verbose_name="nội dung dự thảo")),
                ("drafted_at", models.DateTimeField(verbose_name="dự thảo lúc")),
                ("sent_back_reason", models.TextField(blank=True, verbose_name="lý do trả lại dự thảo")),
                ("number", models.PositiveIntegerField(blank=True, null=True, verbose_name="số")),
                ("number_text", models.CharField(blank=True, max_length=60, verbose_name="số và ký hiệu")),
                ("numbered_at", models.DateTimeField(blank=True, null=True, verbose_name="cấp số lúc")),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="ký lúc")),
                ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="ban hành lúc")),
                ("collected_at", models.DateTimeField(blank=True, null=True, verbose_name="nhận kết quả lúc")),
                (
                    "collected_by",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=120, verbose_name="người nhận"
                    ),
                ),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="result",
                        to="procedures.dossier",
                        verbose_name="hồ sơ",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("announced_at", models.DateTimeField(blank=True, null=True, verbose_name="báo có kết quả lúc")),
                (
                    "announced_how",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=120, verbose_name="báo bằng"
                    ),
                ),
                (
                    "collected_paper",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=200, verbose_name="giấy tờ người nhận xuất trình"
                    ),
                ),
                (
                    "collected_way",
                    models.CharField(
                        blank=True,
                        choices=[("online", "trực tuyến"), ("desk", "trực tiếp"), ("post", "bưu chính công ích")],
                        max_length=8,
                        verbose_name="cách nhận",
                    ),
                ),
                ("post_code", models.CharField(blank=True, max_length=40, verbose_name="số hiệu bưu gửi")),
                ("sealed_at", models.DateTimeField(blank=True, null=True, verbose_name="đóng dấu số lúc")),
            ],
            options={
                "verbose_name": "kết quả",
                "verbose_name_plural": "kết quả",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("issued_at", None),
                            models.Q(("file__isnull", False), ("number__isnull", False), ("signed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="procedures_issued_result_is_signed_and_numbered",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Supplement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(verbose_name="yêu cầu lúc")),
                ("items", models.TextField(verbose_name="giấy tờ, nội dung cần bổ sung")),
                ("reason", models.TextField(verbose_name="lý do")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="bổ sung lúc")),
                ("answer", models.TextField(blank=True, verbose_name="trả lời")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplement_requests",
                        to="procedures.dossier",
                    ),
                ),
                ("basis", models.TextField(blank=True, verbose_name="căn cứ để yêu cầu muộn hoặc thêm lần")),
                ("due_after", models.DateTimeField(blank=True, null=True, verbose_name="hẹn trả sau khi bổ sung")),
                ("due_before", models.DateTimeField(blank=True, null=True, verbose_name="hẹn trả trước khi yêu cầu")),
                ("is_late", models.BooleanField(default=False, verbose_name="yêu cầu sau hạn trả lại hồ sơ")),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="lần")),
                (
                    "policy",
                    models.CharField(
                        choices=[("restart", "tính lại từ đầu"), ("pause", "tạm dừng"), ("none", "không đổi")],
                        default="restart",
                        max_length=8,
                        verbose_name="đồng hồ",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[("reception", "kiểm tra khi tiếp nhận"), ("settlement", "trong khi giải quyết")],
                        default="settlement",
                        max_length=10,
                        verbose_name="giai đoạn",
                    ),
                ),
                ("changes", models.JSONField(default=dict, verbose_name="nội dung sửa")),
            ],
            options={
                "verbose_name": "yêu cầu bổ sung",
                "verbose_name_plural": "yêu cầu bổ sung",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at", None)),
                        fields=("dossier",),
                        name="procedures_one_open_supplement",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("stage", "reception")),
                        fields=("dossier",),
                        name="procedures_one_supplement_at_reception",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DossierPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=80, verbose_name="ô trong biểu mẫu")),
                (
                    "label",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=500, verbose_name="tên giấy tờ"),
                ),
                ("attached_at", models.DateTimeField(auto_now_add=True, verbose_name="đính kèm lúc")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="gỡ lúc")),
                (
                    "dossier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="procedures.dossier",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="tệp",
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="procedures.draft",
                    ),
                ),
            ],
            options={
                "verbose_name": "giấy tờ trong hồ sơ",
                "verbose_name_plural": "giấy tờ trong hồ sơ",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("draft__isnull", False), ("dossier__isnull", False), _connector="OR"),
                        name="procedures_paper_has_a_home",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Apology",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(verbose_name="lý do")),
                ("old_due_at", models.DateTimeField(verbose_name="hẹn trả trước")),
                ("new_due_at", models.DateTimeField(verbose_name="hẹn trả mới")),
                ("proposed_at", models.DateTimeField(verbose_name="đề nghị lúc")),
                ("declined_at", models.DateTimeField(blank=True, null=True, verbose_name="không đồng ý lúc")),
                ("declined_reason", models.TextField(blank=True, verbose_name="lý do không đồng ý")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="gửi lúc")),
                ("is_late", models.BooleanField(default=False, verbose_name="xin lỗi muộn")),
                ("number", models.PositiveIntegerField(blank=True, null=True, verbose_name="số")),
                ("number_text", models.CharField(blank=True, max_length=60, verbose_name="số và ký hiệu")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="apologies",
                        to="procedures.dossier",
                        verbose_name="hồ sơ",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "xin lỗi và hẹn lại",
                "verbose_name_plural": "xin lỗi và hẹn lại",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("sent_at__isnull", False)),
                        fields=("dossier",),
                        name="procedures_one_apology_sent",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("declined_at", None), ("sent_at", None)),
                        fields=("dossier",),
                        name="procedures_one_apology_waiting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("new_due_at__gt", models.F("old_due_at"))),
                        name="procedures_new_date_is_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("correct", "đính chính"), ("replace", "thay thế"), ("annul", "huỷ bỏ")],
                        max_length=7,
                        verbose_name="loại",
                    ),
                ),
                ("reason", models.TextField(verbose_name="lý do")),
                ("content", models.JSONField(default=dict, verbose_name="nội dung mới")),
                ("number", models.PositiveIntegerField(verbose_name="số")),
                ("number_text", models.CharField(max_length=60, verbose_name="số và ký hiệu")),
                ("signed_at", models.DateTimeField(verbose_name="ký lúc")),
                ("issued_at", models.DateTimeField(verbose_name="ban hành lúc")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="tệp",
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="procedures.result",
                        verbose_name="kết quả",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người ký",
                    ),
                ),
            ],
            options={
                "verbose_name": "quyết định sửa kết quả",
                "verbose_name_plural": "quyết định sửa kết quả",
            },
        ),
        migrations.CreateModel(
            name="Ending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("refused", "từ chối"), ("withdrawn", "rút hồ sơ"), ("stopped", "dừng giải quyết")],
                        max_length=9,
                        verbose_name="cách kết thúc",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[("reception", "kiểm tra khi tiếp nhận"), ("settlement", "trong khi giải quyết")],
                        max_length=10,
                        verbose_name="giai đoạn",
                    ),
                ),
                ("reason", models.TextField(verbose_name="lý do")),
                ("guidance", models.TextField(blank=True, verbose_name="hướng dẫn tiếp theo")),
                (
                    "asked_by",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=120, verbose_name="người yêu cầu dừng"
                    ),
                ),
                (
                    "asked_way",
                    models.CharField(
                        blank=True,
                        choices=[("online", "trực tuyến"), ("desk", "trực tiếp"), ("post", "bưu chính công ích")],
                        max_length=8,
                        verbose_name="cách yêu cầu",
                    ),
                ),
                ("state_before", models.CharField(max_length=12, verbose_name="trạng thái trước đó")),
                (
                    "fee_state_before",
                    models.CharField(
                        choices=[
                            ("none", "không phải nộp"),
                            ("due", "chờ nộp"),
                            ("paid", "đã nộp"),
                            ("exempt", "được miễn"),
                            ("refunded", "đã hoàn"),
                        ],
                        max_length=8,
                        verbose_name="tài chính lúc ấy",
                    ),
                ),
                ("is_late", models.BooleanField(default=False, verbose_name="sau hạn giải quyết")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người làm",
                    ),
                ),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ending",
                        to="procedures.dossier",
                        verbose_name="hồ sơ",
                    ),
                ),
            ],
            options={
                "verbose_name": "kết thúc không có kết quả",
                "verbose_name_plural": "kết thúc không có kết quả",
            },
        ),
        migrations.CreateModel(
            name="HandOverList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="ngày")),
                ("number", models.PositiveSmallIntegerField(verbose_name="lần trong ngày")),
                ("made_at", models.DateTimeField(verbose_name="lập lúc")),
                ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="bên nhận ký lúc")),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="bên giao",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="bên nhận",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "danh sách bàn giao",
                "verbose_name_plural": "danh sách bàn giao",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("desk", "office", "on", "number"), name="procedures_one_list_per_number_of_the_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HandOverItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(verbose_name="hạn bàn giao")),
                ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="nhận lúc")),
                ("sent_back_at", models.DateTimeField(blank=True, null=True, verbose_name="trả lại lúc")),
                ("sent_back_reason", models.TextField(blank=True, verbose_name="lý do trả lại")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hand_overs",
                        to="procedures.dossier",
                        verbose_name="hồ sơ",
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="procedures.handoverlist",
                        verbose_name="danh sách",
                    ),
                ),
            ],
            options={
                "verbose_name": "hồ sơ trong danh sách bàn giao",
                "verbose_name_plural": "hồ sơ trong danh sách bàn giao",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("received_at", None), ("sent_back_at", None)),
                        fields=("dossier",),
                        name="procedures_on_one_open_list",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuedForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.CharField(max_length=12, verbose_name="biểu mẫu")),
                ("form_set", models.CharField(max_length=8, verbose_name="bộ biểu mẫu")),
                ("data", models.JSONField(verbose_name="nội dung đã phát hành")),
                ("issued_at", models.DateTimeField(verbose_name="phát hành lúc")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issued_forms",
                        to="procedures.dossier",
                        verbose_name="hồ sơ",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người phát hành",
                    ),
                ),
            ],
            options={
                "verbose_name": "biểu mẫu đã phát hành",
                "verbose_name_plural": "biểu mẫu đã phát hành",
                "indexes": [models.Index(fields=["dossier", "form", "-issued_at"], name="procedures_forms_of_dossier")],
            },
        ),
    ]

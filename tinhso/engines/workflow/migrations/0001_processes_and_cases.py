import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tinhso.foundation.text.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("files", "0001_stored_files"),
        ("orgs", "0002_tree_and_share_guards"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProcessDefinition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, verbose_name="mã quy trình")),
                ("version", models.PositiveIntegerField(verbose_name="phiên bản")),
                (
                    "title",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=300, verbose_name="tên quy trình"),
                ),
                ("definition", models.JSONField(verbose_name="các bước và lối chuyển")),
                ("source", models.TextField(blank=True, verbose_name="nguồn của quy trình")),
                ("is_published", models.BooleanField(default=False, verbose_name="đã công bố")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="công bố lúc")),
            ],
            options={
                "verbose_name": "quy trình",
                "verbose_name_plural": "quy trình",
                "ordering": ["code", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="workflow_one_row_per_version"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_published", False), ("published_at", None)),
                            models.Q(("is_published", True), ("published_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="workflow_published_has_its_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject_type", models.CharField(max_length=80, verbose_name="loại bản ghi")),
                ("subject_id", models.CharField(max_length=64, verbose_name="mã bản ghi")),
                ("places", models.JSONField(default=dict, verbose_name="nơi làm từng loại bước")),
                ("step", models.CharField(max_length=60, verbose_name="bước")),
                ("step_permission", models.CharField(blank=True, max_length=80, verbose_name="quyền để làm bước này")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "đang xử lý"),
                            ("waiting", "chờ người dân"),
                            ("paused", "tạm dừng"),
                            ("ended", "đã kết thúc"),
                        ],
                        default="running",
                        max_length=8,
                        verbose_name="trạng thái",
                    ),
                ),
                ("term_value", models.PositiveIntegerField(blank=True, null=True, verbose_name="thời hạn theo luật")),
                ("term_unit", models.CharField(blank=True, max_length=12, verbose_name="đơn vị thời hạn")),
                ("started_at", models.DateTimeField(verbose_name="mở lúc")),
                ("clock_started_at", models.DateTimeField(blank=True, null=True, verbose_name="bắt đầu tính hạn lúc")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="hạn theo luật")),
                ("entered_at", models.DateTimeField(verbose_name="vào bước lúc")),
                ("step_due_at", models.DateTimeField(blank=True, null=True, verbose_name="hạn của bước")),
                ("paused_at", models.DateTimeField(blank=True, null=True, verbose_name="tạm dừng lúc")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="kết thúc lúc")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="lần đổi")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người đang giữ",
                    ),
                ),
                (
                    "holder_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="đơn vị đang giữ",
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
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="workflow.processdefinition",
                        verbose_name="quy trình",
                    ),
                ),
                ("escalate_at", models.DateTimeField(blank=True, null=True, verbose_name="báo lên lúc")),
                ("remind_at", models.DateTimeField(blank=True, null=True, verbose_name="nhắc lúc")),
            ],
            options={
                "verbose_name": "quá trình xử lý",
                "verbose_name_plural": "quá trình xử lý",
                "indexes": [
                    models.Index(
                        models.F("holder_unit"),
                        models.OrderBy(models.F("due_at"), nulls_last=True),
                        models.F("id"),
                        condition=models.Q(("state", "ended"), _negated=True),
                        name="workflow_queue_of_unit",
                    ),
                    models.Index(
                        models.F("holder"),
                        models.OrderBy(models.F("due_at"), nulls_last=True),
                        models.F("id"),
                        condition=models.Q(("state", "ended"), _negated=True),
                        name="workflow_queue_of_person",
                    ),
                    models.Index(fields=["subject_type", "subject_id"], name="workflow_by_subject"),
                    models.Index(
                        condition=models.Q(("paused_at", None), ("remind_at__isnull", False)),
                        fields=["remind_at"],
                        name="workflow_case_to_remind",
                    ),
                    models.Index(
                        condition=models.Q(("escalate_at__isnull", False), ("paused_at", None)),
                        fields=["escalate_at"],
                        name="workflow_case_to_escalate",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("state", "ended")),
                            models.Q(models.Q(("state", "ended"), _negated=True), ("ended_at", None)),
                            _connector="OR",
                        ),
                        name="workflow_ended_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paused_at__isnull", False), ("state", "paused")),
                            models.Q(models.Q(("state", "paused"), _negated=True), ("paused_at", None)),
                            _connector="OR",
                        ),
                        name="workflow_paused_has_its_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "ended"), _negated=True),
                        fields=("subject_type", "subject_id"),
                        name="workflow_one_open_case_per_subject",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fork", models.CharField(max_length=60, verbose_name="bước chia nhánh")),
                ("round", models.PositiveIntegerField(verbose_name="lần chia")),
                ("branch", models.CharField(max_length=60, verbose_name="bước đầu của nhánh")),
                ("is_optional", models.BooleanField(default=False, verbose_name="không bắt buộc chờ")),
                ("step", models.CharField(max_length=60, verbose_name="bước")),
                ("step_permission", models.CharField(blank=True, max_length=80, verbose_name="quyền để làm bước này")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "đang xử lý"),
                            ("forked", "đang chia nhánh"),
                            ("arrived", "đã xong"),
                            ("closed", "đã đóng"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="trạng thái",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="mở lúc")),
                ("entered_at", models.DateTimeField(verbose_name="vào bước lúc")),
                ("step_due_at", models.DateTimeField(blank=True, null=True, verbose_name="hạn của bước")),
                ("remind_at", models.DateTimeField(blank=True, null=True, verbose_name="nhắc lúc")),
                ("escalate_at", models.DateTimeField(blank=True, null=True, verbose_name="báo lên lúc")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="đóng lúc")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="lần đổi")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to="workflow.case",
                        verbose_name="quá trình",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người đang giữ",
                    ),
                ),
                (
                    "holder_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="đơn vị đang giữ",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="workflow.token",
                        verbose_name="nhánh mẹ",
                    ),
                ),
            ],
            options={
                "verbose_name": "nhánh xử lý",
                "verbose_name_plural": "nhánh xử lý",
                "ordering": ["case", "id"],
                "indexes": [
                    models.Index(
                        models.F("holder_unit"),
                        models.OrderBy(models.F("step_due_at"), nulls_last=True),
                        models.F("id"),
                        condition=models.Q(("state", "open")),
                        name="workflow_tokens_of_unit",
                    ),
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["holder"], name="workflow_tokens_of_person"
                    ),
                    models.Index(
                        condition=models.Q(("remind_at__isnull", False), ("state", "open")),
                        fields=["remind_at"],
                        name="workflow_token_to_remind",
                    ),
                    models.Index(
                        condition=models.Q(("escalate_at__isnull", False), ("state", "open")),
                        fields=["escalate_at"],
                        name="workflow_token_to_escalate",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "round", "branch"), name="workflow_one_token_per_branch"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state__in", ["arrived", "closed"])),
                            models.Q(("closed_at", None), ("state__in", ["open", "forked"])),
                            _connector="OR",
                        ),
                        name="workflow_token_closed_has_its_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(verbose_name="lần đổi")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("start", "mở"),
                            ("move", "chuyển bước"),
                            ("assign", "giao việc"),
                            ("pause", "tạm dừng"),
                            ("resume", "tiếp tục"),
                            ("fork", "mở nhánh"),
                            ("join", "các nhánh đã xong"),
                            ("close", "đóng nhánh"),
                            ("release", "trả việc về đơn vị"),
                            ("undo", "hoàn tác"),
                        ],
                        max_length=8,
                        verbose_name="việc",
                    ),
                ),
                ("from_step", models.CharField(blank=True, max_length=60, verbose_name="từ bước")),
                ("to_step", models.CharField(max_length=60, verbose_name="đến bước")),
                ("transition", models.CharField(blank=True, max_length=60, verbose_name="lối chuyển")),
                ("actor_label", models.CharField(max_length=200, verbose_name="tên người làm")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                ("entered_at", models.DateTimeField(null=True, verbose_name="vào bước lúc")),
                ("step_due_at", models.DateTimeField(null=True, verbose_name="hạn của bước")),
                ("note", models.TextField(blank=True, verbose_name="ý kiến")),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người làm",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="log",
                        to="workflow.case",
                        verbose_name="quá trình",
                    ),
                ),
                (
                    "from_unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="từ đơn vị",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="giao cho",
                    ),
                ),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="thay mặt",
                    ),
                ),
                (
                    "to_unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="đến đơn vị",
                    ),
                ),
                ("clock_started_at", models.DateTimeField(null=True, verbose_name="bắt đầu tính hạn lúc")),
                ("due_at", models.DateTimeField(null=True, verbose_name="hạn theo luật")),
                (
                    "undoes",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="workflow.casestep",
                        verbose_name="hoàn tác dòng",
                    ),
                ),
                (
                    "token",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="log",
                        to="workflow.token",
                        verbose_name="nhánh",
                    ),
                ),
            ],
            options={
                "verbose_name": "bước đã qua",
                "verbose_name_plural": "các bước đã qua",
                "ordering": ["case", "version"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "version"), name="workflow_one_line_per_version"),
                    models.UniqueConstraint(
                        condition=models.Q(("undoes__isnull", False)), fields=("undoes",), name="workflow_undone_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("batch", models.PositiveIntegerField(verbose_name="đợt hỏi")),
                ("step", models.CharField(max_length=60, verbose_name="bước khi hỏi")),
                ("asked_by_label", models.CharField(max_length=200, verbose_name="tên người hỏi")),
                ("question", models.TextField(verbose_name="nội dung lấy ý kiến")),
                (
                    "document",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=200, verbose_name="văn bản gửi kèm (số, ngày)"
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="hỏi lúc")),
                ("due_at", models.DateTimeField(verbose_name="hạn trả lời")),
                ("remind_at", models.DateTimeField(blank=True, null=True, verbose_name="nhắc lúc")),
                ("escalate_at", models.DateTimeField(blank=True, null=True, verbose_name="báo chậm lúc")),
                ("late_reported_at", models.DateTimeField(blank=True, null=True, verbose_name="đã báo chậm lúc")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "đang chờ trả lời"),
                            ("answered", "đã trả lời"),
                            ("unanswered", "không trả lời trong hạn"),
                            ("withdrawn", "đã rút câu hỏi"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agree", "thống nhất"),
                            ("conditions", "thống nhất, kèm điều kiện"),
                            ("disagree", "không thống nhất"),
                            ("other", "ý kiến khác"),
                        ],
                        max_length=10,
                        verbose_name="ý kiến",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="nội dung trả lời")),
                (
                    "answer_document",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=200, verbose_name="văn bản trả lời (số, ngày)"
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="trả lời lúc")),
                ("answered_by_label", models.CharField(blank=True, max_length=200, verbose_name="tên người trả lời")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="thôi chờ lúc")),
                ("closed_reason", models.TextField(blank=True, verbose_name="lý do thôi chờ")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="lần đổi")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "answer_file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="tệp trả lời",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người trả lời",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người hỏi",
                    ),
                ),
                (
                    "asking_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="đơn vị hỏi",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="workflow.case",
                        verbose_name="quá trình",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người chuẩn bị",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="đơn vị được hỏi",
                    ),
                ),
                (
                    "token",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="workflow.token",
                        verbose_name="nhánh",
                    ),
                ),
            ],
            options={
                "verbose_name": "ý kiến phối hợp",
                "verbose_name_plural": "ý kiến phối hợp",
                "ordering": ["case", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "asked")),
                        fields=["unit", "due_at", "id"],
                        name="workflow_opinions_of_unit",
                    ),
                    models.Index(
                        condition=models.Q(("remind_at__isnull", False), ("state", "asked")),
                        fields=["remind_at"],
                        name="workflow_opinion_to_remind",
                    ),
                    models.Index(
                        condition=models.Q(("escalate_at__isnull", False), ("state__in", ["asked", "unanswered"])),
                        fields=["escalate_at"],
                        name="workflow_opinion_late",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("answered_at", None),
                                ("verdict", ""),
                                models.Q(("state", "answered"), _negated=True),
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("state", "answered"),
                                models.Q(("verdict", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="workflow_answered_opinion_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("question", ""), _negated=True), name="workflow_opinion_has_a_question"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gte", models.F("asked_at"))),
                        name="workflow_opinion_due_after_asked",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("case", "unit"),
                        name="workflow_one_open_opinion_per_unit",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("step_soon", "bước sắp đến hạn"),
                            ("step_late", "bước quá hạn"),
                            ("opinion_soon", "ý kiến sắp đến hạn trả lời"),
                            ("opinion_late", "ý kiến chậm trả lời"),
                        ],
                        max_length=12,
                        verbose_name="báo về",
                    ),
                ),
                ("step", models.CharField(max_length=60, verbose_name="bước")),
                ("entered_at", models.DateTimeField(verbose_name="bắt đầu tính từ")),
                ("due_at", models.DateTimeField(verbose_name="hạn")),
                ("rang_at", models.DateTimeField(verbose_name="báo lúc")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="workflow.case",
                        verbose_name="quá trình",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người đang giữ",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="đơn vị",
                    ),
                ),
                (
                    "opinion",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="workflow.opinion",
                    ),
                ),
                (
                    "token",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="workflow.token",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần nhắc việc",
                "verbose_name_plural": "các lần nhắc việc",
                "ordering": ["case", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "token", "opinion", "kind", "entered_at", "due_at"),
                        name="workflow_one_alarm_of_a_kind",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]

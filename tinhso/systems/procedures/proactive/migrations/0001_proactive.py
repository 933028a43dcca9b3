import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tinhso.foundation.text.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0002_tree_and_share_guards"),
        ("people", "0002_lookups_are_never_changed"),
        ("people", "__first__"),
        ("procedures", "0002_issued_forms_never_change"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sweep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(unique=True, verbose_name="ngày")),
                ("started_at", models.DateTimeField(verbose_name="bắt đầu lúc")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="xong lúc")),
                ("done", models.JSONField(default=list, verbose_name="quy tắc đã quét")),
                ("told", models.PositiveIntegerField(default=0, verbose_name="đã nhắc")),
                ("failed", models.PositiveIntegerField(default=0, verbose_name="lỗi")),
            ],
            options={
                "verbose_name": "lần quét nhắc việc",
                "verbose_name_plural": "lần quét nhắc việc",
            },
        ),
        migrations.CreateModel(
            name="ReminderRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="mã quy tắc")),
                ("number", models.PositiveSmallIntegerField(verbose_name="phiên bản")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("birth", "sinh con"),
                            ("marriage", "kết hôn"),
                            ("death", "mất người thân"),
                            ("disability", "khuyết tật"),
                            ("age", "đến tuổi"),
                            ("school", "con đến tuổi vào trường"),
                            ("expiry", "giấy tờ sắp hết hạn"),
                            ("business", "mở cơ sở kinh doanh"),
                        ],
                        max_length=10,
                        verbose_name="chuyện đời",
                    ),
                ),
                (
                    "title",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=200, verbose_name="việc được nhắc"),
                ),
                ("says", models.TextField(verbose_name="lời nhắc")),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("result", "sau khi có kết quả của một thủ tục"),
                            ("age", "khi đến một độ tuổi"),
                            ("school", "mùa tuyển sinh của một độ tuổi"),
                            ("expiry", "khi kết quả sắp hết hạn dùng"),
                            ("business", "khi cơ sở kinh doanh mới được ghi nhận"),
                        ],
                        max_length=10,
                        verbose_name="nhắc khi nào",
                    ),
                ),
                ("params", models.JSONField(default=dict, verbose_name="số liệu của quy tắc")),
                ("procedure", models.CharField(max_length=30, verbose_name="thủ tục làm tiếp")),
                ("case_code", models.CharField(blank=True, max_length=40, verbose_name="trường hợp")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Mức độ 1: nhắc thực hiện"), (2, "Mức độ 2: nhắc và chuẩn bị hồ sơ")],
                        verbose_name="mức độ chủ động",
                    ),
                ),
                ("fills", models.JSONField(blank=True, default=dict, verbose_name="nội dung điền sẵn")),
                ("basis", models.TextField(verbose_name="căn cứ pháp lý")),
                ("basis_is_seen", models.BooleanField(default=False, verbose_name="đã đọc căn cứ")),
                ("source", models.TextField(verbose_name="nguồn")),
                ("valid_from", models.DateField(verbose_name="từ ngày")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="đến trước ngày")),
                ("published_at", models.DateTimeField(auto_now_add=True, verbose_name="ban hành lúc")),
                ("reason", models.TextField(blank=True, verbose_name="lý do thay đổi")),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "quy tắc nhắc việc",
                "verbose_name_plural": "quy tắc nhắc việc",
                "ordering": ["kind", "code", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "number"), name="proactive_one_version_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="proactive_period_runs_forward",
                    ),
                    models.CheckConstraint(condition=models.Q(("level__in", [1, 2])), name="proactive_level_1_or_2"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("basis", ""), _negated=True), models.Q(("source", ""), _negated=True)
                        ),
                        name="proactive_a_rule_names_its_basis",
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
                        name="proactive_versions_never_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(editable=False, max_length=40)),
                ("event_key", models.CharField(editable=False, max_length=80)),
                (
                    "about_name",
                    tinhso.foundation.text.fields.VietnameseCharField(blank=True, max_length=120, verbose_name="về ai"),
                ),
                ("facts", models.JSONField(default=dict, verbose_name="vì sao tỉnh biết")),
                ("fact_on", models.DateField(verbose_name="ngày của dữ liệu")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="nên làm trước hết ngày")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Mức độ 1: nhắc thực hiện"), (2, "Mức độ 2: nhắc và chuẩn bị hồ sơ")],
                        verbose_name="mức độ chủ động",
                    ),
                ),
                ("state", models.CharField(default="told", max_length=8, verbose_name="trạng thái")),
                ("told_at", models.DateTimeField(verbose_name="nhắc lúc")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="mở xem lúc")),
                ("prepared_at", models.DateTimeField(blank=True, null=True, verbose_name="chuẩn bị hồ sơ lúc")),
                ("filed_at", models.DateTimeField(blank=True, null=True, verbose_name="nộp lúc")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="thôi nhắc lúc")),
                ("ended_why", models.CharField(blank=True, max_length=20, verbose_name="vì sao thôi nhắc")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "about",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
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
                    "dossier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procedures.dossier",
                        verbose_name="hồ sơ đã nộp",
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="procedures.draft",
                        verbose_name="hồ sơ chuẩn bị",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                        verbose_name="người được nhắc",
                    ),
                ),
                (
                    "source_dossier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procedures.dossier",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="cơ quan",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="procedures_proactive.reminderrule",
                        verbose_name="quy tắc",
                    ),
                ),
            ],
            options={
                "verbose_name": "việc được nhắc",
                "verbose_name_plural": "việc được nhắc",
                "indexes": [
                    models.Index(fields=["person", "-told_at"], name="proactive_of_person"),
                    models.Index(fields=["unit", "told_at"], name="proactive_by_unit"),
                    models.Index(
                        condition=models.Q(("draft__isnull", False)), fields=["draft"], name="proactive_by_draft"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "event_key", "person"), name="proactive_told_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["told", "prepared", "filed", "later", "done", "ended"])),
                        name="proactive_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "filed"), _negated=True), ("filed_at__isnull", False), _connector="OR"
                        ),
                        name="proactive_filed_has_its_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Child",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", tinhso.foundation.text.fields.VietnameseCharField(max_length=120, verbose_name="tên con")),
                ("born_on", models.DateField(verbose_name="ngày sinh")),
                ("known_on", models.DateField(verbose_name="biết từ ngày")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="thôi dùng lúc")),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procedures.dossier",
                        verbose_name="hồ sơ",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                        verbose_name="cha hoặc mẹ",
                    ),
                ),
            ],
            options={
                "verbose_name": "con theo Giấy khai sinh",
                "verbose_name_plural": "con theo Giấy khai sinh",
                "indexes": [
                    models.Index(condition=models.Q(("ended_at", None)), fields=["born_on"], name="proactive_children")
                ],
            },
        ),
        migrations.CreateModel(
            name="Death",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "personal_number",
                    models.CharField(db_index=True, max_length=12, verbose_name="số định danh cá nhân"),
                ),
                ("died_on", models.DateField(blank=True, null=True, verbose_name="ngày mất")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="huỷ lúc")),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procedures.dossier",
                        verbose_name="hồ sơ",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "người đã mất theo Trích lục khai tử",
                "verbose_name_plural": "người đã mất theo Trích lục khai tử",
                "indexes": [
                    models.Index(condition=models.Q(("ended_at", None)), fields=["person"], name="proactive_dead")
                ],
            },
        ),
        migrations.CreateModel(
            name="OptOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("birth", "sinh con"),
                            ("marriage", "kết hôn"),
                            ("death", "mất người thân"),
                            ("disability", "khuyết tật"),
                            ("age", "đến tuổi"),
                            ("school", "con đến tuổi vào trường"),
                            ("expiry", "giấy tờ sắp hết hạn"),
                            ("business", "mở cơ sở kinh doanh"),
                        ],
                        max_length=10,
                        verbose_name="chuyện đời",
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="từ lúc")),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="nhận lại từ lúc")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                        verbose_name="ai",
                    ),
                ),
            ],
            options={
                "verbose_name": "lời từ chối nhắc việc",
                "verbose_name_plural": "lời từ chối nhắc việc",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("person", "kind"),
                        name="proactive_one_standing_refusal",
                    )
                ],
            },
        ),
    ]

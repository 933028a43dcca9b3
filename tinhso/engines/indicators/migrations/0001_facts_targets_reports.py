import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0002_tree_and_share_guards"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="MeasureFill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(max_length=80, unique=True, verbose_name="phép đếm")),
                ("filled_from", models.DateField(verbose_name="đã đếm từ kỳ")),
                ("filled_to", models.DateField(verbose_name="đã đếm đến kỳ")),
                ("counted_at", models.DateTimeField(verbose_name="đếm toàn bộ lúc")),
            ],
            options={
                "verbose_name": "mốc đếm",
                "verbose_name_plural": "mốc đếm",
            },
        ),
        migrations.CreateModel(
            name="PublishedReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="mã báo cáo")),
                ("version", models.PositiveSmallIntegerField(verbose_name="phiên bản")),
                ("title", models.CharField(max_length=200, verbose_name="tên báo cáo")),
                ("period_from", models.DateField(verbose_name="từ kỳ")),
                ("period_to", models.DateField(verbose_name="đến kỳ")),
                ("published_at", models.DateTimeField(verbose_name="chốt lúc")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="lý do đính chính")),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="indicators.publishedreport",
                        verbose_name="đính chính cho",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người chốt",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="đơn vị",
                    ),
                ),
            ],
            options={
                "verbose_name": "báo cáo đã chốt",
                "verbose_name_plural": "báo cáo đã chốt",
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="indicators_one_report_version"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("corrects", None), ("version", 1)),
                            models.Q(
                                ("corrects__isnull", False), ("version__gt", 1), models.Q(("reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="indicators_correction_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_from__lte", models.F("period_to"))),
                        name="indicators_report_period_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublishedFact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(max_length=80, verbose_name="phép đếm")),
                ("period_on", models.DateField(verbose_name="ngày đầu kỳ")),
                ("value", models.DecimalField(decimal_places=4, max_digits=20, verbose_name="giá trị")),
                ("counted_at", models.DateTimeField(verbose_name="đếm lúc")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="đơn vị",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="indicators.publishedreport",
                        verbose_name="báo cáo",
                    ),
                ),
            ],
            options={
                "verbose_name": "số liệu đã chốt",
                "verbose_name_plural": "số liệu đã chốt",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "measure", "unit", "period_on"), name="indicators_one_published_fact_per_cell"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="mã")),
                ("order", models.PositiveSmallIntegerField(verbose_name="thứ tự")),
                ("group", models.CharField(max_length=8, verbose_name="nhóm")),
                ("name", models.CharField(max_length=300, verbose_name="chỉ tiêu")),
                ("level", models.CharField(max_length=40, verbose_name="cấp")),
                (
                    "operator",
                    models.CharField(
                        choices=[(">", "trên"), (">=", "từ"), ("<=", "không quá"), ("=", "đạt")],
                        max_length=2,
                        verbose_name="phép so sánh",
                    ),
                ),
                (
                    "value",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="mức phải đạt"
                    ),
                ),
                ("unit_of_measure", models.CharField(blank=True, max_length=20, verbose_name="đơn vị tính")),
                ("year", models.PositiveSmallIntegerField(verbose_name="năm")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ratio", "tỷ lệ"),
                            ("coverage", "độ phủ"),
                            ("milestone", "cột mốc"),
                            ("count", "số lượng"),
                            ("trend", "xu hướng"),
                            ("rank", "thứ hạng"),
                            ("qualitative", "định tính"),
                            ("assumed", "ngưỡng suy ra từ lời văn"),
                        ],
                        max_length=12,
                        verbose_name="loại",
                    ),
                ),
                ("numerator", models.TextField(blank=True, verbose_name="tử số")),
                ("denominator", models.TextField(blank=True, verbose_name="mẫu số")),
                ("exclusions", models.TextField(blank=True, verbose_name="không tính")),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                ("responsible", models.CharField(blank=True, max_length=300, verbose_name="cơ quan chịu trách nhiệm")),
                ("level_ended_on", models.DateField(blank=True, null=True, verbose_name="cấp kết thúc ngày")),
                (
                    "start_value",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="mức xuất phát"
                    ),
                ),
                ("start_on", models.DateField(blank=True, null=True, verbose_name="ngày xuất phát")),
                ("source", models.CharField(max_length=300, verbose_name="nguồn")),
            ],
            options={
                "verbose_name": "chỉ tiêu nghị quyết",
                "verbose_name_plural": "chỉ tiêu nghị quyết",
                "ordering": ["order"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("start_on", None), ("start_value", None)),
                            models.Q(("start_on__isnull", False), ("start_value__isnull", False)),
                            _connector="OR",
                        ),
                        name="indicators_path_has_value_and_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Fact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(max_length=80, verbose_name="phép đếm")),
                (
                    "period_kind",
                    models.CharField(
                        choices=[("month", "tháng")], default="month", max_length=8, verbose_name="loại kỳ"
                    ),
                ),
                ("period_on", models.DateField(verbose_name="ngày đầu kỳ")),
                ("value", models.DecimalField(decimal_places=4, max_digits=20, verbose_name="giá trị")),
                ("counted_at", models.DateTimeField(verbose_name="đếm lúc")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="đơn vị",
                    ),
                ),
            ],
            options={
                "verbose_name": "số liệu",
                "verbose_name_plural": "số liệu",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("measure", "period_kind", "period_on", "unit"), name="indicators_one_fact_per_cell"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_on__day", 1)), name="indicators_fact_period_starts_on_first"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FigureAlert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(max_length=80, verbose_name="phép đếm")),
                ("period_on", models.DateField(verbose_name="ngày đầu kỳ")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("differs", "đếm lại khác số đang hiện"),
                            ("outside_life", "bản ghi nằm ngoài thời gian tồn tại của đơn vị"),
                        ],
                        max_length=16,
                        verbose_name="lý do",
                    ),
                ),
                ("was", models.DecimalField(decimal_places=4, max_digits=20, null=True, verbose_name="số đang hiện")),
                ("now", models.DecimalField(decimal_places=4, max_digits=20, verbose_name="số đếm lại")),
                ("found_at", models.DateTimeField(verbose_name="phát hiện lúc")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="đơn vị",
                    ),
                ),
            ],
            options={
                "verbose_name": "cảnh báo số liệu",
                "verbose_name_plural": "cảnh báo số liệu",
                "indexes": [models.Index(fields=["-found_at"], name="indicators_alerts_newest")],
            },
        ),
    ]

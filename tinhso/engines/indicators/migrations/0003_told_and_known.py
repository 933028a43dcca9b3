import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import tinhso.foundation.text.fields

# What was counted before versions were kept was known since its last count.
KNOWN = "UPDATE indicators_fact SET known_from = counted_at"
REFUSE = """
CREATE FUNCTION indicators_refuse_entry_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an entered value is replaced by a new entry, never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER indicators_entry_kept BEFORE UPDATE OR DELETE ON indicators_entry
  FOR EACH ROW EXECUTE FUNCTION indicators_refuse_entry_change();
CREATE TRIGGER indicators_evidence_kept BEFORE UPDATE OR DELETE ON indicators_entry_evidence
  FOR EACH ROW EXECUTE FUNCTION indicators_refuse_entry_change();
CREATE TRIGGER indicators_version_kept BEFORE UPDATE OR DELETE ON indicators_factversion
  FOR EACH ROW EXECUTE FUNCTION indicators_refuse_entry_change();
"""
UNDO = """
DROP TRIGGER indicators_version_kept ON indicators_factversion;
DROP TRIGGER indicators_evidence_kept ON indicators_entry_evidence;
DROP TRIGGER indicators_entry_kept ON indicators_entry;
DROP FUNCTION indicators_refuse_entry_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_stored_files"),
        ("indicators", "0002_published_is_frozen"),
        ("orgs", "0002_tree_and_share_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "period_kind",
                    models.CharField(
                        choices=[
                            ("day", "ngày"),
                            ("week", "tuần"),
                            ("month", "tháng"),
                            ("quarter", "quý"),
                            ("half", "sáu tháng"),
                            ("year", "năm"),
                        ],
                        default="month",
                        max_length=8,
                        verbose_name="loại kỳ",
                    ),
                ),
                ("period_on", models.DateField(verbose_name="ngày đầu kỳ")),
                ("ends_on", models.DateField(verbose_name="ngày cuối kỳ")),
                (
                    "value",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True, verbose_name="giá trị"),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="ghi lúc")),
                (
                    "source_kind",
                    models.CharField(
                        choices=[("manual", "số nhập tay"), ("imported", "số nhập từ tệp")],
                        max_length=8,
                        verbose_name="cách ghi",
                    ),
                ),
                (
                    "source",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=300, verbose_name="lấy từ đâu"),
                ),
                (
                    "reason",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=300, verbose_name="lý do sửa"
                    ),
                ),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
            ],
            options={
                "verbose_name": "số liệu nhập",
                "verbose_name_plural": "số liệu nhập",
            },
        ),
        migrations.CreateModel(
            name="FactVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(max_length=80, verbose_name="phép đếm")),
                (
                    "period_kind",
                    models.CharField(
                        choices=[
                            ("day", "ngày"),
                            ("week", "tuần"),
                            ("month", "tháng"),
                            ("quarter", "quý"),
                            ("half", "sáu tháng"),
                            ("year", "năm"),
                        ],
                        default="month",
                        max_length=8,
                        verbose_name="loại kỳ",
                    ),
                ),
                ("period_on", models.DateField(verbose_name="ngày đầu kỳ")),
                ("value", models.DecimalField(decimal_places=4, max_digits=20, verbose_name="giá trị")),
                (
                    "source",
                    models.CharField(
                        choices=[("live", "đếm từ hồ sơ"), ("manual", "số nhập tay"), ("imported", "số nhập từ tệp")],
                        default="live",
                        max_length=8,
                        verbose_name="nguồn",
                    ),
                ),
                ("known_from", models.DateTimeField(verbose_name="biết từ lúc")),
                ("known_to", models.DateTimeField(verbose_name="thay lúc (không tính lúc này)")),
            ],
            options={
                "verbose_name": "số liệu trước đó",
                "verbose_name_plural": "số liệu trước đó",
            },
        ),
        migrations.CreateModel(
            name="IndicatorDefinition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80, verbose_name="mã")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="phiên bản")),
                ("name", tinhso.foundation.text.fields.VietnameseCharField(max_length=300, verbose_name="tên")),
                ("note", models.TextField(blank=True, verbose_name="cần biết khi dùng")),
                ("formula", models.TextField(verbose_name="công thức")),
                (
                    "targets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="trả lời chỉ tiêu",
                    ),
                ),
                (
                    "source_kind",
                    models.CharField(
                        choices=[("live", "đếm từ hồ sơ"), ("manual", "số nhập tay"), ("imported", "số nhập từ tệp")],
                        default="manual",
                        max_length=8,
                        verbose_name="nguồn",
                    ),
                ),
                ("valid_from", models.DateField(default=datetime.date(2021, 1, 1), verbose_name="dùng từ ngày")),
                (
                    "valid_to",
                    models.DateField(blank=True, null=True, verbose_name="dùng đến ngày (không tính ngày này)"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="lập lúc")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="lý do lập phiên bản")),
            ],
            options={
                "verbose_name": "chỉ số",
                "verbose_name_plural": "chỉ số",
                "ordering": ["code", "version"],
            },
        ),
        migrations.CreateModel(
            name="MeasureDefinition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80, unique=True, verbose_name="mã")),
                ("name", tinhso.foundation.text.fields.VietnameseCharField(max_length=300, verbose_name="tên")),
                ("sentence", models.TextField(verbose_name="định nghĩa trong một câu")),
                (
                    "kind",
                    models.CharField(
                        choices=[("flow", "phát sinh trong kỳ"), ("stock", "có đến cuối kỳ")],
                        max_length=5,
                        verbose_name="loại số",
                    ),
                ),
                (
                    "over_units",
                    models.CharField(
                        choices=[
                            ("sum", "cộng lại"),
                            ("avg", "trung bình"),
                            ("max", "lớn nhất"),
                            ("min", "nhỏ nhất"),
                            ("own", "riêng từng đơn vị, không gộp"),
                        ],
                        default="sum",
                        max_length=4,
                        verbose_name="gộp theo đơn vị",
                    ),
                ),
                (
                    "over_time",
                    models.CharField(
                        choices=[
                            ("sum", "cộng lại"),
                            ("avg", "trung bình"),
                            ("max", "lớn nhất"),
                            ("min", "nhỏ nhất"),
                            ("last", "kỳ sau cùng"),
                        ],
                        max_length=4,
                        verbose_name="gộp theo thời gian",
                    ),
                ),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("day", "ngày"),
                            ("week", "tuần"),
                            ("month", "tháng"),
                            ("quarter", "quý"),
                            ("half", "sáu tháng"),
                            ("year", "năm"),
                        ],
                        default="month",
                        max_length=8,
                        verbose_name="kỳ số liệu",
                    ),
                ),
                (
                    "source_kind",
                    models.CharField(
                        choices=[("live", "đếm từ hồ sơ"), ("manual", "số nhập tay"), ("imported", "số nhập từ tệp")],
                        default="manual",
                        max_length=8,
                        verbose_name="nguồn",
                    ),
                ),
                (
                    "unit_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="loại đơn vị báo cáo",
                    ),
                ),
                (
                    "unit_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="chỉ các đơn vị",
                    ),
                ),
                ("may_be_negative", models.BooleanField(default=False, verbose_name="được âm")),
                ("valid_from", models.DateField(default=datetime.date(2021, 1, 1), verbose_name="dùng từ ngày")),
                (
                    "valid_to",
                    models.DateField(blank=True, null=True, verbose_name="dùng đến ngày (không tính ngày này)"),
                ),
                ("basis", models.CharField(blank=True, max_length=300, verbose_name="căn cứ")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="lần sửa lời")),
            ],
            options={
                "verbose_name": "số liệu cơ sở",
                "verbose_name_plural": "số liệu cơ sở",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="UnitOfMeasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="mã")),
                ("name", tinhso.foundation.text.fields.VietnameseCharField(max_length=80, verbose_name="tên")),
                (
                    "dimension",
                    models.CharField(
                        choices=[
                            ("count", "số lượng"),
                            ("percent", "tỷ lệ phần trăm"),
                            ("money", "tiền"),
                            ("time", "thời gian"),
                            ("area", "diện tích"),
                            ("length", "chiều dài"),
                            ("data", "dung lượng dữ liệu"),
                            ("rank", "thứ hạng"),
                            ("yes_no", "có hoặc không"),
                            ("score", "điểm"),
                        ],
                        max_length=8,
                        verbose_name="loại đại lượng",
                    ),
                ),
                (
                    "scale",
                    models.DecimalField(
                        decimal_places=6, default=1, max_digits=20, verbose_name="quy đổi ra đơn vị gốc"
                    ),
                ),
            ],
            options={
                "verbose_name": "đơn vị tính",
                "verbose_name_plural": "đơn vị tính",
                "ordering": ["dimension", "scale", "code"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="fact",
            name="indicators_fact_period_starts_on_first",
        ),
        migrations.AddField(
            model_name="fact",
            name="known_from",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="biết từ lúc"),
        ),
        migrations.AddField(
            model_name="fact",
            name="source",
            field=models.CharField(
                choices=[("live", "đếm từ hồ sơ"), ("manual", "số nhập tay"), ("imported", "số nhập từ tệp")],
                default="live",
                max_length=8,
                verbose_name="nguồn",
            ),
        ),
        migrations.AddField(
            model_name="publishedfact",
            name="period_kind",
            field=models.CharField(
                choices=[
                    ("day", "ngày"),
                    ("week", "tuần"),
                    ("month", "tháng"),
                    ("quarter", "quý"),
                    ("half", "sáu tháng"),
                    ("year", "năm"),
                ],
                default="month",
                max_length=8,
                verbose_name="loại kỳ",
            ),
        ),
        migrations.AddField(
            model_name="publishedfact",
            name="source",
            field=models.CharField(
                choices=[("live", "đếm từ hồ sơ"), ("manual", "số nhập tay"), ("imported", "số nhập từ tệp")],
                default="live",
                max_length=8,
                verbose_name="nguồn",
            ),
        ),
        migrations.AlterField(
            model_name="fact",
            name="period_kind",
            field=models.CharField(
                choices=[
                    ("day", "ngày"),
                    ("week", "tuần"),
                    ("month", "tháng"),
                    ("quarter", "quý"),
                    ("half", "sáu tháng"),
                    ("year", "năm"),
                ],
                default="month",
                max_length=8,
                verbose_name="loại kỳ",
            ),
        ),
        migrations.AddConstraint(
            model_name="fact",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_kind__in", ["day", "week"]), ("period_on__day", 1), _connector="OR"),
                name="indicators_fact_period_starts_on_first",
            ),
        ),
        migrations.AddField(
            model_name="entry",
            name="evidence",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="files.storedfile", verbose_name="minh chứng"
            ),
        ),
        migrations.AddField(
            model_name="entry",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người ghi",
            ),
        ),
        migrations.AddField(
            model_name="entry",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="indicators.entry",
                verbose_name="thay cho",
            ),
        ),
        migrations.AddField(
            model_name="entry",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit", verbose_name="đơn vị"
            ),
        ),
        migrations.AddField(
            model_name="factversion",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit", verbose_name="đơn vị"
            ),
        ),
        migrations.AddField(
            model_name="indicatordefinition",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người lập",
            ),
        ),
        migrations.AddField(
            model_name="measuredefinition",
            name="part_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="indicators.measuredefinition",
                verbose_name="là một phần của",
            ),
        ),
        migrations.AddField(
            model_name="entry",
            name="measure",
            field=models.ForeignKey(
                db_column="measure",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="indicators.measuredefinition",
                to_field="code",
                verbose_name="số liệu cơ sở",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitofmeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$")),
                name="indicators_unit_code_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitofmeasure",
            constraint=models.CheckConstraint(condition=models.Q(("scale__gt", 0)), name="indicators_scale_positive"),
        ),
        migrations.AddField(
            model_name="measuredefinition",
            name="unit_of_measure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="indicators.unitofmeasure",
                verbose_name="đơn vị tính",
            ),
        ),
        migrations.AddField(
            model_name="indicatordefinition",
            name="unit_of_measure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="indicators.unitofmeasure",
                verbose_name="đơn vị tính",
            ),
        ),
        migrations.AddIndex(
            model_name="factversion",
            index=models.Index(
                fields=["measure", "period_kind", "period_on", "unit"], name="indicators_versions_by_cell"
            ),
        ),
        migrations.AddConstraint(
            model_name="factversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("known_from__lte", models.F("known_to"))), name="indicators_version_in_order"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["measure", "period_kind", "period_on", "unit"], name="indicators_entries_by_cell"
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_kind__in", ["day", "week"]), ("period_on__day", 1), _connector="OR"),
                name="indicators_entry_starts_on_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True), name="indicators_entry_names_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("replaces", None), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="indicators_entry_correction_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaces", None)),
                fields=("measure", "unit", "period_kind", "period_on"),
                name="indicators_one_first_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="measuredefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$")),
                name="indicators_measure_code_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="measuredefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                name="indicators_measure_life_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatordefinition",
            constraint=models.UniqueConstraint(fields=("code", "version"), name="indicators_one_indicator_version"),
        ),
        migrations.AddConstraint(
            model_name="indicatordefinition",
            constraint=models.UniqueConstraint(fields=("code", "valid_from"), name="indicators_one_version_a_day"),
        ),
        migrations.AddConstraint(
            model_name="indicatordefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$")),
                name="indicators_indicator_code_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatordefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                name="indicators_indicator_life_in_order",
            ),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.RunSQL(REFUSE, UNDO),
    ]

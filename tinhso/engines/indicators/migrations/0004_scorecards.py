import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tinhso.foundation.text.fields

KEEP = """
CREATE TRIGGER indicators_self_score_kept BEFORE UPDATE OR DELETE ON indicators_selfscore
  FOR EACH ROW EXECUTE FUNCTION indicators_refuse_entry_change();
"""
UNDO = "DROP TRIGGER indicators_self_score_kept ON indicators_selfscore"


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_stored_files"),
        ("indicators", "0003_told_and_known"),
        ("orgs", "0002_tree_and_share_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Scorecard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="mã")),
                ("version", models.PositiveSmallIntegerField(verbose_name="phiên bản")),
                ("valid_from", models.DateField(verbose_name="áp dụng từ")),
                ("title", tinhso.foundation.text.fields.VietnameseCharField(max_length=300, verbose_name="tên bảng")),
                ("source", models.TextField(verbose_name="nguồn")),
                ("is_certain", models.BooleanField(default=False, verbose_name="đã đối chiếu văn bản gốc")),
            ],
            options={
                "verbose_name": "bảng trọng số",
                "verbose_name_plural": "bảng trọng số",
                "ordering": ["code", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="indicators_one_scorecard_version"),
                    models.UniqueConstraint(fields=("code", "valid_from"), name="indicators_one_scorecard_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$")),
                        name="indicators_scorecard_code_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScorecardRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=8, verbose_name="số thứ tự")),
                ("name", tinhso.foundation.text.fields.VietnameseCharField(max_length=300, verbose_name="tên")),
                ("points", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="điểm tối đa")),
                ("components", models.PositiveSmallIntegerField(default=0, verbose_name="số chỉ số thành phần")),
                (
                    "full_at",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="đủ điểm khi đạt (%)"
                    ),
                ),
                ("indicator", models.CharField(blank=True, max_length=80, verbose_name="chỉ số cho số liệu")),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="indicators.scorecard",
                        verbose_name="bảng trọng số",
                    ),
                ),
            ],
            options={
                "verbose_name": "phần của bảng trọng số",
                "verbose_name_plural": "phần của bảng trọng số",
                "ordering": ["scorecard", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SelfScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="năm")),
                ("points", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="điểm tự chấm")),
                ("explanation", models.TextField(verbose_name="thuyết minh")),
                ("recorded_at", models.DateTimeField(verbose_name="ghi lúc")),
                (
                    "evidence",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="files.storedfile", verbose_name="minh chứng"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người ghi",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="indicators.selfscore",
                        verbose_name="thay cho",
                    ),
                ),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="indicators.scorecardrow",
                        verbose_name="phần",
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
                "verbose_name": "điểm tự chấm",
                "verbose_name_plural": "điểm tự chấm",
            },
        ),
        migrations.AddConstraint(
            model_name="scorecardrow",
            constraint=models.UniqueConstraint(fields=("scorecard", "number"), name="indicators_one_scorecard_row"),
        ),
        migrations.AddConstraint(
            model_name="scorecardrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("points__gte", 0),
                    models.Q(("full_at", None), models.Q(("full_at__gt", 0), ("full_at__lte", 100)), _connector="OR"),
                ),
                name="indicators_scorecard_points_make_sense",
            ),
        ),
        migrations.AddConstraint(
            model_name="selfscore",
            constraint=models.CheckConstraint(
                condition=models.Q(("points__gte", 0)), name="indicators_self_score_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="selfscore",
            constraint=models.CheckConstraint(
                condition=models.Q(("explanation", ""), _negated=True), name="indicators_self_score_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="selfscore",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaces", None)),
                fields=("row", "unit", "year"),
                name="indicators_one_first_self_score",
            ),
        ),
        migrations.RunSQL(KEEP, UNDO),
    ]

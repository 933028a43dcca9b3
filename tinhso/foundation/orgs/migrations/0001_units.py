import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

import tinhso.foundation.text.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="mã")),
                ("valid_from", models.DateField(verbose_name="có hiệu lực từ")),
                (
                    "valid_to",
                    models.DateField(blank=True, null=True, verbose_name="hết hiệu lực (không tính ngày này)"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("province", "tỉnh"),
                            ("district", "huyện (cấp đã kết thúc)"),
                            ("commune", "xã, phường, thị trấn"),
                            ("provincial_committee", "UBND tỉnh"),
                            ("commune_committee", "UBND cấp xã"),
                            ("department", "sở, ngành"),
                            ("office", "phòng, ban chuyên môn"),
                            ("service_centre", "trung tâm phục vụ hành chính công"),
                            ("other", "cơ quan khác"),
                        ],
                        max_length=24,
                        verbose_name="loại đơn vị",
                    ),
                ),
                ("name", tinhso.foundation.text.fields.VietnameseCharField(max_length=200, verbose_name="tên đầy đủ")),
                (
                    "short_name",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=120, verbose_name="tên gọn"),
                ),
                ("sort_key", models.CharField(editable=False, max_length=500)),
                ("path", models.CharField(db_index=True, editable=False, max_length=200)),
                (
                    "identifier",
                    models.CharField(
                        blank=True, max_length=35, verbose_name="mã định danh điện tử (QĐ 20/2020/QĐ-TTg)"
                    ),
                ),
                ("identifier_is_demo", models.BooleanField(default=False, verbose_name="mã định danh là mã thử")),
                ("population", models.PositiveIntegerField(blank=True, null=True, verbose_name="dân số")),
                (
                    "area_km2",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="diện tích (km²)"
                    ),
                ),
                ("latitude", models.FloatField(blank=True, null=True, verbose_name="vĩ độ")),
                ("longitude", models.FloatField(blank=True, null=True, verbose_name="kinh độ")),
                ("attributes", models.JSONField(blank=True, default=dict, verbose_name="thuộc tính khác")),
                ("source", models.TextField(blank=True, verbose_name="nguồn")),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agencies",
                        to="orgs.unit",
                        verbose_name="địa bàn",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="orgs.unit",
                        verbose_name="đơn vị cấp trên",
                    ),
                ),
                (
                    "ending_document",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=200, verbose_name="văn bản giải thể, sáp nhập"
                    ),
                ),
                (
                    "founding_document",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=200, verbose_name="văn bản thành lập"
                    ),
                ),
            ],
            options={
                "verbose_name": "đơn vị",
                "verbose_name_plural": "đơn vị",
                "ordering": ["sort_key", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "valid_from"), name="orgs_unit_key"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="orgs_unit_ends_after_it_begins",
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
                        name="orgs_unit_code_never_overlaps",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("identifier", ""), _negated=True),
                        expressions=[
                            (
                                models.Func(
                                    models.Func(models.F("identifier"), models.Value(0), function="hashtextextended"),
                                    models.Func(models.F("identifier"), models.Value(0), function="hashtextextended"),
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
                        name="orgs_unit_identifier_never_overlaps",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("identifier", ""), ("identifier__regex", "^[A-Z][0-9]{2}(\\.[A-Z0-9]+)*$"), _connector="OR"
                        ),
                        name="orgs_unit_identifier_has_its_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_on", models.DateField(verbose_name="ngày hiệu lực")),
                (
                    "share",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        help_text="phần của đơn vị cũ chuyển sang đơn vị mới; để trống khi chưa có số liệu",
                        max_digits=7,
                        null=True,
                        verbose_name="tỷ lệ chuyển sang",
                    ),
                ),
                (
                    "share_basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("whole", "chuyển toàn bộ"),
                            ("population", "theo dân số"),
                            ("area", "theo diện tích"),
                            ("document", "ghi trong văn bản"),
                        ],
                        max_length=20,
                        verbose_name="cơ sở của tỷ lệ",
                    ),
                ),
                (
                    "document",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=200, verbose_name="văn bản"
                    ),
                ),
                (
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="orgs.unit",
                        verbose_name="đơn vị cũ",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="precessions",
                        to="orgs.unit",
                        verbose_name="đơn vị mới",
                    ),
                ),
                ("source", models.TextField(blank=True, verbose_name="nguồn")),
            ],
            options={
                "verbose_name": "kế thừa đơn vị",
                "verbose_name_plural": "kế thừa đơn vị",
                "constraints": [
                    models.UniqueConstraint(fields=("predecessor", "successor"), name="orgs_one_succession_per_pair"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("share", None), models.Q(("share__gt", 0), ("share__lte", 1)), _connector="OR"
                        ),
                        name="orgs_share_between_0_and_1",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("share", None), ("share_basis", "")),
                            models.Q(("share__isnull", False), models.Q(("share_basis", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="orgs_share_comes_with_its_basis",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("predecessor", models.F("successor")), _negated=True),
                        name="orgs_no_unit_succeeds_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", tinhso.foundation.text.fields.VietnameseCharField(max_length=200, verbose_name="tên đầy đủ")),
                (
                    "short_name",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=120, verbose_name="tên gọn"),
                ),
                ("valid_from", models.DateField(verbose_name="từ ngày")),
                ("valid_to", models.DateField(verbose_name="đến ngày (không tính ngày này)")),
                (
                    "document",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=200, verbose_name="văn bản đổi tên"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_names",
                        to="orgs.unit",
                        verbose_name="đơn vị",
                    ),
                ),
            ],
            options={
                "verbose_name": "tên cũ của đơn vị",
                "verbose_name_plural": "tên cũ của đơn vị",
                "ordering": ["valid_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gt", models.F("valid_from"))),
                        name="orgs_former_name_ends_after_it_begins",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.F("unit_id"), models.F("unit_id"), models.Value("[]"), function="int8range"
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
                        name="orgs_one_name_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_on", models.DateField(verbose_name="ngày hiệu lực")),
                (
                    "continues",
                    models.BooleanField(default=False, verbose_name="cùng một cơ quan, chỉ đổi nơi trực thuộc"),
                ),
                ("document", tinhso.foundation.text.fields.VietnameseCharField(max_length=200, verbose_name="văn bản")),
                ("passed", models.JSONField(blank=True, default=dict, verbose_name="đã chuyển giao")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="thực hiện lúc")),
                (
                    "heir",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="đơn vị nhận bàn giao",
                    ),
                ),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hand_over",
                        to="orgs.unit",
                        verbose_name="đơn vị kết thúc",
                    ),
                ),
            ],
            options={
                "verbose_name": "bàn giao",
                "verbose_name_plural": "bàn giao",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)), fields=["effective_on"], name="orgs_hand_overs_to_do"
                    )
                ],
            },
        ),
    ]

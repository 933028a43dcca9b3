import django.db.models.deletion
from django.db import migrations, models

import tinhso.foundation.text.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0002_tree_and_share_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="ResidentialArea",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, verbose_name="mã trong xã, phường")),
                (
                    "kind",
                    models.CharField(
                        choices=[("hamlet", "thôn"), ("group", "tổ dân phố")], max_length=8, verbose_name="loại"
                    ),
                ),
                ("name", tinhso.foundation.text.fields.VietnameseCharField(max_length=120, verbose_name="tên")),
                ("sort_key", models.CharField(editable=False, max_length=500)),
                ("households", models.PositiveIntegerField(blank=True, null=True, verbose_name="số hộ")),
                ("population", models.PositiveIntegerField(blank=True, null=True, verbose_name="số người")),
                ("latitude", models.FloatField(blank=True, null=True, verbose_name="vĩ độ")),
                ("longitude", models.FloatField(blank=True, null=True, verbose_name="kinh độ")),
                ("valid_from", models.DateField(verbose_name="có hiệu lực từ")),
                (
                    "valid_to",
                    models.DateField(blank=True, null=True, verbose_name="hết hiệu lực (không tính ngày này)"),
                ),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                ("source", models.TextField(blank=True, verbose_name="nguồn")),
                (
                    "continues",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.residentialarea",
                        verbose_name="tiếp nối",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residential_areas",
                        to="orgs.unit",
                        verbose_name="xã, phường",
                    ),
                ),
            ],
            options={
                "verbose_name": "khu dân cư",
                "verbose_name_plural": "khu dân cư",
                "ordering": ["sort_key", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "code", "valid_from"), name="places_residential_area_key"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="places_area_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "line",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=200, verbose_name="số nhà, đường, ngõ"
                    ),
                ),
                ("latitude", models.FloatField(blank=True, null=True, verbose_name="vĩ độ")),
                ("longitude", models.FloatField(blank=True, null=True, verbose_name="kinh độ")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="ghi lúc")),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="xã, phường",
                    ),
                ),
                (
                    "residential_area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addresses",
                        to="places.residentialarea",
                        verbose_name="khu dân cư",
                    ),
                ),
            ],
            options={
                "verbose_name": "địa chỉ",
                "verbose_name_plural": "địa chỉ",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude", None), ("longitude", None)),
                            models.Q(
                                ("latitude__gte", -90),
                                ("latitude__isnull", False),
                                ("latitude__lte", 90),
                                ("longitude__gte", -180),
                                ("longitude__isnull", False),
                                ("longitude__lte", 180),
                            ),
                            _connector="OR",
                        ),
                        name="places_address_point_on_earth",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Boundary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("geometry", models.JSONField(verbose_name="hình (GeoJSON)")),
                ("west", models.FloatField()),
                ("south", models.FloatField()),
                ("east", models.FloatField()),
                ("north", models.FloatField()),
                ("source", models.TextField(blank=True, verbose_name="nguồn")),
                ("loaded_at", models.DateTimeField(auto_now_add=True, verbose_name="nạp lúc")),
                ("replaced_at", models.DateTimeField(blank=True, null=True, verbose_name="thay lúc")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="boundaries",
                        to="orgs.unit",
                        verbose_name="đơn vị",
                    ),
                ),
            ],
            options={
                "verbose_name": "ranh giới",
                "verbose_name_plural": "ranh giới",
                "indexes": [
                    models.Index(
                        condition=models.Q(("replaced_at", None)),
                        fields=["south", "north", "west", "east"],
                        name="places_boundary_box",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at", None)),
                        fields=("unit",),
                        name="places_one_standing_boundary_per_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("south__lt", models.F("north")), ("west__lt", models.F("east"))),
                        name="places_boundary_box_has_sides",
                    ),
                ],
            },
        ),
    ]

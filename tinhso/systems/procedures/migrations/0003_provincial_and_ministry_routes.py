from django.db import migrations, models

import tinhso.foundation.text.fields


class Migration(migrations.Migration):
    dependencies = [
        ("forms", "0002_published_never_changes"),
        ("procedures", "0002_issued_forms_never_change"),
        ("workflow", "0003_questions_and_answers_stay"),
    ]

    operations = [
        migrations.AddField(
            model_name="procedureversion",
            name="authority",
            field=models.CharField(
                choices=[
                    ("commune", "UBND cấp xã"),
                    ("body", "đơn vị thuộc sở tự quyết định"),
                    ("department", "sở, ngành của tỉnh"),
                    ("province", "UBND tỉnh, sở thụ lý"),
                ],
                default="commune",
                max_length=10,
                verbose_name="cấp có thẩm quyền",
            ),
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="route",
            field=models.CharField(
                choices=[
                    ("local", "tiếp nhận và giải quyết trên hệ thống của tỉnh"),
                    ("ministry", "nộp trên hệ thống của bộ, ngành"),
                ],
                default="local",
                max_length=8,
                verbose_name="nơi giải quyết",
            ),
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="route_basis",
            field=tinhso.foundation.text.fields.VietnameseCharField(
                blank=True, max_length=300, verbose_name="căn cứ chuyển sang hệ thống của bộ, ngành"
            ),
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="system_name",
            field=tinhso.foundation.text.fields.VietnameseCharField(
                blank=True, max_length=200, verbose_name="tên hệ thống của bộ, ngành"
            ),
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="system_url",
            field=models.URLField(blank=True, max_length=300, verbose_name="địa chỉ hệ thống của bộ, ngành"),
        ),
        migrations.AddConstraint(
            model_name="procedureversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("route", "local"),
                    models.Q(
                        models.Q(("system_name", ""), _negated=True),
                        models.Q(("system_url", ""), _negated=True),
                        models.Q(("route_basis", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="procedures_ministry_route_is_named",
            ),
        ),
    ]

from django.db import migrations, models

import tinhso.foundation.text.fields


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0003_provincial_and_ministry_routes"),
    ]

    operations = [
        migrations.AddField(
            model_name="procedureversion",
            name="partial_basis",
            field=tinhso.foundation.text.fields.VietnameseCharField(
                blank=True, default="", max_length=300, verbose_name="quy định chuyên ngành"
            ),
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="partial_ground",
            field=models.CharField(
                blank=True,
                choices=[
                    ("presence", "người nộp phải có mặt tại cơ quan nhà nước"),
                    ("field", "cơ quan nhà nước phải thẩm tra, xác minh tại hiện trường"),
                    ("fault", "sự cố kỹ thuật chưa thể khắc phục ngay"),
                    ("technical", "vấn đề kỹ thuật khác chưa thể xử lý"),
                ],
                default="",
                max_length=9,
                verbose_name="thuộc trường hợp",
            ),
        ),
    ]

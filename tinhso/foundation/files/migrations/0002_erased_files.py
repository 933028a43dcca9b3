from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_stored_files"),
    ]

    operations = [
        migrations.AlterField(
            model_name="storedfile",
            name="state",
            field=models.CharField(
                choices=[
                    ("clean", "dùng được"),
                    ("pending", "chờ quét vi-rút"),
                    ("quarantined", "cách ly"),
                    ("erased", "đã xóa nội dung"),
                ],
                default="pending",
                max_length=12,
                verbose_name="trạng thái",
            ),
        ),
    ]

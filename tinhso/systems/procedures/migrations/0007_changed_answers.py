from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0006_issued_forms"),
    ]

    operations = [
        migrations.AddField(
            model_name="supplement",
            name="changes",
            field=models.JSONField(default=dict, verbose_name="nội dung sửa"),
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0001_roles_and_delegation"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="MachineToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="tên thẻ")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="băm của mã bí mật")),
                ("ending", models.CharField(max_length=4, verbose_name="bốn ký tự cuối")),
                ("created_at", models.DateTimeField(verbose_name="cấp lúc")),
                ("expires_on", models.DateField(verbose_name="hết hạn ngày")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="thu hồi lúc")),
                ("last_used_at", models.DateTimeField(blank=True, null=True, verbose_name="dùng gần nhất lúc")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
            ],
            options={
                "verbose_name": "thẻ máy",
                "verbose_name_plural": "thẻ máy",
                "indexes": [models.Index(fields=["account", "-created_at"], name="access_tokens_by_account")],
            },
        ),
    ]

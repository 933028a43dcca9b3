import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tinhso.foundation.text.fields

TOLD = (
    "CREATE TRIGGER exchange_peer_told AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON exchange_peer"
    " FOR EACH STATEMENT EXECUTE FUNCTION exchange_tell();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0002_used_tokens"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Peer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("instance", models.CharField(max_length=32, verbose_name="mã nền tảng")),
                (
                    "title",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=200, verbose_name="tên nền tảng"),
                ),
                ("url", models.CharField(max_length=300, verbose_name="địa chỉ tiến trình chuyển dữ liệu")),
                ("public_pem", models.TextField(verbose_name="khoá biên nhận")),
                ("thumbprint", models.CharField(max_length=64, verbose_name="dấu vân tay khoá biên nhận")),
                (
                    "certificate_sha256",
                    models.CharField(blank=True, max_length=64, verbose_name="dấu vân tay chứng thư TLS"),
                ),
                ("described_at", models.DateTimeField(verbose_name="bản mô tả lập lúc")),
                ("admitted_at", models.DateTimeField(auto_now_add=True, verbose_name="kết nối từ")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="gỡ lúc")),
                ("removed_reason", models.TextField(blank=True, verbose_name="lý do gỡ")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "admitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "nền tảng bạn",
                "verbose_name_plural": "nền tảng bạn",
                "ordering": ["instance", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("instance",),
                        name="exchange_one_peer_an_instance",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)), fields=("thumbprint",), name="exchange_one_peer_a_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("instance__regex", "^[A-Za-z0-9][A-Za-z0-9_-]*([.][A-Za-z0-9_-]+)*$")),
                        name="exchange_peer_has_its_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("removed_at", None), models.Q(("removed_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="exchange_peer_removal_says_why",
                    ),
                ],
            },
        ),
        migrations.RunSQL(TOLD, "DROP TRIGGER exchange_peer_told ON exchange_peer;"),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0002_tree_and_share_guards"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="SigningCertificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("serial", models.CharField(max_length=40, unique=True, verbose_name="số hiệu")),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "cá nhân"), ("seal", "con dấu tổ chức")], max_length=8, verbose_name="loại"
                    ),
                ),
                ("subject", models.CharField(max_length=300, verbose_name="chủ thể")),
                ("valid_from", models.DateTimeField(verbose_name="có hiệu lực từ")),
                ("valid_to", models.DateTimeField(verbose_name="hết hiệu lực (không tính lúc này)")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="thu hồi lúc")),
                ("revocation_reason", models.CharField(blank=True, max_length=40, verbose_name="lý do thu hồi")),
                ("certificate", models.BinaryField(verbose_name="chứng thư (DER)")),
                (
                    "custody",
                    models.CharField(
                        choices=[
                            ("pin", "khoá mềm, mở bằng mã PIN"),
                            ("step_up", "khoá mềm, mở bằng xác thực lại"),
                            ("pkcs11", "thiết bị ký số (PKCS#11)"),
                            ("remote", "ký số từ xa (CSC)"),
                        ],
                        max_length=8,
                        verbose_name="cách giữ khoá",
                    ),
                ),
                ("sealed_key", models.BinaryField(blank=True, default=b"", verbose_name="khoá đã niêm")),
                ("token_label", models.CharField(blank=True, max_length=80, verbose_name="nhãn trên thiết bị")),
                ("pin_failures", models.PositiveSmallIntegerField(default=0, verbose_name="số lần sai PIN")),
                ("issued_at", models.DateTimeField(auto_now_add=True, verbose_name="cấp lúc")),
                ("is_demo", models.BooleanField(default=True, verbose_name="chứng thư thử, không có giá trị pháp lý")),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signing_certificates",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người ký",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signing_certificates",
                        to="orgs.unit",
                        verbose_name="tổ chức",
                    ),
                ),
            ],
            options={
                "verbose_name": "chứng thư chữ ký số",
                "verbose_name_plural": "chứng thư chữ ký số",
                "indexes": [
                    models.Index(fields=["account", "valid_from"], name="signing_by_account"),
                    models.Index(
                        condition=models.Q(("revoked_at", None), _negated=True),
                        fields=["revoked_at"],
                        name="signing_revoked",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gt", models.F("valid_from"))),
                        name="signing_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account__isnull", False), ("kind", "person")),
                            models.Q(("kind", "seal"), ("unit__isnull", False)),
                            _connector="OR",
                        ),
                        name="signing_certificate_has_its_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("custody__in", ["pin", "step_up"]), _negated=True),
                            models.Q(("sealed_key", b""), _negated=True),
                            _connector="OR",
                        ),
                        name="signing_soft_key_is_kept",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignatureEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account_id", models.BigIntegerField(null=True, verbose_name="mã tài khoản ký")),
                ("unit_id", models.BigIntegerField(null=True, verbose_name="mã tổ chức")),
                ("field_name", models.CharField(max_length=60, verbose_name="ô chữ ký trong PDF")),
                ("level", models.CharField(max_length=8, verbose_name="mức PAdES")),
                ("signed_at", models.DateTimeField(verbose_name="ký lúc")),
                ("timestamped_at", models.DateTimeField(null=True, verbose_name="dấu thời gian")),
                ("digest_before", models.CharField(max_length=64, verbose_name="SHA-256 trước khi ký")),
                ("digest_after", models.CharField(max_length=64, verbose_name="SHA-256 sau khi ký")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="lý do ký")),
                ("location", models.CharField(blank=True, max_length=200, verbose_name="nơi ký")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="signing.signingcertificate",
                        verbose_name="chứng thư",
                    ),
                ),
            ],
            options={
                "verbose_name": "chứng cứ ký số",
                "verbose_name_plural": "chứng cứ ký số",
                "indexes": [models.Index(fields=["account_id", "signed_at"], name="signing_evidence_by_account")],
                "constraints": [
                    models.UniqueConstraint(fields=("digest_after",), name="signing_one_evidence_per_result")
                ],
            },
        ),
    ]

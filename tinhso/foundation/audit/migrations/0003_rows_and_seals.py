"""Rows apart from their seals, before any data exists: the chained table of 0001 gives way."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

OLD_TRIGGERS = """
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_auditrow
  FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_auditrow
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            "DROP TRIGGER audit_append_only ON audit_auditrow; DROP TRIGGER audit_no_truncate ON audit_auditrow;",
            OLD_TRIGGERS,
        ),
        migrations.DeleteModel(name="AuditRow"),
        migrations.CreateModel(
            name="AuditRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="thời điểm")),
                ("act", models.CharField(max_length=80, verbose_name="hành vi")),
                ("actor_id", models.BigIntegerField(null=True, verbose_name="mã tài khoản")),
                ("actor_label", models.CharField(max_length=200, verbose_name="người thực hiện")),
                ("on_behalf_of_id", models.BigIntegerField(null=True, verbose_name="thay mặt tài khoản")),
                ("object_type", models.CharField(max_length=80, verbose_name="loại bản ghi")),
                ("object_id", models.CharField(max_length=64, verbose_name="mã bản ghi")),
                ("unit_id", models.BigIntegerField(null=True, verbose_name="đơn vị")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                ("details", models.JSONField(default=dict, verbose_name="chi tiết")),
                ("content_hash", models.BinaryField(max_length=32, verbose_name="băm nội dung")),
            ],
            options={
                "verbose_name": "dòng nhật ký kiểm toán",
                "verbose_name_plural": "nhật ký kiểm toán",
                "indexes": [
                    models.Index(fields=["object_type", "object_id", "id"], name="audit_rows_by_object"),
                    models.Index(fields=["actor_id", "id"], name="audit_rows_by_actor"),
                    models.Index(fields=["act", "id"], name="audit_rows_by_act"),
                    django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="audit_rows_by_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "row",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="seal",
                        serialize=False,
                        to="audit.auditrow",
                        verbose_name="dòng",
                    ),
                ),
                ("stream", models.CharField(max_length=8, verbose_name="chuỗi")),
                ("sequence", models.BigIntegerField(verbose_name="số thứ tự trong chuỗi")),
                ("previous_hash", models.BinaryField(max_length=32, verbose_name="băm dòng trước")),
                ("row_hash", models.BinaryField(max_length=32, verbose_name="băm dòng này")),
            ],
            options={
                "verbose_name": "niêm phong nhật ký",
                "verbose_name_plural": "niêm phong nhật ký",
                "constraints": [
                    models.UniqueConstraint(fields=("stream", "sequence"), name="audit_one_seal_per_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("taken_at", models.DateTimeField(verbose_name="lấy lúc")),
                ("statement", models.TextField(verbose_name="nội dung được ký")),
                ("signature", models.BinaryField(max_length=64, verbose_name="chữ ký Ed25519")),
                ("key_id", models.CharField(max_length=16, verbose_name="mã khoá")),
            ],
            options={"verbose_name": "đầu chuỗi đã ký", "verbose_name_plural": "đầu chuỗi đã ký"},
        ),
    ]

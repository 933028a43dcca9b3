import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tinhso.foundation.text.fields import VietnameseCharField


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_stored_files"),
        ("orgs", "0004_hand_overs"),
        ("people", "0003_lookups_are_never_changed"),
        ("procedures", "0004_cases"),
        ("workflow", "0002_log_is_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Apology",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(verbose_name="lý do")),
                ("old_due_at", models.DateTimeField(verbose_name="hẹn trả trước")),
                ("new_due_at", models.DateTimeField(verbose_name="hẹn trả mới")),
                ("proposed_at", models.DateTimeField(verbose_name="đề nghị lúc")),
                ("declined_at", models.DateTimeField(blank=True, null=True, verbose_name="không đồng ý lúc")),
                ("declined_reason", models.TextField(blank=True, verbose_name="lý do không đồng ý")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="gửi lúc")),
                ("is_late", models.BooleanField(default=False, verbose_name="xin lỗi muộn")),
                ("number", models.PositiveIntegerField(blank=True, null=True, verbose_name="số")),
                ("number_text", models.CharField(blank=True, max_length=60, verbose_name="số và ký hiệu")),
            ],
            options={
                "verbose_name": "xin lỗi và hẹn lại",
                "verbose_name_plural": "xin lỗi và hẹn lại",
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("correct", "đính chính"), ("replace", "thay thế"), ("annul", "huỷ bỏ")],
                        max_length=7,
                        verbose_name="loại",
                    ),
                ),
                ("reason", models.TextField(verbose_name="lý do")),
                ("content", models.JSONField(default=dict, verbose_name="nội dung mới")),
                ("number", models.PositiveIntegerField(verbose_name="số")),
                ("number_text", models.CharField(max_length=60, verbose_name="số và ký hiệu")),
                ("signed_at", models.DateTimeField(verbose_name="ký lúc")),
                ("issued_at", models.DateTimeField(verbose_name="ban hành lúc")),
            ],
            options={
                "verbose_name": "quyết định sửa kết quả",
                "verbose_name_plural": "quyết định sửa kết quả",
            },
        ),
        migrations.CreateModel(
            name="Ending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("refused", "từ chối"), ("withdrawn", "rút hồ sơ"), ("stopped", "dừng giải quyết")],
                        max_length=9,
                        verbose_name="cách kết thúc",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[("reception", "kiểm tra khi tiếp nhận"), ("settlement", "trong khi giải quyết")],
                        max_length=10,
                        verbose_name="giai đoạn",
                    ),
                ),
                ("reason", models.TextField(verbose_name="lý do")),
                ("guidance", models.TextField(blank=True, verbose_name="hướng dẫn tiếp theo")),
                (
                    "asked_by",
                    VietnameseCharField(blank=True, max_length=120, verbose_name="người yêu cầu dừng"),
                ),
                (
                    "asked_way",
                    models.CharField(
                        blank=True,
                        choices=[("online", "trực tuyến"), ("desk", "trực tiếp"), ("post", "bưu chính công ích")],
                        max_length=8,
                        verbose_name="cách yêu cầu",
                    ),
                ),
                ("state_before", models.CharField(max_length=12, verbose_name="trạng thái trước đó")),
                (
                    "fee_state_before",
                    models.CharField(
                        choices=[
                            ("none", "không phải nộp"),
                            ("due", "chờ nộp"),
                            ("paid", "đã nộp"),
                            ("exempt", "được miễn"),
                            ("refunded", "đã hoàn"),
                        ],
                        max_length=8,
                        verbose_name="tài chính lúc ấy",
                    ),
                ),
                ("is_late", models.BooleanField(default=False, verbose_name="sau hạn giải quyết")),
                ("at", models.DateTimeField(verbose_name="lúc")),
            ],
            options={
                "verbose_name": "kết thúc không có kết quả",
                "verbose_name_plural": "kết thúc không có kết quả",
            },
        ),
        migrations.CreateModel(
            name="HandOverItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(verbose_name="hạn bàn giao")),
                ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="nhận lúc")),
                ("sent_back_at", models.DateTimeField(blank=True, null=True, verbose_name="trả lại lúc")),
                ("sent_back_reason", models.TextField(blank=True, verbose_name="lý do trả lại")),
            ],
            options={
                "verbose_name": "hồ sơ trong danh sách bàn giao",
                "verbose_name_plural": "hồ sơ trong danh sách bàn giao",
            },
        ),
        migrations.CreateModel(
            name="HandOverList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="ngày")),
                ("number", models.PositiveSmallIntegerField(verbose_name="lần trong ngày")),
                ("made_at", models.DateTimeField(verbose_name="lập lúc")),
                ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="bên nhận ký lúc")),
            ],
            options={
                "verbose_name": "danh sách bàn giao",
                "verbose_name_plural": "danh sách bàn giao",
            },
        ),
        migrations.RemoveConstraint(
            model_name="dossier",
            name="procedures_dossier_known_state",
        ),
        migrations.RemoveConstraint(
            model_name="dossier",
            name="procedures_received_has_a_due_date",
        ),
        migrations.AddField(
            model_name="dossier",
            name="accepted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="nơi thụ lý nhận lúc"),
        ),
        migrations.AddField(
            model_name="dossier",
            name="archive_due_on",
            field=models.DateField(blank=True, null=True, verbose_name="hạn nộp lưu trữ"),
        ),
        migrations.AddField(
            model_name="dossier",
            name="delivery_state",
            field=models.CharField(
                choices=[
                    ("none", "chưa có kết quả"),
                    ("waiting", "chờ trả"),
                    ("announced", "đã báo có kết quả"),
                    ("posted", "đã gửi bưu chính"),
                    ("delivered", "đã trả"),
                ],
                default="none",
                max_length=9,
                verbose_name="giao kết quả",
            ),
        ),
        migrations.AddField(
            model_name="dossier",
            name="fee_state",
            field=models.CharField(
                choices=[
                    ("none", "không phải nộp"),
                    ("due", "chờ nộp"),
                    ("paid", "đã nộp"),
                    ("exempt", "được miễn"),
                    ("refunded", "đã hoàn"),
                ],
                default="none",
                max_length=8,
                verbose_name="tài chính",
            ),
        ),
        migrations.AddField(
            model_name="dossier",
            name="helped_at",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.unit",
                verbose_name="nơi hướng dẫn nộp",
            ),
        ),
        migrations.AddField(
            model_name="dossier",
            name="retain_until",
            field=models.DateField(blank=True, null=True, verbose_name="bảo quản đến"),
        ),
        migrations.AddField(
            model_name="dossier",
            name="sync_state",
            field=models.CharField(
                choices=[("pending", "chờ đồng bộ"), ("sent", "đã đồng bộ"), ("failed", "đồng bộ lỗi")],
                default="pending",
                max_length=7,
                verbose_name="đồng bộ quốc gia",
            ),
        ),
        migrations.AddField(
            model_name="dossier",
            name="synced_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="đồng bộ lúc"),
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="retention_years",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="để trống: vĩnh viễn", null=True, verbose_name="thời hạn bảo quản (năm)"
            ),
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="supplement_days",
            field=models.PositiveSmallIntegerField(default=3, verbose_name="số ngày làm việc được trả lại để bổ sung"),
        ),
        migrations.AddField(
            model_name="result",
            name="announced_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="báo có kết quả lúc"),
        ),
        migrations.AddField(
            model_name="result",
            name="announced_how",
            field=VietnameseCharField(blank=True, max_length=120, verbose_name="báo bằng"),
        ),
        migrations.AddField(
            model_name="result",
            name="collected_paper",
            field=VietnameseCharField(blank=True, max_length=200, verbose_name="giấy tờ người nhận xuất trình"),
        ),
        migrations.AddField(
            model_name="result",
            name="collected_way",
            field=models.CharField(
                blank=True,
                choices=[("online", "trực tuyến"), ("desk", "trực tiếp"), ("post", "bưu chính công ích")],
                max_length=8,
                verbose_name="cách nhận",
            ),
        ),
        migrations.AddField(
            model_name="result",
            name="post_code",
            field=models.CharField(blank=True, max_length=40, verbose_name="số hiệu bưu gửi"),
        ),
        migrations.AddField(
            model_name="supplement",
            name="basis",
            field=models.TextField(blank=True, verbose_name="căn cứ để yêu cầu muộn hoặc thêm lần"),
        ),
        migrations.AddField(
            model_name="supplement",
            name="due_after",
            field=models.DateTimeField(blank=True, null=True, verbose_name="hẹn trả sau khi bổ sung"),
        ),
        migrations.AddField(
            model_name="supplement",
            name="due_before",
            field=models.DateTimeField(blank=True, null=True, verbose_name="hẹn trả trước khi yêu cầu"),
        ),
        migrations.AddField(
            model_name="supplement",
            name="is_late",
            field=models.BooleanField(default=False, verbose_name="yêu cầu sau hạn trả lại hồ sơ"),
        ),
        migrations.AddField(
            model_name="supplement",
            name="number",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="lần"),
        ),
        migrations.AddField(
            model_name="supplement",
            name="policy",
            field=models.CharField(
                choices=[("restart", "tính lại từ đầu"), ("pause", "tạm dừng"), ("none", "không đổi")],
                default="restart",
                max_length=8,
                verbose_name="đồng hồ",
            ),
        ),
        migrations.AddField(
            model_name="supplement",
            name="stage",
            field=models.CharField(
                choices=[("reception", "kiểm tra khi tiếp nhận"), ("settlement", "trong khi giải quyết")],
                default="settlement",
                max_length=10,
                verbose_name="giai đoạn",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("state", "submitted")),
                fields=["desk", "answer_due_at", "id"],
                name="procedures_queue_answer",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["drafted", "issued", "received", "resolving", "submitted", "supplement"])
                ),
                fields=["desk", "state"],
                name="procedures_work_desk",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["drafted", "issued", "received", "resolving", "submitted", "supplement"])
                ),
                fields=["office", "state"],
                name="procedures_work_office",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["drafted", "issued", "received", "resolving", "submitted", "supplement"])
                ),
                fields=["unit", "state"],
                name="procedures_work_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("sync_state", "sent"), _negated=True),
                fields=["sync_state", "id"],
                name="procedures_to_sync",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("archive_due_on__isnull", False)),
                fields=["unit", "archive_due_on"],
                name="procedures_archive",
            ),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "submitted",
                            "received",
                            "resolving",
                            "supplement",
                            "drafted",
                            "issued",
                            "returned",
                            "refused",
                            "withdrawn",
                            "stopped",
                        ],
                    )
                ),
                name="procedures_dossier_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["submitted", "refused", "withdrawn", "stopped", "supplement"]),
                    models.Q(("due_at__isnull", False), ("received_at__isnull", False)),
                    _connector="OR",
                ),
                name="procedures_received_has_a_due_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.CheckConstraint(
                condition=models.Q(("delivery_state", "none"), ("state__in", ["issued", "returned"]), _connector="OR"),
                name="procedures_only_results_are_delivered",
            ),
        ),
        migrations.AddConstraint(
            model_name="supplement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stage", "reception")),
                fields=("dossier",),
                name="procedures_one_supplement_at_reception",
            ),
        ),
        migrations.AddField(
            model_name="apology",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="apologies",
                to="procedures.dossier",
                verbose_name="hồ sơ",
            ),
        ),
        migrations.AddField(
            model_name="apology",
            name="proposed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="apology",
            name="sent_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile", verbose_name="tệp"
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="result",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="procedures.result",
                verbose_name="kết quả",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="signed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người ký",
            ),
        ),
        migrations.AddField(
            model_name="ending",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="người làm",
            ),
        ),
        migrations.AddField(
            model_name="ending",
            name="dossier",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ending",
                to="procedures.dossier",
                verbose_name="hồ sơ",
            ),
        ),
        migrations.AddField(
            model_name="handoveritem",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hand_overs",
                to="procedures.dossier",
                verbose_name="hồ sơ",
            ),
        ),
        migrations.AddField(
            model_name="handoverlist",
            name="desk",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit", verbose_name="bên giao"
            ),
        ),
        migrations.AddField(
            model_name="handoverlist",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="handoverlist",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit", verbose_name="bên nhận"
            ),
        ),
        migrations.AddField(
            model_name="handoverlist",
            name="received_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handoveritem",
            name="list",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="procedures.handoverlist",
                verbose_name="danh sách",
            ),
        ),
        migrations.AddConstraint(
            model_name="apology",
            constraint=models.UniqueConstraint(
                condition=models.Q(("sent_at__isnull", False)), fields=("dossier",), name="procedures_one_apology_sent"
            ),
        ),
        migrations.AddConstraint(
            model_name="apology",
            constraint=models.UniqueConstraint(
                condition=models.Q(("declined_at", None), ("sent_at", None)),
                fields=("dossier",),
                name="procedures_one_apology_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="apology",
            constraint=models.CheckConstraint(
                condition=models.Q(("new_due_at__gt", models.F("old_due_at"))), name="procedures_new_date_is_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="handoverlist",
            constraint=models.UniqueConstraint(
                fields=("desk", "office", "on", "number"), name="procedures_one_list_per_number_of_the_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("received_at", None), ("sent_back_at", None)),
                fields=("dossier",),
                name="procedures_on_one_open_list",
            ),
        ),
        migrations.RunSQL(
            "UPDATE procedures_dossier SET delivery_state = "
            "CASE state WHEN 'issued' THEN 'waiting' ELSE 'delivered' END WHERE state IN ('issued', 'returned')",
            migrations.RunSQL.noop,
        ),
    ]

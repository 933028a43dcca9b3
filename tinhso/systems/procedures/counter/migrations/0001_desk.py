import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import tinhso.foundation.text.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("files", "0001_stored_files"),
        ("orgs", "0002_tree_and_share_guards"),
        ("people", "__first__"),
        ("procedures", "0001_dossiers"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeskSetup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kiosk_key",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="khoá máy lấy số"),
                ),
                ("gives_tickets", models.BooleanField(default=True, verbose_name="đang phát số")),
                (
                    "desk",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="queue_setup",
                        to="orgs.unit",
                        verbose_name="bộ phận một cửa",
                    ),
                ),
            ],
            options={
                "verbose_name": "thiết lập hàng chờ",
                "verbose_name_plural": "thiết lập hàng chờ",
            },
        ),
        migrations.CreateModel(
            name="ReceivedPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="thứ tự")),
                (
                    "label",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=500, verbose_name="tên giấy tờ"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("original", "Bản chính"), ("copy", "Bản sao"), ("shown", "Chỉ xuất trình")],
                        max_length=10,
                        verbose_name="hình thức",
                    ),
                ),
                ("quantity", models.PositiveSmallIntegerField(default=1, verbose_name="số lượng")),
                (
                    "no_scan",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("electronic", "đã nộp bản điện tử"),
                            ("shown", "chỉ xuất trình khi nộp hồ sơ"),
                            ("verification", "kết quả thẩm tra, xác minh, trả lời ý kiến của cơ quan"),
                            ("secret", "giấy tờ mật theo quy định"),
                        ],
                        max_length=12,
                        verbose_name="không sao chụp vì",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received_papers",
                        to="procedures.dossier",
                        verbose_name="hồ sơ",
                    ),
                ),
            ],
            options={
                "verbose_name": "giấy tờ đã nhận",
                "verbose_name_plural": "giấy tờ đã nhận",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("dossier", "position"), name="counter_one_line_per_position"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__range", (1, 999))), name="counter_papers_are_counted"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "shown"), _negated=True), ("no_scan", "shown"), _connector="OR"
                        ),
                        name="counter_shown_is_not_scanned",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Scan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("paper_pages", models.PositiveSmallIntegerField(verbose_name="số trang giấy")),
                (
                    "noted_pages",
                    models.PositiveSmallIntegerField(default=0, verbose_name="số trang có gắn giấy ghi chú"),
                ),
                ("image_pages", models.PositiveSmallIntegerField(verbose_name="số trang bản quét")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "chờ nhận dạng"),
                            ("read", "chờ xác nhận"),
                            ("failed", "chưa nhận dạng được, nhập tay"),
                            ("confirmed", "đã xác nhận"),
                            ("dropped", "bỏ, quét lại"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="chữ nhận dạng được")),
                ("engine", models.CharField(blank=True, max_length=60, verbose_name="nhận dạng bằng")),
                ("problem", models.CharField(blank=True, max_length=300, verbose_name="vì sao chưa nhận dạng được")),
                ("scanned_at", models.DateTimeField(verbose_name="quét lúc")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="nhận dạng lúc")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="xác nhận lúc")),
                (
                    "attached",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procedures.dossierpaper",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "original",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="bản quét gốc",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="procedures_counter.receivedpaper",
                        verbose_name="giấy tờ",
                    ),
                ),
                (
                    "scanned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "searchable",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="bản tìm được chữ",
                    ),
                ),
            ],
            options={
                "verbose_name": "bản quét",
                "verbose_name_plural": "bản quét",
                "indexes": [models.Index(fields=["state", "scanned_at"], name="counter_scans_to_do")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "image_pages",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("paper_pages"), "+", models.F("noted_pages")
                                ),
                            )
                        ),
                        name="counter_as_many_images_as_pages",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "confirmed"), _negated=True),
                            models.Q(("attached__isnull", False), ("confirmed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="counter_confirmed_scan_is_attached",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScanField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="tên trường")),
                (
                    "proposed",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=300, verbose_name="máy đề xuất"
                    ),
                ),
                ("confidence", models.PositiveSmallIntegerField(default=0, verbose_name="độ chắc (0 đến 100)")),
                (
                    "value",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=300, verbose_name="cán bộ xác nhận"
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="xác nhận lúc")),
                (
                    "scan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fields",
                        to="procedures_counter.scan",
                        verbose_name="bản quét",
                    ),
                ),
            ],
            options={
                "verbose_name": "trường nhận dạng",
                "verbose_name_plural": "trường nhận dạng",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("scan", "name"), name="counter_one_value_per_field"),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__lte", 100)), name="counter_confidence_to_100"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("letter", models.CharField(max_length=2, verbose_name="chữ cái trước số")),
                ("name", tinhso.foundation.text.fields.VietnameseCharField(max_length=120, verbose_name="tên nhóm")),
                ("slot_minutes", models.PositiveSmallIntegerField(default=20, verbose_name="mỗi lượt hẹn (phút)")),
                ("slot_capacity", models.PositiveSmallIntegerField(default=1, verbose_name="số người một lượt hẹn")),
                ("book_days", models.PositiveSmallIntegerField(default=14, verbose_name="đặt trước tối đa (ngày)")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="thôi dùng lúc")),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="service_groups",
                        to="orgs.unit",
                        verbose_name="bộ phận một cửa",
                    ),
                ),
            ],
            options={
                "verbose_name": "nhóm dịch vụ",
                "verbose_name_plural": "nhóm dịch vụ",
                "ordering": ["letter"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("desk", "letter"),
                        name="counter_one_letter_per_desk",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("letter__regex", "^[A-Z]{1,2}$")), name="counter_letter_is_a_capital"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("slot_minutes__range", (5, 240))), name="counter_slot_has_a_length"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="số quầy")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="thôi dùng lúc")),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counters",
                        to="orgs.unit",
                        verbose_name="bộ phận một cửa",
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        related_name="counters", to="procedures_counter.servicegroup", verbose_name="nhóm phục vụ"
                    ),
                ),
            ],
            options={
                "verbose_name": "quầy",
                "verbose_name_plural": "quầy",
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("desk", "number"), name="counter_one_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=8, unique=True, verbose_name="mã lịch hẹn")),
                ("starts_at", models.DateTimeField(verbose_name="bắt đầu lúc")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="số phút")),
                ("place", models.PositiveSmallIntegerField(verbose_name="chỗ trong lượt")),
                ("state", models.CharField(default="booked", max_length=10, verbose_name="trạng thái")),
                (
                    "note",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=300, verbose_name="việc cần làm"
                    ),
                ),
                ("booked_at", models.DateTimeField(verbose_name="đặt lúc")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="huỷ hoặc đến lúc")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người đặt",
                    ),
                ),
                (
                    "moved_from",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moved_to",
                        to="procedures_counter.appointment",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="procedures_counter.servicegroup",
                        verbose_name="nhóm dịch vụ",
                    ),
                ),
            ],
            options={
                "verbose_name": "lịch hẹn",
                "verbose_name_plural": "lịch hẹn",
                "indexes": [
                    models.Index(fields=["group", "starts_at"], name="counter_slots"),
                    models.Index(
                        condition=models.Q(("state", "booked")), fields=["starts_at"], name="counter_to_remind"
                    ),
                    models.Index(fields=["account", "-starts_at"], name="counter_my_appointments"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["booked", "came"])),
                        fields=("group", "starts_at", "place"),
                        name="counter_a_place_is_booked_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "booked")),
                        fields=("account", "starts_at"),
                        name="counter_nobody_is_at_two_desks_at_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="ngày")),
                ("number", models.PositiveIntegerField(verbose_name="số")),
                (
                    "priority",
                    models.CharField(
                        choices=[
                            ("none", "không ưu tiên"),
                            ("elderly", "người cao tuổi (từ 60 tuổi)"),
                            ("disabled", "người khuyết tật"),
                            ("pregnant", "phụ nữ có thai, có con nhỏ"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="ưu tiên",
                    ),
                ),
                ("state", models.CharField(default="waiting", max_length=10, verbose_name="trạng thái")),
                ("taken_at", models.DateTimeField(verbose_name="lấy số lúc")),
                ("called_at", models.DateTimeField(blank=True, null=True, verbose_name="gọi lúc")),
                ("calls", models.PositiveSmallIntegerField(default=0, verbose_name="số lần gọi")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="xong lúc")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "appointment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticket",
                        to="procedures_counter.appointment",
                    ),
                ),
                (
                    "counter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="procedures_counter.counter",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="bộ phận một cửa",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="procedures_counter.servicegroup",
                        verbose_name="đang chờ nhóm",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procedures_counter.servicegroup",
                        verbose_name="nhóm lúc lấy số",
                    ),
                ),
            ],
            options={
                "verbose_name": "số thứ tự",
                "verbose_name_plural": "số thứ tự",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["desk", "day", "group"],
                        name="counter_waiting",
                    ),
                    models.Index(fields=["desk", "day", "-called_at"], name="counter_called"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("series", "day", "number"), name="counter_a_number_is_given_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "called")), fields=("counter",), name="counter_calls_one_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "called", "skipped", "done", "no_show"])),
                        name="counter_ticket_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "called"), _negated=True),
                            models.Q(("called_at__isnull", False), ("counter__isnull", False)),
                            _connector="OR",
                        ),
                        name="counter_called_names_its_counter",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reception",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sets", models.PositiveSmallIntegerField(default=1, verbose_name="số bộ")),
                (
                    "brought_by",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=120, verbose_name="người nộp thay"
                    ),
                ),
                ("post_code", models.CharField(blank=True, max_length=30, verbose_name="số hiệu bưu gửi")),
                ("posted_on", models.DateField(blank=True, null=True, verbose_name="ngày gửi (dấu bưu điện)")),
                ("card_read", models.BooleanField(default=False, verbose_name="đọc từ mã QR của thẻ")),
                ("seconds", models.PositiveIntegerField(blank=True, null=True, verbose_name="số giây từ lúc mở trang")),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reception",
                        to="procedures.dossier",
                        verbose_name="hồ sơ",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receptions",
                        to="procedures_counter.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt tiếp nhận",
                "verbose_name_plural": "lượt tiếp nhận",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("sets__gt", 0)), name="counter_at_least_one_set")
                ],
            },
        ),
    ]

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tinhso.foundation.text.fields
import tinhso.systems.procedures.afterwards.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("files", "0001_stored_files"),
        ("orgs", "0002_tree_and_share_guards"),
        ("people", "0002_lookups_are_never_changed"),
        ("people", "__first__"),
        ("procedures", "0001_dossiers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=tinhso.systems.procedures.afterwards.models.new_code,
                        max_length=12,
                        unique=True,
                        verbose_name="mã phản ánh",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("staff", "cán bộ, việc giải quyết hồ sơ"), ("rules", "quy định, thủ tục hành chính")],
                        max_length=6,
                        verbose_name="phân loại",
                    ),
                ),
                (
                    "sender_name",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=120, verbose_name="họ tên"),
                ),
                ("address", tinhso.foundation.text.fields.VietnameseCharField(max_length=300, verbose_name="địa chỉ")),
                ("phone", models.CharField(max_length=15, verbose_name="điện thoại")),
                ("body", models.TextField(verbose_name="nội dung")),
                ("state", models.CharField(default="received", max_length=10, verbose_name="trạng thái")),
                ("sent_at", models.DateTimeField(verbose_name="gửi lúc")),
                ("clock_from", models.DateTimeField(verbose_name="tính hạn từ")),
                ("refuse_due_at", models.DateTimeField(verbose_name="hạn từ chối, trả lại")),
                ("ask_due_at", models.DateTimeField(verbose_name="hạn yêu cầu bổ sung lần đầu")),
                ("answer_due_at", models.DateTimeField(verbose_name="hạn trả lời")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="yêu cầu bổ sung lúc")),
                ("answer", models.TextField(blank=True, verbose_name="trả lời")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="trả lời lúc")),
                ("publish_due_at", models.DateTimeField(blank=True, null=True, verbose_name="hạn công khai")),
                ("public_summary", models.TextField(blank=True, verbose_name="tóm tắt công khai")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="công khai lúc")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "chưa nói"),
                            ("liked", "hài lòng với cách xử lý"),
                            ("disliked", "không hài lòng với cách xử lý"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="người gửi nhận xét",
                    ),
                ),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback",
                        to="procedures.dossier",
                    ),
                ),
                (
                    "re_raised",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="raised_again",
                        to="procedures_afterwards.feedback",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="nơi xử lý",
                    ),
                ),
            ],
            options={
                "verbose_name": "phản ánh, kiến nghị",
                "verbose_name_plural": "phản ánh, kiến nghị",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["asked", "received"])),
                        fields=["unit", "answer_due_at"],
                        name="afterwards_feedback_queue",
                    ),
                    models.Index(fields=["-published_at"], name="afterwards_feedback_public"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["received", "asked", "refused", "sent_back", "answered", "published"])
                        ),
                        name="afterwards_feedback_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["answered", "published"]), _negated=True),
                            models.Q(("answered_at__isnull", False), ("publish_due_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="afterwards_answered_feedback_has_an_answer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedbackStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("act", models.CharField(max_length=12, verbose_name="việc")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                (
                    "by_name",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=120, verbose_name="người làm"
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="nội dung")),
                ("is_late", models.BooleanField(default=False, verbose_name="quá hạn")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "feedback",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="procedures_afterwards.feedback",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "bước xử lý phản ánh",
                "verbose_name_plural": "bước xử lý phản ánh",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_office", models.BooleanField(verbose_name="của cơ quan")),
                (
                    "sender_name",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=120, verbose_name="tên người gửi"),
                ),
                ("body", models.TextField(verbose_name="nội dung")),
                ("sent_at", models.DateTimeField(verbose_name="gửi lúc")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="bên kia đọc lúc")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="procedures.dossier",
                        verbose_name="hồ sơ",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="cơ quan",
                    ),
                ),
                (
                    "read_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người gửi",
                    ),
                ),
            ],
            options={
                "verbose_name": "trao đổi",
                "verbose_name_plural": "trao đổi",
                "ordering": ["sent_at", "pk"],
                "indexes": [
                    models.Index(fields=["dossier", "sent_at"], name="afterwards_messages"),
                    models.Index(condition=models.Q(("read_at", None)), fields=["dossier"], name="afterwards_unread"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("body", ""), _negated=True), name="afterwards_message_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_office", False), ("office__isnull", False), _connector="OR"),
                        name="afterwards_officer_names_the_office",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MessageFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="tệp",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="procedures_afterwards.message",
                    ),
                ),
            ],
            options={
                "verbose_name": "tệp kèm trao đổi",
                "verbose_name_plural": "tệp kèm trao đổi",
            },
        ),
        migrations.CreateModel(
            name="Power",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("guardian", "cha mẹ, người giám hộ"),
                            ("company", "đại diện doanh nghiệp, tổ chức"),
                            ("attorney", "theo uỷ quyền"),
                        ],
                        max_length=8,
                        verbose_name="căn cứ",
                    ),
                ),
                (
                    "principal_name",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=250, verbose_name="làm thay cho"),
                ),
                ("principal_number", models.CharField(max_length=13, verbose_name="số định danh hoặc mã số thuế")),
                (
                    "procedures",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="thủ tục",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="từ ngày")),
                ("valid_to", models.DateField(verbose_name="đến hết ngày")),
                ("state", models.CharField(default="asked", max_length=10, verbose_name="trạng thái")),
                ("asked_at", models.DateTimeField(verbose_name="đề nghị lúc")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="xác nhận hoặc từ chối lúc")),
                ("confirmed_how", models.CharField(blank=True, max_length=8, verbose_name="cách xác nhận")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="chấm dứt lúc")),
                (
                    "reason",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=300, verbose_name="lý do từ chối, chấm dứt"
                    ),
                ),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="powers",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người làm thay",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="nơi xác nhận",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="powers_given",
                        to="people.enterprise",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="giấy tờ chứng minh",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="powers_given",
                        to="people.person",
                    ),
                ),
                (
                    "settled_by",
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
                "verbose_name": "quyền làm thay",
                "verbose_name_plural": "quyền làm thay",
                "indexes": [
                    models.Index(fields=["agent", "state"], name="afterwards_powers_of_agent"),
                    models.Index(fields=["principal_number"], name="afterwards_powers_asked"),
                    models.Index(
                        condition=models.Q(("state", "asked")),
                        fields=["desk", "asked_at"],
                        name="afterwards_powers_queue",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gte", models.F("valid_from"))),
                        name="afterwards_power_has_a_term",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "confirmed"), _negated=True),
                            models.Q(("enterprise", None), ("person__isnull", False)),
                            models.Q(("enterprise__isnull", False), ("person", None)),
                            _connector="OR",
                        ),
                        name="afterwards_confirmed_power_names_one_principal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "confirmed"), _negated=True),
                            models.Q(("confirmed_how__in", ["officer", "level"]), ("settled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="afterwards_confirmed_power_says_how",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActingDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "draft",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acting", to="procedures.draft"
                    ),
                ),
                (
                    "power",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="procedures_afterwards.power"
                    ),
                ),
            ],
            options={
                "verbose_name": "hồ sơ đang soạn thay",
                "verbose_name_plural": "hồ sơ đang soạn thay",
            },
        ),
        migrations.CreateModel(
            name="ActingDossier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acting", to="procedures.dossier"
                    ),
                ),
                (
                    "power",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dossiers",
                        to="procedures_afterwards.power",
                    ),
                ),
            ],
            options={
                "verbose_name": "hồ sơ nộp thay",
                "verbose_name_plural": "hồ sơ nộp thay",
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        choices=[(4, "Rất hài lòng"), (3, "Hài lòng"), (2, "Bình thường"), (1, "Không hài lòng")],
                        verbose_name="mức hài lòng",
                    ),
                ),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("fast", "nhanh, đúng hẹn"),
                                ("clear", "hướng dẫn rõ ràng"),
                                ("kind", "cán bộ tận tình"),
                                ("easy", "làm trực tuyến dễ"),
                                ("slow", "chậm, quá hẹn"),
                                ("unclear", "hướng dẫn khó hiểu"),
                                ("rude", "thái độ chưa tốt"),
                                ("more_papers", "đòi thêm giấy tờ"),
                                ("more_money", "thu tiền ngoài quy định"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                        verbose_name="lý do",
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="góp ý")),
                ("rated_at", models.DateTimeField(verbose_name="đánh giá lúc")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rating",
                        to="procedures.dossier",
                        verbose_name="hồ sơ",
                    ),
                ),
            ],
            options={
                "verbose_name": "đánh giá",
                "verbose_name_plural": "đánh giá",
                "indexes": [models.Index(fields=["rated_at"], name="afterwards_rated")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("score__range", (1, 4))), name="afterwards_score_1_to_4")
                ],
            },
        ),
        migrations.CreateModel(
            name="WalletItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("paper", "giấy tờ đã nộp"), ("result", "kết quả đã nhận")],
                        max_length=6,
                        verbose_name="loại",
                    ),
                ),
                (
                    "label",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=500, verbose_name="tên giấy tờ"),
                ),
                ("key", models.CharField(editable=False, max_length=200)),
                ("sha256", models.CharField(editable=False, max_length=64)),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="số, ký hiệu")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="ngày cấp")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="dùng được đến hết ngày")),
                ("added_at", models.DateTimeField(verbose_name="có từ lúc")),
                ("hidden_at", models.DateTimeField(blank=True, null=True, verbose_name="thôi đề nghị dùng lại lúc")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procedures.dossier",
                        verbose_name="từ hồ sơ",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="tệp",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wallet",
                        to="people.person",
                        verbose_name="của ai",
                    ),
                ),
            ],
            options={
                "verbose_name": "giấy tờ trong ví",
                "verbose_name_plural": "giấy tờ trong ví",
                "indexes": [models.Index(fields=["person", "key"], name="afterwards_wallet_by_key")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "sha256", "key"), name="afterwards_a_paper_lies_once_in_a_wallet"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WalletUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("consented_at", models.DateTimeField(verbose_name="đồng ý lúc")),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="procedures.draft"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="procedures_afterwards.walletitem",
                    ),
                ),
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="from_wallet",
                        to="procedures.dossierpaper",
                    ),
                ),
                (
                    "used_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "lần dùng lại giấy tờ",
                "verbose_name_plural": "lần dùng lại giấy tờ",
            },
        ),
        migrations.CreateModel(
            name="CoApplicant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=120, verbose_name="họ, chữ đệm, tên"),
                ),
                (
                    "code",
                    models.CharField(
                        default=tinhso.systems.procedures.afterwards.models.new_code,
                        max_length=12,
                        unique=True,
                        verbose_name="mã mời",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("invited", "chờ xác nhận"),
                            ("confirmed", "đã xác nhận"),
                            ("declined", "không đồng ý"),
                            ("withdrawn", "đã rút lời mời"),
                        ],
                        default="invited",
                        max_length=10,
                    ),
                ),
                ("invited_at", models.DateTimeField(verbose_name="mời lúc")),
                ("expires_at", models.DateTimeField(verbose_name="mã dùng được đến")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="trả lời lúc")),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="co_applicants",
                        to="procedures.dossier",
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
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "người cùng nộp",
                "verbose_name_plural": "người cùng nộp",
                "ordering": ["invited_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "confirmed")),
                        fields=("dossier", "person"),
                        name="afterwards_a_person_confirms_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "confirmed"), _negated=True),
                            models.Q(("person__isnull", False), ("settled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="afterwards_confirmed_co_applicant_is_a_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliveryChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("download", "tải bản điện tử"),
                            ("post", "qua bưu chính đến địa chỉ"),
                            ("desk", "nhận tại bộ phận một cửa"),
                        ],
                        max_length=8,
                        verbose_name="cách nhận",
                    ),
                ),
                (
                    "recipient",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=120, verbose_name="người nhận"
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=15, verbose_name="điện thoại")),
                (
                    "address",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=300, verbose_name="địa chỉ nhận"
                    ),
                ),
                ("chosen_at", models.DateTimeField(verbose_name="chọn lúc")),
                ("downloaded_at", models.DateTimeField(blank=True, null=True, verbose_name="tải lần đầu lúc")),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delivery_choice",
                        to="procedures.dossier",
                    ),
                ),
            ],
            options={
                "verbose_name": "cách nhận kết quả",
                "verbose_name_plural": "cách nhận kết quả",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("way", "post"), _negated=True),
                            models.Q(
                                models.Q(("address", ""), _negated=True),
                                models.Q(("recipient", ""), _negated=True),
                                models.Q(("phone", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="afterwards_post_has_an_address",
                    )
                ],
            },
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tinhso.foundation.text.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0002_tree_and_share_guards"),
        ("people", "0002_lookups_are_never_changed"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="CollectionAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "bank_name",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=120, verbose_name="ngân hàng"),
                ),
                ("bin", models.CharField(max_length=6, verbose_name="mã ngân hàng (BIN)")),
                ("number", models.CharField(max_length=19, verbose_name="số tài khoản")),
                (
                    "holder",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=120, verbose_name="tên tài khoản"),
                ),
                ("valid_from", models.DateField(verbose_name="dùng từ")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="thôi dùng (không tính ngày này)")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="tài khoản mô phỏng")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="đơn vị thu",
                    ),
                ),
            ],
            options={
                "verbose_name": "tài khoản thu",
                "verbose_name_plural": "tài khoản thu",
                "constraints": [
                    models.UniqueConstraint(fields=("bin", "number"), name="payments_one_account_number"),
                    models.CheckConstraint(
                        condition=models.Q(("bin__regex", "^\\d{6}$")), name="payments_account_bin_is_6_digits"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Bill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=12, unique=True, verbose_name="mã thanh toán")),
                ("subject_type", models.CharField(max_length=80)),
                ("subject_id", models.CharField(max_length=40)),
                ("purpose", models.CharField(default="fee", max_length=20)),
                ("title", tinhso.foundation.text.fields.VietnameseCharField(max_length=500, verbose_name="nội dung")),
                (
                    "payer_name",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=120, verbose_name="tên người nộp"),
                ),
                ("amount", models.BigIntegerField(verbose_name="số tiền (đồng)")),
                ("lines", models.JSONField(default=list, verbose_name="các khoản")),
                ("sentences", models.JSONField(default=list, verbose_name="giải thích")),
                ("qr", models.TextField(verbose_name="nội dung mã VietQR")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "chờ thanh toán"),
                            ("paid", "đã thanh toán"),
                            ("cancelled", "đã huỷ"),
                            ("refunded", "đã hoàn trả"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="lập lúc")),
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="thanh toán lúc")),
                (
                    "paid_way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("national", "Cổng Dịch vụ công quốc gia"),
                            ("local", "cổng thanh toán của tỉnh (VietQR)"),
                            ("cash", "tiền mặt tại quầy"),
                            ("card", "thẻ tại quầy"),
                        ],
                        max_length=10,
                        verbose_name="cách thanh toán",
                    ),
                ),
                ("receipt_number", models.PositiveIntegerField(blank=True, null=True, verbose_name="số biên lai")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="huỷ hoặc hoàn xong lúc")),
                ("ended_reason", models.TextField(blank=True, verbose_name="lý do")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "collector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="nơi thu",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                        verbose_name="người nộp tiền",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="cơ quan",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.collectionaccount",
                        verbose_name="tài khoản thu",
                    ),
                ),
            ],
            options={
                "verbose_name": "phiếu thu",
                "verbose_name_plural": "phiếu thu",
                "indexes": [
                    models.Index(fields=["subject_type", "subject_id"], name="payments_bill_of_subject"),
                    models.Index(fields=["unit", "state", "-made_at"], name="payments_bill_of_unit"),
                    models.Index(fields=["collector", "state", "-made_at"], name="payments_bill_of_desk"),
                    models.Index(fields=["account", "paid_at"], name="payments_bill_paid_on"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="payments_bill_asks_for_something"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["open", "paid"])),
                        fields=("subject_type", "subject_id", "purpose"),
                        name="payments_one_living_bill_per_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["paid", "refunded"]), _negated=True),
                            models.Q(
                                ("paid_at__isnull", False),
                                ("receipt_number__isnull", False),
                                models.Q(("paid_way", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="payments_paid_bill_says_when_and_how",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("payment", "thu tiền"),
                            ("held", "nhận tiền chưa rõ"),
                            ("matched", "xác định tiền chưa rõ"),
                            ("banked", "tiền quầy nộp vào tài khoản"),
                            ("refund_approved", "duyệt hoàn trả"),
                            ("refund_paid", "đã chuyển trả"),
                            ("refund_failed", "chuyển trả không thành"),
                            ("remitted", "nộp kho bạc"),
                            ("corrected", "bút toán điều chỉnh"),
                        ],
                        max_length=16,
                        verbose_name="loại bút toán",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="ghi lúc")),
                ("on", models.DateField(verbose_name="ngày hạch toán")),
                ("memo", models.CharField(max_length=300, verbose_name="diễn giải")),
                ("bank_reference", models.CharField(blank=True, max_length=64, verbose_name="mã giao dịch ngân hàng")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "bill",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="payments.bill",
                    ),
                ),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.collectionaccount",
                        verbose_name="tài khoản thu",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="đơn vị",
                    ),
                ),
            ],
            options={
                "verbose_name": "bút toán",
                "verbose_name_plural": "sổ cái",
                "indexes": [
                    models.Index(fields=["book", "on"], name="payments_entry_of_day"),
                    models.Index(fields=["bill"], name="payments_entry_of_bill"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=12, verbose_name="nguồn")),
                ("provider_reference", models.CharField(max_length=64, verbose_name="mã giao dịch")),
                ("amount", models.BigIntegerField(verbose_name="số tiền (đồng)")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("national", "Cổng Dịch vụ công quốc gia"),
                            ("local", "cổng thanh toán của tỉnh (VietQR)"),
                            ("cash", "tiền mặt tại quầy"),
                            ("card", "thẻ tại quầy"),
                        ],
                        max_length=10,
                        verbose_name="cách thanh toán",
                    ),
                ),
                ("paid_at", models.DateTimeField(verbose_name="ngân hàng ghi lúc")),
                ("taken_at", models.DateTimeField(verbose_name="ta nhận tin lúc")),
                ("payer", models.CharField(blank=True, max_length=200, verbose_name="người chuyển")),
                ("description", models.CharField(blank=True, max_length=500, verbose_name="nội dung chuyển khoản")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("matched", "đã ghi vào phiếu thu"),
                            ("held", "đang giữ, chờ xử lý"),
                            ("returned", "đã chuyển trả"),
                        ],
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.collectionaccount",
                        verbose_name="tài khoản thu",
                    ),
                ),
                (
                    "bill",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="payments.bill",
                        verbose_name="phiếu thu",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "khoản tiền nhận",
                "verbose_name_plural": "khoản tiền nhận",
                "indexes": [models.Index(fields=["account", "paid_at"], name="payments_credit_on_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "provider_reference"), name="payments_credit_counts_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "matched")),
                        fields=("bill",),
                        name="payments_bill_is_paid_by_one_credit",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="payments_credit_is_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "matched"), _negated=True), ("bill__isnull", False), _connector="OR"
                        ),
                        name="payments_matched_has_its_bill",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("message_id", models.CharField(blank=True, max_length=100, verbose_name="số tin")),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256 nội dung")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("posted", "đã ghi sổ"),
                            ("set_aside", "đã nhận tiền, chờ xử lý"),
                            ("refund", "báo kết quả chuyển trả"),
                            ("ignored", "loại tin không dùng đến"),
                            ("forged", "sai chữ ký"),
                            ("stale", "quá cũ hoặc gửi lại bản cũ"),
                            ("malformed", "không đọc được"),
                        ],
                        max_length=10,
                        verbose_name="kết luận",
                    ),
                ),
                ("times", models.PositiveIntegerField(default=1, verbose_name="số lần nhận")),
                ("first_at", models.DateTimeField(verbose_name="nhận lần đầu")),
                ("last_at", models.DateTimeField(verbose_name="nhận lần cuối")),
                ("source", models.CharField(blank=True, max_length=45, verbose_name="địa chỉ gửi")),
                ("body", models.TextField(blank=True, verbose_name="nội dung (phần đầu)")),
                (
                    "payment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="payments.payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "tin ngân hàng gửi",
                "verbose_name_plural": "tin ngân hàng gửi",
                "indexes": [models.Index(fields=["verdict", "first_at"], name="payments_delivery_verdict")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message_id", "digest", "verdict"), name="payments_same_message_counts_up"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "account",
                    models.CharField(
                        choices=[
                            ("bank", "tiền gửi ngân hàng"),
                            ("cash", "tiền mặt tại quầy"),
                            ("card", "tiền thẻ chờ về tài khoản"),
                            ("fees", "phí, lệ phí phải nộp ngân sách"),
                            ("held", "tiền nhận chưa rõ, chờ xử lý"),
                            ("refunds", "phải hoàn trả người nộp"),
                        ],
                        max_length=10,
                        verbose_name="tài khoản kế toán",
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="số tiền (đồng)")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="postings", to="payments.entry"
                    ),
                ),
            ],
            options={
                "verbose_name": "dòng bút toán",
                "verbose_name_plural": "dòng bút toán",
                "indexes": [models.Index(fields=["account", "entry"], name="payments_posting_of_account")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True), name="payments_posting_moves_something"
                    ),
                    models.UniqueConstraint(fields=("entry", "account"), name="payments_account_once_per_entry"),
                    models.CheckConstraint(
                        condition=models.Q(("account__in", ["bank", "cash", "card", "fees", "held", "refunds"])),
                        name="payments_known_ledger_account",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="ngày")),
                ("run_at", models.DateTimeField(verbose_name="đối soát lúc")),
                ("figures", models.JSONField(verbose_name="số liệu")),
                ("has_statement", models.BooleanField(verbose_name="đã có sao kê")),
                ("differences", models.PositiveIntegerField(verbose_name="số chênh lệch")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reconciliations",
                        to="payments.collectionaccount",
                    ),
                ),
                (
                    "run_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "lần đối soát",
                "verbose_name_plural": "lần đối soát",
                "indexes": [models.Index(fields=["account", "-day", "-run_at"], name="payments_reconciled_day")],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=14, unique=True, verbose_name="mã lệnh")),
                ("amount", models.BigIntegerField(verbose_name="số tiền (đồng)")),
                ("reason", models.TextField(verbose_name="lý do")),
                (
                    "to_name",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=120, verbose_name="người nhận"),
                ),
                ("to_bin", models.CharField(blank=True, max_length=6, verbose_name="mã ngân hàng nhận")),
                ("to_number", models.CharField(blank=True, max_length=19, verbose_name="số tài khoản nhận")),
                ("in_cash", models.BooleanField(default=False, verbose_name="trả tiền mặt tại quầy")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "chờ duyệt"),
                            ("approved", "đã duyệt, chờ chuyển"),
                            ("sent", "đã gửi lệnh chuyển"),
                            ("settled", "người nộp đã nhận lại"),
                            ("failed", "ngân hàng không chuyển được"),
                            ("rejected", "không duyệt"),
                        ],
                        default="requested",
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="đề nghị lúc")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="duyệt lúc")),
                ("decided_note", models.TextField(blank=True, verbose_name="ý kiến")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="gửi lệnh lúc")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="xong lúc")),
                ("bank_reference", models.CharField(blank=True, max_length=64, verbose_name="mã giao dịch chi")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.collectionaccount"
                    ),
                ),
                (
                    "bill",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="payments.bill",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="payments.payment"
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "verbose_name": "khoản hoàn trả",
                "verbose_name_plural": "khoản hoàn trả",
                "indexes": [models.Index(fields=["unit", "state", "-requested_at"], name="payments_refund_of_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="payments_refund_gives_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("requested_by", None),
                            ("decided_by", None),
                            models.Q(("requested_by", models.F("decided_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="payments_refund_by_two_people",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["rejected"]), _negated=True),
                        fields=("payment",),
                        name="payments_one_refund_per_payment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Remittance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="số")),
                ("year", models.PositiveSmallIntegerField(verbose_name="năm")),
                ("until", models.DateField(verbose_name="thu đến hết ngày")),
                ("amount", models.BigIntegerField(verbose_name="số tiền (đồng)")),
                (
                    "state",
                    models.CharField(
                        choices=[("listed", "đã lập bảng kê"), ("paid", "đã nộp")],
                        default="listed",
                        max_length=8,
                        verbose_name="trạng thái",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="lập lúc")),
                ("paid_at", models.DateTimeField(null=True, verbose_name="nộp lúc")),
                ("bank_reference", models.CharField(blank=True, max_length=64, verbose_name="mã giao dịch nộp")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remittances",
                        to="payments.collectionaccount",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "verbose_name": "bảng kê nộp kho bạc",
                "verbose_name_plural": "bảng kê nộp kho bạc",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="payments_remittance_gives_something"
                    ),
                    models.UniqueConstraint(fields=("account", "year", "number"), name="payments_remittance_number"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RemittanceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "posting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="remitted_in", to="payments.posting"
                    ),
                ),
                (
                    "remittance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="payments.remittance"
                    ),
                ),
            ],
            options={
                "verbose_name": "dòng bảng kê",
                "verbose_name_plural": "dòng bảng kê",
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("name", tinhso.foundation.text.fields.VietnameseCharField(max_length=200, verbose_name="tên tệp")),
                ("first_on", models.DateField(null=True, verbose_name="từ ngày")),
                ("last_on", models.DateField(null=True, verbose_name="đến ngày")),
                ("new_lines", models.PositiveIntegerField(verbose_name="dòng mới")),
                ("known_lines", models.PositiveIntegerField(verbose_name="dòng đã có")),
                ("read_at", models.DateTimeField(verbose_name="đọc lúc")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="payments.collectionaccount",
                    ),
                ),
                (
                    "read_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "sao kê",
                "verbose_name_plural": "sao kê",
                "constraints": [
                    models.UniqueConstraint(fields=("account", "sha256"), name="payments_statement_read_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="StatementLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=64, verbose_name="mã giao dịch")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                ("on", models.DateField(verbose_name="ngày")),
                ("amount", models.BigIntegerField(verbose_name="số tiền (đồng)")),
                ("description", models.CharField(blank=True, max_length=500, verbose_name="nội dung")),
                ("payer", models.CharField(blank=True, max_length=200, verbose_name="bên kia")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.collectionaccount"
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="payments.statement"
                    ),
                ),
            ],
            options={
                "verbose_name": "dòng sao kê",
                "verbose_name_plural": "dòng sao kê",
                "indexes": [models.Index(fields=["account", "on"], name="payments_statement_of_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "reference"), name="payments_statement_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True), name="payments_statement_line_moves_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Discrepancy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=160, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("forged", "tin báo sai chữ ký"),
                            ("stale", "tin báo quá cũ"),
                            ("malformed", "tin báo không đọc được"),
                            ("conflict", "cùng số tin hoặc mã giao dịch, khác nội dung"),
                            ("unknown_account", "tiền vào tài khoản không phải của tỉnh"),
                            ("unknown_bill", "không rõ tiền của phiếu thu nào"),
                            ("wrong_amount", "sai số tiền"),
                            ("paid_twice", "phiếu thu đã thanh toán, tiền đến lần nữa"),
                            ("bill_closed", "phiếu thu đã huỷ hoặc đã hoàn trả"),
                            ("not_in_ledger", "sao kê có, sổ không có"),
                            ("not_in_statement", "sổ có, sao kê không có"),
                            ("amount_differs", "sổ và sao kê lệch số tiền"),
                            ("decision_differs", "số đã thu khác quyết định thu"),
                            ("refund_failed", "ngân hàng không chuyển trả được"),
                        ],
                        max_length=20,
                        verbose_name="loại",
                    ),
                ),
                ("sentence", models.TextField(verbose_name="chuyện gì")),
                ("amount", models.BigIntegerField(null=True, verbose_name="số tiền (đồng)")),
                ("opened_at", models.DateTimeField(verbose_name="phát hiện lúc")),
                ("on", models.DateField(verbose_name="của ngày")),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="xử lý xong lúc")),
                (
                    "resolution",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("matched", "xác định được phiếu thu, đã ghi"),
                            ("returned", "chuyển trả người nộp"),
                            ("recorded", "ghi sổ theo sao kê"),
                            ("fitted", "đối soát lại đã khớp"),
                            ("dismissed", "không phải tiền của tỉnh, đóng lại"),
                        ],
                        max_length=10,
                        verbose_name="cách xử lý",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="ghi chú xử lý")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.collectionaccount",
                    ),
                ),
                (
                    "bill",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discrepancies",
                        to="payments.bill",
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discrepancies",
                        to="payments.delivery",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discrepancies",
                        to="payments.payment",
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discrepancies",
                        to="payments.refund",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discrepancies",
                        to="payments.statementline",
                    ),
                ),
            ],
            options={
                "verbose_name": "chênh lệch",
                "verbose_name_plural": "chênh lệch",
                "indexes": [
                    models.Index(
                        condition=models.Q(("resolved_at", None)),
                        fields=["account", "-opened_at"],
                        name="payments_open_things",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolution", ""), ("resolved_at", None)),
                            models.Q(("resolved_at__isnull", False), models.Q(("resolution", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="payments_resolved_says_how",
                    )
                ],
            },
        ),
    ]

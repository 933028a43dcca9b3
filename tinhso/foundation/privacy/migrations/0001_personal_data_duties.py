import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tinhso.foundation.text.fields

REFUSE = """
CREATE FUNCTION privacy_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'consents, steps, decisions and copies of personal data are never changed or removed'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER privacy_consents_append_only BEFORE UPDATE OR DELETE ON privacy_consent
  FOR EACH ROW EXECUTE FUNCTION privacy_refuse_change();
CREATE TRIGGER privacy_steps_append_only BEFORE UPDATE OR DELETE ON privacy_requeststep
  FOR EACH ROW EXECUTE FUNCTION privacy_refuse_change();
CREATE TRIGGER privacy_parts_append_only BEFORE UPDATE OR DELETE ON privacy_partdecision
  FOR EACH ROW EXECUTE FUNCTION privacy_refuse_change();
CREATE TRIGGER privacy_copies_append_only BEFORE UPDATE OR DELETE ON privacy_datacopy
  FOR EACH ROW EXECUTE FUNCTION privacy_refuse_change();
CREATE TRIGGER privacy_filings_append_only BEFORE UPDATE OR DELETE ON privacy_assessmentfiling
  FOR EACH ROW EXECUTE FUNCTION privacy_refuse_change();
"""
UNDO = """
DROP TRIGGER privacy_consents_append_only ON privacy_consent;
DROP TRIGGER privacy_steps_append_only ON privacy_requeststep;
DROP TRIGGER privacy_parts_append_only ON privacy_partdecision;
DROP TRIGGER privacy_copies_append_only ON privacy_datacopy;
DROP TRIGGER privacy_filings_append_only ON privacy_assessmentfiling;
DROP FUNCTION privacy_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0002_tree_and_share_guards"),
        ("people", "0002_lookups_are_never_changed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Assessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "title",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=200, verbose_name="hoạt động xử lý"),
                ),
                (
                    "purposes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None, verbose_name="mục đích"
                    ),
                ),
                ("risks", models.TextField(verbose_name="rủi ro và biện pháp")),
                ("started_on", models.DateField(verbose_name="bắt đầu xử lý")),
                ("due_on", models.DateField(verbose_name="hạn gửi hồ sơ đánh giá")),
                (
                    "exempt_basis",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=300, verbose_name="căn cứ không phải đánh giá"
                    ),
                ),
                ("review_due_on", models.DateField(blank=True, null=True, verbose_name="hạn rà soát, cập nhật")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="thôi xử lý")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="nơi quản lý dữ liệu",
                    ),
                ),
            ],
            options={
                "verbose_name": "đánh giá tác động xử lý dữ liệu cá nhân",
                "verbose_name_plural": "đánh giá tác động xử lý dữ liệu cá nhân",
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="AssessmentFiling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("filed_on", models.DateField(verbose_name="gửi ngày")),
                (
                    "reference",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        max_length=100, verbose_name="số, ký hiệu văn bản"
                    ),
                ),
                ("changes", models.TextField(blank=True, verbose_name="nội dung thay đổi")),
                ("late_reason", models.TextField(blank=True, verbose_name="lý do quá hạn")),
                ("by_id", models.BigIntegerField(null=True, verbose_name="tài khoản ghi")),
                ("by_label", models.CharField(max_length=200, verbose_name="người ghi")),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="filings", to="privacy.assessment"
                    ),
                ),
            ],
            options={
                "verbose_name": "lần gửi hồ sơ đánh giá",
                "verbose_name_plural": "lần gửi hồ sơ đánh giá",
                "ordering": ["-filed_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Breach",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="mã vụ việc")),
                ("known_at", models.DateTimeField(verbose_name="biết lúc")),
                ("happened_at", models.DateTimeField(blank=True, null=True, verbose_name="xảy ra lúc")),
                ("title", tinhso.foundation.text.fields.VietnameseCharField(max_length=200, verbose_name="vụ việc")),
                ("scope", models.TextField(verbose_name="phạm vi, diễn biến")),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=tinhso.foundation.text.fields.VietnameseCharField(max_length=200),
                        size=None,
                        verbose_name="loại dữ liệu bị ảnh hưởng",
                    ),
                ),
                ("people_count", models.PositiveIntegerField(verbose_name="số người bị ảnh hưởng (ước tính)")),
                ("cause", models.TextField(verbose_name="nguyên nhân (đến nay)")),
                ("consequences", models.TextField(blank=True, verbose_name="hậu quả có thể có")),
                ("is_serious", models.BooleanField(default=False, verbose_name="sự cố nghiêm trọng")),
                (
                    "is_grave",
                    models.BooleanField(
                        default=False, verbose_name="ảnh hưởng đặc biệt nghiêm trọng đến an ninh hoặc dịch vụ"
                    ),
                ),
                ("measures", models.TextField(blank=True, verbose_name="biện pháp đã làm")),
                ("recorded_at", models.DateTimeField(verbose_name="ghi lúc")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="đóng lúc")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="nơi quản lý dữ liệu",
                    ),
                ),
            ],
            options={
                "verbose_name": "vi phạm dữ liệu cá nhân",
                "verbose_name_plural": "vi phạm dữ liệu cá nhân",
                "ordering": ["-known_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="BreachNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("first", "thông báo đầu về sự cố nghiêm trọng (Nghị định 331/2026, 24 giờ hoặc ngay)"),
                            ("authority", "thông báo vi phạm dữ liệu cá nhân (72 giờ)"),
                            ("report", "báo cáo sự cố (Nghị định 331/2026, 72 giờ)"),
                        ],
                        max_length=9,
                        verbose_name="loại",
                    ),
                ),
                (
                    "receiver",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=300, verbose_name="nơi nhận"),
                ),
                ("due_at", models.DateTimeField(verbose_name="hạn")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="đã gửi lúc")),
                (
                    "reference",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=100, verbose_name="số, ký hiệu văn bản"
                    ),
                ),
                ("late_reason", models.TextField(blank=True, verbose_name="lý do quá hạn")),
                ("content", models.JSONField(blank=True, default=dict, verbose_name="nội dung đã gửi")),
                (
                    "breach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="privacy.breach",
                        verbose_name="vụ việc",
                    ),
                ),
                (
                    "sent_by",
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
                "verbose_name": "thông báo vi phạm",
                "verbose_name_plural": "thông báo vi phạm",
                "ordering": ["due_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="BreachPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("informed_at", models.DateTimeField(blank=True, null=True, verbose_name="báo lúc")),
                ("is_by_hand", models.BooleanField(default=False, verbose_name="báo bằng thư, điện thoại")),
                (
                    "breach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="people", to="privacy.breach"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "người bị ảnh hưởng",
                "verbose_name_plural": "người bị ảnh hưởng",
            },
        ),
        migrations.CreateModel(
            name="DataRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="mã yêu cầu")),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("know", "Biết dữ liệu của tôi được xử lý thế nào"),
                            ("access", "Xem dữ liệu cá nhân của tôi"),
                            ("copy", "Cung cấp cho tôi bản sao dữ liệu"),
                            ("correct", "Sửa dữ liệu sai về tôi"),
                            ("delete", "Xoá dữ liệu của tôi"),
                            ("withdraw", "Rút lại sự đồng ý"),
                            ("restrict", "Hạn chế việc xử lý"),
                            ("object", "Phản đối việc xử lý"),
                            ("protect", "Áp dụng biện pháp bảo vệ dữ liệu của tôi"),
                            ("complain", "Khiếu nại về việc xử lý dữ liệu"),
                        ],
                        max_length=8,
                        verbose_name="quyền",
                    ),
                ),
                (
                    "acting_basis",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=200, verbose_name="căn cứ làm thay"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "trên cổng, tài khoản của người đó"),
                            ("desk", "tại quầy, có cán bộ đối chiếu giấy tờ"),
                        ],
                        max_length=4,
                        verbose_name="kênh",
                    ),
                ),
                (
                    "document",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=200, verbose_name="giấy tờ đã đối chiếu"
                    ),
                ),
                ("details", models.TextField(blank=True, verbose_name="nội dung yêu cầu")),
                (
                    "purposes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="mục đích",
                    ),
                ),
                ("wanted", models.JSONField(blank=True, default=dict, verbose_name="sửa thành")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "mới nhận"),
                            ("at_work", "đang giải quyết"),
                            ("proposed", "chờ người thứ hai duyệt"),
                            ("done", "đã thực hiện"),
                            ("partly", "thực hiện một phần"),
                            ("refused", "từ chối"),
                            ("taken_back", "người gửi đã rút"),
                        ],
                        default="received",
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="nhận lúc")),
                ("acknowledge_due_at", models.DateTimeField(verbose_name="hạn phản hồi")),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True, verbose_name="phản hồi lúc")),
                ("act_due_at", models.DateTimeField(verbose_name="hạn thực hiện")),
                (
                    "third_party",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=300, verbose_name="bên thứ ba, bên xử lý phải làm"
                    ),
                ),
                ("extended_days", models.PositiveSmallIntegerField(default=0, verbose_name="số ngày gia hạn")),
                ("extended_reason", models.TextField(blank=True, verbose_name="lý do gia hạn")),
                ("proposal", models.JSONField(blank=True, default=dict, verbose_name="đề xuất")),
                ("answer", models.TextField(blank=True, verbose_name="trả lời")),
                ("refusal", models.CharField(blank=True, max_length=20, verbose_name="lý do từ chối")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="trả lời lúc")),
                ("late_reason", models.TextField(blank=True, verbose_name="lý do quá hạn")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "assigned_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người giải quyết",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="nơi nhận",
                    ),
                ),
                (
                    "filed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="gửi bởi",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                        verbose_name="chủ thể dữ liệu",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="nơi giải quyết",
                    ),
                ),
            ],
            options={
                "verbose_name": "yêu cầu về dữ liệu cá nhân",
                "verbose_name_plural": "yêu cầu về dữ liệu cá nhân",
                "ordering": ["-received_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="DataCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.JSONField(verbose_name="nội dung")),
                ("sha256", models.CharField(max_length=64, verbose_name="mã băm SHA-256")),
                ("made_at", models.DateTimeField(verbose_name="lập lúc")),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="copy", to="privacy.datarequest"
                    ),
                ),
            ],
            options={
                "verbose_name": "bản sao dữ liệu cá nhân",
                "verbose_name_plural": "bản sao dữ liệu cá nhân",
            },
        ),
        migrations.CreateModel(
            name="PartDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.CharField(max_length=60, verbose_name="phần")),
                ("title", models.CharField(max_length=300, verbose_name="tên phần")),
                ("is_honoured", models.BooleanField(verbose_name="được thực hiện")),
                ("reason", models.TextField(blank=True, verbose_name="lý do")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="số bản ghi")),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="privacy.datarequest"
                    ),
                ),
            ],
            options={
                "verbose_name": "quyết định từng phần",
                "verbose_name_plural": "quyết định từng phần",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Purpose",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, verbose_name="mã mục đích")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="phiên bản")),
                ("sentence", models.TextField(verbose_name="dùng để làm gì")),
                (
                    "basis",
                    models.CharField(
                        choices=[("law", "theo luật, không phải hỏi ý kiến"), ("consent", "theo sự đồng ý của bạn")],
                        max_length=7,
                        verbose_name="cơ sở",
                    ),
                ),
                ("legal_basis", models.TextField(verbose_name="căn cứ pháp lý")),
                (
                    "data_fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=tinhso.foundation.text.fields.VietnameseCharField(max_length=200),
                        size=None,
                        verbose_name="dữ liệu được dùng",
                    ),
                ),
                (
                    "retention",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=300, verbose_name="lưu trong bao lâu"),
                ),
                (
                    "receiver",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=300, verbose_name="ai nhận dữ liệu"),
                ),
                ("may_object", models.BooleanField(default=False, verbose_name="được phản đối, hạn chế")),
                ("asks_again", models.BooleanField(default=True, verbose_name="phải hỏi lại sự đồng ý")),
                ("valid_from", models.DateField(verbose_name="áp dụng từ")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="hết áp dụng (không tính ngày này)")),
            ],
            options={
                "verbose_name": "mục đích xử lý dữ liệu cá nhân",
                "verbose_name_plural": "mục đích xử lý dữ liệu cá nhân",
                "ordering": ["basis", "code", "version"],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="privacy_one_purpose_version"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="privacy_purpose_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sentence", ""), _negated=True), models.Q(("legal_basis", ""), _negated=True)
                        ),
                        name="privacy_purpose_says_what_and_why",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.Func(models.F("code"), models.Value(0), function="hashtextextended"),
                                    models.Func(models.F("code"), models.Value(0), function="hashtextextended"),
                                    models.Value("[]"),
                                    function="int8range",
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("valid_from"),
                                    models.F("valid_to"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="privacy_purpose_versions_never_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, verbose_name="mã mục đích")),
                (
                    "decision",
                    models.CharField(
                        choices=[("given", "đồng ý"), ("declined", "không đồng ý"), ("withdrawn", "rút lại sự đồng ý")],
                        max_length=9,
                        verbose_name="ý kiến",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="lúc")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "trên cổng, tài khoản của người đó"),
                            ("desk", "tại quầy, có cán bộ đối chiếu giấy tờ"),
                        ],
                        max_length=4,
                        verbose_name="kênh",
                    ),
                ),
                ("account_id", models.BigIntegerField(null=True, verbose_name="tài khoản ghi")),
                ("account_label", models.CharField(max_length=200, verbose_name="người ghi")),
                (
                    "document",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=200, verbose_name="giấy tờ đã đối chiếu"
                    ),
                ),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="people.person",
                        verbose_name="của ai",
                    ),
                ),
                (
                    "purpose",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="privacy.purpose",
                        verbose_name="nội dung đã đọc",
                    ),
                ),
            ],
            options={
                "verbose_name": "ý kiến về việc dùng dữ liệu",
                "verbose_name_plural": "ý kiến về việc dùng dữ liệu",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="RequestStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("act", models.CharField(max_length=14, verbose_name="việc")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                ("by_id", models.BigIntegerField(null=True, verbose_name="tài khoản")),
                ("by_label", models.CharField(max_length=200, verbose_name="người làm")),
                ("words", models.TextField(blank=True, verbose_name="nội dung")),
                ("is_late", models.BooleanField(default=False, verbose_name="quá hạn")),
                ("is_internal", models.BooleanField(default=False, verbose_name="nội bộ")),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="privacy.datarequest"
                    ),
                ),
            ],
            options={
                "verbose_name": "bước giải quyết yêu cầu",
                "verbose_name_plural": "bước giải quyết yêu cầu",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, verbose_name="mã mục đích")),
                ("since", models.DateTimeField(verbose_name="từ lúc")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="thôi hạn chế lúc")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restrictions",
                        to="people.person",
                        verbose_name="của ai",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restrictions",
                        to="privacy.datarequest",
                        verbose_name="theo yêu cầu",
                    ),
                ),
            ],
            options={
                "verbose_name": "hạn chế xử lý",
                "verbose_name_plural": "hạn chế xử lý",
            },
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                name="privacy_assessed_processing_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="breach",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed_at", None), models.Q(("measures", ""), _negated=True), _connector="OR"),
                name="privacy_closed_breach_has_measures",
            ),
        ),
        migrations.AddConstraint(
            model_name="breach",
            constraint=models.CheckConstraint(
                condition=models.Q(("known_at__lte", models.F("recorded_at"))),
                name="privacy_breach_is_known_before_it_is_recorded",
            ),
        ),
        migrations.AddIndex(
            model_name="breachnotice",
            index=models.Index(condition=models.Q(("sent_at", None)), fields=["due_at"], name="privacy_notices_owed"),
        ),
        migrations.AddConstraint(
            model_name="breachnotice",
            constraint=models.UniqueConstraint(fields=("breach", "kind"), name="privacy_one_notice_of_a_kind"),
        ),
        migrations.AddConstraint(
            model_name="breachnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sent_at", None),
                    ("sent_at__lte", models.F("due_at")),
                    models.Q(("late_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="privacy_late_notice_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="breachperson",
            constraint=models.UniqueConstraint(fields=("breach", "person"), name="privacy_touched_once"),
        ),
        migrations.AddIndex(
            model_name="datarequest",
            index=models.Index(
                condition=models.Q(("state__in", ["at_work", "proposed", "received"])),
                fields=["act_due_at", "id"],
                name="privacy_open_requests",
            ),
        ),
        migrations.AddIndex(
            model_name="datarequest",
            index=models.Index(fields=["person", "-received_at"], name="privacy_requests_of_person"),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["received", "at_work", "proposed", "done", "partly", "refused", "taken_back"])
                ),
                name="privacy_request_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["at_work", "proposed", "received", "taken_back"]),
                    models.Q(("answered_at__isnull", False), models.Q(("answer", ""), _negated=True)),
                    _connector="OR",
                ),
                name="privacy_settled_request_has_an_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("refusal", ""), _negated=True),
                    _connector="OR",
                ),
                name="privacy_refusal_names_its_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("extended_days", 0),
                    models.Q(("extended_days__lte", 15), models.Q(("extended_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="privacy_extended_at_most_15_days_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_by", None),
                    models.Q(("checked_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="privacy_two_pairs_of_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel", "web"),
                    models.Q(models.Q(("document", ""), _negated=True), ("desk__isnull", False)),
                    _connector="OR",
                ),
                name="privacy_counter_request_names_paper_and_desk",
            ),
        ),
        migrations.AddConstraint(
            model_name="partdecision",
            constraint=models.UniqueConstraint(fields=("request", "part"), name="privacy_a_part_is_decided_once"),
        ),
        migrations.AddConstraint(
            model_name="partdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_honoured", True), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="privacy_a_part_kept_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["person", "code", "-id"], name="privacy_word_of_person"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel", "web"), models.Q(("document", ""), _negated=True), _connector="OR"),
                name="privacy_desk_consent_names_the_paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at", None)),
                fields=("person", "code"),
                name="privacy_one_restriction_at_a_time",
            ),
        ),
        migrations.RunSQL(REFUSE, UNDO),
    ]

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import tinhso.foundation.text.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orgs", "0002_tree_and_share_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "personal_number",
                    models.CharField(
                        blank=True, max_length=12, null=True, unique=True, verbose_name="số định danh cá nhân"
                    ),
                ),
                (
                    "full_name",
                    tinhso.foundation.text.fields.VietnameseCharField(max_length=120, verbose_name="họ, chữ đệm, tên"),
                ),
                ("sort_key", models.CharField(editable=False, max_length=500)),
                ("born_on", models.DateField(blank=True, null=True, verbose_name="ngày sinh")),
                (
                    "sex",
                    models.CharField(
                        blank=True, choices=[("male", "Nam"), ("female", "Nữ")], max_length=6, verbose_name="giới tính"
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=15, verbose_name="số điện thoại")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="thư điện tử")),
                (
                    "address",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=300, verbose_name="nơi cư trú"
                    ),
                ),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                ("source", models.CharField(blank=True, max_length=120, verbose_name="nguồn")),
                ("verified_at", models.DateTimeField(blank=True, null=True, verbose_name="xác thực lúc")),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="xã, phường cư trú",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="people.person",
                        verbose_name="đã nhập vào",
                    ),
                ),
            ],
            options={
                "verbose_name": "cá nhân",
                "verbose_name_plural": "cá nhân",
                "ordering": ["sort_key", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("personal_number", None), ("personal_number__regex", "^\\d{12}$"), _connector="OR"
                        ),
                        name="people_personal_number_has_12_digits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into", None),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="people_person_not_merged_into_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(max_length=150, unique=True, verbose_name="tên đăng nhập")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="thư điện tử")),
                ("full_name", tinhso.foundation.text.fields.VietnameseCharField(max_length=120, verbose_name="họ tên")),
                (
                    "kind",
                    models.CharField(
                        choices=[("citizen", "người dân, tổ chức"), ("officer", "cán bộ"), ("service", "dịch vụ máy")],
                        default="citizen",
                        max_length=10,
                        verbose_name="loại tài khoản",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="đang hoạt động")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="lập lúc")),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="people.person",
                        verbose_name="cá nhân",
                    ),
                ),
                (
                    "assurance_level",
                    models.PositiveSmallIntegerField(default=0, verbose_name="mức độ xác thực danh tính"),
                ),
                ("disabled_at", models.DateTimeField(blank=True, null=True, verbose_name="khoá lúc")),
                ("disabled_reason", models.CharField(blank=True, max_length=300, verbose_name="lý do khoá")),
                ("enabled_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="mở lúc")),
                ("must_change_password", models.BooleanField(default=False, verbose_name="phải đổi mật khẩu")),
                (
                    "password_changed_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="đổi mật khẩu lúc"),
                ),
            ],
            options={
                "verbose_name": "tài khoản",
                "verbose_name_plural": "tài khoản",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("username", django.db.models.functions.text.Lower("username"))),
                        name="people_username_is_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disabled_at", None), ("is_active", True)), ("is_active", False), _connector="OR"
                        ),
                        name="people_active_account_has_no_closing_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Enterprise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tax_code",
                    models.CharField(max_length=13, unique=True, verbose_name="mã số thuế / mã số doanh nghiệp"),
                ),
                ("name", tinhso.foundation.text.fields.VietnameseCharField(max_length=250, verbose_name="tên")),
                ("sort_key", models.CharField(editable=False, max_length=1500)),
                (
                    "address",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=300, verbose_name="địa chỉ trụ sở"
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=15, verbose_name="số điện thoại")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="thư điện tử")),
                ("founded_on", models.DateField(blank=True, null=True, verbose_name="ngày thành lập")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="ngày chấm dứt hoạt động")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                ("source", models.CharField(blank=True, max_length=120, verbose_name="nguồn")),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="xã, phường đặt trụ sở",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="branches",
                        to="people.enterprise",
                        verbose_name="đơn vị chủ quản",
                    ),
                ),
                (
                    "representative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                        verbose_name="người đại diện theo pháp luật",
                    ),
                ),
            ],
            options={
                "verbose_name": "doanh nghiệp, tổ chức",
                "verbose_name_plural": "doanh nghiệp, tổ chức",
                "ordering": ["sort_key", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tax_code__regex", "^\\d{10}(\\d{3})?$")),
                        name="people_tax_code_has_10_or_13_digits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None),
                            ("founded_on", None),
                            ("closed_on__gte", models.F("founded_on")),
                            _connector="OR",
                        ),
                        name="people_enterprise_closes_after_it_opens",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptPost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_digest", models.CharField(max_length=64, unique=True, verbose_name="băm khoá")),
                ("browser_digest", models.CharField(max_length=64, verbose_name="băm trình duyệt")),
                ("path", models.CharField(max_length=2000, verbose_name="địa chỉ")),
                ("fields", models.TextField(verbose_name="nội dung đã điền")),
                ("kept_at", models.DateTimeField(verbose_name="giữ lúc")),
                ("expires_at", models.DateTimeField(db_index=True, verbose_name="giữ đến")),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
            ],
            options={
                "verbose_name": "biểu mẫu đang giữ",
                "verbose_name_plural": "biểu mẫu đang giữ",
            },
        ),
        migrations.CreateModel(
            name="KeptFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=200, verbose_name="ô")),
                ("name", models.CharField(max_length=255, verbose_name="tên tệp")),
                ("content_type", models.CharField(max_length=120, verbose_name="loại")),
                ("content", models.BinaryField(verbose_name="nội dung")),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="people.keptpost",
                        verbose_name="biểu mẫu",
                    ),
                ),
            ],
            options={
                "verbose_name": "tệp đang giữ",
                "verbose_name_plural": "tệp đang giữ",
            },
        ),
        migrations.CreateModel(
            name="LookUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="thời điểm")),
                ("account_id", models.BigIntegerField(null=True, verbose_name="tài khoản xem")),
                ("account_label", models.CharField(max_length=200, verbose_name="người xem")),
                ("purpose", models.CharField(max_length=300, verbose_name="mục đích")),
                ("subject_type", models.CharField(blank=True, max_length=80, verbose_name="loại hồ sơ liên quan")),
                ("subject_id", models.CharField(blank=True, max_length=64, verbose_name="mã bản ghi liên quan")),
                ("subject_label", models.CharField(blank=True, max_length=200, verbose_name="hồ sơ liên quan")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lookups",
                        to="people.person",
                        verbose_name="người được xem",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="đơn vị của người xem",
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt xem dữ liệu cá nhân",
                "verbose_name_plural": "lượt xem dữ liệu cá nhân",
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["person", "-at"], name="people_lookups_by_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose", ""), _negated=True), name="people_lookup_says_its_purpose"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PasswordRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("encoded", models.CharField(max_length=256, verbose_name="mật khẩu đã băm")),
                ("set_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="đặt lúc")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="past_passwords",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
            ],
            options={
                "verbose_name": "mật khẩu đã dùng",
                "verbose_name_plural": "mật khẩu đã dùng",
                "indexes": [models.Index(fields=["account", "-set_at"], name="people_passwords_by_account")],
            },
        ),
        migrations.CreateModel(
            name="PersonChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="thời điểm")),
                ("actor_id", models.BigIntegerField(null=True, verbose_name="tài khoản sửa")),
                ("actor_label", models.CharField(max_length=200, verbose_name="người sửa")),
                ("before", models.JSONField(verbose_name="trước khi sửa")),
                ("after", models.JSONField(verbose_name="sau khi sửa")),
                ("reason", tinhso.foundation.text.fields.VietnameseCharField(max_length=300, verbose_name="lý do")),
                (
                    "document",
                    tinhso.foundation.text.fields.VietnameseCharField(
                        blank=True, max_length=200, verbose_name="căn cứ"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="people.person",
                        verbose_name="cá nhân",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần sửa thông tin cá nhân",
                "verbose_name_plural": "lần sửa thông tin cá nhân",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="SignInAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True, verbose_name="khoá")),
                ("failed", models.PositiveSmallIntegerField(default=0, verbose_name="số lần sai liên tiếp")),
                ("last_at", models.DateTimeField(verbose_name="lần gần nhất")),
                ("locked_until", models.DateTimeField(blank=True, null=True, verbose_name="khoá đến")),
            ],
            options={
                "verbose_name": "lần đăng nhập sai",
                "verbose_name_plural": "lần đăng nhập sai",
            },
        ),
        migrations.CreateModel(
            name="UsedCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, verbose_name="băm mã")),
                ("used_at", models.DateTimeField(verbose_name="dùng lúc")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
            ],
            options={
                "verbose_name": "mã đã dùng",
                "verbose_name_plural": "mã đã dùng",
                "constraints": [models.UniqueConstraint(fields=("account", "digest"), name="people_code_used_once")],
            },
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="mã hộ")),
                ("address", tinhso.foundation.text.fields.VietnameseCharField(max_length=300, verbose_name="địa chỉ")),
                ("is_simulated", models.BooleanField(default=False, verbose_name="dữ liệu mô phỏng")),
                ("source", models.CharField(blank=True, max_length=120, verbose_name="nguồn")),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                        verbose_name="xã, phường",
                    ),
                ),
            ],
            options={
                "verbose_name": "hộ gia đình",
                "verbose_name_plural": "hộ gia đình",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="HouseholdMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("head", "chủ hộ"),
                            ("spouse", "vợ, chồng"),
                            ("child", "con"),
                            ("parent", "cha, mẹ"),
                            ("other", "quan hệ khác"),
                        ],
                        max_length=8,
                        verbose_name="quan hệ với chủ hộ",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="từ ngày")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="đến ngày (không tính ngày này)")),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="people.household",
                        verbose_name="hộ",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="people.person",
                        verbose_name="cá nhân",
                    ),
                ),
            ],
            options={
                "verbose_name": "thành viên hộ",
                "verbose_name_plural": "thành viên hộ",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="people_member_leaves_after_joining",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.F("person"), models.F("person"), models.Value("[]"), function="int8range"
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
                        name="people_one_household_at_a_time",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("relation", "head")),
                        expressions=[
                            (
                                models.Func(
                                    models.F("household"),
                                    models.F("household"),
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
                        name="people_one_head_at_a_time",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="household",
            name="members",
            field=models.ManyToManyField(
                related_name="households", through="people.HouseholdMember", to="people.person"
            ),
        ),
    ]

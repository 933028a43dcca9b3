import django.contrib.postgres.indexes
import django.contrib.postgres.search
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
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="từ")),
                ("documents", models.PositiveIntegerField(default=1, verbose_name="số mục có từ này")),
            ],
            options={
                "verbose_name": "từ",
                "verbose_name_plural": "từ",
            },
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, verbose_name="loại")),
                ("object_id", models.CharField(max_length=64, verbose_name="mã bản ghi")),
                ("title", models.TextField(verbose_name="tên")),
                ("body", models.TextField(blank=True, verbose_name="nội dung")),
                ("keywords", models.TextField(blank=True, verbose_name="từ khoá khác")),
                ("url", models.CharField(blank=True, max_length=300, verbose_name="địa chỉ trang")),
                ("is_public", models.BooleanField(default=False, verbose_name="công khai")),
                ("weight", models.FloatField(default=0, verbose_name="trọng số")),
                ("vector", django.contrib.postgres.search.SearchVectorField(editable=False, verbose_name="các từ")),
                (
                    "owner",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "mục tìm kiếm",
                "verbose_name_plural": "mục tìm kiếm",
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="search_by_words")],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id"), name="search_one_row_per_record")
                ],
            },
        ),
    ]

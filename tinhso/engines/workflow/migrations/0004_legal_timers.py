from django.conf import settings
from django.db import migrations, models

# Cases under way when the timers came: told when their due time comes, not reminded before it.
FILL = """
UPDATE workflow_case SET legal_alarm_at = due_at
 WHERE ended_at IS NULL AND clock_started_at IS NOT NULL AND due_at > now();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0002_tree_and_share_guards"),
        ("workflow", "0003_questions_and_answers_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="legal_alarm_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="báo hết hạn theo luật lúc"),
        ),
        migrations.AddField(
            model_name="case",
            name="legal_remind_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="nhắc hạn theo luật lúc"),
        ),
        migrations.AlterField(
            model_name="alarm",
            name="kind",
            field=models.CharField(
                choices=[
                    ("step_soon", "bước sắp đến hạn"),
                    ("step_late", "bước quá hạn"),
                    ("opinion_soon", "ý kiến sắp đến hạn trả lời"),
                    ("opinion_late", "ý kiến chậm trả lời"),
                    ("legal_soon", "sắp hết hạn theo luật"),
                    ("legal_due", "hết hạn theo luật"),
                ],
                max_length=12,
                verbose_name="báo về",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("legal_remind_at__isnull", False), ("paused_at", None)),
                fields=["legal_remind_at"],
                name="workflow_case_legal_soon",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("legal_alarm_at__isnull", False), ("paused_at", None)),
                fields=["legal_alarm_at"],
                name="workflow_case_legal_due",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

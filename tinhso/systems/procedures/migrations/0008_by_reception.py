from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside running work; a province has millions of dossiers.
    atomic = False
    dependencies = [("procedures", "0007_changed_answers")]
    operations = [
        AddIndexConcurrently(
            model_name="dossier",
            index=models.Index(fields=["-received_at", "-id"], name="procedures_by_reception"),
        ),
        AddIndexConcurrently(
            model_name="dossier",
            index=models.Index(
                fields=["received_unit", "received_at"],
                include=["finished_at", "due_at", "channel", "supplements", "version", "state"],
                name="procedures_counted",
            ),
        ),
        RemoveIndexConcurrently(model_name="dossier", name="procedures_unit_received"),
    ]

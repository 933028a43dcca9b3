"""Night work of people: close unused accounts, forget kept forms and spent codes of the day."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tinhso.foundation.jobs.app import app, every_night
from tinhso.foundation.people import kept_posts
from tinhso.foundation.people.models import SignInAttempt, UsedCode
from tinhso.foundation.people.services import disable_unused_accounts


@app.periodic(cron=every_night(1, 10))
@app.task(name="people.disable_unused_accounts", queue="nightly", queueing_lock="people.disable_unused_accounts")
def disable_unused(timestamp: int) -> None:
    """Accounts not used for 45 days are closed (TCVN 14423 level 3)."""
    disable_unused_accounts()


@app.periodic(cron=every_night(1, 20))
@app.task(name="people.forget_working_data", queue="nightly", queueing_lock="people.forget_working_data")
def forget_working_data(timestamp: int) -> None:
    """Kept forms after a day, spent codes and old wrong tries. None of these is a record."""
    kept_posts.forget_old()
    yesterday = timezone.now() - timedelta(days=1)
    UsedCode.objects.filter(used_at__lt=yesterday).delete()
    SignInAttempt.objects.filter(last_at__lt=yesterday).delete()

"""Telling people. `notify` is called inside an act; the rows commit or vanish with it, a job delivers them."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.notices.models import Channel, Notice, NoticePreference
from tinhso.foundation.notices.permissions import OWN, RETRY
from tinhso.foundation.notices.texts import TEXTS, Text, compose
from tinhso.foundation.people.models import Account

State = Notice.State
logger = logging.getLogger(__name__)


@transaction.atomic
def notify(
    actor: access.Actor,
    *,
    account: Account,
    text: str,
    values: dict[str, Any],
    link: str = "",
    key: str | None = None,
    channels: tuple[str, ...] = (Channel.WEB, Channel.EMAIL, Channel.SMS),
) -> list[Notice]:
    """Writes one notice per channel that the account can and wants to be reached by, in its own language.

    `key` names the occasion ("procedures.dossier_received:15"): the same occasion is told once. Deliberately no
    permission of its own: whoever may do the act may tell the person of it. Returns the notices written now.
    """
    preference = NoticePreference.objects.filter(account=account).first() or NoticePreference(account=account)
    words = TEXTS[text]
    rows = []
    for channel in channels:
        address = _address(account, preference, channel)
        if address is None or (channel == Channel.SMS and not words.sms):
            continue
        rows.append(_row(actor, account, preference.language, words, values, Channel(channel), address, link, key))
    told = Notice.objects.bulk_create(rows, ignore_conflicts=True) if key else Notice.objects.bulk_create(rows)
    if any(row.channel != Channel.WEB for row in told):
        transaction.on_commit(_wake_worker, robust=True)
    return told


def _address(account: Account, preference: NoticePreference, channel: str) -> str | None:
    """Where a channel reaches the account: "" for the web, None when it does not."""
    person = account.person
    if channel == Channel.WEB:
        return ""
    if channel == Channel.EMAIL:
        found = account.email or (person.email if person else "")
        return found if found and preference.wants_email else None
    phone = person.phone if person else ""
    return phone if phone and preference.wants_sms else None


def _row(
    actor: access.Actor,
    account: Account,
    language: str,
    words: Text,
    values: dict[str, Any],
    channel: Channel,
    address: str,
    link: str,
    key: str | None,
) -> Notice:
    title, body, sms = compose(words, values, language)
    is_web = channel == Channel.WEB
    return Notice(
        account=account,
        channel=channel,
        text=words.code,
        language=language,
        title=title,
        body=sms if channel == Channel.SMS else body,
        link=link,
        address=address,
        key=key,
        state=State.SENT if is_web else State.QUEUED,
        sent_at=timezone.now() if is_web else None,
        is_simulated=actor.is_simulated or account.is_simulated,
    )


def _wake_worker() -> None:
    """Asks for delivery now; when a delivery waits already, it will take ours along."""
    from procrastinate.exceptions import AlreadyEnqueued

    from tinhso.foundation.notices import jobs

    try:
        jobs.deliver_soon.defer()
    except AlreadyEnqueued:
        logger.debug("a delivery waits already")


@transaction.atomic
def mark_read(actor: access.Actor, *, notice_id: int) -> Notice:
    """The reader has seen one of their own notices."""
    access.require(actor, OWN)
    notice = Notice.objects.for_account(actor.account_id).select_for_update().get(pk=notice_id)
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def mark_all_read(actor: access.Actor) -> int:
    """The reader has seen all of their own notices. Says how many were new."""
    access.require(actor, OWN)
    return Notice.objects.for_account(actor.account_id).unread().update(read_at=timezone.now())


@transaction.atomic
def set_preference(actor: access.Actor, *, language: str, wants_email: bool, wants_sms: bool) -> NoticePreference:
    """How the actor's own account wants to be told."""
    access.require(actor, OWN)
    assert actor.account_id is not None
    chosen: dict[str, Any] = {"language": language, "wants_email": wants_email, "wants_sms": wants_sms}
    preference, _made = NoticePreference.objects.update_or_create(account_id=actor.account_id, defaults=chosen)
    audit.record(actor, "notices.preference.changed", preference, **chosen)
    return preference


@transaction.atomic
def retry_set_aside(actor: access.Actor, *, notice_id: int) -> None:
    """Puts a notice that was set aside back into the queue, after its cause was mended."""
    access.require(actor, RETRY)
    notice = Notice.objects.select_for_update().get(pk=notice_id, state=State.SET_ASIDE)
    notice.state, notice.attempts, notice.next_attempt_at = State.QUEUED, 0, None
    notice.save(update_fields=["state", "attempts", "next_attempt_at"])
    audit.record(actor, "notices.notice.retried", notice, error=notice.error)

"""Telling people. `notify` is called inside an act; the rows commit or vanish with it, a job delivers them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


ALL = (Channel.WEB, Channel.EMAIL, Channel.SMS)


@dataclass(frozen=True)
class Message:
    """One occasion to tell one account of, in the words of a registered text."""

    actor: access.Actor
    account: Account
    text: str
    values: dict[str, Any]
    link: str = ""
    key: str | None = None
    channels: tuple[str, ...] = ALL


def notify(
    actor: access.Actor,
    *,
    account: Account,
    text: str,
    values: dict[str, Any],
    link: str = "",
    key: str | None = None,
    channels: tuple[str, ...] = ALL,
) -> list[Notice]:
    """Writes one notice per channel that the account can and wants to be reached by, in its own language.

    `key` names the occasion ("procedures.dossier_received:15"): the same occasion is told once. Deliberately no
    permission of its own: whoever may do the act may tell the person of it. Returns the notices written now.
    """
    return notify_many([Message(actor, account, text, values, link, key, channels)])


@transaction.atomic
def notify_many(messages: Sequence[Message]) -> list[Notice]:
    """`notify` for many at once: as few statements as for one. Accounts come best with their person."""
    wishes = NoticePreference.objects.in_bulk({one.account.pk for one in messages}, field_name="account_id")
    rows = [row for one in messages for row in _rows(one, wishes.get(one.account.pk))]
    # Only a row with a key can be there already; a conflict in any other would be a fault, and shall be heard of.
    keyed = Notice.objects.bulk_create([row for row in rows if row.key], ignore_conflicts=True)
    told = [*keyed, *Notice.objects.bulk_create([row for row in rows if not row.key])]
    if any(row.channel != Channel.WEB for row in told):
        _wake_worker_once()
    return told


def _rows(message: Message, wish: NoticePreference | None) -> Iterator[Notice]:
    preference = wish or NoticePreference(account=message.account)
    words = TEXTS[message.text]
    for channel in message.channels:
        address = _address(message.account, preference, channel)
        if address is not None and (channel != Channel.SMS or words.sms):
            yield _row(message, preference.language, words, Channel(channel), address)


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


def _row(message: Message, language: str, words: Text, channel: Channel, address: str) -> Notice:
    title, body, sms = compose(words, message.values, language)
    is_web = channel == Channel.WEB
    return Notice(
        account=message.account,
        channel=channel,
        text=words.code,
        language=language,
        title=title,
        body=sms if channel == Channel.SMS else body,
        link=message.link,
        address=address,
        key=message.key,
        state=State.SENT if is_web else State.QUEUED,
        sent_at=timezone.now() if is_web else None,
        is_simulated=message.actor.is_simulated or message.account.is_simulated,
    )


def _wake_worker_once() -> None:
    """At commit, and once however many notices the transaction wrote."""
    if not any(_wake_worker in waiting for waiting in transaction.get_connection().run_on_commit):
        transaction.on_commit(_wake_worker, robust=True)


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

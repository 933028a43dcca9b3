"""A quote in sentences: what, how much, for how many, why less, by which rule."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.systems.procedures.fees.rules import Line, Quote


def dong(amount: int) -> str:
    """50.000 đồng, with the thousands as Vietnamese writes them."""
    return _("%(amount)s đồng") % {"amount": f"{amount:,}".replace(",", ".")}


def sentences(quote: Quote) -> list[str]:
    """One or two sentences for each fee, then the sum when there are several."""
    if not quote.lines:
        return [_("Hệ thống chưa có mức thu của thủ tục này cho địa phương; cán bộ một cửa sẽ cho biết.")]
    told = [sentence for line in quote.lines for sentence in _line(line)]
    if len(quote.lines) > 1 and quote.amount is not None:
        told.append(_("Cộng: %(amount)s.") % {"amount": dong(quote.amount)})
    return told


def _line(line: Line) -> list[str]:
    told = [_price(line)]
    relief = line.relief
    if relief is not None:
        known = {"who": relief.name, "basis": relief.basis, "percent": relief.percent}
        if relief.percent >= 100:
            told.append(_("Được miễn vì %(who)s, căn cứ %(basis)s.") % known)
        else:
            told.append(_("Được giảm %(percent)s%% vì %(who)s, căn cứ %(basis)s.") % known)
            if line.amount is not None:
                told.append(_("Còn phải nộp %(amount)s.") % {"amount": dong(line.amount)})
    return told


def _price(line: Line) -> str:
    rule = line.rule
    known = {"name": rule.name, "per": rule.per, "count": line.quantity}
    if line.full is None:
        return _("%(name)s: chưa rõ mức thu; không có nghĩa là không thu.") % known
    if line.full == 0:
        return _("%(name)s: không thu.") % known
    known["amount"] = dong(line.full)
    if rule.tiers and rule.per:
        if rule.cap is not None and line.full == rule.cap:
            return _("%(name)s: %(count)s %(per)s, tính theo bậc và không quá mức tối đa, là %(amount)s.") % known
        return _("%(name)s: %(count)s %(per)s, tính theo bậc, là %(amount)s.") % known
    if rule.per and line.quantity > 1:
        known["each"] = dong(rule.amount or 0)
        return _("%(name)s: %(each)s một %(per)s, %(count)s %(per)s là %(amount)s.") % known
    if rule.per:
        return _("%(name)s: %(amount)s một %(per)s.") % known
    return _("%(name)s: %(amount)s.") % known

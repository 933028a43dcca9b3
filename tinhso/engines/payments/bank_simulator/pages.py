"""The simulated bank's screens: small, without scripts, marked MÔ PHỎNG on every one."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Any

from starlette.responses import HTMLResponse

STYLE = """
*{box-sizing:border-box}
body{margin:0;font:17px/1.55 "Be Vietnam Pro",system-ui,sans-serif;color:#16302b;background:#f2f6f4}
.mark{background:#8a1538;color:#fff;text-align:center;padding:10px 16px;font-weight:600;margin:0}
main{max-width:520px;margin:0 auto;padding:24px 16px}h1{font-size:24px;line-height:1.3;margin:0 0 8px}
label{display:block;font-weight:600;margin:16px 0 4px}small{color:#44605a}
textarea,input,select{width:100%;font:inherit;padding:10px;border:1px solid #8ba39c;border-radius:8px;background:#fff;
color:inherit}
textarea{min-height:110px;font-family:ui-monospace,monospace;font-size:14px;overflow-wrap:anywhere}
button{font:inherit;font-weight:600;min-height:48px;width:100%;margin-top:20px;border-radius:8px;
border:1px solid #0f5c4a;background:#0f5c4a;color:#fff}
dl{display:grid;grid-template-columns:auto 1fr;gap:6px 16px}dt{color:#44605a}dd{margin:0;font-weight:600;
overflow-wrap:anywhere}
:focus-visible{outline:3px solid #b3541e;outline-offset:2px}
@media (prefers-color-scheme:dark){body{background:#0e1714;color:#e3f0ec}textarea,input,select{background:#16231f;
border-color:#5d7a72}small,dt{color:#a6bfb8}}
"""
WAYS = (
    ("", "Bình thường"),
    ("ten-times", "Ngân hàng báo mười lần cùng một tin"),
    ("twice", "Trả hai lần"),
    ("amount", "Trả dư 1.000 đồng"),
    ("purpose", "Quên ghi nội dung"),
    ("silent", "Ngân hàng quên báo (chỉ có trong sao kê)"),
    ("signature", "Tin báo sai chữ ký"),
    ("stale", "Tin báo cũ một giờ"),
)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def answer(body: str, status: int = 200) -> HTMLResponse:
    """A page that nothing may be loaded into."""
    policy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    return HTMLResponse(body, status, {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"})


def page(title: str, body: str) -> str:
    """One screen, with the mark on top."""
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} · Ngân hàng mô phỏng</title><link rel="stylesheet" href="/style.css"></head><body>'
        '<p class="mark" role="note">MÔ PHỎNG: không phải ngân hàng thật, không có tiền thật.</p>'
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def pay(code: str) -> str:
    """Where a person pays by the content of the code."""
    ways = "".join(f'<option value="{value}">{escape(label)}</option>' for value, label in WAYS)
    return page(
        "Trả tiền theo mã VietQR",
        '<form method="post" action="/pay"><label for="qr">Nội dung mã VietQR</label>'
        f'<textarea id="qr" name="qr" required spellcheck="false">{escape(code)}</textarea>'
        '<label for="payer">Tên người trả</label><input id="payer" name="payer" value="NGUYEN THI HOA">'
        f'<label for="fault">Cách trả</label><select id="fault" name="fault">{ways}</select>'
        "<small>Các cách sau để xem hệ thống xử lý chênh lệch thế nào.</small>"
        "<button>Xác nhận trả tiền</button></form>",
    )


def paid(movement: dict[str, Any], fault: str) -> str:
    """What was paid."""
    rows = (
        ("Mã giao dịch", movement["reference"]),
        ("Số tiền", f"{movement['amount']:,} đồng".replace(",", ".")),
        ("Vào tài khoản", f"{movement['bin']} {movement['number']}"),
        ("Nội dung", movement["description"]),
        ("Lúc", movement["at"]),
        ("Cách trả", dict(WAYS)[fault]),
    )
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in rows)
    return page("Đã trả", f"<dl>{listed}</dl><p>Hãy quay lại trang của tỉnh và bấm “Tôi đã trả, kiểm tra”.</p>")


def refused(sentence: str) -> str:
    """What cannot be paid."""
    return page("Chưa trả được", f"<p>{escape(sentence)}</p>")

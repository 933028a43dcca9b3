"""`tinhso receipt`: one receipt as a ZIP that openssl alone can check."""

from __future__ import annotations

from pathlib import Path

from tinhso.faces.cli.words import Trouble, _, say


def export(uid: str, file: Path) -> None:
    """Writes the ZIP of the call with this X-Road-Request-Id; never over a file."""
    from django.conf import settings
    from django.core.exceptions import ValidationError

    from tinhso.engines.exchange.models import Message
    from tinhso.engines.exchange.receipt_files import authority, bundle
    from tinhso.engines.exchange.services.peers import folder
    from tinhso.engines.signing.authority import root_pem
    from tinhso.foundation.text.errors import Refused

    try:
        message = Message.objects.select_related("batch").filter(uid=uid).first()
        if message is None:
            raise Trouble(_("Không có biên nhận nào mang mã {uid}.").format(uid=uid))
        packed = bundle(message, plane_pem=(folder() / "plane.pem").read_bytes(), authority_pem=authority(root_pem))
        with file.open("xb") as out:
            out.write(packed)
    except ValidationError:
        raise Trouble(_("Không có biên nhận nào mang mã {uid}.").format(uid=uid)) from None
    except Refused as refusal:
        raise Trouble(refusal.sentence) from refusal
    except FileExistsError:
        raise Trouble(_("Tệp {file} đã có; hãy chọn tên khác.").format(file=file)) from None
    except FileNotFoundError as missing:
        raise Trouble(f"{missing.filename}: {missing.strerror}; {settings.DATA_DIR}") from missing
    say(_("✓ Biên nhận và cách kiểm tra ở {file}.").format(file=file), "green")

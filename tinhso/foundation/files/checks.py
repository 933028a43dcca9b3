"""What `tinhso doctor` asks of the file store."""

from __future__ import annotations

import shutil

from django.utils.translation import gettext as _

from tinhso.foundation.files import blobs, errors, scanning
from tinhso.foundation.jobs.registry import Finding

LOW_BYTES = 1024**3


def check_store() -> Finding:
    """The folder can be written, and a gigabyte is free."""
    try:
        probe = blobs.folder("incoming") / ".probe"
        probe.write_bytes(b"probe")
        probe.unlink()
    except OSError as fault:
        return Finding(False, _("Không ghi được vào kho tệp: %(fault)s.") % {"fault": fault.strerror or str(fault)})
    free = shutil.disk_usage(blobs.folder("blobs")).free
    words = {"free": errors.size_in_words(free)}
    if free < LOW_BYTES:
        return Finding(False, _("Kho tệp chỉ còn %(free)s. Hãy thêm chỗ trên đĩa.") % words)
    return Finding(True, _("Kho tệp ghi được, còn %(free)s.") % words)


def check_scanner() -> Finding:
    """clamd answers, when one is configured; otherwise says plainly that there is none."""
    address = scanning.clamd_address()
    if not address:
        return Finding(True, _("Chưa nối máy quét vi-rút (TINHSO_CLAMD); chỉ dùng kiểm tra có sẵn."))
    try:
        scanning.connect(address, timeout=3).ping()
    except Exception as fault:  # whatever the scanner does, the doctor must answer
        return Finding(
            False,
            _("Máy quét vi-rút ở %(address)s không trả lời (%(fault)s); tệp mới sẽ chờ quét.")
            % {"address": address, "fault": type(fault).__name__},
        )
    return Finding(True, _("Máy quét vi-rút trả lời."))

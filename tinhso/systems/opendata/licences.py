"""Terms of use. A code as CKAN knows it where there is one; the province's own under the decree of open data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tinhso.systems.opendata.rules.record import Licence

# Free of charge, no sign-in, no purpose asked; name the source, do not sell the raw data (the conditions of Decree
# 47/2020 arts 17-20, whose articles ended with Decree 194/2025; kept as the portal's terms until its text is seen).
PROVINCE = "vn-open-data"
LICENCES: dict[str, tuple[object, str]] = {
    PROVINCE: (_("Dùng tự do, phải ghi nguồn, không bán lại dữ liệu gốc"), ""),
    "cc-by": ("Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "cc-by-sa": ("Creative Commons Attribution-ShareAlike 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "cc-zero": ("Creative Commons CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "odc-by": ("Open Data Commons Attribution", "https://opendatacommons.org/licenses/by/1-0/"),
    "odc-odbl": ("Open Database License (ODbL)", "https://opendatacommons.org/licenses/odbl/1-0/"),
    "odc-pddl": ("Public Domain Dedication and License", "https://opendatacommons.org/licenses/pddl/1-0/"),
    "other-pd": (_("Phạm vi công cộng"), ""),
    "notspecified": (_("Chưa nêu giấy phép"), ""),
}


def licence(code: str) -> Licence:
    """The licence by its code; an unknown code (of another portal) stands for itself."""
    title, url = LICENCES.get(code, (code or LICENCES["notspecified"][0], ""))
    return Licence(code, str(title), url)

"""The seeded procedures are found by what people call them, and by their official names however typed."""

from __future__ import annotations

import json

from tinhso.engines.search import services
from tinhso.engines.search.selectors import find
from tinhso.foundation.access.guard import Actor
from tinhso.systems.procedures.models import ProcedureVersion
from tinhso.systems.procedures.searching import KIND, document
from tinhso.systems.procedures.seeds import CATALOGUE


def test_people_find_the_seeded_procedures_in_their_own_words(db: None) -> None:
    facts = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(CATALOGUE.glob("*.json"))]
    assert len(facts) >= 5
    wanted = ("code", "name", "plain_name", "life_event", "field_name", "result_name")
    services.index_many(KIND, [document(ProcedureVersion(**{key: one[key] for key in wanted})) for one in facts])
    labelled = {
        "lam giay khai sinh cho con": "1.001193",
        "đăng ký khai sinh": "1.001193",
        "dawng kys khai sinh": "1.001193",
        "giấy khai sinh em bé mới đẻ": "1.001193",
        "khaisinh": "1.001193",
        "xac nhan doc than": "1.004873",
        "giay xac nhan tinh trang hon nhan": "1.004873",
        "xin giấy độc thân để kết hôn": "1.004873",
        "tinh trang hon nhna": "1.004873",
        "trich luc khai sinh": "2.000635",
        "xin ban sao giay khai sinh": "2.000635",
        "cap ban sao trichs lucj": "2.000635",
        "sao y ban chinh": "2.000815",
        "chung thuc ban sao": "2.000815",
        "chứng thực bằng cấp": "2.000815",
        "chung thuwcj ban sao": "2.000815",
        "than nhan nguoi co cong": "1.010833",
        "giay xac nhan than nhan liet si": "1.010833",
        "người có công": "1.010833",
        "xac nhaan than nhan": "1.010833",
    }
    missed = [
        (query, code)
        for query, code in labelled.items()
        if code not in [hit.object_id for hit in find(Actor.anonymous(), query, kinds=(KIND,), limit=3)]
    ]
    assert len(missed) <= len(labelled) * 0.05, missed

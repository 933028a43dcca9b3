"""The calculator: exact, explained, and unknown is not zero."""

from hypothesis import given
from hypothesis import strategies as st

from tinhso.systems.procedures.fees import explaining, papers, rules
from tinhso.systems.procedures.fees.rules import Relief, Rule, Tier

COPIES = Rule(1, "Phí bản sao", 8000, per="bản sao", quantity_field="so_ban_sao")
PAGES = Rule(2, "Phí chứng thực", 2000, per="trang", tiers=(Tier(2, 2000), Tier(None, 1000)), cap=200_000)
POOR = Relief(7, "người thuộc hộ nghèo", 100, "Thông tư 85/2019/TT-BTC")
HALF = Relief(8, "nộp trực tuyến", 50, "Nghị quyết thử", condition={"channel": "online"})


def _quote(*given: Rule, reliefs: tuple[Relief, ...] = (), **more: object) -> rules.Quote:
    return rules.work_out(given, reliefs, province="99", **more)  # type: ignore[arg-type]


def test_a_count_from_the_form_or_from_the_desk() -> None:
    assert _quote(COPIES).amount == 8000
    assert _quote(COPIES, data={"so_ban_sao": 3}).amount == 24_000
    assert _quote(COPIES, data={"so_ban_sao": 3}, quantity=2).amount == 16_000
    for wrong in ("3", None, True, -4, 2.5, [1]):
        assert _quote(COPIES, data={"so_ban_sao": wrong}).amount == 8000


def test_tiers_and_their_cap() -> None:
    wanted = {1: 2000, 2: 4000, 3: 5000, 10: 12_000, 198: 200_000, 5000: 200_000}
    assert {count: _quote(PAGES, quantity=count).amount for count in wanted} == wanted


def test_unknown_is_not_zero_and_spoils_the_sum() -> None:
    unknown = Rule(3, "Lệ phí", None)
    assert _quote().amount is None and not _quote().is_known
    assert _quote(unknown).amount is None and _quote(unknown, COPIES).amount is None
    assert _quote(Rule(4, "Lệ phí", 0)).amount == 0
    assert "không có nghĩa là không thu" in explaining.sentences(_quote(unknown))[0]
    assert "chưa có mức thu" in explaining.sentences(_quote())[0]


def test_the_wholly_exempt_owe_nothing_even_of_an_unknown_fee() -> None:
    unknown = Rule(3, "Lệ phí", None)
    assert _quote(unknown, reliefs=(POOR,), claimed=frozenset({7})).amount == 0


def test_the_closest_rule_goes_first() -> None:
    national, local = Rule(1, "Lệ phí", 100), Rule(2, "Lệ phí", 80, province="99")
    elsewhere, online = Rule(3, "Lệ phí", 1, province="98"), Rule(4, "Lệ phí", 40, province="99", channel="online")
    late = Rule(5, "Lệ phí", 60, case="qua-han")
    every = (national, local, elsewhere, online, late)
    assert _quote(*every, channel="desk").amount == 80
    assert _quote(*every, channel="online").amount == 40
    assert _quote(national, late, case="qua-han").amount == 60 and _quote(national, late).amount == 100


def test_reliefs_are_claimed_or_apply_by_themselves_and_never_add_up() -> None:
    assert _quote(COPIES, reliefs=(POOR,)).amount == 8000
    assert _quote(COPIES, reliefs=(POOR,), claimed=frozenset({7})).amount == 0
    assert _quote(COPIES, reliefs=(HALF,), channel="online").amount == 4000
    assert _quote(COPIES, reliefs=(HALF,), channel="desk").amount == 8000
    assert _quote(COPIES, reliefs=(HALF,), channel="desk", claimed=frozenset({8})).amount == 8000
    assert _quote(COPIES, reliefs=(HALF, HALF), channel="online").amount == 4000
    by_answer = Relief(9, "dưới 16 tuổi", 100, "x", condition={"answers": {"tre_em": True}})
    assert _quote(COPIES, reliefs=(by_answer,), data={"tre_em": True}).amount == 0
    assert _quote(COPIES, reliefs=(by_answer,), data={"tre_em": "True"}).amount == 8000


def test_it_explains_itself() -> None:
    told = explaining.sentences(_quote(COPIES, reliefs=(POOR,), data={"so_ban_sao": 2}, claimed=frozenset({7})))
    assert told == [
        "Phí bản sao: 8.000 đồng một bản sao, 2 bản sao là 16.000 đồng.",
        "Được miễn vì người thuộc hộ nghèo, căn cứ Thông tư 85/2019/TT-BTC.",
    ]
    told = explaining.sentences(_quote(Rule(1, "Lệ phí", 50_000), reliefs=(HALF,), channel="online"))
    assert told[0] == "Lệ phí: 50.000 đồng." and told[-1] == "Còn phải nộp 25.000 đồng."


def test_amounts_in_words() -> None:
    wanted = {
        0: "Không đồng",
        5: "Năm đồng",
        15: "Mười lăm đồng",
        21: "Hai mươi mốt đồng",
        105: "Một trăm linh năm đồng",
        8000: "Tám nghìn đồng",
        50_000: "Năm mươi nghìn đồng",
        1_005_000: "Một triệu không trăm linh năm nghìn đồng",
        14_250_000: "Mười bốn triệu hai trăm năm mươi nghìn đồng",
        2_000_000_011: "Hai tỷ không trăm mười một đồng",
    }
    assert {amount: papers.amount_in_words(amount) for amount in wanted} == wanted


amounts = st.none() | st.integers(0, 10**9)
made_rules = st.builds(
    Rule,
    pk=st.integers(1, 99),
    name=st.sampled_from(["Phí", "Lệ phí", "Khác"]),
    amount=amounts,
    per=st.sampled_from(["", "bản"]),
    tiers=st.sampled_from([(), (Tier(2, 5), Tier(None, 3))]),
    cap=st.none() | st.integers(0, 10**6),
    province=st.sampled_from(["", "99", "98"]),
    channel=st.sampled_from(["", "online", "desk"]),
)
made_reliefs = st.builds(
    Relief,
    pk=st.integers(1, 9),
    name=st.just("diện"),
    percent=st.integers(1, 100),
    basis=st.just("căn cứ"),
    fee_name=st.sampled_from(["", "Phí"]),
    condition=st.sampled_from([{}, {"channel": "online"}]),
)


@given(
    st.lists(made_rules, max_size=5),
    st.lists(made_reliefs, max_size=4),
    st.integers(1, 50),
    st.sampled_from(["online", "desk"]),
)
def test_a_fee_is_never_negative_never_above_full_and_always_explained(
    given_rules: list[Rule], reliefs: list[Relief], count: int, channel: str
) -> None:
    claimed = frozenset(relief.pk for relief in reliefs)
    quote = rules.work_out(given_rules, reliefs, province="99", channel=channel, quantity=count, claimed=claimed)
    for line in quote.lines:
        assert line.full is None or line.full >= 0
        assert line.amount is None or 0 <= line.amount <= (line.full if line.full is not None else 0)
        assert line.rule.cap is None or line.full is None or line.full <= line.rule.cap
    assert len({line.rule.name for line in quote.lines}) == len(quote.lines)
    assert (quote.amount is None) == (not quote.lines or any(line.amount is None for line in quote.lines))
    assert explaining.sentences(quote)

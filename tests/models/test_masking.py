"""Numbers in free text: masked for staff, whatever way they were typed; other numbers stay."""

import pytest

from models.masking import masked


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("我的电话13900001234，随时打", "我的电话139******34，随时打"),
        ("139 0000 1234", "139******34"),
        ("139-0000-1234。", "139******34。"),
        ("１３９００００１２３４", "１３９******３４"),
        ("身份证110101199001011234", "身份证******1234"),
        ("身份证11010119900101123X还有", "身份证******123X还有"),
        ("老证110101900101123", "老证******1123"),
        ("卡号6222 0212 3456 7890 123", "卡号****** 123"),
        ("卡号6222021234567890", "卡号******7890"),
    ],
)
def test_numbers_of_people_are_masked(typed, shown):
    assert masked(typed) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "7号楼301室",
        "2026年11月22日 18:00",
        "编号10126000123",
        "值班电话0000-5550110",
        "打110、12345、12389",
        "车牌00A12345",
    ],
)
def test_other_numbers_stay(typed):
    assert masked(typed) == typed

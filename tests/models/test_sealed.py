"""What is sealed: read by its key, in its place, or not at all."""

import pytest
from cryptography.exceptions import InvalidTag

from models.sealed import seal, sealed_fields, unseal

KEY, OTHER_KEY = [b"\x33" * 32], [b"\x34" * 32]
PLACE = {"table": "officer", "uid": "a" * 32, "field": "totp"}
PHONE = "陈静 0000-5550142 😀"


def test_what_was_sealed_comes_back():
    for text in (PHONE, "", "长" * 4000):
        assert unseal(KEY, seal(KEY, text, **PLACE), **PLACE) == text


def test_nothing_of_the_text_can_be_read():
    assert b"5550142" not in seal(KEY, PHONE, **PLACE)


def test_the_same_text_is_never_sealed_the_same_twice():
    sealed = [seal(KEY, PHONE, **PLACE) for _ in range(100)]
    assert len({one[:12] for one in sealed}) == len({one[12:] for one in sealed}) == 100


def test_another_key_does_not_open_it():
    with pytest.raises(InvalidTag):
        unseal(OTHER_KEY, seal(KEY, PHONE, **PLACE), **PLACE)


@pytest.mark.parametrize("elsewhere", [{"table": "contact"}, {"uid": "b" * 32}, {"field": "phone"}])
def test_moved_to_another_table_row_or_field_it_does_not_open(elsewhere):
    with pytest.raises(InvalidTag):
        unseal(KEY, seal(KEY, PHONE, **PLACE), **PLACE | elsewhere)


def test_one_flipped_bit_anywhere_spoils_it():
    sealed = seal(KEY, "13", **PLACE)
    assert len(sealed) == 12 + 2 + 16
    for i in range(len(sealed)):
        with pytest.raises(InvalidTag):
            unseal(KEY, sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :], **PLACE)


def test_a_byte_less_spoils_it():
    with pytest.raises(InvalidTag):
        unseal(KEY, seal(KEY, PHONE, **PLACE)[:-1], **PLACE)


def test_of_several_keys_the_first_seals_and_any_opens():
    old, new = seal(OTHER_KEY, PHONE, **PLACE), seal(KEY + OTHER_KEY, PHONE, **PLACE)
    assert unseal(KEY + OTHER_KEY, old, **PLACE) == unseal(KEY, new, **PLACE) == PHONE
    with pytest.raises(InvalidTag):
        unseal(OTHER_KEY, new, **PLACE)


def test_all_that_is_sealed_is_found_by_its_name():
    assert {table.name: fields for table, fields in sealed_fields().items()} == {
        "officer": ["totp"],
        "contact": ["name", "phone", "address"],
        "incident_import": ["sheet"],
        "incident_callback": ["phone"],
        "pairing": ["phone"],
        "slip": ["phone"],
        "talk_side": ["name", "phone"],
        "appointment": ["name", "phone", "address"],
    }

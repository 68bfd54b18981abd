"""Pseudonyms: one person, one name here; nobody can try the numbers without the key; the key is looked after."""

import hashlib
import hmac
import os
import stat

import polars as pl
import pytest

from connectors.pseudonyms import ENVIRONMENT, Pseudonyms, find_key, is_nhs_number, normalise, person_key, problems
from connectors.refusal import ImportRefused

KEY = b"a key of thirty-two bytes or more"


def named(key, value, *of):
    return Pseudonyms(key).of(pl.Series([value]), *of).item()


def test_one_person_is_one_pseudonym_however_a_spreadsheet_wrote_the_number():
    written = [
        "943 476 5919",
        "943-476-5919",
        "9434765919.0",
        "９４３４７６５９１９",
        "943\u200b4765919",
        " 9434765919",
    ]
    made = Pseudonyms(KEY).of(pl.Series(written), "nhs_number")
    assert made.n_unique() == 1
    assert made.str.len_chars().unique().to_list() == [32]


def test_leading_zeros_tell_two_people_apart():
    assert normalise("0012345") != normalise("12345")


def test_another_key_id_type_or_domain_gives_another_name():
    names = {
        named(KEY, "12345", "caller"), named(KEY, "12345", "tenant"), named(KEY, "12345", "caller", "household"),
        named(KEY + b"!", "12345", "caller"),
    }  # fmt: skip
    assert len(names) == 4


def test_a_name_is_the_first_half_of_a_keyed_hash_and_stays_so():
    told = hmac.new(KEY, b"person|caller|12345", hashlib.sha256).hexdigest()
    assert named(KEY, "12345", "caller") == told[:32] == "679f105ffac4cd6831cda5c140d640b4"


def test_the_integer_is_the_first_fifteen_digits():
    made = (
        Pseudonyms(KEY).of(pl.Series(["12345", None]), "caller").to_frame("p").with_columns(k=person_key(pl.col("p")))
    )
    assert made["k"].to_list() == [int(made["p"][0][:15], 16), None]


def test_names_are_the_same_in_every_block_of_an_import(monkeypatch):
    monkeypatch.setattr("connectors.keys.CACHED", 2)  # so small that everything is forgotten between blocks
    maker = Pseudonyms(KEY)
    blocks = [pl.Series(["a1", "b1", "c1"]), pl.Series(["c1", "d1"]), pl.Series(["a1", "d1", "e1", None])]
    for block in blocks:
        told = maker.of(block, "caller").to_list()
        assert told == [None if value is None else named(KEY, value, "caller") for value in block]


@pytest.mark.parametrize(("value", "problem"), [
    ("1.23E+09", "person_id_scientific"), ("1,23E+09", "person_id_scientific"), ("1.2e9", "person_id_scientific"),
    (" 4E+12 ", "person_id_scientific"), ("12E5", None), ("9434765919", None), (None, None),
])  # fmt: skip
def test_what_a_spreadsheet_shortened_is_no_id(value, problem):
    assert problems(pl.Series([value], dtype=pl.String), "caller").to_list() == [problem]


def test_nhs_numbers_have_ten_digits_and_a_check_digit():
    assert is_nhs_number("9434765919")
    assert not is_nhs_number("9434765918")
    assert not is_nhs_number("943476591")
    assert problems(pl.Series(["943 476 5919", "9434765918"]), "nhs_number").to_list() == [None, "nhs_number_invalid"]


def test_a_key_is_made_once_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    key = find_key(tmp_path)
    assert len(key) >= 32
    assert find_key(tmp_path) == key
    assert stat.S_IMODE(os.stat(tmp_path / "pseudonym.key").st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pseudonym.check", "pseudonym.key"]
    assert key not in (tmp_path / "pseudonym.check").read_bytes()


def test_another_key_than_the_records_were_made_with_is_refused(tmp_path, monkeypatch):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    find_key(tmp_path)
    monkeypatch.setenv(ENVIRONMENT, "x" * 32)
    with pytest.raises(ImportRefused, match="not the one these records were made with"):
        find_key(tmp_path)


def test_a_short_key_and_one_others_can_read_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv(ENVIRONMENT, "too short")
    with pytest.raises(ImportRefused, match="holds 9 bytes and needs at least 32"):
        find_key(tmp_path)
    monkeypatch.delenv(ENVIRONMENT)
    find_key(tmp_path)
    (tmp_path / "pseudonym.key").chmod(0o644)
    with pytest.raises(ImportRefused, match="others can read the pseudonym key"):
        find_key(tmp_path)

"""What the operator sets, and what the app keeps private without being told."""

import stat

import pytest

from app import create_app, settings
from models.keys import Keys
from tests.visitor import Visitor


@pytest.mark.parametrize(
    ("value", "read"), [("0", 0), ("false", False), ("False", False), ("true", True), ("12", 12), ("words", "words")]
)
def test_switches_and_numbers_are_read_as_such(monkeypatch, value, read):
    monkeypatch.setenv("HUIYIN_RATELIMIT_ENABLED", value)
    assert settings()["RATELIMIT_ENABLED"] == read


def test_an_empty_value_is_none_and_a_secret_of_digits_stays_text(monkeypatch):
    monkeypatch.setenv("HUIYIN_RATELIMIT_ENABLED", "")
    monkeypatch.setenv("HUIYIN_SECRET_KEY", "0123")
    assert "RATELIMIT_ENABLED" not in settings() and settings()["SECRET_KEY"] == "0123"


def test_keys_and_folder_are_private_and_stay_the_same(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    first = create_app({"DATA_DIR": str(folder)}).extensions["keys"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.glob("*.key")} == {0o600} and len(
        list(folder.glob("*.key"))
    ) == 4
    assert Keys.load(folder, {}) == first


def test_postgresql_means_psycopg_3(tmp_path):
    app = create_app({"DATA_DIR": str(tmp_path), "SQLALCHEMY_DATABASE_URI": "postgresql://nobody@/nothing"})
    assert app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql+psycopg://")


def test_a_host_name_that_is_none_is_a_bad_request(app):
    assert app.test_client().get("/suggest", headers={"Host": "a" * 300}).status_code == 400


def test_an_empty_house_says_that_it_is_not_set_up(app):
    answer = Visitor(app).post("/suggest", {"kind": "question", "body": "这里有人吗？", "community": "-"})
    assert answer.status_code == 409 and "还没有设好" in answer.text

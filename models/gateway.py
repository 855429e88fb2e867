"""An SMS gateway over HTTP: how a text is handed to it, and how what it tells is known to be its own. Without one, texts go by hand."""

import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

import urllib3

from models import rules

TIMEOUT = urllib3.Timeout(connect=5, read=10)  # seconds; ten texts stay well within a lease
ANSWERED_IN = 15  # seconds, of the whole answer
READ_AT_MOST = 10_000  # bytes of an answer
HOLE = re.compile(r"\{(\w*)\}")
HOLES = {"phone", "text", "id", "extension"}
CODE = re.compile(r"[\w-]{1,20}", re.A)
ON_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
NAMES = ("SMS_URL", "SMS_BODY", "SMS_HEADERS", "SMS_SUCCESS", "SMS_ID", "SMS_KEY")


class Misconfigured(ValueError):
    """A setting of the gateway can't stand; the sentence is for the operator."""


@dataclass(frozen=True)
class Answer:
    """What came of handing over one text: an error's code, never its words, or None; and what the gateway calls it."""

    error: str | None = None
    gateway_id: str | None = None


class Gateway:
    """One provider, as the operator described it.

    body: JSON with {phone} {text} {id} {extension} in its strings. success: a path and a value in the answer, where 200 is
    not enough. id_path: where the answer says what it calls the text. key: signs what is sent, and what comes back.
    """

    def __init__(self, url, body, headers=None, success=None, id_path=None, key=b""):
        self.url, self.body, self.headers = url, body, headers or {}
        self.success, self.id_path, self.key = success, id_path, key
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False, maxsize=4)

    @classmethod
    def of(cls, given: dict) -> "Gateway | None":
        """The gateway of these settings, None where no address is set. Misconfigured says what is wrong with them."""
        settings = {name: str(given.get(name) or "").strip() for name in NAMES}
        if not settings["SMS_URL"]:
            if odd := [f"HUIYIN_{name}" for name, value in settings.items() if value]:
                raise Misconfigured(f"{', '.join(odd)} without HUIYIN_SMS_URL: set the gateway's address, or none of them.")
            return None
        success = settings["SMS_SUCCESS"].partition("=")
        if settings["SMS_SUCCESS"] and not (success[0] and success[1]):
            raise Misconfigured("HUIYIN_SMS_SUCCESS must be a path and a value, such as code=0 or result.status=ok.")
        return cls(
            _address(settings["SMS_URL"]),
            _body(settings["SMS_BODY"]),
            _headers(settings["SMS_HEADERS"]),
            (success[0], success[2]) if settings["SMS_SUCCESS"] else None,
            settings["SMS_ID"] or None,
            settings["SMS_KEY"].encode(),
        )

    def send(self, *, phone: str, text: str, id: str, extension: str, at: datetime) -> Answer:
        """Hand over one text. The same `id` again is the same text: a gateway that knows it sends it once."""
        body = json.dumps(_filled(self.body, {"phone": phone, "text": text, "id": id, "extension": extension}))
        headers = {"Content-Type": "application/json"} | self.headers
        if self.key:
            stamp = str(int(at.timestamp()))
            headers |= {"X-Huiyin-Timestamp": stamp, "X-Huiyin-Signature": self.signature(stamp, body.encode())}
        try:
            answer = self._pool.request(
                "POST", self.url, body=body.encode(), headers=headers, redirect=False, preload_content=False
            )
            try:
                said = _read_in_time(answer)
            finally:
                answer.close()
        except urllib3.exceptions.HTTPError:
            return Answer("no_answer")
        return self._read(answer.status, said)

    def signature(self, stamp: str, body: bytes) -> str:
        """HMAC-SHA256 over timestamp, a dot and the body, in hex."""
        return hmac.digest(self.key, stamp.encode() + b"." + body, "sha256").hex()

    def signed(self, stamp: str, signature: str, body: bytes, at: datetime) -> bool:
        """Whether this came from whoever has the key, and not long ago. Without a key nothing does."""
        if not (self.key and stamp.isdecimal() and stamp.isascii() and len(stamp) <= 11 and signature.isascii()):
            return False
        fresh = abs(at - (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(stamp)))) <= rules.SIGNED_WITHIN
        return hmac.compare_digest(self.signature(stamp, body), signature) and fresh

    def _read(self, status: int, said: bytes) -> Answer:
        if not 200 <= status < 300:
            return Answer(f"http_{status}")
        try:
            told = json.loads(said)
        except (ValueError, RecursionError):
            told = None
        if self.success:
            value = _at(told, self.success[0])
            if value != self.success[1]:
                return Answer(f"said_{value}" if value and CODE.fullmatch(value) else "said_no")
        name = self.id_path and _at(told, self.id_path)
        return Answer(gateway_id=name[:64] if name else None)


def _read_in_time(answer) -> bytes:
    """What was said within 15 seconds: an answer that trickles keeps nothing waiting."""
    said, end = b"", monotonic() + ANSWERED_IN
    while len(said) < READ_AT_MOST and (piece := answer.read1(READ_AT_MOST)):
        said += piece
        if monotonic() > end:
            raise urllib3.exceptions.ReadTimeoutError(None, None, "too slow")
    return said


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ON_THIS_MACHINE):
        raise Misconfigured("HUIYIN_SMS_URL must begin with https:// (http:// only on this machine): it carries phone numbers.")
    if not parts.hostname:
        raise Misconfigured("HUIYIN_SMS_URL names no host.")
    return url


def _body(text: str):
    body = _json("HUIYIN_SMS_BODY", text)
    holes = {name for found in _strings(body) for name in HOLE.findall(found)}
    if unknown := holes - HOLES:
        raise Misconfigured(f"HUIYIN_SMS_BODY has {{{sorted(unknown)[0]}}}; there are {{phone}} {{text}} {{id}} {{extension}}.")
    if missing := {"phone", "text"} - holes:
        raise Misconfigured(f"HUIYIN_SMS_BODY lacks {{{sorted(missing)[0]}}}.")
    return body


def _headers(text: str) -> dict[str, str]:
    headers = _json("HUIYIN_SMS_HEADERS", text or "{}")
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise Misconfigured('HUIYIN_SMS_HEADERS must be a JSON object of texts, such as {"Authorization": "Bearer …"}.')
    return headers


def _json(name: str, text: str):
    try:
        return json.loads(text)
    except ValueError:
        raise Misconfigured(f'{name} must be JSON, such as {{"mobile": "{{phone}}", "content": "{{text}}"}}.') from None


def _strings(value):
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(inner)


def _filled(value, holes: dict[str, str]):
    if isinstance(value, str):
        return HOLE.sub(lambda found: holes[found[1]], value)
    if isinstance(value, dict):
        return {name: _filled(inner, holes) for name, inner in value.items()}
    return [_filled(inner, holes) for inner in value] if isinstance(value, list) else value


def _at(told, path: str) -> str | None:
    """What stands at a path such as data.0.code, as text; None if nothing does."""
    for name in path.split("."):
        if isinstance(told, list) and name.isdecimal() and int(name) < len(told):
            told = told[int(name)]
        elif isinstance(told, dict) and name in told:
            told = told[name]
        else:
            return None
    if isinstance(told, dict | list) or told is None:
        return None
    return json.dumps(told) if isinstance(told, bool) else str(told)

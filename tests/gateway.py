"""An SMS gateway for tests: a real HTTP server on loopback, in whatever mood it is asked to be."""

import hmac
import json
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from models.base import now

KEY = "a key for tests"


class FakeGateway:
    """`mood(n, told)` says what happens to the n-th request: an HTTP status, "lose" (sent, but no answer), "delay" (an answer
    that comes only at the end), "deny" (200 with
    an error inside), or None. An honest one sends each id once, whatever it is asked; another one sends each time."""

    def __init__(self, mood=lambda n, told: None, honest=True):
        self.mood, self.honest = mood, honest
        self.told, self.sent, self.known, self.headers = [], [], set(), []
        self.lock, self.over = threading.Lock(), threading.Event()

    @property
    def doubles(self):
        """The ids that went out more than once."""
        return [id for id, times in Counter(told["uid"] for told in self.sent).items() if times > 1]

    def take(self, told, headers):
        """What to answer: a status and a body, or None to hang up."""
        with self.lock:
            self.told.append(told)
            self.headers.append(headers)
            what = self.mood(len(self.told), told)
            if what in (None, "lose") and not (self.honest and told["uid"] in self.known):
                self.sent.append(told)
                self.known.add(told["uid"])
        if what == "delay":
            self.over.wait()
        if what in ("lose", "delay"):
            return None
        if what == "deny":
            return 200, {"code": 7, "message": "no money: " + told["mobile"]}
        return (what, {}) if what else (200, {"code": 0, "data": {"id": f"g-{told['uid'][:8]}"}})

    @contextmanager
    def serving(self):
        """Its settings, while it listens."""
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = gateway.take(json.loads(body), dict(self.headers) | {"body": body})
                if answer is None:
                    self.close_connection = True
                    return
                said = json.dumps(answer[1]).encode()
                self.send_response(answer[0])
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_what):
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            try:
                yield {
                    "SMS_URL": f"http://127.0.0.1:{server.server_port}/send",
                    "SMS_BODY": '{"mobile": "{phone}", "content": "{text}", "uid": "{id}", "ext": "{extension}", "v": [1, true]}',
                    "SMS_HEADERS": '{"Authorization": "Bearer secret"}',
                    "SMS_SUCCESS": "code=0",
                    "SMS_ID": "data.id",
                    "SMS_KEY": KEY,
                }
            finally:
                self.over.set()
                server.shutdown()
                thread.join()


def signed(body, key=KEY, at=None):
    """The headers of what a gateway tells."""
    stamp = str(int((at or now()).timestamp()))
    mac = hmac.digest(key.encode(), stamp.encode() + b"." + body, "sha256").hex()
    return {"X-Huiyin-Timestamp": stamp, "X-Huiyin-Signature": mac, "Content-Type": "application/json"}

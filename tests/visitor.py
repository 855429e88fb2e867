"""The one test browser without a screen. Every page that any test fetches is held against the house rules."""

from html.parser import HTMLParser

from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from blueprints.extensions import db
from models.base import now
from models.officer import Officer
from models.signin import SignIn

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """What a test asks of a page: its forms with their fields, its links, its text."""

    def __init__(self, html):
        super().__init__()
        self.html, self.forms, self.links, self.ids, self.tags = html, [], [], [], []
        self.texts, self.title, self._open, self._select, self._text_of = [], "", [], None, {}
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        self.tags.append((tag, a))
        if "id" in a:
            self.ids.append(a["id"])
        if tag not in VOID:
            self._open.append((tag, a.get("id")))
        if tag == "form":
            self.forms.append({"action": a.get("action"), "method": a.get("method", "get"), "fields": {}, "choices": {}})
        if tag == "a" and "href" in a:
            self.links.append(a["href"])
        if self.forms and "name" in a and any(tag == "form" for tag, _ in self._open):
            fields, choices = self.forms[-1]["fields"], self.forms[-1]["choices"]
            if a.get("type") in ("radio", "checkbox"):
                choices.setdefault(a["name"], []).append(a["value"])
                if "checked" in a:
                    fields[a["name"]] = a["value"]
            elif tag != "button":
                fields.setdefault(a["name"], a.get("value", ""))
                self._select = a["name"] if tag == "select" else None
        if tag == "option" and self._select:
            self.forms[-1]["choices"].setdefault(self._select, []).append(a.get("value"))
            if "selected" in a:
                self.forms[-1]["fields"][self._select] = a["value"]

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if any(tag == "title" for tag, _ in self._open):
            self.title += data
        for _tag, id in self._open:
            if id:
                self._text_of[id] = self._text_of.get(id, "") + data
        self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())

    def text_of(self, id):
        return self._text_of[id].strip()

    def form(self, action):
        return next(form for form in self.forms if (form["action"] or "").startswith(action))

    def obeys_the_house(self):
        """The rules of every page; of a part, those that a part can break."""
        assert len(self.ids) == len(set(self.ids)), sorted(id for id in self.ids if self.ids.count(id) > 1)
        for form in self.forms:
            assert form["action"], "a form says where it goes"
            if form["method"] == "post":
                assert form["fields"].get("csrf_token"), f"{form['action']} has no token"
        for tag, a in self.tags:
            assert not [name for name in a if name == "style" or name.startswith(("on", "hx-"))], (tag, a)
            assert tag != "style" and (tag != "script" or "src" in a), tag
            if "data-hx-get" in a and not a.get("data-hx-trigger", "").startswith("every "):
                assert a.get("href") == a["data-hx-get"], a
            if "data-hx-post" in a:
                assert a.get("action") == a["data-hx-post"], a
        if "<html" in self.html:
            assert self.title.strip() and "main" in self.ids and any(tag == "h1" for tag, _ in self.tags)


class Visitor:
    """A browser: cookies, forms as they stand on the page, and htmx where asked."""

    def __init__(self, app, officer=None):
        self.app, self.client = app, app.test_client()
        if officer is not None:
            with app.app_context():
                sign_in = SignIn.begin(db.session, db.session.get(Officer, officer.id), now())
                db.session.commit()
                with self.client.session_transaction() as cookie:
                    cookie["_user_id"], cookie["_fresh"] = sign_in.secret, True

    def get(self, path, htmx=None, **more):
        return self._seen(self.client.get(path, headers=_headers(htmx), **more))

    def post(self, path, data=None, htmx=None, page=None, **more):
        """Send `data` over the fields of the page's form (of GET `path` unless `page` is given)."""
        form = self.page(page or path).form(path.split("?")[0])
        return self.send(path, form["fields"] | (data or {}), htmx, **more)

    def send(self, path, fields, htmx=None, **more):
        """Send these fields as they are; with files among them as multipart."""
        if any(isinstance(value, list) and value and isinstance(value[0], FileStorage) for value in fields.values()):
            stream, _length, boundary = stream_encode_multipart(fields, use_tempfile=False)
            fields, more = stream.getvalue(), more | {"content_type": f"multipart/form-data; boundary={boundary}"}
        return self._seen(self.client.post(path, data=fields, headers=_headers(htmx), **more))

    def page(self, path):
        return Page(self.get(path).text)

    def _seen(self, response):
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert response.status_code < 500, response.text
        if response.mimetype == "text/html" and response.status_code != 303:
            Page(response.text).obeys_the_house()
        return response


def _headers(target):
    return {"HX-Request": "true", "HX-Target": target} if target is not None else {}

"""A real Chromium at phone size, with and without JavaScript, against the real server."""

from contextlib import ExitStack

import pytest

from tests.cast import PASSWORD
from tests.conftest import KEYS, _new_sqlite

CHROMIUM = {
    "executable_path": "/usr/bin/chromium",
    "args": [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ],
}
MEANT = (  # what the tests do on purpose: refusals, and a network that is gone
    *("status of 4", "Response Status Error"),
    *("net::ERR_CONNECTION_RESET", "net::ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest"),
)
PHONE = {"viewport": {"width": 360, "height": 740}, "locale": "zh-CN", "has_touch": True}


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return CHROMIUM


@pytest.fixture
def settings(request, data_dir):
    """The browser walks on one database; both are tried everywhere else."""
    return KEYS | {
        "DATA_DIR": str(data_dir),
        "SQLALCHEMY_DATABASE_URI": _new_sqlite(request),
        "RATELIMIT_ENABLED": False,
    }


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def scripted(request):
    return request.param


@pytest.fixture
def phone(browser, server, scripted):
    """Hand out phones: phone() a resident's, phone("li") one on which Li has signed in. What the browser objects to fails."""
    objections = []
    with ExitStack() as stack:

        def take(username=None, **modes):
            context = stack.enter_context(browser.new_context(base_url=server, java_script_enabled=scripted, **PHONE | modes))
            page = context.new_page()
            page.set_default_timeout(30_000)
            page.on("console", lambda message: objections.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: objections.append(str(error)))
            if username:
                page.goto("/login")
                page.fill("[name=username]", username)
                page.fill("[name=password]", PASSWORD)
                page.click("button.main")
                page.wait_for_url(lambda url: "/login" not in url)
            return page

        yield take
    assert [text for text in objections if not any(meant in text for meant in MEANT)] == []

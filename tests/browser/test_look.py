"""Every page in light, dark and large type, on a phone and on a desk: nothing that axe objects to, nothing too small."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from models.base import now
from models.callback import Rating

MODES = [
    pytest.param({"color_scheme": scheme, "viewport": {"width": width, "height": 800}}, large, id=f"{scheme}-{width}-{size}")
    for scheme in ("light", "dark")
    for width in (360, 1280)
    for size, large in (("normal", False), ("large", True))
]


@pytest.fixture
def scripted():
    return True


@pytest.fixture
def pages(cast, session):
    """Addresses of every page with something on it, by who looks at it."""
    received = cast.make.card(cast.gangnan, at=now()).matter
    cast.make.card(cast.rixin, at=now())
    answered = cast.answered(now(), points=["灯", "井盖"])
    called_back = cast.answered(now())
    cast.step(called_back, "rate", called_back.cards[0], now(), rating=Rating.SATISFIED, solved=[1])
    session.commit()
    return {
        None: ["/", "/suggest", "/card", "/login", "/nothing-here"],
        "card": ["/card", "/card/rate"],
        "li": [
            "/queue",
            "/matters/",
            f"/matters/{received.id}",
            f"/matters/{received.id}/accept",
            f"/matters/{received.id}/settle",
        ],
        "qian": ["/callbacks/", f"/callbacks/{answered.open_callback.id}", f"/callbacks/{answered.open_callback.id}/record"],
        "wang": ["/review", f"/matters/{called_back.id}"],
    }, answered.cards[0]


def look(page, path, large):
    page.goto(path)
    found = Axe().run(page).response["violations"]
    assert not found, [(path, fault["id"], [node["html"][:120] for node in fault["nodes"]]) for fault in found]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
    small = page.evaluate(
        """least => [...document.querySelectorAll('main a, main button, main input:not([type=hidden]), main select, main summary, label.choice')]
            .filter(e => e.offsetParent && !e.closest('label.choice') && !e.matches('.row-title'))
            .filter(e => e.getBoundingClientRect().height < least - 0.5).map(e => e.outerHTML.slice(0, 100))""",
        44,
    )
    assert not small, (path, small)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(e => e.offsetParent && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .map(e => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert min(sizes, default=99) >= (18 if large else 15), path


@pytest.mark.parametrize(("mode", "large"), MODES)
def test_every_page_can_be_read_by_everyone(phone, pages, app, server, mode, large):
    by_whom, card = pages
    for who, paths in by_whom.items():
        page = phone(None if who == "card" else who, **mode)
        if large:
            page.context.add_cookies([{"name": "type", "value": "large", "url": server}])
        if who == "card":
            page.goto(f"/card#{card.number}-{card.code(app.extensions['keys'].card)}")
            page.wait_for_selector("#number")
        for path in paths:
            look(page, path, large)

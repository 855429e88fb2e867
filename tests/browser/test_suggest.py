"""The resident's form, by hand: photos, contact data, a complaint, a draft that waits; on a phone, and without JavaScript."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select

from models.matter import Matter
from models.photo import Photo
from models.place import Plate

ONLY_SCRIPTED = pytest.mark.parametrize("scripted", [True], indirect=True)


def photo(name="照片.jpg", size=(2400, 1800)):
    made = BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(made, "JPEG", quality=92)
    return {"name": name, "mimeType": "image/jpeg", "buffer": made.getvalue()}


def write(chen, body="路口的灯坏了，晚上很黑。", kind="想请帮忙"):
    chen.goto("/suggest")
    chen.check(f"text={kind}")
    chen.fill("[name=body]", body)
    chen.select_option("[name=community]", "10101")


def send(chen):
    chen.get_by_role("button", name="提交").click()


def card_shown(chen):
    """Wait for the card, and for its script, which forgets the draft."""
    expect(chen.locator("#number")).to_be_visible()
    chen.wait_for_load_state()


def kept(session):
    session.rollback()
    return session.scalars(select(Photo)).all()


def test_two_photos_go_along_and_can_be_erased(phone, scripted, session):
    chen, photos = phone(), [photo("一.jpg"), photo("二.jpg")]
    write(chen)
    chen.set_input_files("[name=photos]", photos)
    if scripted:
        expect(chen.locator(".photos canvas")).to_have_count(2)
    with chen.expect_response(lambda response: response.request.method == "POST") as sent:
        send(chen)
    expect(chen.locator(".photos img")).to_have_count(2)
    expect(chen.get_by_role("img", name="照片2")).to_have_js_property("naturalWidth", 1600)
    assert len(kept(session)) == 2
    if scripted:
        size = int(sent.value.request.header_value("content-length"))
        assert 0 < size < sum(len(one["buffer"]) for one in photos) * 0.7, "made smaller before they were sent"
    chen.get_by_role("link", name="删掉联系方式和照片").click()
    expect(chen.locator("#main")).to_contain_text("找不回来")
    chen.get_by_role("button", name="删掉联系方式和照片").click()
    expect(chen.locator(".next")).to_be_visible()
    expect(chen.locator(".photos img")).to_have_count(0)
    assert kept(session) == []


@ONLY_SCRIPTED
def test_photos_are_chosen_in_several_goes_taken_out_and_never_too_many(phone, session):
    chen = phone()
    write(chen)
    for n in range(2):
        chen.set_input_files("[name=photos]", [photo(f"{n}{i}.jpg", (80, 60)) for i in range(4)])
    expect(chen.locator(".photos canvas")).to_have_count(6)
    expect(chen.locator(".too-many")).to_contain_text("一次最多6张")
    chen.get_by_role("button", name="去掉 00.jpg").click()
    expect(chen.locator(".photos canvas")).to_have_count(5)
    send(chen)
    expect(chen.locator(".photos img")).to_have_count(5)


@ONLY_SCRIPTED
def test_a_fault_and_the_110_page_keep_the_photos(phone, session):
    chen = phone()
    write(chen, body="灯坏")
    chen.set_input_files("[name=photos]", [photo(size=(80, 60))])
    send(chen)
    expect(chen.locator(".faults")).to_be_focused()
    expect(chen.locator(".photos canvas")).to_have_count(1)
    expect(chen).to_have_title("有错误：说一件事 · 回音")
    chen.fill("[name=body]", "楼下有人拿刀，快来人！")
    send(chen)
    expect(chen.get_by_role("link", name="打110")).to_be_visible()
    expect(chen.locator(".photos canvas")).to_have_count(1)
    chen.get_by_role("button", name="交上去").click()
    expect(chen.locator(".photos img")).to_have_count(1)
    assert len(session.scalars(select(Matter)).all()) == 1


@pytest.mark.parametrize("scripted", [False], indirect=True)
def test_without_javascript_the_110_page_asks_for_the_photos_again(phone, session):
    chen = phone()
    write(chen, body="楼下有人拿刀，快来人！")
    chen.set_input_files("[name=photos]", [photo(size=(80, 60))])
    send(chen)
    expect(chen.locator("#main")).to_contain_text("请在这里再选一次")
    chen.set_input_files("[name=photos]", [photo(size=(80, 60))])
    chen.get_by_role("button", name="交上去").click()
    expect(chen.locator(".photos img")).to_have_count(1)


@ONLY_SCRIPTED
def test_where_the_net_breaks_everything_stays_and_is_sent_once(phone, session):
    chen = phone()
    write(chen)
    chen.set_input_files("[name=photos]", [photo(size=(80, 60))])
    expect(chen.locator(".photos canvas")).to_have_count(1)
    answers = iter(["lose the question", "lose the answer"])

    def break_it(route):
        answer = next(answers, None)
        if answer == "lose the question":
            return route.abort("connectionreset")
        if answer == "lose the answer":
            route.fetch()
            return route.abort("connectionreset")
        return route.continue_()

    chen.route("**/suggest", break_it)
    for _time in range(2):
        send(chen)
        expect(chen.locator(".trouble")).to_contain_text("您写的、选的都在")
        expect(chen.locator("[name=body]")).to_have_value("路口的灯坏了，晚上很黑。")
        expect(chen.get_by_role("button", name="提交")).to_be_enabled()
    send(chen)
    expect(chen.locator("#number")).to_be_visible()
    assert len(session.scalars(select(Matter)).all()) == len(kept(session)) == 1


def test_who_wants_to_be_rung_leaves_a_phone_with_consent(phone, scripted):
    chen = phone()
    write(chen)
    expect(chen.locator("[name=phone]")).to_be_hidden()
    chen.locator(".choice", has_text="打电话").click()
    chen.fill("[name=phone]", "13900001234")
    chen.locator(".choice", has_text="晚上").click()
    send(chen)
    expect(chen.locator(".faults")).to_contain_text("请在这里打勾")
    expect(chen.locator("[name=phone]")).to_have_value("13900001234")
    chen.locator(".choice", has_text="我同意").click()
    send(chen)
    expect(chen.locator("#main")).to_contain_text("139****34")
    expect(chen.locator("#main")).to_contain_text("打电话，晚上方便")


def test_a_complaint_says_who_will_see_it(phone):
    chen = phone()
    write(chen, body="那天在路口，话说得很难听。", kind="想请帮忙")
    expect(chen.locator("[name=about_officer]")).to_be_hidden()
    chen.check("text=对民警、辅警或派出所有意见")
    expect(chen.locator(".of-complaint")).to_contain_text("您说的人看不到这件事")
    chen.fill("[name=about_officer]", "一个高个子民警")
    send(chen)
    expect(chen.locator("#main")).to_contain_text("说的是：一个高个子民警")
    expect(chen.locator("#number")).to_have_text("000 26 000001")


def test_a_question_finds_the_commonest_ones_first(phone):
    chen = phone()
    chen.goto("/suggest")
    expect(chen.locator(".guide")).to_be_hidden()
    chen.check("text=想问个事")
    chen.click("text=孩子出生，怎么报户口？")
    expect(chen.get_by_text("出生一个月以内")).to_be_visible()


@ONLY_SCRIPTED
class TestDraft:
    """Text only, for a day, on this phone, with the way to clear it in view; of a complaint none."""

    def test_what_was_not_sent_waits_a_day(self, phone):
        chen = phone()
        chen.clock.install()
        write(chen, body="写到一半，")
        chen.fill("[name=place]", "南门")
        chen.click("text=有好几件事")
        chen.fill("#f-point-2", "第二件")
        chen.locator(".choice", has_text="打电话").click()
        chen.fill("[name=phone]", "13900001234")
        assert "13900001234" not in chen.evaluate("JSON.stringify(localStorage)")
        chen.clock.fast_forward("23:00:00")
        chen.reload()
        expect(chen.locator("[name=body]")).to_have_value("写到一半，")
        expect(chen.locator("[name=place]")).to_have_value("南门")
        expect(chen.locator("#f-point-2")).to_be_visible()
        expect(chen.locator("#f-point-2")).to_have_value("第二件")
        expect(chen.locator("[name=phone]")).to_have_value("")
        chen.clock.fast_forward("01:00:01")
        chen.goto("/")
        assert chen.evaluate("localStorage.length") == 0
        chen.goto("/suggest")
        expect(chen.locator("[name=body]")).to_have_value("")

    def test_it_is_cleared_by_one_tap(self, phone):
        chen = phone()
        write(chen, body="写到一半，")
        chen.get_by_role("button", name="清除草稿").click()
        expect(chen.locator("[name=body]")).to_have_value("")
        chen.reload()
        expect(chen.locator("[name=body]")).to_have_value("")
        expect(chen.get_by_role("button", name="清除草稿")).to_be_hidden()

    def test_of_a_complaint_there_is_none(self, phone):
        chen = phone()
        write(chen, body="写到一半，")
        chen.check("text=对民警、辅警或派出所有意见")
        assert chen.evaluate("localStorage.length") == 0
        chen.fill("[name=body]", "写完了，是那位民警")
        assert chen.evaluate("localStorage.length") == 0

    def test_once_sent_it_is_gone(self, phone):
        chen = phone()
        write(chen)
        assert chen.evaluate("localStorage.length") == 1
        send(chen)
        card_shown(chen)
        assert chen.evaluate("localStorage.length") == 0

    def test_a_place_that_a_plate_filled_in_goes_to_no_other_place(self, phone, cast, session):
        plates = [Plate(community=cast.gangnan, building=f"{n}号楼", shared=True) for n in (1, 2)]
        session.add_all(plates)
        session.commit()
        chen = phone()
        chen.goto(f"/d/{plates[0].code}")
        chen.check("text=想请帮忙")
        assert chen.evaluate("localStorage.length") == 0, "nothing was written yet"
        chen.fill("[name=body]", "写到一半，")
        chen.goto("/suggest")
        expect(chen.locator("[name=body]")).to_have_value("写到一半，")
        expect(chen.locator("[name=place]")).to_have_value("")
        chen.goto(f"/d/{plates[1].code}")
        expect(chen.locator("[name=place]")).to_have_value("2号楼")

    def test_a_word_added_by_card_leaves_it(self, phone):
        chen = phone()
        write(chen)
        send(chen)
        card_shown(chen)
        chen.goto("/suggest")
        chen.fill("[name=body]", "另一件，写到一半，")
        chen.goto("/card/add")
        chen.fill("[name=words]", "还有一句")
        send(chen)
        card_shown(chen)
        chen.goto("/suggest")
        expect(chen.locator("[name=body]")).to_have_value("另一件，写到一半，")


def test_whoever_goes_back_after_sending_finds_an_empty_form_that_says_so(phone, session):
    chen = phone()
    write(chen)
    send(chen)
    card_shown(chen)
    chen.go_back()
    expect(chen.locator("#main")).to_contain_text("已经收到了，不用再交")
    expect(chen.locator("[name=body]")).to_have_value("")


def test_a_photo_is_seen_large_and_the_browser_objects_to_nothing(phone):
    chen = phone()
    write(chen)
    chen.set_input_files("[name=photos]", [photo(size=(80, 60))])
    send(chen)
    chen.locator(".photos a").click()
    expect(chen.locator("img")).to_have_js_property("naturalWidth", 80)
    chen.go_back()
    with chen.context.expect_page() as opened:
        chen.get_by_role("link", name="存成图片").click()
    expect(opened.value.locator("img")).to_have_js_property("naturalWidth", 720)

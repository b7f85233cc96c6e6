"""What can be done without a mouse."""

from playwright.sync_api import Page, expect

from tests.browser.dashboard import TITLE, Server, open_map, pixel, tab_to, wait_for_title


def test_theme_is_switched_by_keyboard(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    tab_to(page, ".st-key-theme *")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    frame.wait_for_selector("body[data-theme=projects]", state="attached")
    wait_for_title(page, "项目一览")


def test_row_of_the_panel_opens_with_enter(page: Page, server: Server) -> None:
    open_map(page, server.url)
    tab_to(page, ".panel .row")
    name = page.evaluate("document.activeElement.querySelector('.name').textContent")
    page.keyboard.press("Enter")
    wait_for_title(page, name)


def test_card_is_closed_by_keyboard(page: Page, server: Server) -> None:
    open_map(page, f"{server.url}/?sel=Z003")
    tab_to(page, ".panel .close")
    page.keyboard.press("Enter")
    expect(page.locator(TITLE)).to_have_text("一廊一心一城多组团")


def test_focus_can_be_seen(page: Page, server: Server) -> None:
    open_map(page, server.url)
    tab_to(page, ".panel .row")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_keys_pressed_in_the_map_reach_the_page(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    page.evaluate("() => { window.keys = []; document.addEventListener('keydown', ({key}) => window.keys.push(key)) }")
    page.mouse.click(*pixel(page, frame, 121.513, 38.872))
    wait_for_title(page, "一心：国际都市创新中心")
    page.keyboard.press("F4")
    page.wait_for_function("window.keys.includes('F4')")


def test_zoom_buttons_work_by_keyboard(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    before = frame.evaluate("map.getZoom()")
    frame.get_by_role("button", name="放大").focus()
    page.keyboard.press("Enter")
    frame.wait_for_function("(zoom) => map.getZoom() > zoom + 0.5", arg=before)

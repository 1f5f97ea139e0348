"""How the citizen may be contacted stays in sight on a phone, and gives way where the screen is low."""

STRIP = ".sk-strip"
TOP = "one => one.getBoundingClientRect().top"
BOTTOM = "one => one.getBoundingClientRect().bottom"


def test_on_a_phone_the_rules_stand_in_the_first_screen_and_stay(visit, cases):
    page = visit(
        "solveig", f"/sager/{cases['partner']}", viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    strip = page.locator(STRIP)
    first = strip.evaluate(BOTTOM)
    page.evaluate("scrollTo(0, 900)")
    after = strip.evaluate(TOP)
    page.set_viewport_size({"width": 390, "height": 600})
    page.evaluate("scrollTo(0, 900)")
    low = strip.evaluate(BOTTOM)
    page.set_viewport_size({"width": 320, "height": 844})

    assert first < 844 / 2
    assert after == 0
    assert low < 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

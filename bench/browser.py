"""What somebody at the screen notices of a board with 200 cases: in Chromium, served as in production, on this machine.

Promise: largest paint (LCP) within 1.5 s, a press answered (INP) within 200 ms, and what is on the page does not jump
(CLS at most 0.02). A press is a tile that filters, a cell that opens in its row, and Escape that closes it again.
"""

from _house import db, examples, house, make_cases, report, served

from tests.servers import Browser

ROUNDS = 5
WATCH = """window.seen = {lcp: 0, cls: 0, inp: 0};
const watch = (type, take, options) => new PerformanceObserver(list => list.getEntries().forEach(take))
  .observe({type, buffered: true, ...options});
watch("largest-contentful-paint", one => { seen.lcp = one.startTime; });
watch("layout-shift", one => { if (!one.hadRecentInput) seen.cls += one.value; });
watch("event", one => { if (one.interactionId) seen.inp = Math.max(seen.inp, one.duration); }, {durationThreshold: 16});
"""


def main() -> None:
    """Measure and print."""
    with house() as (_, _, settings):
        with db.connection_context():
            make_cases(200, 12)
        db.obj.close_all()
        browser = Browser.find()
        if browser is None:
            raise SystemExit("Chromium is needed")
        with served(settings) as (address, _, _), browser:
            seen = [look(browser, address) for _ in range(ROUNDS)]
    worst = {name: max(one[name] for one in seen) for name in seen[0]}
    report(lcp_ms=round(worst["lcp"]), inp_ms=round(worst["inp"]), cls=round(worst["cls"], 4), rounds=ROUNDS)


def look(browser: Browser, address: str) -> dict[str, float]:
    """One person's visit: the board, a cell, a tile."""
    page = browser.page(address)
    page.goto("/log-ind")
    page.fill("main [name=username]", "rikke")
    page.fill("main [name=password]", examples.PASSWORD)
    page.click("main button")
    page.add_init_script(WATCH)
    page.goto("/tavle", wait_until="networkidle")
    page.locator("td .sk-cell").first.click()
    page.locator(".sk-opened h2:focus").wait_for()
    page.keyboard.press("Escape")
    page.locator("#flise-overskredet").click()
    page.locator("#antal", has_text="over fristen").wait_for()
    seen = page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(seen), 200)))")
    page.context.close()
    return seen


if __name__ == "__main__":
    main()

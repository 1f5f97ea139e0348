"""An extract that is handed over in the browser, for the pages that show one."""

import re

from skanderborg.examples import PASSWORD


def hand_over(house, case: str, browser) -> str:
    """Solveig hands the log of a case to the police, as a person without JavaScript would; the ref of what she made."""
    page = house.open(browser, "solveig", f"/sager/{case}/udlevering/ny?recipient=police", java_script_enabled=False)
    page.get_by_role("link", name="Fortsæt med præcis dette").click()
    page.fill("[name=to_whom]", "Østjyllands Politi")
    page.fill("[name=reason]", "Politiet beder om loggen")
    page.check("[name=basis][value=necessary]")
    page.get_by_role("button", name="Lav udtrækket").click()
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Bekræft").click()
    page.get_by_role("button", name="Lav udtrækket").click()
    made = re.search(r"/udlevering/([a-z2-7]{26})$", page.url)[1]
    page.context.close()
    return made

"""What is handed over in the browser, an extract and emergency sheets, for the pages that show them."""

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


def emergency_sheets(house, case: str, browser) -> dict[str, str]:
    """Rasmus opens the emergency sheet of a case, and Solveig prints it: the refs of both, and of its task."""
    page = house.open(browser, "rasmus", "/noedadgang", java_script_enabled=False)
    page.fill("[name=case_code]", house.ref('SELECT code FROM "case" WHERE ref = ?', case))
    page.check("[name=category][value=seeks-us]")
    page.fill("[name=reason]", "Borgeren ringer og er bange nu")
    page.get_by_role("button", name="Vis nødarket").click()
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Bekræft").click()
    page.get_by_role("button", name="Vis nødarket").click()
    opened = re.search(r"/noedadgang/([a-z2-7]{26})$", page.url)[1]
    page.context.close()
    page = house.open(browser, "solveig", f"/sager/{case}/noedark#udskriv", java_script_enabled=False)
    page.get_by_text("Udskriv til døgnvagten").click()
    page.fill("[name=ends_on]", "i morgen")
    page.get_by_role("button", name="Lav arket").click()
    sheet = re.search(r"/noedark/([a-z2-7]{26})$", page.url)[1]
    page.context.close()
    return {
        "opened": opened,
        "sheet": sheet,
        "sheet_back": house.ref("SELECT task_id FROM printed_sheet WHERE ref = ?", sheet),
    }

"""The package for the journal on its page: what is chosen comes out as papers, and the receipt goes in as a file."""

import io
import json
import zipfile

from pypdf import PdfReader

from skanderborg.domain import notes
from tests.made import opened


def test_what_is_chosen_comes_out_as_a_package_and_its_receipt_sets_the_mark(visit, cast, case):
    solveig = visit("solveig")
    note = notes.write(cast["solveig"], opened(cast["solveig"], case), "Samtale", "ZQX hun er bange\nfor ham")
    at = f"/sager/{case.ref}/journal"

    answer = solveig.post(f"{at}/pakke", papers=f"note:{note.ref}")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as box:
        index, paper = json.loads(box.read("index.json")), PdfReader(io.BytesIO(box.read("01.pdf")))
    said = {"package": index["package"], "on": index["documents"][0]["date"],
            "documents": [{"file": "01.pdf", "number": "2026-117"}]}  # fmt: skip
    solveig.post(f"{at}/kvittering", receipt=(io.BytesIO(json.dumps(said).encode()), "k.json"))

    assert answer.headers["Content-Disposition"] == f'attachment; filename="koordinering-{index["package"]}.zip"'
    assert "ZQX hun er bange" in paper.pages[0].extract_text()
    assert paper.metadata.title.startswith("Notat ")
    assert "nr. 2026-117" in solveig.get(at).text


def test_nothing_chosen_and_no_file_are_told_at_the_field(visit, case):
    solveig, at = visit("solveig"), f"/sager/{case.ref}/journal"

    for path, words in (("pakke", "Sæt hak ved mellem 1 og 20 ting."), ("kvittering", "Vælg kvitteringen")):
        answer = solveig.post(f"{at}/{path}")
        assert answer.status_code == 422
        assert words in answer.text

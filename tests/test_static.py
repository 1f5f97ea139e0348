"""How scripts, styles and templates are put together: modules without a build, styles by part, all of it in use."""

import re
from collections import defaultdict
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from jinja2 import Environment, nodes

from skanderborg.settings import ROOT
from skanderborg.web import files

JS, CSS = ROOT / "static" / "js", ROOT / "static" / "css"
IMPORT = re.compile(r'^import (?:[\w{},\s]+ from )?"\./([\w.]+)";', re.MULTILINE)
NAMED = re.compile(r"asset\(['\"]([\w./]+)['\"]\)")
LONGEST_MODULE = 120


@cache
def templates() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html"))


def imports(module: str) -> set[str]:
    return set(IMPORT.findall((JS / module).read_text(encoding="utf-8")))


def reached(module: str) -> set[str]:
    """What a module imports, and what that imports."""
    found: set[str] = set()
    new = {module}
    while new := {one for module in new for one in imports(module)} - found:
        found |= new
    return found


def in_use(folder: str) -> set[str]:
    """Files of a folder that a template names."""
    return {Path(path).name for path in NAMED.findall(templates()) if path.startswith(f"{folder}/")}


def test_no_module_waits_for_another_to_be_found():
    listed = re.search(r"{% for name in \[(.*?)\] %}\n<link rel=\"modulepreload\"", templates())

    assert {f"{name}.js" for name in re.findall(r'"([^"]+)"', listed[1])} == reached("app.js")


def test_no_modules_import_each_other_in_a_circle():
    tuple(TopologicalSorter({path.name: imports(path.name) for path in JS.glob("*.js")}).static_order())


def test_every_module_is_short_and_loaded_by_a_page():
    ours = {path.name for path in JS.glob("*.js")}
    long = {name for name in ours if (JS / name).read_text(encoding="utf-8").count("\n") > LONGEST_MODULE}

    assert ours == in_use("js") | {one for module in in_use("js") for one in reached(module)}
    assert long == set()


def test_what_a_page_loads_itself_needs_nothing_that_was_not_loaded_before():
    assert [name for name in in_use("js") - {"app.js"} if not imports(name) <= reached("app.js")] == []


def test_every_stylesheet_is_a_part_of_the_look_or_loaded_by_a_page():
    assert {path.stem for path in CSS.glob("*.css")} == {*files.LOOK_PARTS, "charts", "card"}
    assert in_use("css") == {"look.css", "charts.css", "card.css"}


def test_every_colour_is_named_where_colours_are_and_used():
    styles = "\n".join(path.read_text(encoding="utf-8") for path in CSS.glob("*.css"))
    defined = set(re.findall(r"^  --([\w-]+):", (CSS / "type.css").read_text(encoding="utf-8"), re.MULTILINE))

    assert set(re.findall(r"var\(--([\w-]+)\)", styles)) == defined


def test_every_class_that_is_styled_stands_on_a_page():
    sources = [templates()]
    sources += [path.read_text(encoding="utf-8") for path in (ROOT / "skanderborg").rglob("*.py")]
    sources += [path.read_text(encoding="utf-8") for path in JS.glob("*.js")]
    known = set(re.findall(r"[\w-]+", "\n".join(sources)))
    composed = {"form-group-", "form-", "sk-badge--"}  # the rest of the class comes from the kind of field or status
    styled = {
        name
        for path in CSS.glob("*.css")
        for name in re.findall(
            r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/|\{[^{}]*\}", "", path.read_text(), flags=re.DOTALL)
        )
    }

    assert [name for name in styled - known if not any(name.startswith(start) for start in composed)] == []


def test_every_icon_that_is_drawn_is_there_and_every_one_there_is_drawn():
    there = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "icons.svg").read_text(encoding="utf-8")))
    drawn = set(re.findall(r"icon\([\"']([\w-]+)[\"']\)", templates()))
    looks = set(re.findall(r'": \("([\w-]+)", "', templates()))

    assert there == drawn | looks


def test_every_macro_that_a_template_imports_is_called_in_it_or_in_what_it_includes():
    folder, parse = ROOT / "templates", Environment(autoescape=True).parse
    trees = {str(path.relative_to(folder)): parse(path.read_text("utf-8")) for path in folder.rglob("*.html")}

    def imported(name: str) -> set[str]:
        listed = [one for found in trees[name].find_all(nodes.FromImport) for one in found.names]
        return {one if isinstance(one, str) else one[1] for one in listed}

    def wanted(name: str) -> set[str]:
        parts = [one.template.value for one in trees[name].find_all(nodes.Include)]
        read = {one.name for one in trees[name].find_all(nodes.Name) if one.ctx == "load"}
        return read.union(*(wanted(part) - imported(part) for part in parts))

    assert {name: idle for name in trees if (idle := imported(name) - wanted(name))} == {}


def test_what_a_class_looks_like_is_said_in_one_file():
    """Two parts of the look that name a class alike change each other's pages."""
    said = defaultdict(set)
    for path in CSS.glob("*.css"):
        for name in re.findall(r"^(\.sk-[\w-]+) \{", path.read_text(), re.MULTILINE):
            said[name].add(path.name)

    assert {name: files for name, files in said.items() if len(files) > 1} == {}


def test_a_part_of_another_page_never_brings_the_title_of_that_page_along():
    """Where the address follows, as at the tiles of the board, it shall."""
    files = (ROOT / "templates").rglob("*.html")
    tags = [tag for path in files for tag in re.findall(r'<[^<>]*\bhx-select="[^<>]*', path.read_text())]

    assert tags
    assert [tag for tag in tags if "ignoreTitle:true" not in tag] == []

"""The structure of the house, held by reading its source. One test a rule: when it fails, it names every offender."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from skanderborg.kinds import Action
from skanderborg.policy import grants

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "skanderborg"
ORDER = [
    "errors",
    "kinds",
    "addresses",
    "refusals",
    "settings",
    "isolated",
    "clock",
    "danish",
    "content",
    "store",
    "policy",
    "mail",
    "domain",
    "pages",
    "top",
]
TOP = {"web", "jobs"}
JOINERS = {
    "__init__",
    "cli",
    "cli_content",
    "cli_sso",
    "setup",
    "examples",
}  # these put the house together and may reach into any layer
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SYSTEM_DOMAIN = {"health", "audit", "rules"}
LONGEST_FUNCTION, LONGEST_FILE, LONGEST_ROUTE, LONGEST_TEMPLATE = 40, 400, 12, 150


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def layer(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    first = parts[0].removesuffix(".py")
    return "top" if first in TOP else first


def files(*layers: str, but: set[str] = frozenset()) -> list[Path]:
    """Every file of these layers (of all, if none is named), but for some."""
    return [path for path in FILES if (not layers or layer(path) in layers) and layer(path) not in but]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imported_layers(path: Path) -> set[str]:
    depth = len(path.relative_to(PACKAGE).parts)
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found |= {part.split(".")[0] for part in names}
    return {"top" if part in TOP else part for part in found}


def imported_names(path: Path) -> set[str]:
    """The names that a file takes from elsewhere, ours or not."""
    return {alias.name for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) for alias in node.names}


@cache
def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]


def is_route(function: ast.FunctionDef) -> bool:
    return any(re.match(r"(bp|\w*pages)\.", ast.unparse(decorator)) for decorator in function.decorator_list)


def saying(pattern: str, paths: list[Path]) -> list[str]:
    """Where a file says what the pattern finds: file, line and words."""
    found = re.compile(pattern, re.MULTILINE)
    return [
        f"{name(path)}:{text.count(chr(10), 0, hit.start()) + 1}: {hit[0].strip()}"
        for path in paths
        if found.search(text := path.read_text())
        for hit in found.finditer(text)
    ]


def test_imports_point_downwards():
    reaching_up = [
        f"{name(path)} reaches up to {part}"
        for path in files(but=JOINERS)
        for part in imported_layers(path) - JOINERS
        if ORDER.index(part) > ORDER.index(layer(path))
    ]

    assert reaching_up == []


def test_the_top_knows_neither_rows_nor_mail():
    allowed_rows = {
        "Case",
        "Task",
        "Request",
        "Meeting",
        "DataBreach",
        "EmergencyUse",
        "Practice",
    }  # named in @asks(on=…), never queried
    knowing = [
        f"{name(path)} imports {alias.name} of {node.module}"
        for path in files("top")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        and node.level == 2
        and (node.module or "").split(".")[0] in {"store", "mail"}
        for alias in node.names
        if alias.name not in allowed_rows
    ]

    assert knowing == []


def test_no_layer_below_the_pages_knows_flask():
    assert saying(r"^(from|import) flask", files(but={"top", *JOINERS})) == []


def test_no_import_hides_in_a_function():
    hidden = [
        f"{name(path)}: {function.name}"
        for path in FILES
        for function in functions(path)
        if any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.walk(function))
    ]

    assert hidden == []


def test_functions_and_files_stay_short():
    long_files = [name(path) for path in FILES if path.read_text().count("\n") > LONGEST_FILE]
    long_functions = [
        f"{name(path)}: {function.name}"
        for path in FILES
        for function in functions(path)
        if function.end_lineno - function.lineno >= LONGEST_FUNCTION
    ]

    assert (long_files, long_functions) == ([], [])


def odd_in_a_route(function: ast.FunctionDef) -> Iterator[str]:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if body and (lines := body[-1].end_lineno - body[0].lineno + 1) > LONGEST_ROUTE:
        yield f"has {lines} lines"
    if any(isinstance(node, ast.Try) for node in ast.walk(function)):
        yield "catches"
    if re.search("htmx|HX-", ast.unparse(function)):
        yield "looks at who asks"


def test_a_route_parses_calls_one_verb_and_answers():
    odd = [
        f"{name(path)}: {route.name} {what}"
        for path in files("top")
        if "web" in path.parts
        for route in filter(is_route, functions(path))
        for what in odd_in_a_route(route)
    ]

    assert odd == []


READ_WHAT_WAS_SENT = {"form_pages", "forms", "drafts", "form_places", "tokens", "guard", "typed", "last_resort"}


def test_a_view_asks_for_its_form_and_reads_none_itself():
    """What comes in is checked in one place, shown again when it is refused, and filled from its draft."""
    views = [path for path in files("top") if "web" in path.parts and path.stem not in READ_WHAT_WAS_SENT]

    assert saying(r"\b(request|http)\.form\b|\bforms\.sent\(", views) == []


def test_only_the_clock_asks_the_time():
    asking = r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\("

    assert saying(asking, [path for path in FILES if path.name != "clock.py"]) == []


def test_only_the_table_of_places_holds_an_address():
    """What a letter or a list keeps is a place; where that is shown, addresses.py says (decision 28)."""
    below = files("kinds", "content", "policy", "mail", "domain", "pages")

    assert saying(r"""[\s(\[=,]f?["']/[a-z{][^"'\n]*["']""", below) == []


def test_only_the_policy_compares_roles():
    comparing = r"actor\.roles?\b|\bperson\.roles? ==|(Relation|Case|Task|Request|Meeting)\.get\("

    assert saying(comparing, files(but={"policy"})) == []


EXCLUSION_ROWS = {  # who sets, lists and decides the rows; whether somebody is shut out they ask the policy too
    "policy/exclusion.py", "domain/access/exclusion_rows.py", "domain/access/exclusions.py",
    "domain/access/impartiality.py", "pages/access.py", "domain/access/managing.py", "store/derived.py",
    "pages/insight/items.py",
}  # fmt: skip


def test_who_is_shut_out_is_said_once():
    """Exclusion is one condition (SEC-05): a second spelling forgets the department, or an end, one day."""
    ours = {str(path.relative_to(PACKAGE)): path for path in files(but=JOINERS)}
    knowing = {where for where, path in ours.items() if "Exclusion" in imported_names(path)}
    again = r"Exclusion\.department\.in_|Exclusion\.department == Membership|EXISTS"

    assert knowing - EXCLUSION_ROWS == set()
    assert saying(r"(?i:\b(from|join)\s+\"?exclusion\b)", [*ours.values()]) == [], "said in SQL by hand"
    assert saying(again, [ours[where] for where in EXCLUSION_ROWS - {"policy/exclusion.py"}]) == []


def actions_asked(path: Path) -> set[str]:
    """Names of the actions that a file asks the policy about, hands to a look-up, or lets the guard ask about.

    An event may bear the name of an action; a route that names a row only declares what its verb asks.
    """
    tree, asked = ast.parse(path.read_text()), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            is_declared = called == "asks" and any(keyword.arg == "on" for keyword in node.keywords)
            if not called.startswith("events.") and not is_declared:
                asked |= {name_of(arg) for arg in [*node.args, *(keyword.value for keyword in node.keywords)]}
        if isinstance(node, ast.arguments):
            asked |= {name_of(default) for default in node.defaults}
        if isinstance(node, (ast.Return, ast.IfExp)):  # what a verb chooses to ask about
            asked |= {name_of(part) for part in ast.walk(node)}
    return asked - {""}


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Action" else ""


def test_every_right_is_asked_and_granted():
    """A right that no verb asks is nobody's protection; one that nobody is granted closes a door for good."""
    asked = set().union(*(actions_asked(path) for path in FILES if layer(path) in {"domain", "pages", "top"}))
    given = [grants.EVERYONE, *grants.BY_ROLE.values(), *grants.BY_RELATION.values(), grants.UNCLAIMED, grants.OFFERED,
             *grants.HELPER.values(), grants.HEADED_QUEUE, grants.OVERSEES, grants.SHEET]  # fmt: skip

    assert {action.name for action in Action} - asked == set()
    assert {action.name for action in Action} - {action.name for granted in given for action in granted} == set()


Place = tuple[str, str]  # a file of the domain or of the pages, and a function in it


def place(path: Path) -> str:
    """«tasks/safety», «tasks/__init__», «pages/my_day»: a file of the domain or of the pages, as no other is called."""
    return str(path.relative_to(PACKAGE).with_suffix("")).removeprefix("domain/")


def is_public_for_a_person(function: ast.FunctionDef) -> bool:
    named = [*function.args.posonlyargs, *function.args.args]
    return bool(named) and named[0].arg == "actor" and not function.name.startswith("_")


def has_its_own_transaction(function: ast.FunctionDef) -> bool:
    named = {ast.unparse(one).partition("(")[0] for one in function.decorator_list}
    return bool(named & {"transaction", "creates", "verb", "work"})


DOMAIN_FILES = {place(path): path for path in files("domain", "pages")}
PLACED = {*DOMAIN_FILES.values()}
DOMAIN = {(where, function.name): function for where, path in DOMAIN_FILES.items() for function in functions(path)}
BOUND = {  # verbs that another verb, which asked, calls inside its transaction
    ("tasks/__init__", "follow"): "the verb on the request or referral asked; a department never sees the task",
}
INSIDE = {  # writers without a transaction of their own that do not ask: who asked before, or why nobody need
    ("journal/__init__", "set_mark"): "a person says it, or the journal's receipt for a package that a person made",
    ("access/__init__", "tie"): "a verb let someone onto the case",
    ("access/__init__", "left"): "a verb, or the end of a relation, took someone off it",
    ("access/duties", "arise"): "the law gives the duty to whoever is on a case with children",
    ("access/duties", "arise_for_all"): "as `arise`",
    ("access/duties", "arise_anew"): "as `arise`",
    ("access/duties", "pass_on"): "as `left`",
    ("access/duties", "adopt"): "as `tie`",
    ("access/ending", "take_back"): "the verb that closed the case to someone, or the end of an account, asked",
    ("access/exclusions", "end"): "the verb that lifts it asked",
    ("access/exclusions", "shut_out"): "the verb that reports a suspicion asked",
    ("access/exclusions", "shut_out_colleague"): "whoever named the colleague asked; what follows is not theirs to say",
    ("access/handover", "carry_planned_over"): "the verb by which the tovholder changed asked",
    ("access/handover", "tell_citizen"): "as `carry_planned_over`",
    ("emergency/telling", "of_use"): "the verb that opened the sheet asked",
    ("incidents/__init__", "write"): "the verb that records or corrects a row asked, or the import when it was started",
    ("meetings/__init__", "cancel_to_come"): "the verb that closed the case asked",
    ("meetings/__init__", "take_off"): "as `take_back`",
    ("retention/proposals", "end"): "the verb that keeps the case or stops the erasure asked",
    ("requests/answers", "come_back"): "the verb that closed the case to those who were asked",
    ("requests/answers", "without_owner"): "as `take_back`",
    ("requests/freezing", "freeze"): "the verb that took the consent back asked",
    ("sharing/consents", "add"): "the verb that shares asked",
    ("sharing/consents", "settle"): "as `add`",
    ("sharing/ledger", "disclose"): "as `add`",
    ("leaving", "give_back"): "the verb that closed the account, or ended what it had, asked",
    ("staff", "end_roles"): "the manager who looked through what the person has was asked for",
    ("access/moves", "ask"): "the verb that gave the person other departments asked",
    ("tasks/__init__", "add_must"): "the verb that it follows from asked",
    ("critical_dates/answering", "unask"): "the verb that moved the date, or called it off, asked",
    ("tasks/safety", "let_go"): "as `unask`",
    ("tasks/safety", "fall_due"): "the verb that reopened the case asked",
    ("tasks/safety", "mark"): "the verb that assessed safety asked",
    ("tasks/safety", "before_alerting"): "the verb that alerts the udøver asked",
    ("written", "add"): "every verb that writes a row asked",
    ("written", "insert_by"): "as `add`",
    ("written", "revise"): "every verb that says something else of a row asked",
    ("written", "revise_if_new"): "as `revise`",
}
WRITES = re.compile(r"events\.record\(|\b(change|insert|insert_once|append\w*)\(|\.(insert|update)\(.*\.execute\(")
ASKS = re.compile(r"policy\.(require|\w+_for)\(|^ *@(reads|verb|work)\(", re.MULTILINE)


def file_at(folder: Path) -> str | None:
    """The file of the domain behind an imported name, be it a module or a folder."""
    found = (path for path in (folder.with_suffix(".py"), folder / "__init__.py") if path.is_file())
    return next((place(path) for path in found if path in PLACED), None)


@cache
def imports_of(path: Path) -> dict[str, str | Place]:
    """What each imported name of a file is: a file of the domain, or a function in one."""
    found: dict[str, str | Place] = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            root = path.parents[node.level - 1] if node.level else ROOT
            folder = root.joinpath(*(node.module or "").split("."))
            for alias in node.names:
                called = alias.asname or alias.name
                if module := file_at(folder / alias.name):
                    found[called] = module
                elif (module := file_at(folder)) and (module, alias.name) in DOMAIN:
                    found[called] = (module, alias.name)
    return found


def meant(where: str, imported: dict[str, str | Place], said: ast.expr) -> Place | None:
    """The function of domain or pages that a file means by these words."""
    if isinstance(said, ast.Name):
        function = imported.get(said.id)
        return function if isinstance(function, tuple) else (where, said.id)
    if isinstance(said, ast.Attribute) and isinstance(said.value, ast.Name):
        module = imported.get(said.value.id)
        return (module, said.attr) if isinstance(module, str) else None
    return None


def reached(where: str, function: ast.FunctionDef, seen: set[Place]) -> str:
    """Source of a verb and of every domain function that it calls, however far away."""
    source = ast.unparse(function)
    for node in ast.walk(function):
        key = meant(where, imports_of(DOMAIN_FILES[where]), node.func) if isinstance(node, ast.Call) else None
        if key in DOMAIN and key not in seen:
            seen.add(key)
            source += reached(key[0], DOMAIN[key], seen)
    return source


FOR_PEOPLE = {
    key: function
    for key, function in DOMAIN.items()
    if key[0] not in SYSTEM_DOMAIN | {"drafts"} and is_public_for_a_person(function)
}
VERBS = {key: function for key, function in FOR_PEOPLE.items() if has_its_own_transaction(function)}
LEAVES_AN_EVENT = re.compile(r"events\.(record|looked|looked_at_list)\(")


def test_every_write_by_a_person_asks_the_policy_and_leaves_an_event():
    sources = {key: reached(key[0], function, set()) for key, function in VERBS.items()}

    not_asking = {key for key, source in sources.items() if not ASKS.search(source)}
    leaving_no_event = {key for key, source in sources.items() if not LEAVES_AN_EVENT.search(source)}
    assert (not_asking - BOUND.keys(), leaving_no_event) == (set(), set())


ON_BOTH_DATABASES = [
    path for path in (ROOT / "tests").rglob("*.py") if path.parent.name in {"domain", "pages", "scenarios", "tests"}
]
BY_THE_ACCESS_WALK = {  # verbs behind a page, or a button with nothing to fill in: tests/test_access.py runs them
    ("pages/meetings", "of_case"): "meetings.index",
    ("pages/meetings", "reveal"): "meetings.reveal",
    ("suspicions", "receipt"): "suspicions.receipt",
}


def meant_by_tests() -> set[Place]:
    """Every function of the domain that a test on both databases names."""
    return {
        key
        for path in ON_BOTH_DATABASES
        for imported in [imports_of(path)]
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.Name, ast.Attribute)) and (key := meant("", imported, node)) in DOMAIN
    }


def test_every_verb_is_tried_on_both_databases():
    """Pages are looked at on SQLite alone (tests/web): what a verb asks of a database is tried below them."""
    tried = meant_by_tests()
    for where, function in list(tried):
        reached(where, DOMAIN[where, function], tried)

    assert VERBS.keys() - tried == BY_THE_ACCESS_WALK.keys()


def test_whoever_writes_without_asking_is_named_here():
    """A public writer without a transaction of its own would pass the test above unseen."""
    unseen = {
        key
        for key, function in FOR_PEOPLE.items()
        if not has_its_own_transaction(function)
        and WRITES.search(source := reached(key[0], function, set()))
        and not ASKS.search(source)
    }

    assert unseen == INSIDE.keys()


def test_templates_are_short_and_hold_nothing_that_the_content_policy_forbids():
    forbidden = r"\|\s*safe\b|\bhx-on|js:|hx-preload|<script(?![^>]*src=)|\sstyle=|\son(click|change|submit)="
    long = [
        path for path in TEMPLATES if path.read_text().count("\n") > LONGEST_TEMPLATE and "macros" not in path.parts
    ]

    assert ([name(path) for path in long], saying(forbidden, TEMPLATES)) == ([], [])


def test_a_sentence_in_a_banner_is_one_thing_beside_its_icon():
    """Else its link and its full stop stand in columns of their own."""
    assert saying(r'<p class="sk-wide">\{\{ icon\([^)]*\) \}\}(?! <span>)', TEMPLATES) == []


def test_no_sentence_ends_with_a_shortened_day():
    """«tor. 26. nov.» has its full stop already."""
    choice = r"\{% if[^%]*%\}.*?\{% endif %\}"
    assert saying(rf"short_date(_without_weekday)? \}}\}}({choice}|\{{%[^%]*%\}})*\.", TEMPLATES) == []


def test_no_template_decides_by_role():
    assert saying(r"\.roles\b|Role\.|resource-person", TEMPLATES) == []


def test_nothing_in_the_repository_names_a_machine_or_a_registry():
    ours = [path for path in (ROOT / "config").rglob("*") if path.is_file()]
    forbidden = r"(?i:pypi\.org|registry\.npmjs|deb\.debian|/root/|files\.pythonhosted)"

    assert saying(forbidden, [*FILES, *ours, ROOT / "Makefile", *ROOT.glob("requirements*")]) == []


def test_what_a_page_shows_has_a_name_of_its_own():
    """Row, Line and Entry once stood for four things each: who read one module misread the next."""
    classes = [
        (node.name, name(path)) for path in files("kinds", "content", "policy", "mail", "store", "domain", "pages")
        for node in tree(path).body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]  # fmt: skip
    often = [one for one, count in Counter(called for called, _ in classes).items() if count > 1]

    assert [(called, where) for called, where in classes if called in often and "/pages/" in where] == []


def test_every_file_that_a_comment_names_is_there():
    """Rows and read models move, and the comments that lead to them stay behind."""
    named = re.compile(r"\b(?:" + "|".join(ORDER[:-1] + sorted(TOP)) + r")/[a-z_/]+\.py")
    gone = [
        f"{name(path)}: {file}"
        for path in [*FILES, *TEMPLATES, *(ROOT / "templates").rglob("*.typ"), *(ROOT / "config").glob("*.toml")]
        for file in named.findall(path.read_text())
        if not (PACKAGE / file).exists() and not (ROOT / "tests" / file).exists()
    ]

    assert gone == []


HEAVY = {"typst", "openpyxl", "PIL", "pypdf", "defusedxml", "zxcvbn"}


def imported_from_elsewhere(path: Path) -> set[str]:
    """Packages that are not ours, which a file imports."""
    found = {alias.name for node in ast.walk(tree(path)) if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module for node in ast.walk(tree(path))
              if isinstance(node, ast.ImportFrom) and not node.level and node.module}  # fmt: skip
    return {module.split(".")[0] for module in found}


def test_heavy_libraries_are_met_in_a_process_of_their_own_only():
    """What reads strangers' files, or takes hundreds of megabytes, never runs inside the program (SEC-47)."""
    meeting = {
        name(path): heavy for path in FILES if "isolated" not in path.parts
        if (heavy := imported_from_elsewhere(path) & HEAVY)
    }  # fmt: skip

    assert meeting == {}


def test_a_script_of_its_own_process_imports_nothing_of_the_program():
    scripts = [path for path in FILES if "isolated" in path.parts and path.stem != "__init__"]
    importing = [
        f"{name(path)}:{node.lineno}" for path in scripts for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.level > 1 or (node.module or "").split(".")[0] == "skanderborg")
    ]  # fmt: skip

    assert scripts
    assert importing == []

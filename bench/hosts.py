"""More than one machine, on loopback: nginx, two web servers, two workers, PostgreSQL and a standby that it waits for.

Everything is stopped and started in turn, then killed in turn, the primary last, when the standby is promoted.
Meanwhile people write, each note again under its key until it is acknowledged. The program's role owns no table.

Promise: nothing acknowledged is lost and nothing is written twice, the log is whole, and promoting the standby costs at
most 30 s of answers that the database does not answer.
"""

import http.client
import json
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from _house import ROOT, examples, free_port, report

from tests.servers import postgres_binaries

WRITERS, CALM_SECONDS, GONE_SECONDS = 4, 3, 2
PROMISED_SECONDS = 30
AS_POSTGRES = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1; {user}
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    upstream hosts {{
        server 127.0.0.1:{first} max_fails=1 fail_timeout=2s;
        server 127.0.0.1:{second} max_fails=1 fail_timeout=2s;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://hosts; proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_connect_timeout 2s;
        }}
    }}
}}
"""


class Site:
    """The machines: each part by its name, how it is started, and the process that it is."""

    def __init__(self, folder: Path, binaries: Path):
        self.folder, self.binaries = folder, binaries
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.ports = {name: free_port() for name in ("primary", "standby", "web1", "web2", "nginx", "mail")}
        self.case = ""
        self.base = f"http://127.0.0.1:{self.ports['nginx']}"
        both = ",".join(f"127.0.0.1:{self.ports[name]}" for name in ("primary", "standby"))
        self.url = f"postgresql://koordinering@{both}/koordinering?target_session_attrs=read-write"
        self.starts: dict[str, Callable[[], list[str]]] = {
            "primary": lambda: self._postgres("primary", "synchronous_standby_names=standby"),
            "standby": lambda: self._postgres("standby"),
            "mail": lambda: [sys.executable, "-m", "skanderborg.mail.catcher", str(folder / "mail"), self._smtp()],
            **{name: lambda: self._flask("serve") for name in ("web1", "web2")},
            **{name: lambda: self._flask("worker") for name in ("worker1", "worker2")},
            "nginx": lambda: ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")],
        }

    def _postgres(self, name: str, *settings: str) -> list[str]:
        said = [
            f"port={self.ports[name]}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}",
            "max_connections=200", *settings,
        ]  # fmt: skip
        words = [word for one in said for word in ("-c", one)]
        return [str(self.binaries / "postgres"), "-D", str(self.folder / name), *words]

    def _flask(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "flask", *words]

    def _smtp(self) -> str:
        return f"smtp://127.0.0.1:{self.ports['mail']}"

    def environment(self, name: str) -> dict[str, str]:
        """What a part is told; each web server is a host with a data folder of its own."""
        host = self.folder / f"host{name[-1]}" if name[-1].isdecimal() else self.folder / "host1"
        return {name: value for name, value in os.environ.items() if not name.startswith("SKB_")} | {
            "SKB_ENV": "test", "SKB_DATA_DIR": str(host), "SKB_KEYS_FILE": str(self.folder / "keys" / "keys.json"),
            "SKB_DATABASE_URL": self.url, "SKB_BASE_URL": self.base, "SKB_SMTP_URL": self._smtp(),
            "SKB_PORT": str(self.ports.get(name, 8000)),
        }  # fmt: skip

    def start(self, name: str) -> None:
        """Start a part; whoever needs it waits for it."""
        is_database = name in ("primary", "standby")
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                self.starts[name](), cwd=self.folder if is_database else ROOT, stdout=log, stderr=log,
                env=self.environment(name), **(AS_POSTGRES if is_database else {}), start_new_session=True,
            )  # fmt: skip

    def stop(self, name: str, how: signal.Signals) -> None:
        """Stop or kill a part with all its processes."""
        process = self.running.pop(name)
        os.killpg(process.pid, how) if how == signal.SIGKILL else process.send_signal(how)
        process.wait(30)

    def tool(self, name: str, *words: str) -> None:
        """Run a program of PostgreSQL."""
        subprocess.run(
            [str(self.binaries / name), *words], check=True, capture_output=True, cwd=self.folder, **AS_POSTGRES
        )

    def command(self, *words: str, **more: str) -> str:
        """What a command of the program says."""
        env = self.environment("web1") | more
        done = subprocess.run(self._flask(*words), cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"flask {' '.join(words)}: {done.stderr or done.stdout}")
        return done.stdout

    def sql(self, name: str, *statements: str, database: str = "postgres") -> list[Any]:
        """Ask a database as its administrator; the rows of the last statement."""
        address = f"host=127.0.0.1 port={self.ports[name]} user=postgres dbname={database}"
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in statements:
                found = connection.execute(statement)
            return found.fetchall() if found.description else []

    def make(self) -> None:
        """The clusters, the roles, a house full of people and cases, and everything started."""
        if AS_POSTGRES:
            shutil.chown(self.folder, "postgres", pwd.getpwnam("postgres").pw_gid)
        self.tool(
            "initdb", "-D", str(self.folder / "primary"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"
        )
        self.start("primary")
        wait(lambda: self.sql("primary", "SELECT 1"))
        self.sql("primary", "ALTER SYSTEM SET synchronous_commit = local")  # until there is a standby
        self.sql("primary", "SELECT pg_reload_conf()", "CREATE ROLE koordinering_owner LOGIN",
                 "CREATE ROLE koordinering LOGIN", "CREATE DATABASE koordinering OWNER koordinering_owner")  # fmt: skip
        address = f"host=127.0.0.1 port={self.ports['primary']} user=postgres application_name=standby"
        self.tool("pg_basebackup", "-D", str(self.folder / "standby"), "-R", "-d", address)
        self.start("standby")
        wait(lambda: self.sql("primary", "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"))
        self.sql("primary", "ALTER SYSTEM RESET synchronous_commit", "SELECT pg_reload_conf()")
        self.command("init", SKB_DATABASE_OWNER_URL=self.url.replace("koordinering@", "koordinering_owner@"))
        self.case = next(iter(json.loads(self.command("seed-test"))["refs"]["cases"].values()))["ref"]
        (self.folder / "nginx.conf").write_text(
            NGINX.format(folder=self.folder, first=self.ports["web1"], second=self.ports["web2"],
                         port=self.ports["nginx"], user="user root;" if AS_POSTGRES else "")
        )  # fmt: skip
        for name in ("mail", "web1", "web2", "worker1", "worker2", "nginx"):
            self.start(name)
        for name in ("web1", "web2", "nginx"):
            wait(lambda port=self.ports[name]: answers(port))


def wait(holds: Callable[[], Any], seconds: float = 60) -> None:
    """Wait until something holds; what cannot be asked yet does not. Stops after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        try:
            if holds():
                return
        except (OSError, psycopg.Error):
            pass
        if time.monotonic() > end:
            raise SystemExit("a part does not start; its log lies in the folder")
        time.sleep(0.1)


def answers(port: int) -> bool:
    """Whether pages are served there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    connection.request("GET", "/healthz")
    return connection.getresponse().status == 200


class Writer(threading.Thread):
    """Somebody who writes note after note, each again under its key until it is acknowledged."""

    def __init__(self, site: Site, case: str, over: threading.Event):
        super().__init__(daemon=True)
        self.site, self.case, self.over = site, case, over
        self.acknowledged, self.unanswered, self.longest_wait = 0, 0, 0.0
        self.headers = {"Content-Type": "application/x-www-form-urlencoded"}
        _, cookie, _ = self.ask("POST", "/log-ind", username="solveig", password=examples.PASSWORD)
        self.headers["Cookie"] = cookie.partition(";")[0]
        self.token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', self.ask("GET", "/profil")[2])[1]

    def ask(self, method: str, path: str, **fields: str) -> tuple[int, str, str]:
        """Status, cookie and text of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.site.ports["nginx"], timeout=40)
        connection.request(method, path, urlencode(fields), self.headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Set-Cookie", ""), answer.read().decode()

    def run(self) -> None:
        while not self.over.is_set():
            note = {"csrf_token": self.token, "key": secrets.token_hex(8), "text": "Skrevet imens"}
            began = time.monotonic()
            while not self.is_acknowledged(note):
                self.unanswered += 1
                time.sleep(0.1)
            self.acknowledged += 1
            self.longest_wait = max(self.longest_wait, time.monotonic() - began)
            time.sleep(0.02)

    def is_acknowledged(self, note: dict[str, str]) -> bool:
        """Whether the note is written, as far as its writer can tell."""
        try:
            return self.ask("POST", f"/sager/{self.case}/noter", **note)[0] == 303
        except (OSError, http.client.HTTPException):
            return False


def stepped(site: Site, writers: list[Writer], do: Callable[[], None]) -> dict[str, float]:
    """Do something to the site while people write, and see how long the one who waited most waited."""
    for writer in writers:
        writer.longest_wait = 0.0
    unanswered, written = sum(one.unanswered for one in writers), [one.acknowledged for one in writers]
    do()
    time.sleep(CALM_SECONDS)
    wait(lambda: all(one.acknowledged > before + 1 for one, before in zip(writers, written, strict=True)))
    return {
        "longest_wait_seconds": round(max(one.longest_wait for one in writers), 1),
        "tried_again": sum(one.unanswered for one in writers) - unanswered,
    }


def course(site: Site, writers: list[Writer]) -> dict[str, dict[str, float]]:
    """Everything that happens to the site, and what it cost."""

    def again(name: str, how: signal.Signals) -> None:
        site.stop(name, how)
        time.sleep(GONE_SECONDS if how == signal.SIGKILL else 0)
        site.start(name)
        if name in site.ports and name != "standby":
            wait(lambda: answers(site.ports[name]))

    def lose_the_primary() -> None:
        site.stop("primary", signal.SIGKILL)
        site.tool("pg_ctl", "promote", "-D", str(site.folder / "standby"))

    found = {
        f"{name} {how.name}": stepped(site, writers, lambda name=name, how=how: again(name, how))
        for how, names in (
            (signal.SIGTERM, ("web1", "web2", "worker1", "worker2")),
            (signal.SIGKILL, ("web1", "web2", "worker1", "worker2", "nginx", "standby")),
        )
        for name in names
    }
    return found | {"primary SIGKILL, standby promoted": stepped(site, writers, lose_the_primary)}


def has_no_ddl(site: Site) -> bool:
    """Whether the program's role can neither take the triggers of the log away nor change its tables."""
    address = f"host=127.0.0.1 port={site.ports['primary']} user=koordinering dbname=koordinering"
    for statement in (
        "ALTER TABLE event DISABLE TRIGGER ALL",
        "ALTER TABLE event ADD COLUMN x text",
        "DROP TABLE note",
    ):
        try:
            with psycopg.connect(address) as connection:
                connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            continue
        return False
    return True


WAITING = """SELECT count(*) FROM outbox_letter WHERE sent_at IS NULL AND void_at IS NULL AND failed_at IS NULL
    AND due_at < now() - interval '1 minute'"""


def main() -> None:
    """Make the site, let it all happen, and print."""
    binaries = postgres_binaries()
    if binaries is None or shutil.which("nginx") is None:
        report(skipped="PostgreSQL or nginx is missing")
        return
    with tempfile.TemporaryDirectory(prefix="skb-hosts-", ignore_cleanup_errors=True) as name:
        site = Site(Path(name), binaries)
        try:
            site.make()
            no_ddl, count = has_no_ddl(site), "SELECT count(*) FROM note"
            [(before,)] = site.sql("primary", count, database="koordinering")
            over = threading.Event()
            writers = [Writer(site, site.case, over) for _ in range(WRITERS)]
            for writer in writers:
                writer.start()
            happened = course(site, writers)
            over.set()
            for writer in writers:
                writer.join(60)
            [(after,)], [(waiting,)] = (site.sql("standby", one, database="koordinering") for one in (count, WAITING))
            log = site.command("audit", "verify").splitlines()[0]
        finally:
            for part in list(site.running):
                site.stop(part, signal.SIGKILL)
    acknowledged = sum(writer.acknowledged for writer in writers)
    last = happened["primary SIGKILL, standby promoted"]["longest_wait_seconds"]
    report(
        acknowledged=acknowledged, lost=acknowledged - (after - before), letters_waiting=waiting, log=log,
        role_without_ddl=no_ddl, happened=happened, held=acknowledged == after - before and last <= PROMISED_SECONDS,
    )  # fmt: skip


if __name__ == "__main__":
    main()

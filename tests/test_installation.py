"""The examples from which an installation is made fit each other, and keep what is received off the disk."""

import re

import pytest

from skanderborg.settings import ROOT, load

NGINX = (ROOT / "config" / "nginx.example.conf").read_text()


def said(name):
    """What the proxy's example says of a directive."""
    return re.search(rf"^\s*{name}\s+([^;]+);", NGINX, re.MULTILINE)[1]


def test_the_proxy_holds_as_large_a_body_in_memory_as_the_program_takes():
    largest = f"{load({}).defaults.largest_body_megabytes}m"

    assert said("client_max_body_size") == said("client_body_buffer_size") == largest
    assert said("client_body_temp_path").startswith("/run/")
    assert said("proxy_max_temp_file_size") == "0"


@pytest.mark.parametrize("unit", ["koordinering-web", "koordinering-worker", "koordinering-keys"])
def test_a_service_has_its_temporary_files_in_memory(unit):
    lines = (ROOT / "config" / "systemd" / f"{unit}.service").read_text().splitlines()

    assert {f"RuntimeDirectory={unit}", "RuntimeDirectoryMode=0700", f"Environment=TMPDIR=/run/{unit}"} <= set(lines)
    assert {"MemorySwapMax=0", "LimitCORE=0", "User=koordinering"} <= set(lines)


def test_the_worker_may_add_to_the_anchor_file_where_the_example_has_it():
    example = (ROOT / "config" / "production.example.env").read_text()
    folder = re.search(r"^SKB_ANCHOR_FILE=(.*)/[^/]+$", example, re.MULTILINE)[1]
    unit = (ROOT / "config" / "systemd" / "koordinering-worker.service").read_text()

    assert folder in [path.lstrip("-") for path in re.findall(r"^ReadWritePaths=(.*)$", unit, re.MULTILINE)]

"""Where credentials and patients' data may go: to the named host, over TLS, nowhere else."""

import os
import shutil
import ssl
import subprocess
import sys

import duckdb
import pytest
from aiohttp import web

from tests.journeys.listening import listening
from tests.journeys.road import PROJECT
from tests.waiting import STEP

TOKEN, KEY = "canary-token-7f3a", "canary-key-91bc"
OBJECTS = ("users", "organizations", "people", "leads", "deals", "activities", "attachments")


@pytest.fixture
def command(tmp_path):
    """Run a command by itself, knowing only what it is told; return (code, all that it said)."""

    def run(*arguments, **environment):
        ended = subprocess.run(
            [sys.executable, "-m", f"{arguments[0]}.cli", *arguments[1:]],
            cwd=tmp_path,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(PROJECT),
                "DATA_DIR": str(tmp_path / "data"),
                "SEEDS_DIR": str(PROJECT / "seeds"),
                "VISUAL_PRACTICE_TOKEN": TOKEN,
                "NUTSHELL_USERNAME": "canary-user",
                "NUTSHELL_API_KEY": KEY,
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=STEP,
            check=False,
        )
        said = ended.stdout + ended.stderr
        assert TOKEN not in said and KEY not in said and "Traceback" not in said
        return ended.returncode, said

    return run


async def nothing(request):
    return web.json_response({})


@pytest.mark.parametrize(
    "address",
    ["http://practice.example", "http://127.0.0.1.evil.example", "ftp://x"],
)
@pytest.mark.parametrize(
    ("variable", "arguments"),
    [
        ("VISUAL_PRACTICE_URL", ("extract", "visual-practice")),
        ("NUTSHELL_URL", ("load", "rollback", "--preview")),
    ],
)
def test_only_https_leaves_this_machine(command, tmp_path, variable, arguments, address):
    """Plain http to anywhere but loopback: exit 2 before anything is connected or written."""
    if arguments[0] == "load":
        (tmp_path / "data").mkdir(mode=0o700)
        (tmp_path / "data" / "audit.sqlite").touch(mode=0o600)
    code, said = command(*arguments, **{variable: address})
    assert code == 2
    assert variable in said and "https" in said


def test_credentials_do_not_stand_in_an_address(command):
    """They would be in every log of every proxy; the address is not repeated either."""
    code, said = command("extract", "nutshell", NUTSHELL_URL="https://u:canary-pw@nutshell.example")
    assert code == 2
    assert "canary-pw" not in said


@pytest.mark.parametrize("status", [301, 307])
@pytest.mark.parametrize("system", ["VISUAL_PRACTICE", "NUTSHELL"])
def test_redirects_to_another_host_are_refused(command, system, status):
    """Exit 2; the other host hears nothing, so the credentials stayed here."""
    with listening(nothing) as elsewhere:

        async def redirect(request):
            where = f"{elsewhere.url('localhost')}{request.raw_path}"
            return web.Response(status=status, headers={"Location": where})

        with listening(redirect) as here:
            name = system.lower().replace("_", "-")
            code, said = command("extract", name, **{f"{system}_URL": here.url()})
    assert code == 2
    assert "redirects are refused" in said
    assert len(here.heard) == 1 and here.credentials
    assert elsewhere.heard == []


def practice(attachments, content):
    """Serve a practice that holds nothing but attachments."""

    async def handler(request):
        name = request.path.removeprefix("/api/v1/")
        if name == "metadata":
            objects = [{"name": each, "fields": []} for each in OBJECTS]
            return web.json_response({"server_time": "2026-11-01T12:00:00Z", "objects": objects})
        if name.endswith("/content"):
            return await content(request)
        rows = (
            attachments if name == "attachments" and "modified_since" not in request.query else []
        )
        rows = rows if request.query.get("page") == "1" else []
        total = len(attachments) if name == "attachments" else 0
        return web.json_response({"data": rows, "page": 1, "per_page": 200, "total": total})

    return handler


def test_addresses_in_records_are_never_followed(command, tmp_path):
    """Bytes come from the source's own path; a record's links and a redirect lead nowhere."""
    with listening(nothing) as elsewhere:
        lures = ("content_url", "url", "href", "download_url")
        rows = [
            {"id": f"att_{n}", "file_name": "a.txt", "created_at": "2026-01-01T00:00:00Z",
             "modified_at": "2026-01-01T00:00:00Z", "parent_type": "people", "parent_id": "per_1",
             **{lure: f"{elsewhere.url('localhost')}/stolen" for lure in lures}}
            for n in (1, 2)
        ]  # fmt: skip

        async def content(request):
            if "att_2" in request.path:
                where = f"{elsewhere.url('localhost')}/signed"
                return web.Response(status=302, headers={"Location": where})
            return web.Response(body=b"twelve bytes")

        with listening(practice(rows, content)) as here:
            code, said = command("extract", "visual-practice", VISUAL_PRACTICE_URL=here.url())
    assert code == 0, said
    assert elsewhere.heard == []
    files = str(tmp_path / "data/raw/visual_practice/*/files/*.parquet")
    landed = duckdb.execute(
        "select attachment_id, status from read_parquet(?) order by all", [files]
    ).fetchall()
    assert landed == [("att_1", "ok"), ("att_2", "not_fetched")]
    assert "1 not_fetched" in said


def test_proxies_from_the_environment_are_not_used(command):
    """A variable that somebody set for another program must not route patients' data."""
    with listening(nothing) as proxy, listening(practice([], nothing)) as here:
        proxies = dict.fromkeys(
            ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"), proxy.url()
        )
        code, said = command(
            "extract", "visual-practice", VISUAL_PRACTICE_URL=here.url(), **proxies
        )
    assert code == 0, said
    assert here.heard and proxy.heard == []


def test_a_certificate_that_nobody_vouches_for_ends_the_command(command, tmp_path):
    """TLS is never off: exit 3, and the other side never hears the token."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with listening(practice([], nothing), context) as here:
        address = here.url("localhost")
        code, said = command(
            "extract", "visual-practice", VISUAL_PRACTICE_URL=address, PYTHONHTTPSVERIFY="0"
        )
        assert code == 3, said
        assert "certificate" in said
        assert here.heard == []
        # and it is the certificate, nothing else: vouched for, the same server is read
        code, said = command(
            "extract",
            "visual-practice",
            VISUAL_PRACTICE_URL=address,
            SSL_CERT_FILE=str(certificate),
        )
        assert code == 0, said
        assert here.credentials

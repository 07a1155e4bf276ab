"""The paper as files: what nginx hands out is what we hand out, every link leads somewhere, what is gone is gone."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

import pytest

from masthead.press import export, pages, reprint, run
from masthead.press.models import PrintedPage
from masthead.press.store import Printed
from masthead.stories import actions, diary
from tests import reader

pytestmark = pytest.mark.slow

NGINX = """daemon off; worker_processes 1; pid {home}/nginx.pid; error_log stderr crit; user root;
events {{ worker_connections 64; }}
http {{ access_log off; gzip_static on; types {{ text/html html; text/css css; }} default_type application/octet-stream;
client_body_temp_path {home}/a; proxy_temp_path {home}/b; fastcgi_temp_path {home}/c; uwsgi_temp_path {home}/d; scgi_temp_path {home}/e;
server {{ listen 127.0.0.1:{port}; root {home}/www; error_page 404 /404.html; }} }}
"""


@pytest.fixture
def stories(title, monkeypatch) -> list:
    monkeypatch.setattr(pages, "A_PAGE", 5)
    made = []
    for n in range(26):
        copy = actions.Copy(headline=f"Bell tower number {n}", body=f"<p>The tower {n} opened on Friday.</p>")
        filed = actions.file_story(title=title, section=title.sections.first(), copy=copy)
        made.append(actions.publish_as_filed(story=filed))
    diary.work_off()
    return made


def test_every_link_leads_to_a_file(title, stories, tmp_path) -> None:
    done = list(export.export(title, tmp_path / "www"))
    www = tmp_path / "www"
    assert len(done) == len(set(done)) > 40
    for path in done:
        name = www / (path.lstrip("/") + ("index.html" if path.endswith("/") else ""))
        assert name.read_bytes() == reader.get(title, path).body, path
        if name.suffix == ".html":
            for link in export.links(name.read_text()):
                if not link.startswith(export.LIVE):
                    there = www / (link.lstrip("/") + ("index.html" if link.endswith("/") else ""))
                    assert there.is_file(), f"{path} links to {link}"
    assert {"/world/page/4/", "/world/page/1/"} <= set(done) and "/world/page/5/" not in done


def test_what_was_withdrawn_goes_and_what_is_not_ours_stays(title, stories, tmp_path) -> None:
    www = tmp_path / "www"
    list(export.export(title, www))
    (www / "ours.txt").write_text("kept")
    story = www / stories[0].path.lstrip("/") / "index.html"
    assert story.is_file()
    actions.withdraw(story=stories[0], reason="wrong")
    diary.work_off()
    list(export.export(title, www))
    assert not story.exists() and not story.with_name("index.html.gz").exists()
    assert "Bell tower number 0" not in (www / "index.html").read_text()
    assert (www / "ours.txt").read_text() == "kept"


def test_a_folder_that_holds_other_things_is_left_alone(title, tmp_path) -> None:
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(export.CannotExport, match="empty folder"):
        list(export.export(title, tmp_path))
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.doc"]


def test_nginx_hands_it_out(title, stories, tmp_path) -> None:
    if not shutil.which("nginx"):
        pytest.skip("nginx is not installed.")
    tmp_path.chmod(0o755)
    done = list(export.export(title, tmp_path / "www"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "nginx.conf").write_text(NGINX.format(home=tmp_path, port=port))
    nginx = subprocess.Popen(["nginx", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")])
    try:
        time.sleep(1)
        for path in done:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                assert answer.status == 200 and answer.read() == reader.get(title, path).body, path
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/none/")
        assert missing.value.code == 404 and "There is no page" in missing.value.read().decode()
    finally:
        nginx.terminate()
        nginx.wait()


def test_a_run_that_was_broken_off_goes_on_where_it_stopped(title, stories, monkeypatch) -> None:
    monkeypatch.setattr(reprint, "AT_A_TIME", 30)
    first = reprint.left(title)
    steps = reprint.print_left(title, first, processes=1)
    assert next(steps) == reprint.AT_A_TIME
    steps.close()
    again = reprint.left(title)
    assert again == first[reprint.AT_A_TIME :]
    before = {row.path: row.printed_at for row in PrintedPage.objects.all()}
    assert sum(reprint.print_left(title, again, processes=1)) == len(again)
    after = {row.path: row.printed_at for row in PrintedPage.objects.all()}
    assert all(after[path] == before[path] for path in first[: reprint.AT_A_TIME])
    assert not reprint.begun(title).exists()
    assert len(run.store_of(title).hot) <= 2, "who prints a paper holds none of it in memory"
    assert len(reprint.left(title)) >= len(first), "the next run begins anew"


def test_five_hundred_at_once_make_a_cold_page_once(title, monkeypatch) -> None:
    made = []

    def slowly(asked, path: str):
        made.append(path)
        time.sleep(0.2)
        return run.store_of(asked).put(Printed(path, b"<p>Cold.</p>", "text/html"))

    monkeypatch.setattr(run, "_print", slowly)
    got: list = []
    readers = [threading.Thread(target=lambda: got.append(run.on_demand(title, "/cold/"))) for _ in range(500)]
    for one in readers:
        one.start()
    for one in readers:
        one.join(timeout=20)
    assert made == ["/cold/"] and len(got) == 500 and len({entry.etag for entry in got}) == 1


def test_a_cold_page_is_made_once_and_odd_queries_make_none(title, stories, monkeypatch) -> None:
    path = stories[0].path
    run.store_of(title).remove(path)
    made = []
    real = run._print
    monkeypatch.setattr(run, "_print", lambda *args: made.append(args) or real(*args))
    for n in range(20):
        assert reader.get(title, f"{path}?utm={n}").status == 200
    assert len(made) == 1

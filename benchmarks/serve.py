#!/usr/bin/env python3
"""Article page per second: Masthead's one process, Django in it, against nginx serving the same bytes from disk.

One core for the servers, one for the load (wrk), interleaved rounds at each number of connections, the ratio of the two
in each round. The page is the same precompressed file: brotli where nginx has its module (Debian:
libnginx-mod-http-brotli-static), else gzip. Then the same page while two clients keep Django busy in the same process
with searches. Prints the page's weight too. Needs nginx, wrk and taskset (util-linux); all on the loopback address.

usage: python benchmarks/serve.py [--rounds N] [--connections 16 64]
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import brotli

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.house import House, running

NGINX = """{load} daemon off; worker_processes 1; pid {home}/nginx.pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 10000000; {static}_static on; sendfile on; default_type text/html;
client_body_temp_path {home}/a; proxy_temp_path {home}/b; fastcgi_temp_path {home}/c; uwsgi_temp_path {home}/d; scgi_temp_path {home}/e;
server {{ listen 127.0.0.1:{port}; root {home}/www; }} }}
"""
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
CODING = "br" if BROTLI.exists() else "gzip"
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Load:
    """What wrk got: answers a second, and the time half of them took, in milliseconds."""

    rate: float
    p50: float
    p99: float


def load(url: str, connections: int, seconds: int = 2) -> Load:
    """Ask again and again for some seconds."""
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-H", f"Accept-Encoding: {CODING}", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"{url} answered with errors:\n{said}")
    times = {int(p): float(n) * _UNITS[unit] for p, n, unit in re.findall(r"(50|99)%\s+([\d.]+)(us|ms|s)\b", said)}
    return Load(float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), times[50], times[99])


def compressed(url: str, coding: str = CODING) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept-Encoding": coding})) as answer:
        return answer.read()


def busy(house: House, page: str, rounds: int) -> None:
    """Cached pages while two clients ask Django for searches without a pause."""
    search = f"{house.url.replace('localhost', '127.0.0.1')}/search/?q=harbour"
    p50s, rates = [], []
    for n in range(rounds):
        keeping = subprocess.Popen(
            ["taskset", "-c", "1", "wrk", "-t1", "-c2", "-d4s", search], stdout=subprocess.PIPE, text=True
        )
        time.sleep(1)
        got = load(page, 16)
        django = float(re.search(r"Requests/sec:\s+([\d.]+)", keeping.communicate()[0])[1])
        p50s.append(got.p50)
        rates.append(got.rate)
        print(f"busy, round {n + 1}: {got.rate:,.0f}/s, p50 {got.p50:.2f} ms, p99 {got.p99:.1f} ms; Django {django:.0f} pages/s")
    print(f"two clients keep Django busy: p50 {statistics.median(p50s):.2f} ms, {statistics.median(rates):,.0f}/s; bar 0.5 ms")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--connections", type=int, nargs="+", default=[16, 64])
    args = ask.parse_args()
    missing = [tool for tool in ("nginx", "wrk", "taskset") if not shutil.which(tool)]
    if missing:
        sys.exit(f"Please install {', '.join(missing)} first.")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "paper").mkdir()
        (home / "www").mkdir()
        home.chmod(0o755)
        with running(home / "paper", "--demo") as house:
            time.sleep(10)  # The worker prints what waits.
            subprocess.run(["taskset", "-a", "-p", "-c", "0", str(house.process.pid)], check=True, capture_output=True)
            front = house.get("/")[1]
            path = re.search(r'href="(/20[^"]+)"', front)[1]
            css = re.search(r'href="(/assets/[^"]+)"', front)[1]
            page = compressed(house.url + path)
            plain = compressed(house.url + path, "identity")
            (home / "www" / "page.html").write_bytes(plain)
            (home / "www" / f"page.html.{'br' if CODING == 'br' else 'gz'}").write_bytes(page)
            said = {"load": f"load_module {BROTLI};", "static": "brotli"} if CODING == "br" else {"load": "", "static": "gzip"}
            (home / "nginx.conf").write_text(NGINX.format(home=home, port=house.port + 1, **said))
            nginx = subprocess.Popen(["taskset", "-c", "0", "nginx", "-p", str(home), "-c", str(home / "nginx.conf")])
            try:
                time.sleep(1)
                ours, theirs = house.url.replace("localhost", "127.0.0.1") + path, f"http://127.0.0.1:{house.port + 1}/page.html"
                assert compressed(theirs) == page and compressed(ours) == page
                ratios: dict[int, list[float]] = {}
                for n in range(args.rounds):
                    for connections in args.connections:
                        a, b = load(ours, connections), load(theirs, connections)
                        ratios.setdefault(connections, []).append(a.rate / b.rate)
                        print(f"round {n + 1}, {connections} connections: Masthead {a.rate:,.0f}/s (p50 {a.p50:.2f} ms), "
                              f"nginx {b.rate:,.0f}/s ({b.p50:.2f} ms), ratio {a.rate / b.rate:.2f}", flush=True)
                busy(house, ours, args.rounds)
            finally:
                nginx.terminate()
                nginx.wait()
            weight = len(page), len(compressed(house.url + css))
            assert brotli.decompress(page) == plain if CODING == "br" else True
    for connections, found in ratios.items():
        print(f"ratio to nginx ({CODING}), {connections} connections: {statistics.median(found):.2f} (median of {args.rounds}); bar 0.75")
    print(f"article: HTML {weight[0]:,} B + CSS {weight[1]:,} B = {sum(weight):,} B {CODING} on the wire")


if __name__ == "__main__":
    main()

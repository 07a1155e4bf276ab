#!/usr/bin/env python3
"""Article page per second: Masthead's one process against nginx serving the same bytes (gzip_static).

One core for the servers, one for the load (wrk), interleaved rounds, the ratio of the two in each round. Prints
the page's weight too. Needs nginx, wrk and taskset (util-linux); everything stays on the loopback address.

usage: python benchmarks/serve.py [--rounds N] [--connections N]
"""

from __future__ import annotations

import argparse
import gzip
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.house import running

NGINX = """daemon off; worker_processes 1; pid {home}/nginx.pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 10000000; gzip_static on; sendfile on; default_type text/html;
client_body_temp_path {home}/a; proxy_temp_path {home}/b; fastcgi_temp_path {home}/c; uwsgi_temp_path {home}/d; scgi_temp_path {home}/e;
server {{ listen 127.0.0.1:{port}; root {home}/www; }} }}
"""


def load(url: str, connections: int) -> float:
    """Requests per second that wrk gets in two seconds."""
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", "-d2s", "-H", "Accept-Encoding: gzip", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        sys.exit(f"{url} answered with errors:\n{said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def compressed(url: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
        return answer.read()


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rounds", type=int, default=4)
    ask.add_argument("--connections", type=int, default=16)
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
            subprocess.run(["taskset", "-a", "-p", "-c", "0", str(house.process.pid)], check=True, capture_output=True)
            front = house.get("/")[1]
            path = re.search(r'href="(/20[^"]+)"', front)[1]
            css = re.search(r'href="(/assets/[^"]+)"', front)[1]
            page = compressed(house.url + path)
            (home / "www" / "page.html").write_bytes(gzip.decompress(page))
            (home / "www" / "page.html.gz").write_bytes(page)
            (home / "nginx.conf").write_text(NGINX.format(home=home, port=house.port + 1))
            nginx = subprocess.Popen(["taskset", "-c", "0", "nginx", "-p", str(home), "-c", str(home / "nginx.conf")])
            try:
                time.sleep(1)
                ours, theirs = house.url.replace("localhost", "127.0.0.1") + path, f"http://127.0.0.1:{house.port + 1}/page.html"
                ratios = []
                for n in range(args.rounds):
                    a, b = load(ours, args.connections), load(theirs, args.connections)
                    ratios.append(a / b)
                    print(f"round {n + 1}: Masthead {a:,.0f}/s  nginx {b:,.0f}/s  ratio {a / b:.2f}")
            finally:
                nginx.terminate()
                nginx.wait()
            weight = len(page), len(compressed(house.url + css))
    print(f"ratio to nginx (gzip_static), median of {args.rounds}: {statistics.median(ratios):.2f}")
    print(f"article: HTML {weight[0]:,} B + CSS {weight[1]:,} B = {sum(weight):,} B gzip on the wire, JavaScript 0 B")


if __name__ == "__main__":
    main()

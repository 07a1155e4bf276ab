"""An article of Masthead's demo paper, and the same text in WordPress: without a cache, and with a page cache in PHP.

    python benchmarks/peers.py [--rounds 3]

Everything that serves has core 0, wrk core 1, rounds take turns. WordPress is Debian's, with its own theme, MariaDB, PHP-FPM
with opcache and nginx, all started here in a folder of their own. WP Super Cache is no package of Debian's; in its place
stands the least that a page cache in PHP can do (`advanced-cache.php` of eleven lines: find the file, send it, end before
WordPress is loaded), which is less work than that plugin's and so the harder peer. Needs, as Debian packages: wordpress,
wordpress-theme-twentytwentythree, php-fpm, php-mysql, mariadb-server, nginx, wrk.
"""

from __future__ import annotations

import argparse
import html
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.house import running

SOURCE = Path("/usr/share/wordpress")
CONFIG = """<?php
define('DB_NAME', 'wp'); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_HOST', 'localhost:{home}/db.sock');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', ''); $table_prefix = 'wp_';
define('WP_HOME', 'http://127.0.0.1:{port}'); define('WP_SITEURL', WP_HOME); define('WP_CACHE', {cache});
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true); define('WP_DEBUG', false);
foreach (['AUTH_KEY','SECURE_AUTH_KEY','LOGGED_IN_KEY','NONCE_KEY','AUTH_SALT','SECURE_AUTH_SALT','LOGGED_IN_SALT','NONCE_SALT'] as $k) define($k, md5($k));
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
CACHE = """<?php
$file = WP_CONTENT_DIR . '/cache/' . md5($_SERVER['HTTP_HOST'] . $_SERVER['REQUEST_URI']) . '.gz';
if (PHP_SAPI !== 'cli' && $_SERVER['REQUEST_METHOD'] === 'GET' && !preg_grep('/^wordpress_logged_in/', array_keys($_COOKIE))) {
    header('Vary: Accept-Encoding, Cookie');
    if (is_file($file)) {
        header('Content-Type: text/html; charset=UTF-8'); header('Content-Encoding: gzip'); header('Content-Length: ' . filesize($file));
        readfile($file); exit;
    }
    ob_start(function ($page) use ($file) { @mkdir(dirname($file)); file_put_contents($file, gzencode($page, 6)); return $page; });
}
"""
INSTALL = """<?php
define('WP_INSTALLING', true); $_SERVER['HTTP_HOST'] = '127.0.0.1';
require '{home}/www/wp-load.php'; require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Bench', 'bench', 'bench@example.org', true, '', 'bench-bench-bench');
switch_theme('twentytwentythree'); update_option('permalink_structure', '');
wp_update_post(['ID' => 1, 'post_title' => file_get_contents('{home}/headline'), 'post_content' => file_get_contents('{home}/text')]);
wp_delete_comment(1, true);
"""
# No redirect to another port; and comments from one address as fast as they come (`benchmarks/talk.py`).
PLUGIN = """<?php remove_action('template_redirect', 'redirect_canonical'); add_filter('wp_is_comment_flood', '__return_false', 99);
"""
FPM = """[global]
daemonize = no
error_log = {home}/fpm.log
[www]
user = root
group = root
listen = {home}/fpm.sock
pm = static
pm.max_children = 4
php_admin_value[opcache.enable] = 1
"""
NGINX = """daemon off; user root; worker_processes 1; pid {home}/nginx.pid; error_log {home}/nginx.log crit;
events {{ worker_connections 512; }}
http {{ access_log off; keepalive_requests 10000000;
client_body_temp_path {home}/a; proxy_temp_path {home}/b; fastcgi_temp_path {home}/c; uwsgi_temp_path {home}/d; scgi_temp_path {home}/e;
server {{ listen 127.0.0.1:{port}; root {home}/www; location / {{ include /etc/nginx/fastcgi_params;
fastcgi_param SCRIPT_FILENAME {home}/www/index.php; fastcgi_pass unix:{home}/fpm.sock; }}
location = /wp-comments-post.php {{ include /etc/nginx/fastcgi_params;
fastcgi_param SCRIPT_FILENAME {home}/www/wp-comments-post.php; fastcgi_pass unix:{home}/fpm.sock; }} }} }}
"""
ON_CORE_0 = ("taskset", "-c", "0")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lacking() -> list[str]:
    """What is to be installed before WordPress can be started here."""
    missing = [tool for tool in ("nginx", "wrk", "taskset", "php", "mariadbd") if not shutil.which(tool)]
    return missing if SOURCE.is_dir() else [*missing, "wordpress"]


@contextmanager
def wordpress(home: Path, headline: str, text: str) -> Iterator[str]:
    """WordPress with one post; gives its address."""
    port = free_port()
    said = {"home": home, "port": port, "cache": "false"}
    shutil.copytree(SOURCE, home / "www", symlinks=False, ignore=shutil.ignore_patterns("wp-config.php"))
    (home / "www" / "wp-content" / "advanced-cache.php").write_text(CACHE)
    (home / "www" / "wp-content" / "mu-plugins").mkdir(exist_ok=True)
    (home / "www" / "wp-content" / "mu-plugins" / "port.php").write_text(PLUGIN)
    (home / "www" / "wp-config.php").write_text(CONFIG.format(**said))
    (home / "headline").write_text(headline)
    (home / "text").write_text(text)
    for name, made in (("install.php", INSTALL.replace("{home}", str(home))), ("fpm.conf", FPM.format(**said)), ("nginx.conf", NGINX.format(**said))):
        (home / name).write_text(made)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={home}/db", "--user=root", "--auth-root-authentication-method=normal"], check=True, **quiet)
    started = [subprocess.Popen([*ON_CORE_0, "mariadbd", "--no-defaults", f"--datadir={home}/db", f"--socket={home}/db.sock", "--skip-networking", "--user=root"], **quiet)]
    try:
        for _ in range(200):
            if subprocess.run(["mariadb", "--no-defaults", f"--socket={home}/db.sock", "-uroot", "-e", "CREATE DATABASE IF NOT EXISTS wp"], **quiet).returncode == 0:
                break
            time.sleep(0.1)
        subprocess.run(["php", str(home / "install.php")], check=True, **quiet)
        fpm = shutil.which("php-fpm") or next(str(p) for p in Path("/usr/sbin").glob("php-fpm*"))
        started.append(subprocess.Popen([*ON_CORE_0, fpm, "-R", "-y", str(home / "fpm.conf")], **quiet))
        started.append(subprocess.Popen([*ON_CORE_0, "nginx", "-p", str(home), "-c", str(home / "nginx.conf")], **quiet))
        time.sleep(2)
        yield f"http://127.0.0.1:{port}/?p=1"
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(timeout=30)


def rate(url: str, connections: int, seconds: int) -> float:
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-H", "Accept-Encoding: gzip", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        sys.exit(f"{url} answered with errors:\n{said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rounds", type=int, default=3)
    asked = ask.parse_args()
    if missing := lacking():
        sys.exit(f"Please install {', '.join(missing)} first.")
    os.umask(0o022)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)
        (home / "paper").mkdir()
        (home / "wp").mkdir()
        with running(home / "paper", "--demo") as house:
            time.sleep(10)
            subprocess.run(["taskset", "-a", "-p", "-c", "0", str(house.process.pid)], check=True, capture_output=True)
            path = re.search(r'href="(/20[^"]+)"', house.get("/")[1])[1]
            page = house.get(path)[1]
            headline = html.unescape(re.sub(r"<[^>]+>", "", re.search(r"<h1.*?</h1>", page, re.S)[0]))
            text = "\n\n".join(p for p in re.findall(r"<p>.*?</p>", page, re.S) if len(p) > 150)
            with wordpress(home / "wp", headline, text) as theirs:
                shown = urllib.request.urlopen(theirs).read().decode()
                assert text[3:60] in shown and headline[:20] in html.unescape(shown), "WordPress does not show the story"
                ours, config = house.url.replace("localhost", "127.0.0.1") + path, home / "wp" / "www" / "wp-config.php"
                ratios: dict[str, list[float]] = {}
                for n in range(asked.rounds):
                    got = {}
                    for name, on in (("without a cache", "false"), ("with a page cache", "true")):
                        config.write_text(config.read_text().replace(f"'WP_CACHE', {'true' if on == 'false' else 'false'}", f"'WP_CACHE', {on}"))
                        time.sleep(3)  # opcache looks at files' dates every two seconds.
                        urllib.request.urlopen(theirs).read()
                        got[name] = rate(theirs, 4 if on == "false" else 16, 6 if on == "false" else 3)
                    mine = rate(ours, 16, 2)
                    for name, theirs_rate in got.items():
                        ratios.setdefault(name, []).append(mine / theirs_rate)
                    print(f"round {n + 1}: Masthead {mine:,.0f}/s, WordPress " + ", ".join(f"{name} {r:,.1f}/s" for name, r in got.items()), flush=True)
    version = re.search(r"wp_version = '([^']+)'", (SOURCE / "wp-includes" / "version.php").read_text())[1]
    for name, found in ratios.items():
        print(f"times WordPress {version} {name}: {statistics.median(found):,.0f} (median of {asked.rounds})")


if __name__ == "__main__":
    main()

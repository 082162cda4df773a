#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# mod_proxy_fcgi and a request body with Transfer-Encoding: chunked. A short one reaches PHP-FPM. A
# long one arrives as nothing at all: httpd logs no error, the script gets an empty body
# without CONTENT_LENGTH, and its answer is a 200.
#
# The script sends the same form with Content-Length and in chunks, in several sizes, and prints how
# many bytes PHP saw of each.
#
# Why it matters: an OAuth token endpoint in PHP behind httpd answers "invalid_request" to a client
# that streams its form, with nothing in any log that says why.
set -euo pipefail
for package in apache2 php8.2-fpm curl; do
    dpkg-query -W -f '${Package} ${Version}\n' "$package" 2>/dev/null | grep ' .' ||
        apt-get install -y -qq --no-install-recommends "$package" > /dev/null
done
dpkg-query -W apache2-bin php8.2-fpm
PATH=$PATH:/usr/sbin
tmp=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || :; sleep 0.3; rm -rf "$tmp"' EXIT
chmod 755 "$tmp"
cd "$tmp"
read -r port fpm < <(python3 -c 'import socket
a, b = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
print(a.getsockname()[1], b.getsockname()[1])')
cat > count.php <<'PHP'
<?php echo strlen(file_get_contents("php://input")), " of CONTENT_LENGTH ",
    $_SERVER["CONTENT_LENGTH"] ?? "unset", "\n";
PHP
cat > fpm.conf <<C
[global]
error_log = $tmp/fpm.log
daemonize = no
[www]
user = www-data
group = www-data
listen = 127.0.0.1:$fpm
pm = static
pm.max_children = 2
C
cat > httpd.conf <<C
ServerRoot $tmp
ServerName localhost
Listen 127.0.0.1:$port
PidFile $tmp/pid
ErrorLog $tmp/error.log
LogLevel warn
User www-data
Group www-data
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_fcgi_module /usr/lib/apache2/modules/mod_proxy_fcgi.so
DocumentRoot $tmp
<FilesMatch "\.php$">
SetHandler "proxy:fcgi://127.0.0.1:$fpm"
</FilesMatch>
C
php-fpm8.2 -R -y fpm.conf & pids+=($!)
apache2 -f "$tmp/httpd.conf" -DFOREGROUND & pids+=($!)
for _ in $(seq 100); do curl -sf "http://127.0.0.1:$port/count.php" > /dev/null && break; sleep 0.1; done
: > error.log
seen=
for size in 1000 16000 70000 200000; do
    head -c "$size" /dev/zero | tr '\0' a > body
    whole=$(curl -s --data-binary @body "http://127.0.0.1:$port/count.php")
    pieces=$(curl -s -H 'Transfer-Encoding: chunked' --data-binary @body "http://127.0.0.1:$port/count.php")
    echo "$size bytes: with Content-Length PHP saw $whole; in chunks $pieces"
    seen="$seen ${pieces%% *}"
done
echo "httpd's log: $(cat error.log)"
[ "$seen" = " 1000 16000 0 0" ] || { echo "CHANGED: that is not what was seen before"; exit 1; }
echo "as found: chunked bodies of 70 kB and more arrive empty, and nobody is told"

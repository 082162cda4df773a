#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# httpd's RedisTimeout and APR-util disagree about the unit. mod_socache_redis reads the directive
# into microseconds (its default of 5 seconds is 5,000,000) and gives that number to
# apr_redis_server_create, whose read and write timeout counts whole seconds. So the default is 58
# days, and "RedisTimeout 1ms", the smallest that httpd takes, some 16 minutes. Nothing is logged.
#
# The script looks at the number that httpd hands over (a small library stands between the two)
# and measures that APR-util really takes 1 for one second, against a server that never answers.
#
# Why it matters: a session or assertion cache on redis that is meant to fail within seconds holds
# a worker for good. Watch redis from outside, or talk to it with a client of one's own.
set -euo pipefail
for package in apache2 libapr1-dev libaprutil1-dev gcc python3; do
    dpkg-query -W -f '${Package} ${Version}\n' "$package" 2>/dev/null | grep ' .' ||
        apt-get install -y -qq --no-install-recommends "$package" > /dev/null
done
dpkg-query -W libaprutil1 apache2-bin
tmp=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || :; rm -rf "$tmp"' EXIT
cd "$tmp"
cat > between.c <<'C'
#include <dlfcn.h>
#include <stdio.h>
#include <apr_redis.h>
typedef apr_status_t create_fn(apr_pool_t *, const char *, apr_port_t, apr_uint32_t, apr_uint32_t,
                               apr_uint32_t, apr_uint32_t, apr_uint32_t, apr_redis_server_t **);
apr_status_t apr_redis_server_create(apr_pool_t *pool, const char *host, apr_port_t port,
                                     apr_uint32_t min, apr_uint32_t smax, apr_uint32_t max,
                                     apr_uint32_t ttl, apr_uint32_t rwto,
                                     apr_redis_server_t **server)
{
    create_fn *real = (create_fn *)dlsym(RTLD_NEXT, "apr_redis_server_create");
    FILE *out = fopen("handed", "w");
    fprintf(out, "%u\n", rwto);
    fclose(out);
    return real(pool, host, port, min, smax, max, ttl, rwto, server);
}
C
cat > wait.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <apr_general.h>
#include <apr_redis.h>
#include <apr_time.h>
int main(int argc, char **argv)
{
    apr_pool_t *pool;
    apr_redis_t *redis;
    apr_redis_server_t *server;
    char *value;
    apr_size_t length;
    apr_time_t start;
    if (argc != 3 || apr_initialize() || apr_pool_create(&pool, NULL) ||
        apr_redis_create(pool, 1, 0, &redis) ||
        apr_redis_server_create(pool, "127.0.0.1", (apr_port_t)atoi(argv[1]), 0, 1, 1, 60,
                                (apr_uint32_t)atoi(argv[2]), &server) ||
        apr_redis_add_server(redis, server))
        return 2;
    start = apr_time_now();
    apr_redis_getp(redis, pool, "key", &value, &length, NULL);
    printf("%d\n", (int)apr_time_as_msec(apr_time_now() - start));
    return 0;
}
C
read -ra flags < <(echo "$(apr-1-config --cflags --cppflags --includes)" \
    "$(apu-1-config --includes)")
gcc -D_GNU_SOURCE "${flags[@]}" -shared -fPIC -o between.so between.c -ldl
read -ra libs < <(echo "$(apu-1-config --link-ld)" "$(apr-1-config --link-ld)")
gcc "${flags[@]}" -o wait wait.c "${libs[@]}"
cat > silent.py <<'PY'
import socket
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
held = []
while True:
    held.append(listener.accept())
PY
python3 silent.py > port &
pids+=($!)
until test -s port; do sleep 0.1; done
for seconds in 1 2; do
    took=$(./wait "$(cat port)" "$seconds")
    echo "apr_redis with a timeout of $seconds: gave up after $took ms"
    if ((took < seconds * 900 || took > seconds * 1000 + 900)); then
        echo CHANGED
        exit 1
    fi
done
modules=/usr/lib/apache2/modules
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0));
print(s.getsockname()[1])')
handed() {
    rm -f handed
    cat > httpd.conf <<CONF
ServerRoot $tmp
ServerName localhost
Listen 127.0.0.1:$port
PidFile $tmp/pid
ErrorLog $tmp/log
DefaultRuntimeDir $tmp
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authn_core_module $modules/mod_authn_core.so
LoadModule authn_socache_module $modules/mod_authn_socache.so
LoadModule socache_redis_module $modules/mod_socache_redis.so
$1
AuthnCacheEnable
AuthnCacheSOCache redis:127.0.0.1:$(cat port)
CONF
    LD_PRELOAD=$tmp/between.so apache2 -X -f "$tmp/httpd.conf" &
    local pid=$!
    pids+=("$pid")
    for _ in {1..50}; do
        test -s handed && break
        sleep 0.1
    done
    kill "$pid" && wait "$pid" || :
    cat handed
}
default=$(handed '')
five=$(handed 'RedisTimeout 5')
milli=$(handed 'RedisTimeout 1ms')
echo "httpd hands over: by default $default, for 5 $five, for 1ms $milli (seconds, as APR reads it)"
if test "$default $five $milli" = "5000000 5000000 1000"; then
    echo "still so: microseconds on one side, seconds on the other"
else
    echo CHANGED
    exit 1
fi

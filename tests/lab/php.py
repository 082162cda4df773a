# SPDX-License-Identifier: GPL-3.0-or-later
"""PHP-FPM, whichever version the system has."""
import glob
import os

from .place import as_server

CONF = """
[global]
error_log = {root}/fpm.log
daemonize = no
[{name}]
{user}
listen = 127.0.0.1:{port}
pm = static
pm.max_children = {children}
clear_env = yes
{lines}
"""


def program():
    found = sorted(glob.glob("/usr/sbin/php-fpm[0-9]*"))
    if not found:
        raise RuntimeError("no PHP-FPM is installed; package php-fpm has it")
    return found[-1]


def start(place, name, lines="", children=2):
    """Starts one with its files below the place; returns its port."""
    root, port = place.dir(name), place.port()
    user = "user = www-data\ngroup = www-data" if os.geteuid() == 0 else ""
    conf = place.file(f"{name}/fpm.conf", CONF.format(
        root=root, name=name, user=user, port=port, lines=lines, children=children))
    command = [program(), "-y", str(conf), "-F"]
    place.start(as_server(command, root), f"{name}-fpm").wait_for_port(port)
    return port

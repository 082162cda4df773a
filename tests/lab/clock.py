# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock for one httpd that a test puts forward, so that no test waits for an hour."""
import subprocess

SOURCE = r"""
#include <stdio.h>
#include <sys/time.h>

long apr_time_now(void)
{
    struct timeval now;
    long ahead = 0;
    FILE *file = fopen(AHEAD, "r");

    if (file) {
        if (fscanf(file, "%ld", &ahead) != 1) {
            ahead = 0;
        }
        fclose(file);
    }
    gettimeofday(&now, NULL);
    return (now.tv_sec + ahead) * 1000000L + now.tv_usec;
}
"""


class Clock:
    """Stands in for apr_time_now in an httpd that has it in its environment."""

    def __init__(self, place):
        self.file = place.file("clock/ahead", "0")
        self.library = place.path / "clock/clock.so"
        source = place.file("clock/clock.c", SOURCE)
        subprocess.run(["gcc", "-shared", "-fPIC", f'-DAHEAD="{self.file}"', "-o",
                        str(self.library), str(source)], check=True)

    def into(self, httpd):
        """For when it is started the next time. A sanitizer's library stays the first one."""
        env = httpd.env or {}
        before = env.get("LD_PRELOAD", "")
        httpd.env = {**env, "LD_PRELOAD": f"{before} {self.library}".strip()}

    def ahead(self, seconds):
        self.file.write_text(str(seconds))

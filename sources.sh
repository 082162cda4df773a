#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Prints the lists of sources for Makefile.am. A source is built because it stands in its folder.
list() {
    printf '%s = \\\n' "$1"
    find "$2" -name '*.[ch]' | LC_ALL=C sort | sed 's/^/\t/; $!s/$/ \\/'
}
list LIBRARY_SOURCES common
list MODULE_SOURCES module
list UNIT_SOURCES tests/unit
list SUPPORT_SOURCES tests/unit/support
list COST_SOURCES tests/cost

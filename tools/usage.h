/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every command answers to --help and --version. */
#ifndef USAGE_H
#define USAGE_H

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Answers one of these on standard output and ends with status 0, if it is among the arguments. */
static inline void usage_answer(int argc, char **argv, const char *name, const char *usage)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            puts(usage);
            exit(0);
        }
        if (strcmp(argv[i], "--version") == 0) {
            printf("%s %s\n", name, PACKAGE_VERSION);
            exit(0);
        }
    }
}

/* Says on standard error why there is nothing to do, and ends with status 2. */
static inline _Noreturn void usage_stop(const char *text)
{
    fprintf(stderr, "%s\n", text);
    exit(2);
}

#endif

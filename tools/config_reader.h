/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks a configuration that no httpd runs: httpd -t reads it, answers, and ends. */
#ifndef CONFIG_READER_H
#define CONFIG_READER_H

#include <apr_pools.h>
#include <jansson.h>

#include "base/eckid_codec.h"

/* Runs the program with -t -f and the file, and has it answer the request of eckid-explain. What it
 * says of the configuration goes to stderr. NULL, after printing why, if there is no answer; one
 * with the member "error" says why there are no logins in it. */
json_t *config_reader_ask(const char *program, const char *file, eckid_bytes_t request,
                          apr_pool_t *pool);

#endif

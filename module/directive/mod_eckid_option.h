/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parses the "name=value" arguments of a directive by a table. */
#ifndef MOD_ECKID_OPTION_H
#define MOD_ECKID_OPTION_H

#include <httpd.h>
#include <http_config.h>

typedef enum mod_eckid_option_kind_t {
    MOD_ECKID_TEXT,         /* const char *, not empty */
    MOD_ECKID_CERTIFICATES, /* eckid_bytes_t: the content of a file with certificates */
    MOD_ECKID_AUTHORITIES,  /* eckid_bytes_t: the content of a file with trusted certificates */
    MOD_ECKID_SECRET,       /* eckid_bytes_t: the content of a file that only its owner can read */
    MOD_ECKID_TIME,         /* apr_interval_time_t; the default unit is milliseconds */
    MOD_ECKID_MS,           /* int, in milliseconds; otherwise the same */
    MOD_ECKID_NUMBER        /* int */
} mod_eckid_option_kind_t;

/* An argument that a directive accepts, and where its value goes. */
typedef struct mod_eckid_option_t {
    const char *name;
    mod_eckid_option_kind_t kind;
    void *to;
    int min, max; /* for a number, or for a time in milliseconds */
} mod_eckid_option_t;

/* Parses all arguments but the first. Returns an error or NULL. */
const char *mod_eckid_options(cmd_parms *cmd, const mod_eckid_option_t *options, int count,
                              int argc, char *const argv[]);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands have in common: options, and a line to the desk. */
#ifndef ADMIN_CLIENT_H
#define ADMIN_CLIENT_H

#include <jansson.h>
#include <stdio.h>

#include "operator/eckid_admin.h"

typedef struct desk_options_t {
    const char *url;    /* of the location with SetHandler eckid-desk */
    const char *secret; /* the file that EckidSecretFile names */
    const char *ca;     /* PEM; NULL for the system's */
    const char *school; /* a key of the map of schools, or NULL */
    const char *state;  /* a file that says how far a list has come, or NULL */
    int rate;           /* lookups a second */
    bool forget;
} desk_options_t;

/* Reads the options that usage names; ends the process with usage and 2 where they are wrong. */
void desk_options(desk_options_t *options, int argc, char **argv, const char *usage);

/* A line to the desk. Errors end up on stderr. */
typedef struct desk_t {
    const desk_options_t *options;
    eckid_transport_t transport;
    const char *token;
    apr_pool_t *pool;
} desk_t;

/* Ends the process with 2 when the secret cannot be read. */
void desk_open(desk_t *desk, const desk_options_t *options, apr_pool_t *pool);

/* What the desk answers, allocated in pool; NULL when it does not, after saying why. */
json_t *desk_ask(const desk_t *desk, eckid_admin_verb_t verb, const char *student,
                 apr_pool_t *pool);

/* The next line of stdin that is not empty, without its end; NULL after the last. */
char *desk_line(char *buffer, int room);

/* A member that is a string, or "". */
const char *desk_text(const json_t *answer, const char *name);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the commands: options, and requests to httpd. */
#ifndef ADMIN_CLIENT_H
#define ADMIN_CLIENT_H

#include <jansson.h>
#include <stdio.h>

#include "operator/eckid_admin.h"

typedef struct admin_options_t {
    const char *url;    /* of the location with SetHandler eckid-desk */
    const char *secret; /* the file of EckidSecretFile */
    const char *ca;     /* PEM; NULL: the system's CAs */
    const char *school; /* a key of the school map, or NULL */
    const char *kind;   /* of people, such as employee; NULL: students */
    const char *state;  /* a file for the number of lines done, or NULL */
    int rate;           /* lookups per second */
    bool forget;
    const char *supplier, *subject;               /* see eckid-explain */
    const char *login, *config, *compare, *httpd; /* see there too */
    bool key, values;
} admin_options_t;

/* Parses the options. If they are wrong, prints usage and exits with status 2. */
void admin_client_options(admin_options_t *options, int argc, char **argv, const char *usage);

/* A client of the handler eckid-desk. Errors are printed to stderr. */
typedef struct admin_client_t {
    const admin_options_t *options;
    eckid_transport_t transport;
    const char *token;
    apr_pool_t *pool;
} admin_client_t;

/* Exits with status 2 if the secret cannot be read. */
void admin_client_open(admin_client_t *client, const admin_options_t *options, apr_pool_t *pool);

/* The response, allocated in pool; NULL, after printing why, if there is no usable one. */
json_t *admin_client_ask(const admin_client_t *client, eckid_admin_verb_t verb, const char *student,
                         apr_pool_t *pool);

/* The same for a body that is written already. An answer with the member "error" says why there is
 * nothing else in it. */
json_t *admin_client_send(const admin_client_t *client, eckid_bytes_t body, apr_pool_t *pool);

/* The next non-empty line of stdin, without its line end; NULL at the end. */
char *admin_client_line(char *buffer, int room);

/* Prints to stderr why there is no answer; who is httpd, or a program. Returns NULL. */
json_t *admin_client_complain(const char *who, const char *why);

/* The same about an answer that says why there is nothing. */
json_t *admin_client_refused(const char *who, const char *why);

/* The value of a string member, or "". */
const char *admin_client_text(const json_t *answer, const char *name);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What would become of a login, step by step, by the code that decides about logins. */
#ifndef ECKID_EXPLAIN_H
#define ECKID_EXPLAIN_H

#include "base/eckid_json.h"
#include "gateway/eckid_gateway.h"
#include "operator/eckid_explain_lookup.h"

#define ECKID_EXPLAIN_REQUEST_MAX (1024 * 1024) /* bytes */

/* A login that was captured, or that is made up: its attributes, or the key of the person alone. */
typedef struct eckid_explain_request_t {
    const char *login;          /* as eckid_captured.h has it; NULL when it is made up */
    const char *supplier;       /* an entity ID or a client_id; NULL: all; NULL with a login */
    const json_t *attributes;   /* an object of strings or lists of strings; or NULL */
    const char *subject;        /* the NameID or sub; "-" for none, as a login has one */
    const char *key;            /* as the LAS knows the person; or NULL */
    const char *school;         /* with a key and a map: the key of the school; or NULL */
    const char *kind;           /* with a key: the kind of the person; NULL: a student */
    bool values;                /* whether values and directives are told too */
    const eckid_secret_t *salt; /* of digests that are told in the place of values; or NULL */
    eckid_explain_lookups_t *lookups; /* for all that is explained by this request */
} eckid_explain_request_t;

/* Whether the body of a request to the desk asks for an explanation. */
bool eckid_explain_is_asked(eckid_bytes_t body, apr_pool_t *pool);

/* Parses {"do": "explain", "login", "supplier", "attributes", "subject", "key", "school", "kind",
 * "values", "salt"}, with one of login, attributes and key. ECKID_ADMIN_REQUEST. */
eckid_err_t *eckid_explain_read(eckid_explain_request_t *request, eckid_bytes_t body,
                                apr_pool_t *pool);

/* A line of the configuration. */
typedef struct eckid_explain_line_t {
    const char *place; /* "FILE:LINE" */
    const char *text;  /* the directive and its arguments */
} eckid_explain_line_t;

/* Finds a directive that concerns the supplier and has the word among its arguments; word may be
 * NULL. False if none is known. */
typedef struct eckid_explain_lines_t {
    bool (*find)(const void *self, eckid_explain_line_t *line, const eckid_supplier_t *supplier,
                 const char *directive, const char *word, apr_pool_t *pool);
    const void *self;
} eckid_explain_lines_t;

/*
 * Explains the login that was captured; or the one that is made up, over SAML, if the supplier has
 * consumers, and over OpenID Connect for each of its clients. Each is added to the array:
 * {"supplier", "captured": false, "over": "SAML", "result": "eck-id", "steps": [{"name", "text",
 * "value", "line", "directive"}]}. Of a step, text has lengths in the place of values, and line is
 * the place of the line that decides; value and directive, if they are asked for, are the text with
 * values, and that of the line. With a salt, value has a digest in the place of each value, to be
 * compared with that of another answer. Looks the person up as a login does, once for all logins,
 * and so may ask the LAS. Nothing is signed; the ECK iD is never told. ECKID_ADMIN_REQUEST if no
 * block has the supplier, or no login is in what was captured.
 */
eckid_err_t *eckid_explain(json_t *logins, const eckid_explain_request_t *request,
                           const eckid_gateway_t *gateway, const eckid_explain_lines_t *lines,
                           const eckid_moment_t *moment, apr_pool_t *pool);

#endif

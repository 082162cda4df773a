/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The auto-submitting HTML page: find the field, swap its value, leave every other byte. */
#ifndef ECKID_FORM_H
#define ECKID_FORM_H

#include <apr_tables.h>

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/* What a form can carry that concerns a login; field names are compared without regard to case. */
typedef enum eckid_form_kind_t {
    ECKID_FORM_RESPONSE, /* SAMLResponse: SAML 2.0 bindings section 3.5.4, SAML 1.1 Browser/POST */
    ECKID_FORM_SIMPLESIGN, /* SigAlg: SAML 2.0 HTTP-POST-SimpleSign section 2.4 */
    ECKID_FORM_ARTIFACT,   /* SAMLart: SAML 2.0 bindings section 3.6.4 */
    ECKID_FORM_WRESULT,    /* wresult: WS-Federation 1.2 section 13.2.2 */
    ECKID_FORM_ID_TOKEN,   /* id_token: OAuth 2.0 Form Post Response Mode */
    /* what may stand beside an ID token, and is nothing by itself */
    ECKID_FORM_ACCESS_TOKEN,
    ECKID_FORM_CODE,
    ECKID_FORM_STATE,
    ECKID_FORM_ISS
} eckid_form_kind_t;

typedef struct eckid_form_field_t {
    eckid_form_kind_t kind;
    bool is_input;       /* false for textarea, select and button, whose value is not swapped */
    eckid_bytes_t value; /* references decoded; of an input */
    apr_off_t from, to;  /* where the value stands, quotes included */
    const char *action;  /* of the form that submits it; NULL when there is none */
} eckid_form_field_t;

typedef struct eckid_form_t {
    apr_array_header_t *fields;  /* eckid_form_field_t */
    apr_array_header_t *actions; /* const char *: every action and formaction of the page */
    apr_array_header_t *links;   /* const char *: every URL in a link, form, frame or meta
                                  * refresh that names a field */
} eckid_form_t;

/* More forms, fields or links than this are refused: ECKID_FIELDS. */
#define ECKID_FORM_MAX 1000

typedef struct eckid_form_reader_t eckid_form_reader_t;

/* A reader for a page that comes in pieces. Tags of more than tag_max bytes are ECKID_TOO_LONG.
 * What it keeps is bounded, however long the page. */
eckid_form_reader_t *eckid_form_reader(apr_size_t tag_max, apr_pool_t *pool);

eckid_err_t *eckid_form_feed(eckid_form_reader_t *reader, eckid_bytes_t piece);

/* All bytes before this offset are no part of a field or of anything else that can become one. */
apr_off_t eckid_form_settled(const eckid_form_reader_t *reader);

/* Whether any field or link was found up to now that by itself concerns a login. */
bool eckid_form_seen(const eckid_form_reader_t *reader);

/* What the page holds, after its last piece. ECKID_TRUNCATED when it ends within a tag; or within a
 * comment or what is text only, while the name of a field occurs in it: then a browser may have
 * seen the field. */
eckid_err_t *eckid_form_end(const eckid_form_t **form, eckid_form_reader_t *reader);

/* All of this for a page in one piece. */
eckid_err_t *eckid_form_read(const eckid_form_t **form, eckid_bytes_t page, apr_pool_t *pool);

/* The page with another value, which must be base64, in that field. */
eckid_bytes_t eckid_form_swap(eckid_bytes_t page, const eckid_form_field_t *field,
                              eckid_bytes_t value, apr_pool_t *pool);

#endif

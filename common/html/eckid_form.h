/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds login fields in an auto-submitting HTML page, and replaces a value without changing any
 * other byte. */
#ifndef ECKID_FORM_H
#define ECKID_FORM_H

#include <apr_tables.h>

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/* The fields that concern a login. Names are compared case-insensitively. */
typedef enum eckid_form_kind_t {
    ECKID_FORM_RESPONSE, /* SAMLResponse: SAML 2.0 bindings section 3.5.4, SAML 1.1 Browser/POST */
    ECKID_FORM_SIMPLESIGN, /* SigAlg: SAML 2.0 HTTP-POST-SimpleSign section 2.4 */
    ECKID_FORM_ARTIFACT,   /* SAMLart: SAML 2.0 bindings section 3.6.4 */
    ECKID_FORM_WRESULT,    /* wresult: WS-Federation 1.2 section 13.2.2 */
    ECKID_FORM_ID_TOKEN,   /* id_token: OAuth 2.0 Form Post Response Mode */
    /* fields that alone mean nothing */
    ECKID_FORM_JWT, /* response: JWT Secured Authorization Response Mode; other forms have it too */
    ECKID_FORM_ACCESS_TOKEN,
    ECKID_FORM_CODE,
    ECKID_FORM_STATE,
    ECKID_FORM_ISS,
    ECKID_FORM_OTHER /* any other name; only eckid_form_read_all finds these */
} eckid_form_kind_t;

typedef struct eckid_form_field_t {
    eckid_form_kind_t kind;
    const char *name;    /* as it is written; character references decoded */
    bool is_input;       /* false for textarea, select and button, whose value is never replaced */
    bool is_button;      /* a button, or an input that is one: sent only if it is pressed */
    eckid_bytes_t value; /* of an input, with character references decoded */
    apr_off_t from, to;  /* position of the value with its quotes */
    apr_off_t tag_from, tag_to;   /* position of the tag */
    apr_off_t name_from, name_to; /* the same of its name with its quotes */
    apr_off_t area_from;          /* where the text of a textarea begins; else 0 */
    const char *action;           /* of the form that submits it; or NULL */
    bool is_posted; /* whether that form sends by POST, rather than in the query of its URL */
} eckid_form_field_t;

typedef struct eckid_form_t {
    apr_array_header_t *fields;      /* eckid_form_field_t */
    apr_array_header_t *actions;     /* const char *: every action and formaction of the page */
    apr_array_header_t *formactions; /* const char *: those of buttons, which are among these */
    const char *base; /* the URL against which a browser resolves others; NULL: that of the page */
    apr_array_header_t *links; /* const char *: URLs with a field as parameter, in links, forms,
                                  frames, refreshes */
} eckid_form_t;

/* A page with more forms, fields or links is refused with ECKID_FIELDS. */
#define ECKID_FORM_MAX 1000

typedef struct eckid_form_reader_t eckid_form_reader_t;

/* Makes a reader for a page that comes in pieces. A tag longer than tag_max bytes is
 * ECKID_TOO_LONG. The memory it uses is bounded, whatever the length of the page. */
eckid_form_reader_t *eckid_form_reader(apr_size_t tag_max, apr_pool_t *pool);

eckid_err_t *eckid_form_feed(eckid_form_reader_t *reader, eckid_bytes_t piece);

/* All bytes before this offset are read completely: no later tag begins among them. */
apr_off_t eckid_form_settled(const eckid_form_reader_t *reader);

/* Whether a field or link that by itself concerns a login has been found so far. */
bool eckid_form_seen(const eckid_form_reader_t *reader);

/* The content of the page; call this after the last piece. ECKID_TRUNCATED if the page ends within
 * a tag. Also if it ends within a comment or an element whose content is text, and contains a
 * field's name: a browser may then see a field. */
eckid_err_t *eckid_form_end(const eckid_form_t **form, eckid_form_reader_t *reader);

/* The same for a page in one piece. One in which no name of such a field can be spelled, as in
 * most, is not read: there is nothing in it, whatever it looks like. */
eckid_err_t *eckid_form_read(const eckid_form_t **form, eckid_bytes_t page, apr_pool_t *pool);

/* The same with every field that has a name, and with links that may have a parameter code or
 * error. */
eckid_err_t *eckid_form_read_all(const eckid_form_t **form, eckid_bytes_t page, apr_pool_t *pool);

/* Whether eckid_form_read_all could find a field or a parameter of a link named code or error: soon
 * seen of most pages. Such names are case-sensitive (RFC 6749 section 1.9). */
bool eckid_form_may_answer(eckid_bytes_t page);

/* Other bytes at a place in a page. */
typedef struct eckid_form_edit_t {
    apr_off_t from, to;
    eckid_bytes_t by;
} eckid_form_edit_t;

/* The page with these edits (eckid_form_edit_t), which are in the order of the page. */
eckid_bytes_t eckid_form_edit(eckid_bytes_t page, const apr_array_header_t *edits,
                              apr_pool_t *pool);

/* The edit by which a field gets another value, which must be base64. */
eckid_form_edit_t eckid_form_set(const eckid_form_field_t *field, eckid_bytes_t value,
                                 apr_pool_t *pool);

/* The page with another value in that field; the value must be base64. */
eckid_bytes_t eckid_form_swap(eckid_bytes_t page, const eckid_form_field_t *field,
                              eckid_bytes_t value, apr_pool_t *pool);

#endif

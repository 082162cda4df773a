/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SAML message as it came: what kind it is, and whom it names. Nothing of it is verified here. */
#ifndef ECKID_SAML_MESSAGE_H
#define ECKID_SAML_MESSAGE_H

#include <apr_tables.h>

#include "xml/eckid_xmldsig.h"

typedef enum eckid_saml_kind_t {
    ECKID_SAML_LOGIN,       /* a SAML 2.0 Response that is not an error */
    ECKID_SAML_ENCRYPTED,   /* one with an EncryptedAssertion or EncryptedAttribute */
    ECKID_SAML_ERROR,       /* one with an error status and no assertion */
    ECKID_SAML_UNSUPPORTED, /* an assertion in anything else, such as SAML 1.1 or WS-Federation */
    ECKID_SAML_OTHER        /* no assertion, such as a logout message */
} eckid_saml_kind_t;

/* An attribute with a URL that the message is meant for. */
typedef struct eckid_saml_target_t {
    const char *attribute; /* Destination, Recipient or, in SOAP headers of ECP, one of its own */
    const char *url;
} eckid_saml_target_t;

/* Nothing of this is verified, but for that member. It is used to find the supplier and for nothing
 * else. */
typedef struct eckid_saml_message_t {
    xmlDocPtr doc;
    eckid_saml_kind_t kind;
    /* eckid_saml_target_t, from all over the document: each must be the supplier's */
    apr_array_header_t *targets;
    /* const char *: the Recipients of subject confirmations, of which one must be */
    apr_array_header_t *recipients;
    apr_array_header_t
        *key_recipients;           /* const char *: of every EncryptedKey, entity IDs as a rule */
    apr_array_header_t *audiences; /* const char *: every Audience, and Address of WS-Federation */
    bool has_encrypted;            /* whether kind was ECKID_SAML_ENCRYPTED, when it was opened */
    eckid_verified_t *verified;    /* once an EncryptedAssertion was decrypted, see
                                      eckid_saml_decrypt.h; else NULL */
} eckid_saml_message_t;

/*
 * Parses a message. ECKID_XML, ECKID_LIMIT. The Advice of a Response's Assertion is
 * skipped: an assertion in it is what the Assertion is based on (core section 2.6.1), not a login.
 */
eckid_err_t *eckid_saml_message_open(eckid_saml_message_t **message, eckid_bytes_t xml,
                                     apr_pool_t *pool);

/* Reads kind and names anew from the document. Errors are those of eckid_saml_message_open. */
eckid_err_t *eckid_saml_message_read(eckid_saml_message_t *message, apr_pool_t *pool);

/* Whether it may log somebody in: not if its kind is ECKID_SAML_ERROR or ECKID_SAML_OTHER. */
bool eckid_saml_message_may_log_in(const eckid_saml_message_t *message);

/* Whether a node is the Advice of an Assertion that is a child of this Response. */
bool eckid_saml_message_is_advice(const xmlNode *node, const xmlNode *response);

/* The value of the top-level StatusCode of a Response; "" if there is none. */
const char *eckid_saml_message_status(const xmlNode *response, apr_pool_t *pool);

#define ECKID_SAML_SUCCESS "urn:oasis:names:tc:SAML:2.0:status:Success"

#endif

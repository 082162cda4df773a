/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SAML response: whose it is, whether it can be believed, and its attributes. */
#ifndef ECKID_SAML_H
#define ECKID_SAML_H

#include "model/eckid_attribute.h"
#include "model/eckid_attributes.h"
#include "xml/eckid_xmldsig.h"

typedef enum eckid_saml_kind_t {
    ECKID_SAML_LOGIN,     /* a SAML 2.0 Response that is not an error */
    ECKID_SAML_ENCRYPTED, /* one with an EncryptedAssertion or EncryptedAttribute */
    ECKID_SAML_ERROR,     /* one with an error status and no assertion */
    ECKID_SAML_OLD,       /* an assertion in anything else, such as SAML 1.1 or WS-Federation */
    ECKID_SAML_OTHER      /* no assertion: a logout message, for one */
} eckid_saml_kind_t;

/* An attribute that says where a message belongs. */
typedef struct eckid_saml_target_t {
    const char *attribute; /* Destination, Recipient or, in SOAP headers of ECP, one of its own */
    const char *url;
} eckid_saml_target_t;

/* A message as it came. What it says about itself serves to decide whose it is, and nothing else:
 * none of it has been verified. */
typedef struct eckid_saml_t {
    xmlDocPtr doc;
    eckid_saml_kind_t kind;
    apr_array_header_t *places;    /* eckid_saml_target_t, from all over the document */
    apr_array_header_t *audiences; /* const char *: every Audience, and Address of WS-Federation */
} eckid_saml_t;

/* Parses a message. ECKID_XML, ECKID_LIMIT. */
eckid_err_t *eckid_saml_open(eckid_saml_t **saml, eckid_bytes_t xml, apr_pool_t *pool);

/* What a login must satisfy. */
typedef struct eckid_saml_rules_t {
    const char *issuer;
    eckid_trust_t trust;
    apr_time_t now;
    apr_interval_time_t skew;
} eckid_saml_rules_t;

/*
 * Verifies a login: one Assertion, child of the Response; signatures (see eckid_xmldsig.h); issuer;
 * status; and of the web browser SSO profile (section 4.1.4) that there is a bearer confirmation
 * with Recipient, that every one of them and the Conditions are valid now, and that there is an
 * audience. Whether the names are those of the supplier is for the caller to compare.
 * Comments are gone afterwards.
 */
eckid_err_t *eckid_saml_verify(eckid_verified_t **verified, const eckid_saml_t *saml,
                               const eckid_saml_rules_t *rules, apr_pool_t *pool);

/* The NameID's text, or NULL when there is none in the clear. */
const char *eckid_saml_name_id(const eckid_verified_t *verified, apr_pool_t *pool);

/* The names of all attributes, each once, in document order (const char *). */
apr_array_header_t *eckid_saml_names(const eckid_verified_t *verified, apr_pool_t *pool);

/* The text of every value of the attribute of that Name (eckid_bytes_t); empty if there is none. */
apr_array_header_t *eckid_saml_values(const eckid_verified_t *verified, const char *name,
                                      apr_pool_t *pool);

/* Removes the attribute, and a statement that is left without any. */
void eckid_saml_remove(eckid_verified_t *verified, const char *name, apr_pool_t *pool);

/* Gives the attribute another name; values stay as they are. */
void eckid_saml_rename(eckid_verified_t *verified, const char *name, const eckid_attribute_t *to,
                       apr_pool_t *pool);

/* The login as one whose kind does not matter. */
eckid_attributes_t eckid_saml_attributes(eckid_verified_t *verified);

/* Makes it the one attribute of that name, with one value; makes the statement if need be. */
eckid_err_t *eckid_saml_set(eckid_verified_t *verified, const eckid_attribute_t *attribute,
                            const char *value, apr_pool_t *pool);

/* Signs again what was signed, and prints the response. */
eckid_err_t *eckid_saml_seal(eckid_bytes_t *xml, eckid_verified_t *verified, const eckid_key_t *key,
                             apr_pool_t *pool);

/*
 * A signed Response with an error status (core section 3.2.2) in answer to the same request as the
 * login, for a consumer that was verified: Responder and, beneath, RequestDenied. Id is an NCName.
 */
eckid_err_t *eckid_saml_refuse(eckid_bytes_t *xml, const eckid_verified_t *login,
                               const char *consumer, const char *id, apr_time_t now,
                               const char *message, const eckid_key_t *key, apr_pool_t *pool);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The NameID of a login: pairwise, made for it alone, from an attribute, or none. */
#ifndef ECKID_NAME_ID_H
#define ECKID_NAME_ID_H

#include "crypto/eckid_moment.h"
#include "crypto/eckid_secret.h"
#include "decision/eckid_policy.h"
#include "model/eckid_attributes.h"
#include "xml/eckid_xml.h"

#define ECKID_NAME_ID_PERSISTENT "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
#define ECKID_NAME_ID_TRANSIENT "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
#define ECKID_NAME_ID_UNSPECIFIED "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
#define ECKID_NAME_ID_EMAIL "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"

/* Bytes; core section 8.3.7 has as many characters of those formats that it bounds. The browser
 * keeps it in a cookie. */
#define ECKID_NAME_ID_MAX 256

/* Core section 2.2.3. A format of NULL means that there is none. */
typedef struct eckid_name_id_t {
    const char *format, *value;
    const char *qualifier, *sp_qualifier; /* or NULL */
} eckid_name_id_t;

/* What NameIDs are made of. */
typedef struct eckid_name_id_source_t {
    const char *issuer;           /* our entity ID */
    const char *supplier;         /* its entity ID */
    const eckid_secret_t *secret; /* for pairwise ones; NULL if there are none */
    const char *user;             /* an attribute that never changes; NULL: REMOTE_USER */
    const char *remote_user;
    const eckid_moment_t *moment;
} eckid_name_id_source_t;

/*
 * The rule for a request: that of the wanted format, or the first one if wanted is NULL or
 * "unspecified" and no rule has that. A supplier without rules has persistent ones, if there is a
 * secret for them, and transient ones. NULL if there is no such rule.
 */
const eckid_name_id_rule_t *eckid_name_id_choose(const eckid_supplier_t *supplier,
                                                 const char *wanted, bool has_secret);

/*
 * Makes it. A persistent one is an HMAC of issuer, supplier and user, so it is another one at each
 * supplier (core section 8.3.7) and shows nothing of the user. ECKID_NO_NAME_ID where the attribute
 * does not have exactly one value, that does not match, or what it gives is no NameID.
 */
eckid_err_t *eckid_name_id_make(eckid_name_id_t *name_id, const eckid_name_id_rule_t *rule,
                                const eckid_name_id_source_t *source, eckid_attributes_t login,
                                apr_pool_t *pool);

/* Whether two name the same user: their values and formats are the same. A format that is absent is
 * "unspecified", and a qualifier that is absent counts as the same. */
bool eckid_name_id_same(const eckid_name_id_t *one, const eckid_name_id_t *other);

/* Adds the element to a parent; saml is the namespace of assertions, declared there. */
void eckid_name_id_add(xmlNodePtr parent, xmlNsPtr saml, const eckid_name_id_t *name_id);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a supplier's metadata say to an identity provider: its keys, its endpoints, its wishes. */
#ifndef ECKID_SAML_SP_ROLE_H
#define ECKID_SAML_SP_ROLE_H

#include <apr_tables.h>

#include "xml/eckid_xml.h"

#define ECKID_BINDING_POST "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
#define ECKID_BINDING_REDIRECT "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"

/* An endpoint (metadata sections 2.2.2 and 2.2.3). */
typedef struct eckid_saml_endpoint_t {
    const char *binding, *location;
    const char *response; /* where answers go: ResponseLocation, or else location */
    int index;            /* -1 where there is none */
    bool is_default;
} eckid_saml_endpoint_t;

/* All SPSSODescriptors for SAML 2.0 of one entity together. Read-only. */
typedef struct eckid_saml_sp_role_t {
    apr_array_header_t *keys;      /* const eckid_key_t *: those that verify its messages */
    bool signs_requests;           /* AuthnRequestsSigned */
    bool wants_signed;             /* WantAssertionsSigned */
    apr_array_header_t *consumers; /* eckid_saml_endpoint_t: AssertionConsumerServices */
    apr_array_header_t *logouts;   /* eckid_saml_endpoint_t: SingleLogoutServices */
} eckid_saml_sp_role_t;

/* Reads an EntityDescriptor. Keys that cannot be used are left out, and so are endpoints that have
 * no http or https URL. */
const eckid_saml_sp_role_t *eckid_saml_sp_role_read(const xmlNode *entity, apr_pool_t *pool);

/*
 * The consumer that takes answers by HTTP-POST: of that URL, compared letter for letter; of that
 * index, if url is NULL; or, if index is -1 too, the default one (metadata section 2.2.3). NULL if
 * there is none.
 */
const eckid_saml_endpoint_t *eckid_saml_sp_role_consumer(const eckid_saml_sp_role_t *role,
                                                         const char *url, int index);

/* An xs:boolean; absent is false. */
bool eckid_saml_sp_role_is_true(const xmlNode *node, const char *name, apr_pool_t *pool);

#endif

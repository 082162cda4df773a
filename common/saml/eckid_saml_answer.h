/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SAML message of our own as it begins: its head, its Issuer, its Status. */
#ifndef ECKID_SAML_ANSWER_H
#define ECKID_SAML_ANSWER_H

#include <apr_time.h>

#include "xml/eckid_xml.h"

#define ECKID_SAML_STATUS "urn:oasis:names:tc:SAML:2.0:status:"

/* A Status (core section 3.2.2). */
typedef struct eckid_saml_status_t {
    const char *code;    /* such as Responder: what stands behind ECKID_SAML_STATUS */
    const char *second;  /* the code beneath, such as NoPassive; or NULL */
    const char *message; /* for people; or NULL */
} eckid_saml_status_t;

/* What every message has (core sections 3.2.1 and 3.2.2). */
typedef struct eckid_saml_head_t {
    const char *name; /* of the root, such as Response */
    const char *id;   /* an NCName */
    apr_time_t now;
    const char *destination;
    const char *request; /* the ID that it answers; or NULL */
    const char *issuer;
} eckid_saml_head_t;

/* The root of a new document that is freed with pool. Without a status it is a request. All text is
 * escaped. */
xmlNodePtr eckid_saml_answer_make(const eckid_saml_head_t *head, const eckid_saml_status_t *status,
                                  apr_pool_t *pool);

/* An ID made of random bytes: "_" and hexadecimal digits. */
const char *eckid_saml_answer_id(const unsigned char random[16], apr_pool_t *pool);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An identity provider in a few lines: makes login responses and signs them by xmlsec's own API. */
#ifndef MAKER_H
#define MAKER_H

#include "crypto/eckid_moment.h"
#include "saml/eckid_saml_attributes.h"
#include "saml/eckid_saml_verify.h"
#include "support/keys.h"
#include "support/sealer.h"

#define MAKER_ISSUER "https://idp.school.example/saml"
#define MAKER_SUPPLIER "https://books.example/saml"
#define MAKER_CONSUMER "https://books.example/acs"
#define MAKER_BEARER "urn:oasis:names:tc:SAML:2.0:cm:bearer"
#define MAKER_NOW apr_time_from_sec(1788165000) /* 2026-08-31T08:30:00Z */

/* What a response says; members are XML where they say so, and are left out when NULL. */
typedef struct maker_t {
    const char *destination, *recipient, *audience, *in_response_to, *status;
    const char *issuer, *response_issuer; /* of the Assertion, of the Response */
    const char *assertion_id;             /* its ID; NULL for "_assertion" */
    const char *version, *response_version;
    const char *method;     /* of the SubjectConfirmation, which is left out without it */
    const char *name_id;    /* XML within NameID */
    const char *attributes; /* XML within AttributeStatement */
    const char *not_before, *not_on_or_after; /* of the Conditions */
    const char *confirmation_until;           /* NotOnOrAfter of the SubjectConfirmationData */
    const char *root_extra;                   /* attributes of the Response, with a blank before */
    const char *response_start;               /* XML, before the Status */
    const char *subject_start;                /* XML, behind the NameID */
    const char *subject_extra;                /* XML, last in the Subject */
    const char *conditions_extra;             /* XML, last in the Conditions */
    const char *advice;                       /* XML within Advice, behind the Conditions */
    const char *response_extra;               /* XML, last in the Response */
    const char *assertion_extra;              /* XML, last in the Assertion */
    const char *signature_extra;              /* XML, last in the signature of the Assertion */
    const char *transforms;                   /* XML instead of the usual ones */
    const char *canonicalization;             /* URI instead of the exclusive one */
    const char *reference;                    /* URI instead of that of the Assertion */
    const char *signature_method, *digest_method;
    bool sign_response, sign_assertion;
    const sealing_t *sealing; /* how the Assertion is encrypted once it is signed; or NULL */
    bool spoil_assertion;     /* once it is signed, and before the Response is */
    test_kind_t kind;
    int key; /* its number; also whose certificate stands in KeyInfo */
} maker_t;

/* A good one, with its Assertion signed. */
maker_t maker_usual(void);

/* The ways in which a good one can be signed: by either kind of key, the Response, the Assertion or
 * both. */
#define MAKER_HOWS 6
maker_t maker_signed(int how);

/* What a response can have signed and be believed. */
static const struct {
    bool response, assertion;
} maker_signings[] = {{true, false}, {false, true}, {true, true}};

/* Once in a process; it is called by what needs it. */
void maker_start_xmlsec(void);

/* The signed XML. */
const char *maker_xml(const maker_t *maker);

/* A page whose form holds it. */
const char *maker_page(const char *action, const char *xml);

/* One attribute with values, of which the last argument must be NULL. */
const char *maker_attribute(const char *name, ...);

/* Rules and trust for the key of that kind and number. */
eckid_saml_rules_t maker_rules(test_kind_t kind, int key);

/* Verifies Response and Assertion of a document. */
eckid_err_t *maker_verify(eckid_verified_t **verified, const char *xml, const eckid_trust_t *trust);

/* The response opened and verified; it must be good. */
eckid_verified_t *maker_verified(const maker_t *maker);

/* A moment at MAKER_NOW, with bytes that are not random. */
const eckid_moment_t *maker_moment(void);

/* The same as a clock that stands still. */
bool maker_clock(eckid_moment_t *moment);

/* text with the first occurrence of one string replaced by another; it must occur. */
const char *replaced(const char *text, const char *what, const char *by);

#endif

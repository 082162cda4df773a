/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where lists can stand. */
#ifndef PLACES_H
#define PLACES_H

#include "list.h"

/* The input is the text of the list. */
eckid_bytes_t as_it_is(const char *text);

/* In a login over SAML, by what maker_t calls it. In two of them at once, a form feed parts the
 * lists. */
extern const place_t in_attributes, in_name_id, in_subject_extra, in_conditions_extra, in_advice,
    in_assertion_extra, in_response_start, in_response_extra, in_transforms, in_signature_extra,
    in_in_response_to, in_request_and_subject, in_transforms_and_advice, in_inclusive;

/* On pages, and in what else may hold a login over SAML. */
extern const place_t in_bombs, in_xml_of_others, in_page, in_base64_page, in_xml, in_metadata,
    in_url;

/* In what an OpenID provider answers, and in what it is asked. */
extern const place_t in_oidc_page, in_asked_page, in_page_for_uri, in_redirect, in_own_redirect,
    in_link, in_long_page, in_grant, in_claims, in_form, in_multipart, in_request_json, in_userinfo,
    in_discovery, in_jwks;

/* In commands of the operator, and in what a browser brings to our own identity provider. */
extern const place_t in_explain_values, in_explain_attributes, in_captured, in_compared_attributes,
    in_logout, in_cookies;

#endif

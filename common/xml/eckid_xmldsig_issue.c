/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An Assertion of our own: the one way to a signature over something that was not verified. */
#include "xml/eckid_xmldsig_issue.h"
#include "xml/eckid_xmldsig_internal.h"

eckid_verified_t *eckid_xmldsig_issue(xmlNodePtr outer, xmlNodePtr inner, bool sign_outer,
                                      bool sign_inner, apr_pool_t *pool)
{
    eckid_verified_t *issued = apr_palloc(pool, sizeof(*issued));

    *issued = (eckid_verified_t){
        .outer = outer, .inner = inner, .outer_signed = sign_outer, .inner_signed = sign_inner};
    if (sign_inner) {
        eckid_xmldsig_prepare(inner);
    }
    if (sign_outer) {
        eckid_xmldsig_prepare(outer);
    }
    return issued;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealed tokens in a request: before any handler runs, the provider's own are put in their place.
 */
#include "filter/mod_eckid_oidc_unseal.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "oidc/eckid_unseal.h"

/* The changed request */

/* mod_proxy has put the query behind its own URL (ProxyPass, nocanon and [P] alike). */
static void change_query(request_rec *r, const char *query)
{
    const char *mark = r->filename ? strchr(r->filename, '?') : NULL;

    if (mark && strncmp(r->filename, "proxy:", 6) == 0 && strcmp(mark + 1, r->args) == 0) {
        r->filename = apr_pstrcat(
            r->pool, apr_pstrmemdup(r->pool, r->filename, (apr_size_t)(mark + 1 - r->filename)),
            query, NULL);
    }
    r->args = r->parsed_uri.query = apr_pstrdup(r->pool, query);
}

static void apply(mod_eckid_oidc_request_t *request, request_rec *r,
                  const eckid_oauth_request_t *before, const eckid_oauth_request_t *after)
{
    if (after->authorization != before->authorization) {
        apr_table_setn(r->headers_in, "Authorization", after->authorization);
    }
    if (after->query && strcmp(after->query, before->query) != 0) {
        change_query(r, after->query);
    }
    if (after->form.data != before->form.data) {
        mod_eckid_oidc_request_change_form(request, r, after->form);
    }
    request->owner = after->owner;
    request->hint = after->hint;
    mod_eckid_request(r)->hint = after->hint;
}

int mod_eckid_oidc_unseal(mod_eckid_exchange_t *exchange, mod_eckid_oidc_request_t *request)
{
    request_rec *r = exchange->r;
    const apr_time_t now = apr_time_now(); /* of the moment of a login nothing else is needed */
    mod_eckid_oidc_refusal_t refusal = {.cause = NULL};

    /* what was refused stays so when an ErrorDocument takes the place of the answer */
    if (!eckid_unseal_concerns(request->endpoint) || request->refusal.cause) {
        return DECLINED;
    }
    int status = mod_eckid_oidc_request_read(request, r);

    if (status != OK) {
        return status;
    }
    if (mod_eckid_gateway(&exchange->gateway, r, exchange->dir, now)) {
        return DECLINED; /* the same error comes with the answer */
    }
    eckid_oauth_request_t before = mod_eckid_oidc_request_oauth(request, r);

    if (before.form.len && !mod_eckid_oidc_request_is_form(r)) {
        before.body = ECKID_OAUTH_BYTES; /* what stands in JSON stays there, and means nothing */
    }
    eckid_oauth_request_t after = before;
    refusal.cause = eckid_unseal(&after, &refusal.reader, &refusal.supplier,
                                 &exchange->gateway->oidc, request->endpoint, now, r->pool);
    request->refusal = refusal;
    if (!refusal.cause) {
        apply(request, r, &before, &after);
    }
    return DECLINED;
}

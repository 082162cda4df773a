/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a provider's response: where a hint or an ID token stands in one. */
#include "filter/mod_eckid_oidc_fields.h"

#include <apr_strings.h>

#include "oidc/eckid_hint.h"
#include "oidc/eckid_oidc_scan.h"

/* No token is shorter, and most fields are. */
#define TOKEN_MIN 64

static void restore_in(request_rec *r, const apr_table_t *fields, const eckid_hint_t *hint)
{
    const apr_array_header_t *all = apr_table_elts(fields);

    for (int i = 0; i < all->nelts; i++) {
        apr_table_entry_t *field = &APR_ARRAY_IDX(all, i, apr_table_entry_t);

        field->val = (char *)eckid_hint_restore(hint, eckid_bytes_str(field->val), r->pool).data;
    }
}

void mod_eckid_oidc_fields_restore(request_rec *r)
{
    const eckid_hint_t *hint = &mod_eckid_request(r)->hint;

    if (hint->sent) {
        restore_in(r, r->headers_out, hint);
        restore_in(r, r->err_headers_out, hint);
    }
}

/* Whether a field has to be searched. */
static bool may_hold(const apr_table_entry_t *field, bool for_program)
{
    static const char *const elsewhere[] = {"Location", "Refresh", NULL};
    const char *const *name = elsewhere;

    while (*name && ap_cstr_casecmp(*name, field->key) != 0) {
        name++;
    }
    return !*name && (for_program || ap_cstr_casecmp(field->key, "Set-Cookie") != 0) &&
           strlen(field->val) >= TOKEN_MIN;
}

/* The next field from that one on that has to be searched; NULL where there is none. */
static apr_table_entry_t *next_suspect(int *at, const apr_table_t *fields, bool for_program)
{
    const apr_array_header_t *all = apr_table_elts(fields);

    while (*at < all->nelts) {
        apr_table_entry_t *field = &APR_ARRAY_IDX(all, (*at)++, apr_table_entry_t);

        if (may_hold(field, for_program)) {
            return field;
        }
    }
    return NULL;
}

static bool has_suspects(const apr_table_t *fields, bool for_program)
{
    int at = 0;

    return next_suspect(&at, fields, for_program) != NULL;
}

/* A refusal keeps some of the fields, so what was found is emptied. */
static void search(mod_eckid_oidc_fields_t *found, const mod_eckid_exchange_t *exchange,
                   const apr_table_t *fields, bool for_program)
{
    apr_table_entry_t *field;
    int at = 0;

    while ((field = next_suspect(&at, fields, for_program)) != NULL) {
        const eckid_supplier_t *supplier =
            eckid_oidc_scan_url(&exchange->gateway->oidc, field->val, exchange->r->pool);

        if (supplier) {
            *found = (mod_eckid_oidc_fields_t){supplier, field->key};
            if (!mod_eckid_exchange_is_observed(exchange)) {
                field->val = apr_pstrdup(exchange->r->pool, "");
            }
        }
    }
}

eckid_err_t *mod_eckid_oidc_fields_search(mod_eckid_oidc_fields_t *found,
                                          mod_eckid_exchange_t *exchange, bool for_program)
{
    const request_rec *r = exchange->r;

    *found = (mod_eckid_oidc_fields_t){NULL, NULL};
    if (!has_suspects(r->headers_out, for_program) &&
        !has_suspects(r->err_headers_out, for_program)) {
        return NULL;
    }
    ECKID_ERR(mod_eckid_gateway(&exchange->gateway, exchange->r, exchange->dir, apr_time_now()));
    search(found, exchange, r->headers_out, for_program);
    search(found, exchange, r->err_headers_out, for_program);
    return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bodies in which no field is read, and URLs: only searched for logins. */
#include "gateway/eckid_page_internal.h"

#include "base/eckid_find.h"
#include "base/eckid_inflate.h"
#include "base/eckid_url.h"
#include "oidc/eckid_access_token_scan.h"
#include "oidc/eckid_form_post.h"
#include "oidc/eckid_oidc_login.h"
#include "oidc/eckid_oidc_scan.h"
#include "saml/eckid_saml_bindings.h"

eckid_page_t eckid_page_make(const eckid_gateway_t *gateway, eckid_bytes_t text,
                             const eckid_moment_t *moment, apr_pool_t *pool)
{
    return (eckid_page_t){
        .gateway = gateway,
        .moment = moment,
        .text = text,
        .context = {.policy = gateway->rules.policy, .bytes = text, .request = gateway->request},
        .pool = pool,
    };
}

eckid_err_t *eckid_page_find_id_token(eckid_page_t *page, eckid_bytes_t bytes)
{
    const eckid_oidc_setup_t *oidc = &page->gateway->oidc;
    const char *hint = page->gateway->hint.given, *at = bytes.data, *end = at + bytes.len, *found;

    if (!oidc->provider) {
        return NULL;
    }
    while (hint && *hint && (found = memmem(at, (size_t)(end - at), hint, strlen(hint)))) {
        ECKID_ERR(
            eckid_oidc_scan_find(oidc, eckid_bytes(at, (apr_size_t)(found - at)), page->pool));
        at = found + strlen(hint);
    }
    return eckid_oidc_scan_find(oidc, eckid_bytes(at, (apr_size_t)(end - at)), page->pool);
}

eckid_err_t *eckid_page_find_access_token(eckid_page_t *page, eckid_bytes_t bytes)
{
    const eckid_gateway_t *gateway = page->gateway;

    return gateway->oidc.provider &&
                   eckid_oidc_login_is_near(&gateway->oidc, gateway->asked, page->pool) &&
                   eckid_access_token_scan(bytes, page->pool)
               ? eckid_err_make(page->pool, ECKID_RESPONSE_MODE,
                                "an access token where no field can be read")
               : NULL;
}

eckid_decision_t eckid_page_conclude(const eckid_page_t *page, eckid_decision_t decision,
                                     const eckid_err_t *err)
{
    decision = err ? eckid_decision_refuse(err) : decision;
    if (decision.verdict == ECKID_PASS && page->context.why) {
        decision.cause = page->context.why;
        decision.log.wanted = true;
    }
    return decision;
}

eckid_err_t *eckid_page_unpack(eckid_bytes_t *body, const eckid_gateway_t *gateway, bool gzip,
                               apr_pool_t *pool)
{
    return gzip ? eckid_inflate_all(body, ECKID_GZIP, *body, gateway->page_max, pool) : NULL;
}

/* What cannot be read */

eckid_err_t *eckid_page_find_unread(eckid_page_t *page, const eckid_err_t *unread)
{
    ECKID_ERR(eckid_saml_unread(unread, &page->context, NULL, page->pool));
    ECKID_ERR(eckid_page_find_id_token(page, page->text));
    return eckid_page_find_access_token(page, page->text);
}

eckid_decision_t eckid_page_check_unread(const eckid_gateway_t *gateway, eckid_bytes_t body,
                                         bool gzip, const eckid_err_t *why, apr_pool_t *pool)
{
    if (gzip) { /* damaged or not: what precedes the damage is all that anybody can read */
        eckid_inflate_start(&body, ECKID_GZIP, body, gateway->page_max, pool);
    }
    eckid_page_t page = eckid_page_make(gateway, body, NULL, pool);
    bool is_cut = gzip && body.len == gateway->page_max;

    return is_cut ? eckid_decision_refuse(why)
                  : eckid_page_conclude(&page, (eckid_decision_t){.verdict = ECKID_PASS},
                                        eckid_page_find_unread(&page, why));
}

/* What is too long */

/* All that are judged by, and where to say which of them found something. */
typedef struct watch_t {
    apr_array_header_t *pages; /* eckid_page_t */
    int *found;
} watch_t;

static eckid_err_t *judge_run(void *self, eckid_bytes_t run)
{
    const watch_t *watch = self;
    eckid_err_t *err = NULL;

    for (int i = 0; !err && i < watch->pages->nelts; i++) {
        err = eckid_page_find_id_token(&APR_ARRAY_IDX(watch->pages, i, eckid_page_t), run);
        *watch->found = err ? i : 0;
    }
    return err;
}

eckid_page_stream_t *eckid_page_watch(int *found, const apr_array_header_t *gateways, bool is_page,
                                      bool gzip, apr_pool_t *pool)
{
    const eckid_gateway_t *first = APR_ARRAY_IDX(gateways, 0, const eckid_gateway_t *);
    eckid_page_stream_t *stream = is_page ? eckid_page_stream_page(gzip, first->page_max, pool)
                                          : eckid_page_stream_xml(gzip, pool);
    watch_t *watch = apr_palloc(pool, sizeof(*watch));

    *watch = (watch_t){apr_array_make(pool, gateways->nelts, sizeof(eckid_page_t)), found};
    for (int i = 0; i < gateways->nelts; i++) {
        APR_ARRAY_PUSH(watch->pages, eckid_page_t) = eckid_page_make(
            APR_ARRAY_IDX(gateways, i, const eckid_gateway_t *), eckid_bytes("", 0), NULL, pool);
    }
    *found = 0;
    eckid_page_stream_judge(stream, judge_run, watch);
    return stream;
}

eckid_err_t *eckid_page_search_packed(const eckid_gateway_t *gateway, eckid_bytes_t packed,
                                      bool is_page, apr_pool_t *pool)
{
    apr_array_header_t *gateways = apr_array_make(pool, 1, sizeof(const eckid_gateway_t *));
    int found;

    APR_ARRAY_PUSH(gateways, const eckid_gateway_t *) = gateway;
    eckid_page_stream_t *stream = eckid_page_watch(&found, gateways, is_page, true, pool);

    ECKID_ERR(eckid_page_stream_feed(stream, packed));
    return eckid_page_stream_end(stream);
}

/* XML, and what else is no page */

static eckid_err_t *check_start(const eckid_gateway_t *gateway, eckid_bytes_t start, bool gzip,
                                apr_pool_t *pool)
{
    if (gzip) {
        ECKID_ERR(eckid_inflate_start(&start, ECKID_GZIP, start, gateway->page_max, pool));
    }
    return eckid_saml_bindings_is_message(start)
               ? eckid_err_make(pool, ECKID_TOO_LONG, "a SOAP or SAML message")
               : NULL;
}

/* An XML body that fits only while it is compressed. */
static eckid_err_t *search_xml(const eckid_gateway_t *gateway, eckid_bytes_t packed,
                               apr_pool_t *pool)
{
    ECKID_ERR(check_start(gateway, packed, true, pool));
    return eckid_page_search_packed(gateway, packed, false, pool);
}

/* Whether some key of ours is not known to suppliers by the identity provider's own metadata. */
static bool has_own_key(const eckid_rules_t *rules, apr_pool_t *pool)
{
    const apr_array_header_t *signers = eckid_rules_all_signers(rules, pool);

    for (int i = 0; i < signers->nelts; i++) {
        if (!APR_ARRAY_IDX(signers, i, eckid_signer_t).shared) {
            return true;
        }
    }
    return false;
}

/* What looks like the metadata of the identity provider, at a path where they are not rewritten,
 * passes with a word about that. */
static eckid_decision_t look_for_metadata(const eckid_gateway_t *gateway, eckid_bytes_t body,
                                          apr_pool_t *pool)
{
    eckid_decision_t decision = {.verdict = ECKID_PASS};
    eckid_metadata_t *metadata = gateway->saml.metadata;
    const eckid_metadata_view_t *view = metadata && eckid_find(body, "IDPSSODescriptor")
                                            ? eckid_metadata_last(metadata, pool)
                                            : NULL;
    const eckid_idp_t *idp = view ? view->idp : NULL;

    if (idp && eckid_find(body, idp->entity_id) && has_own_key(&gateway->rules, pool)) {
        decision.cause = eckid_err_make(pool, ECKID_UNLISTED, "those of %s at %s", idp->entity_id,
                                        gateway->request ? eckid_url_shown(gateway->request, pool)
                                                         : "an unknown path");
        decision.log.wanted = true;
    }
    return decision;
}

/* Rather than JSON, which is the matter of the token endpoint and its like. */
static bool is_markup(eckid_bytes_t body)
{
    const eckid_bytes_t text = eckid_codec_trim(body);

    return text.len && !strchr("{[\"", *text.data);
}

eckid_decision_t eckid_page_check_xml(const eckid_gateway_t *gateway, eckid_bytes_t body, bool gzip,
                                      apr_pool_t *pool)
{
    eckid_bytes_t packed = body;
    eckid_err_t *err = eckid_page_unpack(&body, gateway, gzip, pool);

    if (err && err->code == ECKID_LIMIT) {
        return eckid_decision_pass_unless(search_xml(gateway, packed, pool));
    }
    if (err) {
        return eckid_page_check_unread(gateway, packed, gzip, err, pool);
    }
    eckid_page_t page = eckid_page_make(gateway, body, NULL, pool);

    err = eckid_saml_bindings_check_xml(&page.context, body, pool);
    err = err ? err : eckid_page_find_id_token(&page, body);
    err = err || !is_markup(body) ? err : eckid_page_find_access_token(&page, body);
    err = err || !gateway->oidc.provider
              ? err
              : eckid_form_post_check(&gateway->oidc, gateway->asked, body, pool);
    return eckid_page_conclude(&page, look_for_metadata(gateway, body, pool), err);
}

eckid_decision_t eckid_page_check_xml_start(const eckid_gateway_t *gateway, eckid_bytes_t start,
                                            bool gzip, apr_pool_t *pool)
{
    return eckid_decision_pass_unless(check_start(gateway, start, gzip, pool));
}

eckid_decision_t eckid_page_check_url(const eckid_gateway_t *gateway, const char *url,
                                      apr_pool_t *pool)
{
    eckid_page_t page = eckid_page_make(gateway, eckid_bytes_str(url), NULL, pool);

    return eckid_page_conclude(&page, (eckid_decision_t){.verdict = ECKID_PASS},
                               eckid_saml_bindings_check_location(&page.context, url, pool));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message of our own on its way to an endpoint of a supplier, by HTTP-Redirect or HTTP-POST. */
#include "bridge/eckid_bridge_send.h"
#include "base/eckid_deflate.h"
#include "crypto/eckid_key_sign.h"
#include "xml/eckid_xml_print.h"
#include "xml/eckid_xmldsig_sign.h"

#include <apr_strings.h>

static const eckid_saml_endpoint_t *find(const eckid_saml_sp_role_t *role, const char *binding)
{
    for (int i = 0; i < role->logouts->nelts; i++) {
        const eckid_saml_endpoint_t *each = &APR_ARRAY_IDX(role->logouts, i, eckid_saml_endpoint_t);

        if (strcmp(each->binding, binding) == 0) {
            return each;
        }
    }
    return NULL;
}

const eckid_saml_endpoint_t *eckid_bridge_send_endpoint(const eckid_saml_sp_role_t *role,
                                                        const char *name)
{
    bool is_request = strcmp(name, "SAMLRequest") == 0;
    const eckid_saml_endpoint_t *first =
        find(role, is_request ? ECKID_BINDING_POST : ECKID_BINDING_REDIRECT);

    return first ? first : find(role, is_request ? ECKID_BINDING_REDIRECT : ECKID_BINDING_POST);
}

static const char *pair_of(const char *name, eckid_bytes_t value, apr_pool_t *pool)
{
    return apr_pstrcat(pool, name, "=", eckid_codec_percent(value, pool), NULL);
}

static eckid_err_t *sign_query(const char **query, const char *text, const eckid_key_t *key,
                               apr_pool_t *pool)
{
    const char *method = eckid_xmldsig_algorithm(key);
    eckid_key_alg_t alg = eckid_key_kind(key) == ECKID_KEY_RSA ? ECKID_RS256 : ECKID_ES256;
    eckid_bytes_t signature;

    text = apr_pstrcat(pool, text, "&", pair_of("SigAlg", eckid_bytes_str(method), pool), NULL);
    ECKID_ERR(eckid_key_sign(&signature, key, alg, eckid_bytes_str(text), pool));
    *query = apr_pstrcat(pool, text, "&",
                         pair_of("Signature", eckid_codec_base64(signature, pool), pool), NULL);
    return NULL;
}

static eckid_err_t *redirect(eckid_bridge_sent_t *sent, xmlNodePtr message, const char *name,
                             const char *url, const char *relay_state, const eckid_key_t *key,
                             apr_pool_t *pool)
{
    eckid_bytes_t xml;
    const char *query;

    ECKID_ERR(eckid_xml_print(&xml, message->doc, pool));
    query = pair_of(name, eckid_codec_base64(eckid_deflate(xml, pool), pool), pool);
    if (relay_state) {
        query = apr_pstrcat(pool, query, "&",
                            pair_of("RelayState", eckid_bytes_str(relay_state), pool), NULL);
    }
    ECKID_ERR(sign_query(&query, query, key, pool));
    sent->location = apr_pstrcat(pool, url, strchr(url, '?') ? "&" : "?", query, NULL);
    return NULL;
}

eckid_err_t *eckid_bridge_send(eckid_bridge_sent_t *sent, xmlNodePtr message, const char *name,
                               const eckid_saml_endpoint_t *endpoint, const char *relay_state,
                               const eckid_key_t *key, apr_pool_t *pool)
{
    const char *url = strcmp(name, "SAMLRequest") == 0 ? endpoint->location : endpoint->response;

    *sent = (eckid_bridge_sent_t){NULL, {.action = url, .name = name, .relay_state = relay_state}};
    if (strcmp(endpoint->binding, ECKID_BINDING_REDIRECT) == 0) {
        return redirect(sent, message, name, url, relay_state, key, pool);
    }
    ECKID_ERR(eckid_xmldsig_sign_own(message, key, pool));
    return eckid_xml_print(&sent->post.xml, message->doc, pool);
}

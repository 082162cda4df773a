/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Metadata from a URL: fetched if it has changed, parsed, and verified. */
#include "saml/eckid_metadata_fetch.h"
#include "saml/eckid_saml_likeness.h"
#include "saml/eckid_saml_publish.h"
#include "xml/eckid_xmldsig.h"

#include <apr_strings.h>

/* XML first, as some servers answer browsers with a page about the metadata. */
#define ACCEPT "application/samlmetadata+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"

eckid_err_t *eckid_metadata_url_make(eckid_metadata_url_t *out, const char *url, const char *base,
                                     const eckid_key_t *signer, const eckid_transport_t *transport,
                                     apr_pool_t *pool)
{
    const char *scheme = strstr(url, "://");
    apr_size_t len = scheme ? (apr_size_t)(scheme - url) + 3 : 0;
    const char *origin = apr_pstrmemdup(pool, url, len + strcspn(url + len, "/?#"));

    if (strpbrk(url, "# ")) {
        return eckid_err_make(pool, ECKID_CONFIG, "%s has a fragment or a space", url);
    }
    out->url = url;
    out->signer = signer;
    return eckid_backend_make(&out->backend, origin, base ? base : origin, transport,
                              ECKID_METADATA, pool);
}

/* The request, conditional where a version is known (RFC 9110 section 13.1). */
static eckid_http_request_t request_for(const eckid_metadata_version_t *known,
                                        const eckid_metadata_url_t *url, apr_pool_t *pool)
{
    eckid_http_request_t request = eckid_backend_request(
        &url->backend, eckid_backend_url(&url->backend, url->url, pool), pool);

    apr_table_setn(request.headers, "Accept", ACCEPT);
    if (known->etag) {
        apr_table_setn(request.headers, "If-None-Match", known->etag);
    }
    if (known->last_modified) {
        apr_table_setn(request.headers, "If-Modified-Since", known->last_modified);
    }
    return request;
}

static eckid_err_t *verify(xmlDocPtr doc, const eckid_metadata_url_t *url, apr_pool_t *pool)
{
    apr_array_header_t *keys = apr_array_make(pool, 1, sizeof(const eckid_key_t *));
    const eckid_trust_t trust = {keys, false};

    if (!url->signer) {
        return NULL;
    }
    APR_ARRAY_PUSH(keys, const eckid_key_t *) = url->signer;
    eckid_err_t *err = eckid_xmldsig_verify_root(xmlDocGetRootElement(doc), &trust, pool);

    return err ? eckid_err_advise(
                     eckid_err_make(pool, ECKID_METADATA, "%s: its signature is not accepted: %s",
                                    url->url, err->detail),
                     "compare signed-by= with the certificate that its publisher signs by now; a "
                     "repeated occurrence may be an attack")
               : NULL;
}

/* Comments are no part of what is signed. Nor is the signature itself, in which anybody could have
 * put more. */
static eckid_err_t *read_body(xmlDocPtr *doc, eckid_bytes_t body, const eckid_metadata_url_t *url,
                              apr_pool_t *pool)
{
    xmlDocPtr parsed;
    eckid_err_t *err = eckid_xml_parse(&parsed, body, pool);

    if (err) {
        eckid_err_t *better = eckid_saml_likeness(url->url, body, pool);

        return better ? better
                      : eckid_err_make(pool, ECKID_METADATA, "%s: %s", url->url, err->detail);
    }
    ECKID_ERR(verify(parsed, url, pool));
    eckid_saml_publish_unsign(xmlDocGetRootElement(parsed));
    eckid_xml_plain(parsed, pool);
    *doc = parsed;
    return NULL;
}

eckid_err_t *eckid_metadata_fetch(xmlDocPtr *doc, eckid_metadata_version_t *version,
                                  const eckid_metadata_url_t *url, apr_time_t deadline,
                                  apr_pool_t *pool)
{
    eckid_http_request_t request = request_for(version, url, pool);
    eckid_http_response_t *response;

    request.deadline = deadline;
    eckid_err_t *err = eckid_backend_send(&response, &url->backend, &request, url->url, pool);

    *doc = NULL;
    if (response && response->status == 304 && (version->etag || version->last_modified)) {
        return NULL;
    }
    if (response && response->status == 508) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_METADATA, "%s: it is this server itself that answers",
                           url->url),
            "backend= must name where the identity provider listens behind this server, such as "
            "http://127.0.0.1:8080; if it runs in this httpd, give it a virtual host of its own "
            "there without EckidEngine, or name a file");
    }
    if (err && response && response->status / 100 == 3) {
        return err; /* which says what to do */
    }
    if (err) {
        return eckid_err_advise(
            err,
            "compare the host of backend=, and the path, with where they are served: fetch them "
            "by curl, from this machine; the aggregate of a federation belongs in a file");
    }
    version->etag = apr_table_get(response->headers, "ETag");
    version->last_modified = apr_table_get(response->headers, "Last-Modified");
    return read_body(doc, response->body, url, pool);
}

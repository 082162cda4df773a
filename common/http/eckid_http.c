/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An outgoing request and its response as plain data, and the interface of the transport. */
#include "http/eckid_http.h"

const char *eckid_http_media_type(const char *content_type, apr_pool_t *pool)
{
    if (!content_type) {
        return "";
    }
    return eckid_codec_lower(
        eckid_codec_trim(eckid_bytes(content_type, strcspn(content_type, ";,"))), pool);
}

bool eckid_http_is_json(const char *content_type, apr_pool_t *pool)
{
    const char *type = eckid_http_media_type(content_type, pool);
    apr_size_t len = strlen(type);

    return strcmp(type, "application/json") == 0 ||
           (len > 5 && strncmp(type, "application/", 12) == 0 &&
            strcmp(type + len - 5, "+json") == 0);
}

bool eckid_http_is_problem(const char *content_type, apr_pool_t *pool)
{
    return strcmp(eckid_http_media_type(content_type, pool), "application/problem+json") == 0;
}

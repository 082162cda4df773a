/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An outgoing request and its answer as plain data, and the interface of what carries them. */
#include "eckid_http.h"

const char *eckid_http_media_type(const char *content_type, apr_pool_t *pool)
{
    if (!content_type) {
        return "";
    }
    return eckid_codec_lower(
        eckid_codec_trim(eckid_bytes(content_type, strcspn(content_type, ";,"))), pool);
}

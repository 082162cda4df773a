/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An outgoing request and its response as plain data, and the interface of the transport. */
#include "http/eckid_http.h"

#include <apr_date.h>
#include <apr_strings.h>

#define CLOCK_NOTICED apr_time_from_sec(2)

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

apr_interval_time_t eckid_http_clock_offset(const eckid_http_response_t *response)
{
    const char *date = apr_table_get(response->headers, "Date");
    apr_time_t then = date ? apr_date_parse_http(date) : APR_DATE_BAD;
    apr_interval_time_t ahead = then - apr_time_now();

    return then != APR_DATE_BAD && (ahead > CLOCK_NOTICED || ahead < -CLOCK_NOTICED) ? ahead : 0;
}

const char *eckid_http_clock_advice(const char *who, apr_interval_time_t offset, apr_pool_t *pool)
{
    return apr_psprintf(pool,
                        "the clock of %s is %+d seconds from ours: first compare both with NTP",
                        who, (int)apr_time_sec(offset));
}

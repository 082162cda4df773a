/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/status.h"

#include "unit.h"

static const char *const names[] = {"https://books.example/saml", "<a \"b\"\\\n>", ""};

static void add_rows(apr_array_header_t *rows)
{
    for (int i = 0; i < COUNT(names); i++) {
        APR_ARRAY_PUSH(rows, eckid_status_row_t) = (eckid_status_row_t){
            "idp.example:443", names[i], i == 1, apr_pcalloc(pool, sizeof(eckid_counters_row_t))};
    }
}

eckid_status_t status_usual(void)
{
    apr_array_header_t *rows = apr_array_make(pool, 3, sizeof(eckid_status_row_t)),
                       *lases = apr_array_make(pool, 2, sizeof(eckid_status_las_t)),
                       *sources = apr_array_make(pool, 2, sizeof(eckid_status_source_t)),
                       *ends = apr_array_make(pool, 2, sizeof(eckid_status_end_t));

    add_rows(rows);
    APR_ARRAY_PUSH(lases, eckid_status_las_t) =
        (eckid_status_las_t){"https://las.example/eduv", {0, 2, 5, 1, 0}};
    APR_ARRAY_PUSH(lases, eckid_status_las_t) =
        (eckid_status_las_t){"https://other.example/eduv", {1, 0, 4, 0, 7}};
    APR_ARRAY_PUSH(sources, eckid_status_source_t) =
        (eckid_status_source_t){"idp-metadata", "eckid/idp.xml", STATUS_NOW, ECKID_OK};
    APR_ARRAY_PUSH(sources, eckid_status_source_t) = (eckid_status_source_t){
        "supplier-metadata", "https://books.example/metadata", 0, ECKID_METADATA};
    APR_ARRAY_PUSH(ends, eckid_status_end_t) =
        (eckid_status_end_t){"the certificate old.crt", STATUS_NOW - apr_time_from_sec(3600)};
    APR_ARRAY_PUSH(ends, eckid_status_end_t) = (eckid_status_end_t){
        "the certificate sign.crt", STATUS_NOW + apr_time_from_sec(90 * 24 * 3600)};
    return (eckid_status_t){STATUS_NOW, STATUS_NOW, rows, lases, sources, ends, NULL};
}

eckid_counters_row_t *status_row(const eckid_status_t *status, int number)
{
    return (eckid_counters_row_t *)APR_ARRAY_IDX(status->rows, number, eckid_status_row_t).counters;
}

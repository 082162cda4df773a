/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Targets of the fuzzer: files of people. */
#include "bulk.h"

#include <apr_strings.h>
#include <stdlib.h>

#include "provision/eckid_csv.h"
#include "provision/eckid_eduv_list.h"
#include "provision/eckid_uwlr.h"
#include "provision/eckid_uwlr_question.h"

static void insist(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* An input that comes in pieces, and what was read of it. */
typedef struct reading_t {
    eckid_bytes_t rest;
    apr_size_t piece;
    const char *rows;
    apr_pool_t *pool;
} reading_t;

static int read_piece(void *self, char *buffer, int room)
{
    reading_t *reading = self;
    apr_size_t len = reading->rest.len < reading->piece ? reading->rest.len : reading->piece;

    len = len < (apr_size_t)room ? len : (apr_size_t)room;
    memcpy(buffer, reading->rest.data, len);
    reading->rest = eckid_bytes(reading->rest.data + len, reading->rest.len - len);
    return (int)len;
}

/* What a row says is bounded, and has neither empty values nor control characters. */
static eckid_err_t *add_row(void *self, const eckid_bulk_row_t *row, apr_pool_t *pool)
{
    reading_t *reading = self;

    (void)pool;
    insist(*row->kind && row->count <= ECKID_BULK_FIELDS && row->line > 0);
    insist(!row->eckid || *row->eckid);
    reading->rows = apr_psprintf(reading->pool, "%s\n%d %s %s", reading->rows, (int)row->line,
                                 row->kind, row->eckid ? row->eckid : "");
    for (int i = 0; i < row->count; i++) {
        const char *value = row->fields[i].value;

        insist(*value && strlen(value) <= ECKID_BULK_FIELD_MAX && !strpbrk(value, "\n\r\t"));
        reading->rows = apr_pstrcat(reading->pool, reading->rows, " ", value, NULL);
    }
    return NULL;
}

typedef enum format_t { UWLR, CSV, EDUV } format_t;

/* The rows and the error that one way of reading gives. */
static const char *read_all(format_t format, eckid_bytes_t input, apr_size_t piece,
                            apr_pool_t *pool)
{
    const eckid_bulk_expected_t expected = {"11ZZ03", NULL};
    reading_t reading = {input, piece, "", pool};
    const eckid_bulk_input_t source = {"FILE", read_piece, &reading};
    const eckid_bulk_sink_t sink = {add_row, &reading};
    apr_array_header_t *wanted = apr_array_make(pool, 1, sizeof(const char *));
    eckid_bulk_found_t found;

    APR_ARRAY_PUSH(wanted, const char *) = "key";
    eckid_err_t *err =
        format == CSV    ? eckid_csv_read(&found, &source, &expected, wanted, ',', &sink, pool)
        : format == EDUV ? eckid_eduv_list_read(&found, &source, "student", &sink, pool)
                         : eckid_uwlr_read(&found, &source, &expected, &sink, pool);

    /* kinds that a column tells are those of its rows, of which there may be none */
    insist(err || format == CSV || found.kinds->nelts || found.unchanged);
    return apr_pstrcat(pool, reading.rows, err ? "\nrefused" : "", NULL);
}

/* Whatever the school is called, the request is a document that says nothing else. */
static void insist_on_question(eckid_bytes_t input, apr_pool_t *pool)
{
    const char *text = apr_pstrmemdup(pool, input.data, input.len);
    const eckid_uwlr_question_t question = {text, text, text, "2026-2027", text, "2.3", text};
    eckid_http_request_t request = {.url = "https://las.example"};

    if (!eckid_uwlr_question(&request, &question, pool)) {
        const char *set = strstr(request.body.data, "<gegevenssetid>");
        const char *end =
            "</gegevenssetid></leerlinggegevens_verzoek></soap:Body></soap:Envelope>\n";

        insist(set && strcmp(strchr(set + 1, '<'), end) == 0);
    }
}

/* How the input is split into pieces makes no difference. */
void fuzz_uwlr(eckid_bytes_t input, apr_pool_t *pool)
{
    const char *whole = read_all(UWLR, input, 65536, pool);

    insist(strcmp(whole, read_all(UWLR, input, 3, pool)) == 0 || strstr(whole, "\nrefused"));
    insist_on_question(input, pool);
}

void fuzz_csv(eckid_bytes_t input, apr_pool_t *pool)
{
    insist(strcmp(read_all(CSV, input, 65536, pool), read_all(CSV, input, 1, pool)) == 0);
}

void fuzz_eduv_list(eckid_bytes_t input, apr_pool_t *pool)
{
    insist(strcmp(read_all(EDUV, input, 65536, pool), read_all(EDUV, input, 1, pool)) == 0);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV as RFC 4180 has it, strictly, record by record. */
#include "provision/eckid_csv.h"

#include "base/eckid_words.h"

#include <apr_strings.h>

#define CHUNK 65536
#define MARK "\xef\xbb\xbf"
#define MARK_LEN 3

/* What a column is for. */
typedef enum column_t { DROPPED, ECKID, KIND, SCHOOL, YEAR, FIELD } column_t;

typedef enum state_t {
    AT_START, /* of a field */
    BARE,     /* in a field without quotes */
    QUOTED,
    QUOTE_IN_QUOTED, /* it ends the field, or is the first of two */
    CARRIAGE_RETURN
} state_t;

typedef struct reading_t {
    const eckid_bulk_input_t *input;
    const eckid_bulk_expected_t *expected;
    const apr_array_header_t *wanted;
    const eckid_bulk_sink_t *sink;
    eckid_bulk_found_t *found;
    char separator;
    int marks; /* bytes of the mark that were skipped */
    state_t state;
    apr_uint64_t line;
    char field[ECKID_CSV_FIELD_MAX + 1];
    apr_size_t len;
    const char *names[ECKID_CSV_COLUMNS];
    column_t columns[ECKID_CSV_COLUMNS];
    int columns_count; /* 0 until the first record has ended */
    int column;        /* the next one of this record */
    eckid_bulk_row_t row;
    apr_pool_t *row_pool, *pool;
} reading_t;

static eckid_err_t *wrong(const reading_t *reading, const char *what)
{
    return eckid_bulk_wrong(reading->input, reading->line, what, reading->pool);
}

/* The head */

static column_t column_of(const reading_t *reading, const char *name)
{
    static const char *const own[] = {
        [ECKID] = "eckid", [KIND] = "kind", [SCHOOL] = "school", [YEAR] = "year"};

    for (int i = ECKID; i <= YEAR; i++) {
        if (strcmp(own[i], name) == 0) {
            return (column_t)i;
        }
    }
    return eckid_words_listed(reading->wanted, name) ? FIELD : DROPPED;
}

static eckid_err_t *add_column(reading_t *reading)
{
    const char *name = apr_pstrmemdup(reading->pool, reading->field, reading->len);

    for (int i = 0; i < reading->column; i++) {
        if (strcmp(reading->names[i], name) == 0) {
            return wrong(reading, "a column occurs twice");
        }
    }
    reading->names[reading->column] = name;
    reading->columns[reading->column] = column_of(reading, name);
    return NULL;
}

static bool has_column(const reading_t *reading, column_t column)
{
    for (int i = 0; i < reading->columns_count; i++) {
        if (reading->columns[i] == column) {
            return true;
        }
    }
    return false;
}

/* Why no column is eckid, as far as the names show it. They are not told: without a head, they are
 * those of a person. */
static const char *why_no_eckid(const reading_t *reading)
{
    for (int i = 0; i < reading->columns_count; i++) {
        const char *mark = strpbrk(reading->names[i], ";,\t|");

        if (mark) {
            return apr_psprintf(reading->pool,
                                "the first line has no column eckid; is %s the separator "
                                "(--separator)?",
                                *mark == '\t' ? "a tab"
                                              : apr_psprintf(reading->pool, "'%c'", *mark));
        }
        if (strcasecmp(reading->names[i], "eckid") == 0) {
            return "the first line has no column eckid, but one in capitals; write it in small "
                   "letters";
        }
    }
    return "the first line has no column eckid; it must name the columns";
}

static eckid_err_t *end_head(reading_t *reading)
{
    reading->columns_count = reading->column;
    if (!has_column(reading, ECKID)) {
        return wrong(reading, why_no_eckid(reading));
    }
    if (!has_column(reading, FIELD)) {
        return wrong(reading, "no column of the first line is one that a key is made of");
    }
    if (!has_column(reading, KIND)) {
        eckid_bulk_found_kind(reading->found, ECKID_KIND_STUDENT, reading->pool);
    }
    return NULL;
}

/* A record */

static eckid_err_t *add_value(reading_t *reading)
{
    const eckid_bytes_t value = eckid_codec_trim(eckid_bytes(reading->field, reading->len));
    const char *text = apr_pstrmemdup(reading->row_pool, value.data, value.len);
    const eckid_bulk_expected_t *expected = reading->expected;

    switch (reading->columns[reading->column]) {
    case ECKID:
        reading->row.eckid = *text ? text : NULL;
        return NULL;
    case KIND:
        reading->row.kind = text;
        return *text ? NULL : wrong(reading, "a person without kind");
    case SCHOOL:
        return expected->school && strcasecmp(expected->school, text) != 0
                   ? wrong(reading, "a person of another school")
                   : NULL;
    case YEAR:
        return expected->year && strcmp(expected->year, text) != 0
                   ? wrong(reading, "a person of another school year")
                   : NULL;
    case FIELD:
        return eckid_bulk_add_field(&reading->row, reading->names[reading->column], value,
                                    reading->row_pool)
                   ? NULL
                   : wrong(reading, "a value is too long, or has control characters");
    default:
        return NULL;
    }
}

static eckid_err_t *end_field(reading_t *reading)
{
    const bool is_head = reading->columns_count == 0;

    if (reading->column == (is_head ? ECKID_CSV_COLUMNS : reading->columns_count)) {
        return wrong(reading, "more fields than the first line, or more than 256");
    }
    eckid_err_t *err = is_head ? add_column(reading) : add_value(reading);

    reading->column++;
    reading->len = 0;
    reading->state = AT_START;
    return err;
}

static void begin_record(reading_t *reading)
{
    apr_pool_clear(reading->row_pool);
    reading->column = 0;
    reading->line++;
    reading->row = (eckid_bulk_row_t){.kind = ECKID_KIND_STUDENT, .line = reading->line};
}

static eckid_err_t *end_row(reading_t *reading)
{
    if (reading->column != reading->columns_count) {
        return wrong(reading, "fewer fields than the first line");
    }
    eckid_bulk_found_kind(reading->found, reading->row.kind, reading->pool);
    eckid_err_t *err = reading->sink->add(reading->sink->self, &reading->row, reading->row_pool);

    return err ? eckid_err_copy(err, reading->pool) : NULL;
}

static eckid_err_t *end_record(reading_t *reading)
{
    if (reading->column == 0 && reading->state == AT_START && reading->columns_count) {
        return wrong(reading, "an empty line");
    }
    ECKID_ERR(end_field(reading));
    ECKID_ERR(reading->columns_count ? end_row(reading) : end_head(reading));
    begin_record(reading);
    return NULL;
}

/* Bytes */

static eckid_err_t *add_byte(reading_t *reading, char c, state_t state)
{
    if (reading->len == ECKID_CSV_FIELD_MAX) {
        return wrong(reading, "a field is too long");
    }
    if (!c) {
        return wrong(reading, "a NUL");
    }
    reading->line += c == '\n'; /* within quotes */
    reading->field[reading->len++] = c;
    reading->state = state;
    return NULL;
}

/* Behind what may end a field. */
static eckid_err_t *take_end(reading_t *reading, char c)
{
    if (c == reading->separator) {
        return end_field(reading);
    }
    if (c == '\r') {
        ECKID_ERR(reading->column == 0 && reading->state == AT_START && reading->columns_count
                      ? wrong(reading, "an empty line")
                      : NULL);
        reading->state = CARRIAGE_RETURN;
        return NULL;
    }
    return end_record(reading);
}

static bool may_end(const reading_t *reading, char c)
{
    return c == reading->separator || c == '\r' || c == '\n';
}

static eckid_err_t *take(reading_t *reading, char c)
{
    switch (reading->state) {
    case QUOTED:
        if (c == '"') {
            reading->state = QUOTE_IN_QUOTED;
            return NULL;
        }
        return add_byte(reading, c, QUOTED);
    case QUOTE_IN_QUOTED:
        return c == '"'              ? add_byte(reading, c, QUOTED)
               : may_end(reading, c) ? take_end(reading, c)
                                     : wrong(reading, "something behind a closing quote");
    case CARRIAGE_RETURN:
        return c == '\n' ? end_record(reading) : wrong(reading, "a carriage return in a line");
    default:
        if (c == '"' && reading->state == AT_START) {
            reading->state = QUOTED;
            return NULL;
        }
        return may_end(reading, c) ? take_end(reading, c)
               : c == '"'          ? wrong(reading, "a quote within a field without quotes")
                                   : add_byte(reading, c, BARE);
    }
}

/* Skips a byte order mark. Bytes that only begin as one would not be UTF-8. */
static bool is_mark(reading_t *reading, char c)
{
    if (reading->marks < MARK_LEN && c == MARK[reading->marks]) {
        reading->marks++;
        return true;
    }
    reading->marks = MARK_LEN;
    return false;
}

static eckid_err_t *take_all(reading_t *reading, eckid_bytes_t bytes)
{
    for (apr_size_t i = 0; i < bytes.len; i++) {
        if (!is_mark(reading, bytes.data[i])) {
            ECKID_ERR(take(reading, bytes.data[i]));
        }
    }
    return NULL;
}

/* The last line need not have an end. */
static eckid_err_t *end_file(reading_t *reading)
{
    if (reading->state == QUOTED) {
        return wrong(reading, "the file ends within quotes; was it cut off?");
    }
    if (reading->state == CARRIAGE_RETURN) {
        return wrong(reading, "a carriage return in a line");
    }
    if (reading->state != AT_START || reading->column) {
        ECKID_ERR(end_record(reading));
    }
    return reading->columns_count ? NULL : wrong(reading, "the file is empty");
}

static eckid_err_t *read_all(reading_t *reading)
{
    char *buffer = apr_palloc(reading->pool, CHUNK);
    int len;

    while ((len = reading->input->read(reading->input->self, buffer, CHUNK)) > 0) {
        ECKID_ERR(take_all(reading, eckid_bytes(buffer, (apr_size_t)len)));
    }
    return len < 0 ? eckid_err_make(reading->pool, ECKID_FILE, "%s", reading->input->name)
                   : end_file(reading);
}

eckid_err_t *eckid_csv_read(eckid_bulk_found_t *found, const eckid_bulk_input_t *input,
                            const eckid_bulk_expected_t *expected, const apr_array_header_t *wanted,
                            char separator, const eckid_bulk_sink_t *sink, apr_pool_t *pool)
{
    reading_t *reading = apr_pcalloc(pool, sizeof(*reading));

    *found = (eckid_bulk_found_t){.kinds = apr_array_make(pool, 2, sizeof(const char *))};
    *reading = (reading_t){.input = input,
                           .expected = expected,
                           .wanted = wanted,
                           .sink = sink,
                           .found = found,
                           .separator = separator,
                           .pool = pool};
    apr_pool_create(&reading->row_pool, pool);
    begin_record(reading);
    eckid_err_t *err = read_all(reading);

    apr_pool_destroy(reading->row_pool);
    return err;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edu-V's lists of everybody of a school: the answers of GET /students/school and
 * /employees/school. */
#include "provision/eckid_eduv_list.h"
#include "base/eckid_json.h"

#define CHUNK 65536

/* Where in the list the next byte stands. */
typedef enum state_t {
    BEFORE, /* the list */
    FIRST,  /* behind "[" */
    NEXT,   /* behind "," */
    OBJECT, /* in a person */
    STRING, /* in a string of a person */
    ESCAPE, /* behind a backslash in it */
    BEHIND, /* a person */
    END     /* of the list */
} state_t;

typedef struct reading_t {
    const eckid_bulk_input_t *input;
    const eckid_bulk_sink_t *sink;
    const char *kind;
    state_t state;
    int depth; /* of objects and arrays in the person */
    apr_uint64_t line, begun;
    char *person;
    apr_size_t len;
    apr_pool_t *person_pool, *pool;
} reading_t;

static eckid_err_t *wrong(const reading_t *reading, apr_uint64_t line, const char *what)
{
    return eckid_bulk_wrong(reading->input, line, what, reading->pool);
}

/* A person */

static bool add_identifier(eckid_bulk_row_t *row, const json_t *id, apr_pool_t *pool)
{
    const char *type = json_string_value(json_object_get(id, "userIdType"));
    const char *value = json_string_value(json_object_get(id, "userId"));

    return type && value && eckid_bulk_add_field(row, type, eckid_bytes_str(value), pool);
}

static bool add_identifiers(eckid_bulk_row_t *row, const json_t *ids, apr_pool_t *pool)
{
    const json_t *id;
    size_t i;

    if (ids && !json_is_null(ids) && !json_is_array(ids)) {
        return false;
    }
    json_array_foreach(ids, i, id)
    {
        if (!add_identifier(row, id, pool)) {
            return false;
        }
    }
    return true;
}

/* An error may be an object too, but a person has one of these members. */
static bool is_person(const json_t *object)
{
    return json_object_get(object, "userMasterIdentifier") || json_object_get(object, "userIds");
}

static eckid_err_t *read_person(eckid_bulk_row_t *row, const reading_t *reading,
                                const json_t *object)
{
    const json_t *eckid = json_object_get(object, "userMasterIdentifier");
    const json_t *mail = json_object_get(object, "email");

    if (!is_person(object)) {
        return wrong(reading, reading->begun, "an object that is not a person");
    }
    if (eckid && !json_is_null(eckid) && !json_is_string(eckid)) {
        return wrong(reading, reading->begun, "userMasterIdentifier is not a string");
    }
    if (!add_identifiers(row, json_object_get(object, "userIds"), reading->person_pool) ||
        (json_is_string(mail) &&
         !eckid_bulk_add_field(row, "email", eckid_bytes_str(json_string_value(mail)),
                               reading->person_pool))) {
        return wrong(reading, reading->begun,
                     "userIds of another shape, or an identifier that is too long");
    }
    row->eckid =
        json_is_string(eckid) && *json_string_value(eckid) ? json_string_value(eckid) : NULL;
    return NULL;
}

static eckid_err_t *end_person(reading_t *reading)
{
    eckid_bulk_row_t row = {.kind = reading->kind, .line = reading->begun};
    json_t *object;

    if (eckid_json_parse(&object, eckid_bytes(reading->person, reading->len), ECKID_BULK,
                         reading->person_pool)) {
        return wrong(reading, reading->begun, "an object that is not JSON, or has a member twice");
    }
    ECKID_ERR(read_person(&row, reading, object));
    eckid_err_t *err = reading->sink->add(reading->sink->self, &row, reading->person_pool);

    err = err ? eckid_err_copy(err, reading->pool) : NULL;
    apr_pool_clear(reading->person_pool);
    reading->len = 0;
    reading->state = BEHIND;
    return err;
}

/* Bytes */

static eckid_err_t *take_within(reading_t *reading, char c)
{
    if (reading->len == ECKID_EDUV_LIST_PERSON_MAX) {
        return wrong(reading, reading->begun, "an object that is longer than 64 KiB");
    }
    reading->person[reading->len++] = c;
    switch (reading->state) {
    case STRING:
        reading->state = c == '\\' ? ESCAPE : c == '"' ? OBJECT : STRING;
        return NULL;
    case ESCAPE:
        reading->state = STRING;
        return NULL;
    default:
        reading->state = c == '"' ? STRING : OBJECT;
        reading->depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        return reading->depth == 0 ? end_person(reading) : NULL;
    }
}

/* Between people: white space, and what comes next. */
static eckid_err_t *take_between(reading_t *reading, char c)
{
    if (strchr(" \t\r\n", c) && c) {
        return NULL;
    }
    if (reading->state == BEFORE && c == '[') {
        reading->state = FIRST;
        return NULL;
    }
    if ((reading->state == FIRST || reading->state == NEXT) && c == '{') {
        reading->begun = reading->line;
        return take_within(reading, c);
    }
    if (reading->state == BEHIND && c == ',') {
        reading->state = NEXT;
        return NULL;
    }
    if ((reading->state == FIRST || reading->state == BEHIND) && c == ']') {
        reading->state = END;
        return NULL;
    }
    return wrong(reading, reading->line, "it is not one JSON array of objects");
}

static eckid_err_t *take_all(reading_t *reading, eckid_bytes_t bytes)
{
    for (apr_size_t i = 0; i < bytes.len; i++) {
        const char c = bytes.data[i];
        bool within =
            reading->state == OBJECT || reading->state == STRING || reading->state == ESCAPE;

        ECKID_ERR(within ? take_within(reading, c) : take_between(reading, c));
        reading->line += c == '\n';
    }
    return NULL;
}

static eckid_err_t *read_all(reading_t *reading)
{
    char *buffer = apr_palloc(reading->pool, CHUNK);
    int len;

    while ((len = reading->input->read(reading->input->self, buffer, CHUNK)) > 0) {
        ECKID_ERR(take_all(reading, eckid_bytes(buffer, (apr_size_t)len)));
    }
    if (len < 0) {
        return eckid_err_make(reading->pool, ECKID_FILE, "%s", reading->input->name);
    }
    return reading->state == END
               ? NULL
               : wrong(reading, reading->line, "it is not one JSON array; was it cut off?");
}

eckid_err_t *eckid_eduv_list_read(eckid_bulk_found_t *found, const eckid_bulk_input_t *input,
                                  const char *kind, const eckid_bulk_sink_t *sink, apr_pool_t *pool)
{
    reading_t reading = {.input = input,
                         .sink = sink,
                         .kind = kind,
                         .line = 1,
                         .person = apr_palloc(pool, ECKID_EDUV_LIST_PERSON_MAX),
                         .pool = pool};

    *found = (eckid_bulk_found_t){.kinds = apr_array_make(pool, 1, sizeof(const char *))};
    eckid_bulk_found_kind(found, kind, pool);
    apr_pool_create(&reading.person_pool, pool);
    eckid_err_t *err = read_all(&reading);

    apr_pool_destroy(reading.person_pool);
    return err;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a push says about a person: only what is kept, and only in a form that is good. */
#include "provision/eckid_scim_change.h"
#include "provision/eckid_scim_path.h"

#include <strings.h>

#define PATCH_URN "urn:ietf:params:scim:api:messages:2.0:PatchOp"
#define OPERATIONS_MAX 100

/* Where a change is collected. */
typedef struct reader_t {
    eckid_scim_change_t *change;
    const eckid_scim_schema_t *schema;
    bool inactive;
    unsigned seen; /* a bit for each target that the object in hand has said something about */
    apr_pool_t *pool;
} reader_t;

static eckid_err_t *bad(const reader_t *reader, const char *why)
{
    return eckid_err_make(reader->pool, ECKID_SCIM_VALUE, "%s", why);
}

/* Values. Null, and an empty list, say that there is none (RFC 7643 section 2.5). */

static bool is_absent(const json_t *value)
{
    return !value || json_is_null(value) || (json_is_array(value) && !json_array_size(value));
}

/* A byte below space or DEL could split a log line or a record. */
static bool is_clean(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f) {
            return false;
        }
    }
    return true;
}

static eckid_err_t *set_name(const reader_t *reader, eckid_scim_said_t *said, const json_t *value,
                             const char *attribute)
{
    const char *text = json_string_value(value);

    if (is_absent(value)) {
        *said = (eckid_scim_said_t){ECKID_SCIM_CLEAR, NULL};
        return NULL;
    }
    if (!text || !*text || json_string_length(value) > ECKID_SCIM_NAME_MAX || !is_clean(text)) {
        return eckid_err_make(reader->pool, ECKID_SCIM_VALUE,
                              "%s is no string of 1 to %d bytes, or has control characters",
                              attribute, ECKID_SCIM_NAME_MAX);
    }
    *said = (eckid_scim_said_t){ECKID_SCIM_SET, text};
    return NULL;
}

/* The label of a stampseudoniem begins with "sp", whatever the environment. */
static bool is_stampseudoniem(const char *text)
{
    static const char start[] = "https://ketenid.nl/sp";

    return strncasecmp(text, start, sizeof(start) - 1) == 0;
}

static eckid_err_t *refuse_eck_id(const reader_t *reader, const char *text)
{
    if (text && is_stampseudoniem(text)) {
        return eckid_err_advise(bad(reader, "it has a stampseudoniem in the place of the ECK iD"),
                                "this must never leave the LAS: report it to the LAS's operator");
    }
    return eckid_err_advise(bad(reader, "its ECK iD is malformed"),
                            "a value with /pilot/ needs EckidPilot on; anything else is an error "
                            "of the LAS");
}

static eckid_err_t *set_eck_id(reader_t *reader, const json_t *value)
{
    const char *text = json_string_value(value);
    eckid_scim_change_t *change = reader->change;

    if (is_absent(value)) {
        change->eck_id_verb = ECKID_SCIM_CLEAR;
        return NULL;
    }
    if (!text || !eckid_eck_id_parse(&change->eck_id, eckid_bytes(text, json_string_length(value)),
                                     reader->schema->pilot)) {
        return refuse_eck_id(reader, text);
    }
    change->eck_id_verb = ECKID_SCIM_SET;
    return NULL;
}

/* Some clients write booleans as strings. */
static eckid_err_t *set_active(reader_t *reader, const json_t *value)
{
    const char *text = json_string_value(value);
    bool yes = json_is_true(value) || (text && strcasecmp(text, "true") == 0);
    bool no = json_is_false(value) || (text && strcasecmp(text, "false") == 0);

    reader->inactive = no;
    return yes || no || is_absent(value) ? NULL : bad(reader, "active is neither true nor false");
}

/* Attributes */

static eckid_err_t *set(reader_t *reader, eckid_scim_target_t target, const json_t *value);
static eckid_err_t *read_object(reader_t *reader, const json_t *object, bool is_extension);

/* An attribute that is dropped must not be one with an ECK iD in it, which somebody relies on. */
static eckid_err_t *drop(const reader_t *reader, const json_t *value)
{
    return json_is_object(value) && eckid_scim_json_get(value, reader->schema->attribute)
               ? eckid_err_advise(bad(reader, "it has the ECK iD in an unknown schema"),
                                  "EckidScimSchema must name the URN that the client uses")
               : NULL;
}

static eckid_err_t *read_part(reader_t *reader, const json_t *value, bool is_extension)
{
    if (is_absent(value)) {
        return is_extension ? set(reader, ECKID_SCIM_ECK_ID, NULL) : NULL;
    }
    return json_is_object(value) ? read_object(reader, value, is_extension)
                                 : bad(reader, "what a schema's URN names is no object");
}

/* Two names of one attribute, such as with and without URN, may not both be there: readers would
 * differ in which one counts. */
static eckid_err_t *check_once(reader_t *reader, eckid_scim_target_t target)
{
    const unsigned bit = 1u << target;
    bool is_kept = target == ECKID_SCIM_EXTERNAL_ID || target == ECKID_SCIM_USER_NAME ||
                   target == ECKID_SCIM_ACTIVE || target == ECKID_SCIM_ECK_ID;
    bool is_second = is_kept && (reader->seen & bit);

    reader->seen |= bit;
    return is_second ? bad(reader, "an attribute is in two places") : NULL;
}

static eckid_err_t *set(reader_t *reader, eckid_scim_target_t target, const json_t *value)
{
    ECKID_ERR(check_once(reader, target));
    switch (target) {
    case ECKID_SCIM_EXTERNAL_ID:
        return set_name(reader, &reader->change->external_id, value, "externalId");
    case ECKID_SCIM_USER_NAME:
        return set_name(reader, &reader->change->user_name, value, "userName");
    case ECKID_SCIM_ACTIVE:
        return set_active(reader, value);
    case ECKID_SCIM_ECK_ID:
        return set_eck_id(reader, value);
    case ECKID_SCIM_EXTENSION:
    case ECKID_SCIM_CORE:
        return read_part(reader, value, target == ECKID_SCIM_EXTENSION);
    case ECKID_SCIM_READ_ONLY:
        return NULL; /* RFC 7644 section 3.5.1: ignored */
    default:
        return drop(reader, value);
    }
}

/* The members of an object. Some clients write whole paths as names, in a PATCH without path. */
static eckid_err_t *read_object(reader_t *reader, const json_t *object, bool is_extension)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)object, name, value)
    {
        eckid_scim_target_t target;

        ECKID_ERR(eckid_scim_path_read(&target, name, reader->schema, reader->pool));
        if (is_extension && target != ECKID_SCIM_ECK_ID) {
            continue;
        }
        if (target == ECKID_SCIM_CORE) {
            return bad(reader, "it has a resource within itself");
        }
        ECKID_ERR(set(reader, target, value));
    }
    return NULL;
}

/* RFC 7643 section 3: which schemas a resource has, it must say. */
static eckid_err_t *check_schemas(const reader_t *reader, const json_t *body)
{
    const eckid_scim_schema_t *schema = reader->schema;

    return eckid_scim_json_has_schema(body, schema->core) ||
                   eckid_scim_json_has_schema(body, schema->extension)
               ? NULL
               : eckid_err_make(reader->pool, ECKID_SCIM_SYNTAX, "its schemas do not name %s",
                                schema->core);
}

static void finish(reader_t *reader)
{
    if (reader->inactive) {
        reader->change->eck_id_verb = ECKID_SCIM_CLEAR;
    }
}

eckid_err_t *eckid_scim_change_from_resource(eckid_scim_change_t *change, const json_t *body,
                                             const eckid_scim_schema_t *schema, apr_pool_t *pool)
{
    reader_t reader = {.change = change, .schema = schema, .pool = pool};

    *change = (eckid_scim_change_t){.external_id = {ECKID_SCIM_CLEAR, NULL},
                                    .user_name = {ECKID_SCIM_CLEAR, NULL},
                                    .eck_id_verb = ECKID_SCIM_CLEAR};
    ECKID_ERR(check_schemas(&reader, body));
    ECKID_ERR(read_object(&reader, body, false));
    finish(&reader);
    return NULL;
}

/* PATCH */

typedef enum op_t { ADD, REPLACE, REMOVE } op_t;

/* Some clients begin it with a capital. To add to a single value is to replace it. */
static bool read_op(op_t *op, const json_t *value)
{
    static const char *const names[] = {[ADD] = "add", [REPLACE] = "replace", [REMOVE] = "remove"};
    const char *text = json_string_value(value);

    for (int i = ADD; text && i <= REMOVE; i++) {
        if (strcasecmp(text, names[i]) == 0) {
            *op = (op_t)i;
            return true;
        }
    }
    return false;
}

static eckid_err_t *remove_target(reader_t *reader, eckid_scim_target_t target, const json_t *value)
{
    if (target == ECKID_SCIM_CORE) {
        return bad(reader, "the resource as a whole is removed by DELETE");
    }
    if (target != ECKID_SCIM_DROPPED && !is_absent(value)) {
        return bad(reader, "remove has a value, so it means two things");
    }
    return set(reader, target, NULL);
}

static eckid_err_t *apply(reader_t *reader, const json_t *operation)
{
    const json_t *path = eckid_scim_json_get(operation, "path");
    const json_t *value = eckid_scim_json_get(operation, "value");
    eckid_scim_target_t target = ECKID_SCIM_CORE;
    op_t op;

    if (!read_op(&op, eckid_scim_json_get(operation, "op"))) {
        return eckid_err_make(reader->pool, ECKID_SCIM_SYNTAX, "an op is not add, replace, remove");
    }
    if (op == REMOVE && !path) {
        return eckid_err_make(reader->pool, ECKID_SCIM_TARGET, "%s", "");
    }
    if (path && !json_is_string(path)) {
        return eckid_err_make(reader->pool, ECKID_SCIM_PATH, "it is no string");
    }
    if (path) {
        ECKID_ERR(
            eckid_scim_path_read(&target, json_string_value(path), reader->schema, reader->pool));
    }
    reader->seen = 0;
    if (op == REMOVE) {
        return remove_target(reader, target, value);
    }
    if (target == ECKID_SCIM_CORE && !json_is_object(value)) {
        return bad(reader, "without a path the value must be an object");
    }
    return set(reader, target, value);
}

eckid_err_t *eckid_scim_change_from_patch(eckid_scim_change_t *change, const json_t *body,
                                          const eckid_scim_schema_t *schema, apr_pool_t *pool)
{
    reader_t reader = {.change = change, .schema = schema, .pool = pool};
    const json_t *operations = eckid_scim_json_get(body, "Operations");

    *change = (eckid_scim_change_t){.eck_id_verb = ECKID_SCIM_KEEP};
    if (!eckid_scim_json_has_schema(body, PATCH_URN)) {
        return eckid_err_make(pool, ECKID_SCIM_SYNTAX, "its schemas do not name %s", PATCH_URN);
    }
    if (!json_array_size(operations) || json_array_size(operations) > OPERATIONS_MAX) {
        return eckid_err_make(pool, ECKID_SCIM_SYNTAX, "it has not 1 to %d operations",
                              OPERATIONS_MAX);
    }
    for (size_t i = 0; i < json_array_size(operations); i++) {
        ECKID_ERR(apply(&reader, json_array_get(operations, i)));
    }
    finish(&reader);
    return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of attributes, as in the members of a resource and the paths of a PATCH (RFC 7644 sections
 * 3.5.2 and 3.10): what of a person they mean. */
#include "provision/eckid_scim_path.h"
#include "provision/eckid_scim_filter.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <strings.h>

#define PATH_MAX_BYTES 1024

static eckid_err_t *bad(apr_pool_t *pool, const char *why)
{
    return eckid_err_make(pool, ECKID_SCIM_PATH, "%s", why);
}

/* Grammar: [URN ":"] NAME ["[" filter "]"] ["." NAME], RFC 7644 figures 1 and 7. */

typedef struct path_t {
    const char *urn; /* NULL: none */
    const char *name;
    bool is_chosen;  /* a filter in brackets follows */
    const char *sub; /* NULL: none */
} path_t;

/* ATTRNAME; "$ref" is the one with another first character. */
static apr_size_t name_length(const char *text)
{
    const char *at = text + (*text == '$');

    if (!apr_isalpha(*at)) {
        return 0;
    }
    while (apr_isalnum(*at) || *at == '-' || *at == '_') {
        at++;
    }
    return (apr_size_t)(at - text);
}

/* What follows the URN; false if the grammar does not have it. */
static bool read_attribute(path_t *path, const char *text, apr_pool_t *pool)
{
    apr_size_t len = name_length(text);

    path->name = apr_pstrmemdup(pool, text, len);
    text += len;
    if (len && *text == '[') {
        apr_size_t span = eckid_scim_filter_span(text + 1, pool);

        path->is_chosen = true;
        text += 1 + span;
        if (!span || *text++ != ']') {
            return false;
        }
    }
    if (len && *text == '.') {
        path->sub = text + 1;
        text += 1 + name_length(text + 1);
        return *path->sub && !*text;
    }
    return len && !*text;
}

/* Readings */

static bool is_urn(const char *text)
{
    return strncasecmp(text, "urn:", 4) == 0 || strncasecmp(text, "http", 4) == 0;
}

/* What follows a URN at the start of the text: "" if it is the whole, NULL if it does not stand
 * there. */
static const char *behind(const char *text, const char *urn)
{
    apr_size_t len = urn ? strlen(urn) : 0;

    return urn && strncasecmp(text, urn, len) == 0 && (!text[len] || strchr(":.", text[len]))
               ? text + len
               : NULL;
}

static eckid_scim_target_t target_of(const path_t *path, const eckid_scim_schema_t *schema)
{
    static const struct {
        const char *name;
        eckid_scim_target_t target;
    } names[] = {{"externalId", ECKID_SCIM_EXTERNAL_ID}, {"userName", ECKID_SCIM_USER_NAME},
                 {"active", ECKID_SCIM_ACTIVE},          {"id", ECKID_SCIM_READ_ONLY},
                 {"meta", ECKID_SCIM_READ_ONLY},         {"schemas", ECKID_SCIM_READ_ONLY}};

    if (strcasecmp(path->name, schema->attribute) == 0) {
        return ECKID_SCIM_ECK_ID;
    }
    for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (strcasecmp(path->name, names[i].name) == 0) {
            return names[i].target;
        }
    }
    return ECKID_SCIM_DROPPED;
}

/* Those that are kept are single values without parts. */
static eckid_err_t *check_parts(const path_t *path, eckid_scim_target_t target, apr_pool_t *pool)
{
    bool is_kept = target != ECKID_SCIM_DROPPED && target != ECKID_SCIM_READ_ONLY;

    return is_kept && (path->is_chosen || path->sub)
               ? bad(pool, "it leads into an attribute that has no parts")
               : NULL;
}

/* One of a schema that we do not have. Its attributes are dropped, but not what looks like an
 * ECK iD. */
static eckid_err_t *read_foreign(eckid_scim_target_t *target, const char *text,
                                 const eckid_scim_schema_t *schema, apr_pool_t *pool)
{
    const char *name = strrchr(text, ':') + 1;
    const char *dot = strrchr(text, '.');

    *target = ECKID_SCIM_DROPPED;
    return strcasecmp(name, schema->attribute) == 0 ||
                   (dot && strcasecmp(dot + 1, schema->attribute) == 0)
               ? eckid_err_advise(bad(pool, "it names the ECK iD in an unknown schema"),
                                  "EckidScimSchema must name the URN that the client uses")
               : NULL;
}

static eckid_err_t *read_within(eckid_scim_target_t *target, const char *text, bool is_extension,
                                const eckid_scim_schema_t *schema, apr_pool_t *pool)
{
    path_t path = {.urn = NULL};

    if (!read_attribute(&path, text, pool)) {
        return bad(pool, "it is not built as RFC 7644 prescribes");
    }
    *target = target_of(&path, schema);
    if (is_extension && *target != ECKID_SCIM_ECK_ID) {
        *target = ECKID_SCIM_DROPPED;
    }
    return check_parts(&path, *target, pool);
}

/* A path that begins with a URN of ours. */
static eckid_err_t *read_ours(eckid_scim_target_t *target, const char *rest, bool is_extension,
                              const eckid_scim_schema_t *schema, apr_pool_t *pool)
{
    if (*rest == '.') {
        return bad(pool, "a dot follows the URN of a schema, so it means two things");
    }
    if (!*rest) {
        *target = is_extension ? ECKID_SCIM_EXTENSION : ECKID_SCIM_CORE;
        return NULL;
    }
    return read_within(target, rest + 1, is_extension, schema, pool);
}

eckid_err_t *eckid_scim_path_read(eckid_scim_target_t *target, const char *path,
                                  const eckid_scim_schema_t *schema, apr_pool_t *pool)
{
    const char *in_core = behind(path, schema->core);
    const char *in_extension = behind(path, schema->extension);

    if (strlen(path) > PATH_MAX_BYTES) {
        return eckid_err_make(pool, ECKID_SCIM_PATH, "it is longer than %d bytes", PATH_MAX_BYTES);
    }
    if (in_core && in_extension) {
        return bad(pool, "it can be read by two schemas, so it means two things");
    }
    if (in_core || in_extension) {
        return read_ours(target, in_core ? in_core : in_extension, in_extension != NULL, schema,
                         pool);
    }
    return is_urn(path) && strchr(path, ':') ? read_foreign(target, path, schema, pool)
                                             : read_within(target, path, false, schema, pool);
}

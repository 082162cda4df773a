/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the authentication module knows about the user, as attributes of a login. */
#include "bridge/eckid_claims.h"
#include "base/eckid_json.h"

#include <apr_strings.h>

const char *eckid_environment_get(const eckid_environment_t *environment, const char *name)
{
    const char *value = strcmp(name, "REMOTE_USER") == 0
                            ? environment->user
                            : apr_table_get(environment->variables, name);

    return value && *value ? value : NULL;
}

const char *eckid_claims_format(const char *name)
{
    return strchr(name, ':') ? "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
                             : "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";
}

/* Reading */

/* Whether XML 1.0 can hold the value (section 2.2): UTF-8, and of the control characters only tab,
 * line feed and carriage return. U+FFFE and U+FFFF are not characters. */
static bool is_text(eckid_bytes_t value)
{
    for (apr_size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.data[i];

        if ((c < ' ' && c != '\t' && c != '\n' && c != '\r') ||
            (c == 0xEF && i + 2 < value.len && (unsigned char)value.data[i + 1] == 0xBF &&
             (unsigned char)value.data[i + 2] >= 0xBE)) {
            return false;
        }
    }
    return eckid_json_holds(value.data);
}

static eckid_err_t *unreadable(const eckid_claim_t *rule, const char *why, apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_CLAIM, "%s %s", rule->variable, why);
}

static eckid_err_t *add(apr_array_header_t *values, const eckid_claim_t *rule, const char *text,
                        apr_size_t len, apr_pool_t *pool)
{
    eckid_bytes_t value = eckid_bytes(apr_pstrmemdup(pool, text, len), len);

    if (!is_text(value)) {
        return unreadable(rule, "has a character that XML cannot hold", pool);
    }
    if (values->nelts == ECKID_CLAIM_VALUES_MAX) {
        return unreadable(rule, "has too many values", pool);
    }
    if (len) {
        APR_ARRAY_PUSH(values, eckid_bytes_t) = value;
    }
    return NULL;
}

/* Some modules write a space behind the separator (mod_authnz_ldap). */
static eckid_err_t *add_separated(apr_array_header_t *values, const eckid_claim_t *rule,
                                  const char *text, apr_pool_t *pool)
{
    while (text) {
        const char *end = strstr(text, rule->separator);
        eckid_bytes_t value =
            eckid_codec_trim(eckid_bytes(text, end ? (apr_size_t)(end - text) : strlen(text)));

        ECKID_ERR(add(values, rule, value.data, value.len, pool));
        text = end ? end + strlen(rule->separator) : NULL;
    }
    return NULL;
}

static eckid_err_t *add_item(apr_array_header_t *values, const eckid_claim_t *rule,
                             const json_t *item, apr_pool_t *pool)
{
    if (json_is_string(item)) {
        return add(values, rule, json_string_value(item), json_string_length(item), pool);
    }
    if (json_is_integer(item)) {
        const char *text =
            apr_psprintf(pool, "%" APR_INT64_T_FMT, (apr_int64_t)json_integer_value(item));

        return add(values, rule, text, strlen(text), pool);
    }
    return unreadable(rule, "has an item that is neither a string nor a whole number", pool);
}

/* A string or a number alone is no array yet. */
static eckid_err_t *add_json(apr_array_header_t *values, const eckid_claim_t *rule,
                             const char *text, apr_pool_t *pool)
{
    bool is_array = eckid_codec_trim(eckid_bytes_str(text)).data[0] == '[';
    const char *array = is_array ? text : apr_pstrcat(pool, "[", text, "]", NULL);
    json_t *parsed;

    if (eckid_json_parse_any(&parsed, eckid_bytes_str(array), ECKID_CLAIM, pool) ||
        !json_is_array(parsed)) {
        return unreadable(rule, "is not JSON", pool);
    }
    for (size_t i = 0; i < json_array_size(parsed); i++) {
        ECKID_ERR(add_item(values, rule, json_array_get(parsed, i), pool));
    }
    return NULL;
}

static eckid_err_t *read_values(apr_array_header_t *values, const eckid_claim_t *rule,
                                const char *text, apr_pool_t *pool)
{
    if (strlen(text) > ECKID_CLAIM_MAX) {
        return unreadable(rule, "is too long", pool);
    }
    return rule->form == ECKID_CLAIM_JSON        ? add_json(values, rule, text, pool)
           : rule->form == ECKID_CLAIM_SEPARATED ? add_separated(values, rule, text, pool)
                                                 : add(values, rule, text, strlen(text), pool);
}

eckid_err_t *eckid_claims_read(eckid_user_claims_t **out, const apr_array_header_t *rules,
                               const eckid_environment_t *environment, apr_pool_t *pool)
{
    eckid_user_claims_t *claims = apr_pcalloc(pool, sizeof(*claims));

    claims->all = apr_array_make(pool, rules->nelts + 1, sizeof(eckid_claimed_t));
    for (int i = 0; i < rules->nelts; i++) {
        const eckid_claim_t *rule = &APR_ARRAY_IDX(rules, i, eckid_claim_t);
        const char *text = eckid_environment_get(environment, rule->variable);
        eckid_claimed_t claimed = {rule->attribute, NULL};

        if (text) {
            claimed.values = apr_array_make(pool, 1, sizeof(eckid_bytes_t));
            ECKID_ERR(read_values(claimed.values, rule, text, pool));
        }
        if (text && claimed.values->nelts) {
            APR_ARRAY_PUSH(claims->all, eckid_claimed_t) = claimed;
        }
    }
    *out = claims;
    return NULL;
}

/* The interface */

static eckid_claimed_t *claimed_at(const eckid_user_claims_t *claims, int i)
{
    return &APR_ARRAY_IDX(claims->all, i, eckid_claimed_t);
}

static int find(const eckid_user_claims_t *claims, const char *name)
{
    int i = 0;

    while (i < claims->all->nelts && strcmp(claimed_at(claims, i)->attribute.name, name) != 0) {
        i++;
    }
    return i;
}

static apr_array_header_t *list_names(const void *self, apr_pool_t *pool)
{
    const eckid_user_claims_t *claims = self;
    apr_array_header_t *names = apr_array_make(pool, claims->all->nelts, sizeof(const char *));

    for (int i = 0; i < claims->all->nelts; i++) {
        APR_ARRAY_PUSH(names, const char *) = claimed_at(claims, i)->attribute.name;
    }
    return names;
}

static apr_array_header_t *list_values(const void *self, const char *name, apr_pool_t *pool)
{
    const eckid_user_claims_t *claims = self;
    int i = find(claims, name);

    return i < claims->all->nelts ? claimed_at(claims, i)->values
                                  : apr_array_make(pool, 0, sizeof(eckid_bytes_t));
}

static const char *subject_of(const void *self, apr_pool_t *pool)
{
    (void)pool;
    return ((const eckid_user_claims_t *)self)->subject;
}

static void remove_one(void *self, const char *name, apr_pool_t *pool)
{
    const eckid_user_claims_t *claims = self;
    int i = find(claims, name), last = claims->all->nelts - 1;

    (void)pool;
    if (i <= last) {
        memmove(claimed_at(claims, i), claimed_at(claims, i + 1),
                (apr_size_t)(last - i) * sizeof(eckid_claimed_t));
        apr_array_pop(claims->all);
    }
}

static void rename_one(void *self, const char *name, const eckid_attribute_t *to, apr_pool_t *pool)
{
    const eckid_user_claims_t *claims = self;
    int i = find(claims, name);

    (void)pool;
    if (i < claims->all->nelts) {
        claimed_at(claims, i)->attribute = *to;
    }
}

eckid_attributes_t eckid_claims_attributes(eckid_user_claims_t *claims)
{
    static const eckid_attributes_kind_t kind = {list_names, list_values, subject_of, remove_one,
                                                 rename_one};

    return (eckid_attributes_t){&kind, claims};
}

void eckid_claims_set(eckid_user_claims_t *claims, const eckid_attribute_t *attribute,
                      const char *value, apr_pool_t *pool)
{
    eckid_claimed_t claimed = {*attribute, apr_array_make(pool, 1, sizeof(eckid_bytes_t))};

    APR_ARRAY_PUSH(claimed.values, eckid_bytes_t) = eckid_bytes_str(value);
    remove_one(claims, attribute->name, pool);
    APR_ARRAY_PUSH(claims->all, eckid_claimed_t) = claimed;
}

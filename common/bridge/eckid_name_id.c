/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The NameID of a login: pairwise, made for it alone, from an attribute, or none. */
#include "bridge/eckid_name_id.h"

#include <apr_strings.h>

static const eckid_name_id_rule_t usual[] = {{ECKID_NAME_ID_PERSISTENT, NULL, NULL},
                                             {ECKID_NAME_ID_TRANSIENT, NULL, NULL}};

static const eckid_name_id_rule_t *find(const eckid_name_id_rule_t *rules, int count,
                                        const char *format)
{
    for (int i = 0; i < count; i++) {
        if (rules[i].format && strcmp(rules[i].format, format) == 0) {
            return &rules[i];
        }
    }
    return NULL;
}

const eckid_name_id_rule_t *eckid_name_id_choose(const eckid_supplier_t *supplier,
                                                 const char *wanted, bool has_secret)
{
    const apr_array_header_t *own = supplier->name_ids;
    const eckid_name_id_rule_t *rules =
        own->nelts ? (const eckid_name_id_rule_t *)own->elts : usual + !has_secret;
    int count = own->nelts ? own->nelts : 1 + has_secret;
    const eckid_name_id_rule_t *found = wanted ? find(rules, count, wanted) : NULL;

    return found ? found : !wanted || strcmp(wanted, ECKID_NAME_ID_UNSPECIFIED) == 0 ? rules : NULL;
}

/* The only value of an attribute. */
static eckid_err_t *only_value(eckid_bytes_t *value, const char *attribute,
                               eckid_attributes_t login, apr_pool_t *pool)
{
    const apr_array_header_t *values = eckid_attributes_values(login, attribute, pool);

    if (values->nelts != 1) {
        return eckid_err_make(pool, ECKID_NO_NAME_ID, "%s has %d values", attribute, values->nelts);
    }
    *value = APR_ARRAY_IDX(values, 0, eckid_bytes_t);
    return NULL;
}

static eckid_err_t *from_attribute(const char **made, const eckid_name_id_rule_t *rule,
                                   eckid_attributes_t login, apr_pool_t *pool)
{
    eckid_bytes_t value;

    ECKID_ERR(only_value(&value, rule->attribute, login, pool));
    *made = value.data;
    if (rule->match && !eckid_match_apply(made, rule->match, value, pool)) {
        return eckid_err_make(pool, ECKID_NO_NAME_ID, "%s does not match its expression",
                              rule->attribute);
    }
    return **made && strlen(*made) <= ECKID_NAME_ID_MAX
               ? NULL
               : eckid_err_make(pool, ECKID_NO_NAME_ID, "what %s gives is empty or too long",
                                rule->attribute);
}

static const char *name_of(const unsigned char *bytes, apr_size_t len, apr_pool_t *pool)
{
    return apr_pstrcat(pool, "_", eckid_codec_hex(eckid_bytes(bytes, len), pool).data, NULL);
}

/* Core section 8.3.7: opaque, and with both qualifiers. */
static eckid_err_t *make_pairwise(eckid_name_id_t *name_id, const eckid_name_id_source_t *source,
                                  eckid_attributes_t login, apr_pool_t *pool)
{
    eckid_bytes_t user = eckid_bytes_str(source->remote_user);
    unsigned char digest[ECKID_SECRET_DIGEST];

    if (source->user) {
        ECKID_ERR(only_value(&user, source->user, login, pool));
    }
    const eckid_bytes_t parts[] = {eckid_bytes_str("persistent NameID"),
                                   eckid_bytes_str(source->issuer),
                                   eckid_bytes_str(source->supplier), user};

    eckid_secret_digest(digest, source->secret, parts, 4, pool);
    name_id->value = name_of(digest, sizeof(digest), pool);
    name_id->qualifier = source->issuer;
    name_id->sp_qualifier = source->supplier;
    return NULL;
}

eckid_err_t *eckid_name_id_make(eckid_name_id_t *name_id, const eckid_name_id_rule_t *rule,
                                const eckid_name_id_source_t *source, eckid_attributes_t login,
                                apr_pool_t *pool)
{
    *name_id = (eckid_name_id_t){.format = rule->format};
    if (!rule->format) {
        return NULL;
    }
    if (rule->attribute) {
        return from_attribute(&name_id->value, rule, login, pool);
    }
    if (strcmp(rule->format, ECKID_NAME_ID_PERSISTENT) == 0) {
        return make_pairwise(name_id, source, login, pool);
    }
    name_id->value =
        name_of(source->moment->transient_id, sizeof(source->moment->transient_id), pool);
    return NULL;
}

static bool is_same(const char *one, const char *other, const char *absent)
{
    one = one ? one : absent;
    other = other ? other : absent;
    return !one || !other || strcmp(one, other) == 0;
}

bool eckid_name_id_same(const eckid_name_id_t *one, const eckid_name_id_t *other)
{
    return one->value && other->value && strcmp(one->value, other->value) == 0 &&
           is_same(one->format, other->format, ECKID_NAME_ID_UNSPECIFIED) &&
           is_same(one->qualifier, other->qualifier, NULL) &&
           is_same(one->sp_qualifier, other->sp_qualifier, NULL);
}

static void set(xmlNodePtr node, const char *name, const char *value)
{
    if (value) {
        xmlSetProp(node, BAD_CAST name, BAD_CAST value);
    }
}

void eckid_name_id_add(xmlNodePtr parent, xmlNsPtr saml, const eckid_name_id_t *name_id)
{
    xmlNodePtr node = xmlNewTextChild(parent, saml, BAD_CAST "NameID", BAD_CAST name_id->value);

    set(node, "NameQualifier", name_id->qualifier);
    set(node, "SPNameQualifier", name_id->sp_qualifier);
    set(node, "Format", name_id->format);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The attributes of a verified SAML login: read and changed. */
#include "saml/eckid_saml_attributes.h"
#include "xml/eckid_xml_namespaces.h"

#include <apr_hash.h>

/* All attributes of one name, in document order. */
typedef struct entry_t {
    const char *name;
    apr_array_header_t *nodes; /* xmlNodePtr; empty once they were removed */
} entry_t;

typedef struct index_t {
    eckid_verified_t *verified;
    apr_hash_t *by_name;       /* entry_t * */
    apr_array_header_t *names; /* entry_t *, as they first occur */
    bool typed;                /* whether any value came with an xsi:type */
} index_t;

static entry_t *get_entry(index_t *index, const char *name, apr_pool_t *pool)
{
    entry_t *entry = apr_hash_get(index->by_name, name, APR_HASH_KEY_STRING);

    if (!entry) {
        entry = apr_palloc(pool, sizeof(*entry));
        *entry = (entry_t){name, apr_array_make(pool, 1, sizeof(xmlNodePtr))};
        apr_hash_set(index->by_name, name, APR_HASH_KEY_STRING, entry);
        APR_ARRAY_PUSH(index->names, entry_t *) = entry;
    }
    return entry;
}

static void add_statement(index_t *index, const xmlNode *statement, apr_pool_t *pool)
{
    xmlNodePtr attribute = eckid_xml_child(statement, ECKID_NS_SAML, "Attribute");

    for (; attribute; attribute = eckid_xml_next(attribute, ECKID_NS_SAML, "Attribute")) {
        const char *name = eckid_xml_attribute(attribute, "Name", pool);

        APR_ARRAY_PUSH(get_entry(index, name ? name : "", pool)->nodes, xmlNodePtr) = attribute;
    }
}

static xmlNodePtr first_statement(const eckid_verified_t *verified)
{
    return eckid_xml_child(eckid_xmldsig_inner(verified), ECKID_NS_SAML, "AttributeStatement");
}

static bool has_typed(const eckid_verified_t *verified)
{
    xmlNodePtr assertion = eckid_xmldsig_inner(verified);

    for (xmlNodePtr node = assertion; node; node = eckid_xml_walk(assertion, node)) {
        if (eckid_xml_is(node, ECKID_NS_SAML, "AttributeValue") &&
            xmlHasNsProp(node, BAD_CAST "type", BAD_CAST ECKID_NS_XSI)) {
            return true;
        }
    }
    return false;
}

static index_t *make_index(eckid_verified_t *verified, apr_pool_t *pool)
{
    index_t *index = apr_palloc(pool, sizeof(*index));
    xmlNodePtr statement = first_statement(verified);

    *index = (index_t){verified, apr_hash_make(pool), apr_array_make(pool, 16, sizeof(entry_t *)),
                       has_typed(verified)};
    for (; statement; statement = eckid_xml_next(statement, ECKID_NS_SAML, "AttributeStatement")) {
        add_statement(index, statement, pool);
    }
    return index;
}

/* The interface */

static apr_array_header_t *list_names(const void *self, apr_pool_t *pool)
{
    const index_t *index = self;
    apr_array_header_t *names = apr_array_make(pool, index->names->nelts, sizeof(const char *));

    for (int i = 0; i < index->names->nelts; i++) {
        const entry_t *entry = APR_ARRAY_IDX(index->names, i, entry_t *);

        if (entry->nodes->nelts) {
            APR_ARRAY_PUSH(names, const char *) = entry->name;
        }
    }
    return names;
}

static apr_array_header_t *list_values(const void *self, const char *name, apr_pool_t *pool)
{
    const index_t *index = self;
    const entry_t *entry = apr_hash_get(index->by_name, name, APR_HASH_KEY_STRING);
    apr_array_header_t *values = apr_array_make(pool, 2, sizeof(eckid_bytes_t));

    for (int i = 0; entry && i < entry->nodes->nelts; i++) {
        xmlNodePtr value = eckid_xml_child(APR_ARRAY_IDX(entry->nodes, i, xmlNodePtr),
                                           ECKID_NS_SAML, "AttributeValue");

        for (; value; value = eckid_xml_next(value, ECKID_NS_SAML, "AttributeValue")) {
            APR_ARRAY_PUSH(values, eckid_bytes_t) = eckid_xml_text(value, pool);
        }
    }
    return values;
}

static const char *find_subject(const void *self, apr_pool_t *pool)
{
    const index_t *index = self;
    xmlNodePtr subject =
        eckid_xml_child(eckid_xmldsig_inner(index->verified), ECKID_NS_SAML, "Subject");
    xmlNodePtr name_id = eckid_xml_child(subject, ECKID_NS_SAML, "NameID");

    return name_id ? eckid_xml_text(name_id, pool).data : NULL;
}

static void remove_named(void *self, const char *name, apr_pool_t *pool)
{
    index_t *index = self;
    entry_t *entry = apr_hash_get(index->by_name, name, APR_HASH_KEY_STRING);

    (void)pool;
    while (entry && entry->nodes->nelts) {
        eckid_xml_remove(*(xmlNodePtr *)apr_array_pop(entry->nodes));
    }
}

static void set_names(xmlNodePtr attribute, const eckid_attribute_t *names)
{
    xmlSetProp(attribute, BAD_CAST "Name", BAD_CAST names->name);
    xmlSetProp(attribute, BAD_CAST "NameFormat", BAD_CAST names->format);
    if (names->friendly) {
        xmlSetProp(attribute, BAD_CAST "FriendlyName", BAD_CAST names->friendly);
    }
    else {
        xmlUnsetProp(attribute, BAD_CAST "FriendlyName");
    }
}

static void rename_named(void *self, const char *name, const eckid_attribute_t *to,
                         apr_pool_t *pool)
{
    index_t *index = self;
    entry_t *from = apr_hash_get(index->by_name, name, APR_HASH_KEY_STRING);

    if (from) {
        apr_array_header_t *nodes = from->nodes;

        from->nodes = apr_array_make(pool, 1, sizeof(xmlNodePtr));
        for (int i = 0; i < nodes->nelts; i++) {
            set_names(APR_ARRAY_IDX(nodes, i, xmlNodePtr), to);
        }
        apr_array_cat(get_entry(index, to->name, pool)->nodes, nodes);
    }
}

eckid_attributes_t eckid_saml_attributes(eckid_verified_t *verified, apr_pool_t *pool)
{
    static const eckid_attributes_kind_t kind = {list_names, list_values, find_subject,
                                                 remove_named, rename_named};

    return (eckid_attributes_t){&kind, make_index(verified, pool)};
}

/* Setting one */

void eckid_saml_attributes_tidy(eckid_verified_t *verified)
{
    xmlNodePtr statement = first_statement(verified), next;

    for (; statement; statement = next) {
        next = eckid_xml_next(statement, ECKID_NS_SAML, "AttributeStatement");
        if (!eckid_xml_child(statement, ECKID_NS_SAML, "Attribute") &&
            !eckid_xml_child(statement, ECKID_NS_SAML, "EncryptedAttribute")) {
            eckid_xml_remove(statement);
        }
    }
}

/* A new last child in the namespace of SAML; NULL where there is no parent, or no memory. The
 * prefix of the Assertion may mean something else in a statement, so the namespace is looked for
 * where the child stands, and declared there if it has no prefix. */
static xmlNodePtr add_child(xmlNodePtr parent, const char *name)
{
    xmlNodePtr child = parent ? xmlNewDocNode(parent->doc, NULL, BAD_CAST name, NULL) : NULL;

    if (!child) {
        return NULL;
    }
    xmlNsPtr namespace = xmlSearchNsByHref(parent->doc, parent, BAD_CAST ECKID_NS_SAML);

    xmlAddChild(parent, child);
    xmlSetNs(child,
             namespace ? namespace : xmlNewNs(child, BAD_CAST ECKID_NS_SAML, BAD_CAST "saml"));
    return child;
}

/* Declares both namespaces on the value itself, so that the prefix in xsi:type has its meaning even
 * if this element is read alone. */
static void set_type(xmlNodePtr value)
{
    xmlNewNs(value, BAD_CAST ECKID_NS_XS, BAD_CAST "xs");
    xmlSetNsProp(value, xmlNewNs(value, BAD_CAST ECKID_NS_XSI, BAD_CAST "xsi"), BAD_CAST "type",
                 BAD_CAST "xs:string");
}

eckid_err_t *eckid_saml_attributes_set(eckid_attributes_t attributes,
                                       const eckid_attribute_t *names, const char *value,
                                       apr_pool_t *pool)
{
    index_t *index = attributes.self;

    remove_named(index, names->name, pool);
    eckid_saml_attributes_tidy(index->verified);
    xmlNodePtr statement = first_statement(index->verified);

    if (!statement) { /* last in the Assertion (core section 2.3.3) */
        statement = add_child(eckid_xmldsig_inner(index->verified), "AttributeStatement");
    }
    xmlNodePtr attribute = add_child(statement, "Attribute");
    xmlNodePtr element = add_child(attribute, "AttributeValue");

    if (!element) {
        return eckid_err_make(pool, ECKID_INTERNAL, "libxml2 made no element");
    }
    set_names(attribute, names);
    if (index->typed) {
        set_type(element);
    }
    xmlNodeAddContent(element, BAD_CAST value);
    APR_ARRAY_PUSH(get_entry(index, names->name, pool)->nodes, xmlNodePtr) = attribute;
    return NULL;
}

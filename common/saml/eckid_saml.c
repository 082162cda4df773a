/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SAML response: whose it is, whether it can be believed, and its attributes. */
#include "saml/eckid_saml.h"
#include "xml/eckid_xml_namespaces.h"
#include "base/eckid_time.h"

#include <apr_strings.h>

#define STATUS_SUCCESS "urn:oasis:names:tc:SAML:2.0:status:Success"
#define STATUS_RESPONDER "urn:oasis:names:tc:SAML:2.0:status:Responder"
#define STATUS_DENIED "urn:oasis:names:tc:SAML:2.0:status:RequestDenied"
#define METHOD_BEARER "urn:oasis:names:tc:SAML:2.0:cm:bearer"

#define NAME_MAX_BYTES 4096 /* 1024 characters: core section 8.3.6 */

/* Whose it is */

static const char *status_of(const xmlNode *response, apr_pool_t *pool)
{
    xmlNodePtr status = eckid_xml_child(response, ECKID_NS_SAMLP, "Status");
    xmlNodePtr code = eckid_xml_child(status, ECKID_NS_SAMLP, "StatusCode");
    const char *value = code ? eckid_xml_attribute(code, "Value", pool) : NULL;

    return value ? value : "";
}

/* What kinds of assertions there are below a node. */
typedef struct census_t {
    bool plain, encrypted, old, encrypted_data;
} census_t;

static void count_in(census_t *census, const xmlNode *node)
{
    census->plain = census->plain || eckid_xml_is(node, ECKID_NS_SAML, "Assertion");
    census->encrypted = census->encrypted ||
                        eckid_xml_is(node, ECKID_NS_SAML, "EncryptedAssertion") ||
                        eckid_xml_is(node, ECKID_NS_SAML, "EncryptedAttribute");
    census->old = census->old || eckid_xml_is(node, ECKID_NS_SAML1, "Assertion");
    census->encrypted_data =
        census->encrypted_data || eckid_xml_is(node, ECKID_NS_XMLENC, "EncryptedData");
}

static eckid_saml_kind_t kind_of(const xmlNode *root, const census_t *census, apr_pool_t *pool)
{
    bool any = census->plain || census->encrypted || census->old;

    if (!eckid_xml_is(root, ECKID_NS_SAMLP, "Response")) {
        /* in a logout message encrypted data is a NameID, elsewhere it may be a whole token */
        bool protocol = root->ns && xmlStrEqual(root->ns->href, BAD_CAST ECKID_NS_SAMLP);

        return any || (census->encrypted_data && !protocol) ? ECKID_SAML_OLD : ECKID_SAML_OTHER;
    }
    if (census->encrypted) {
        return ECKID_SAML_ENCRYPTED;
    }
    if (!any && *status_of(root, pool) && strcmp(status_of(root, pool), STATUS_SUCCESS) != 0) {
        return ECKID_SAML_ERROR;
    }
    return ECKID_SAML_LOGIN;
}

/* Notes what an element says about who should get it, in whatever protocol. */
static eckid_err_t *note_names(eckid_saml_t *saml, const xmlNode *element, apr_pool_t *pool)
{
    static const char *const attributes[] = {"Destination", "Recipient",
                                             "AssertionConsumerServiceURL", "responseConsumerURL"};

    for (unsigned i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
        const char *url = eckid_xml_attribute(element, attributes[i], pool);

        if (url) {
            APR_ARRAY_PUSH(saml->places, eckid_saml_target_t) =
                (eckid_saml_target_t){attributes[i], url};
        }
    }
    if (xmlStrEqual(element->name, BAD_CAST "Audience") ||
        xmlStrEqual(element->name, BAD_CAST "Address")) {
        const char *name = eckid_xml_trimmed(element, pool);

        if (strlen(name) > NAME_MAX_BYTES) { /* nested ones would be copied again and again */
            return eckid_err_make(pool, ECKID_LIMIT, "an audience of more than %d bytes",
                                  NAME_MAX_BYTES);
        }
        APR_ARRAY_PUSH(saml->audiences, const char *) = name;
    }
    return NULL;
}

eckid_err_t *eckid_saml_open(eckid_saml_t **out, eckid_bytes_t xml, apr_pool_t *pool)
{
    eckid_saml_t *saml = apr_pcalloc(pool, sizeof(*saml));
    census_t census = {false, false, false, false};

    ECKID_ERR(eckid_xml_parse(&saml->doc, xml, pool));
    xmlNodePtr root = xmlDocGetRootElement(saml->doc);

    saml->places = apr_array_make(pool, 4, sizeof(eckid_saml_target_t));
    saml->audiences = apr_array_make(pool, 2, sizeof(const char *));
    for (xmlNodePtr node = root; node; node = eckid_xml_walk(root, node)) {
        if (node->type == XML_ELEMENT_NODE) {
            count_in(&census, node);
            ECKID_ERR(note_names(saml, node, pool));
        }
    }
    saml->kind = kind_of(root, &census, pool);
    *out = saml;
    return NULL;
}

/* Whether it can be believed */

static eckid_err_t *bad(apr_pool_t *pool, const char *why)
{
    return eckid_err_make(pool, ECKID_STRUCTURE, "%s", why);
}

static bool is_version_2(const xmlNode *element, apr_pool_t *pool)
{
    const char *version = eckid_xml_attribute(element, "Version", pool);

    return version && strcmp(version, "2.0") == 0;
}

/* The one Assertion, and it must be a child of the Response. */
static eckid_err_t *find_assertion(xmlNodePtr *assertion, const xmlNode *root, apr_pool_t *pool)
{
    int count = 0;

    for (const xmlNode *node = root; node; node = eckid_xml_walk(root, node)) {
        count += eckid_xml_is(node, ECKID_NS_SAML, "Assertion") ||
                 eckid_xml_is(node, ECKID_NS_SAML1, "Assertion");
    }
    *assertion = eckid_xml_child(root, ECKID_NS_SAML, "Assertion");
    if (count != 1 || !*assertion) {
        return eckid_err_make(pool, ECKID_STRUCTURE,
                              "%d assertions where one is expected, as child of the Response",
                              count);
    }
    if (!is_version_2(root, pool) || !is_version_2(*assertion, pool)) {
        return bad(pool, "the version is not 2.0");
    }
    return NULL;
}

static eckid_err_t *check_issuer(const xmlNode *element, const char *issuer, bool required,
                                 apr_pool_t *pool)
{
    xmlNodePtr child = eckid_xml_child(element, ECKID_NS_SAML, "Issuer");

    if (!child && !required) {
        return NULL;
    }
    if (!child || strcmp(eckid_xml_trimmed(child, pool), issuer) != 0) {
        return eckid_err_make(pool, ECKID_ISSUER, "the Issuer of the %s is not %s",
                              (const char *)element->name, issuer);
    }
    return NULL;
}

/* NotBefore and NotOnOrAfter, where they are present (core section 2.5.1.2). */
static eckid_err_t *check_window(const xmlNode *element, const eckid_saml_rules_t *rules,
                                 apr_pool_t *pool)
{
    const char *from = eckid_xml_attribute(element, "NotBefore", pool);
    const char *until = eckid_xml_attribute(element, "NotOnOrAfter", pool);
    apr_time_t from_time = 0, until_time = rules->now + 1;

    if ((from && !eckid_time_parse(&from_time, from)) ||
        (until && !eckid_time_parse(&until_time, until))) {
        return bad(pool, "a time that is not UTC");
    }
    if (rules->now + rules->skew < from_time) {
        return eckid_err_make(pool, ECKID_TIME, "the %s begins in %d seconds",
                              (const char *)element->name,
                              (int)apr_time_sec(from_time - rules->now));
    }
    if (until && rules->now - rules->skew >= until_time) {
        return eckid_err_make(pool, ECKID_TIME, "the %s ended %d seconds ago",
                              (const char *)element->name,
                              (int)apr_time_sec(rules->now - until_time));
    }
    return NULL;
}

static bool is_bearer(const xmlNode *confirmation, apr_pool_t *pool)
{
    const char *method = eckid_xml_attribute(confirmation, "Method", pool);

    return method && strcmp(method, METHOD_BEARER) == 0;
}

/* Profiles section 4.1.4.2, on SubjectConfirmationData. */
static eckid_err_t *check_bearer(const xmlNode *confirmation, const eckid_saml_rules_t *rules,
                                 apr_pool_t *pool)
{
    xmlNodePtr details = eckid_xml_child(confirmation, ECKID_NS_SAML, "SubjectConfirmationData");

    if (!details || !eckid_xml_attribute(details, "Recipient", pool) ||
        !eckid_xml_attribute(details, "NotOnOrAfter", pool)) {
        return bad(pool, "a bearer confirmation without Recipient or NotOnOrAfter");
    }
    return check_window(details, rules, pool);
}

static eckid_err_t *check_subject(const xmlNode *assertion, const eckid_saml_rules_t *rules,
                                  apr_pool_t *pool)
{
    xmlNodePtr subject = eckid_xml_child(assertion, ECKID_NS_SAML, "Subject");
    xmlNodePtr each = eckid_xml_child(subject, ECKID_NS_SAML, "SubjectConfirmation");
    int bearers = 0;

    for (; each; each = eckid_xml_next(each, ECKID_NS_SAML, "SubjectConfirmation")) {
        if (is_bearer(each, pool)) {
            ECKID_ERR(check_bearer(each, rules, pool));
            bearers++;
        }
    }
    return bearers ? NULL : bad(pool, "no bearer confirmation");
}

static eckid_err_t *check_conditions(const xmlNode *assertion, const eckid_saml_rules_t *rules,
                                     apr_pool_t *pool)
{
    xmlNodePtr conditions = eckid_xml_child(assertion, ECKID_NS_SAML, "Conditions");
    xmlNodePtr restriction = eckid_xml_child(conditions, ECKID_NS_SAML, "AudienceRestriction");

    if (!eckid_xml_child(restriction, ECKID_NS_SAML, "Audience")) {
        return bad(pool, "no audience");
    }
    if (eckid_xml_next(conditions, ECKID_NS_SAML, "Conditions")) {
        return bad(pool, "several Conditions");
    }
    return check_window(conditions, rules, pool);
}

/* Profiles section 4.1.4.2: the Response and the confirmation answer one and the same request. */
static eckid_err_t *check_request(const xmlNode *response, const xmlNode *assertion,
                                  apr_pool_t *pool)
{
    const char *outer = eckid_xml_attribute(response, "InResponseTo", pool);

    for (const xmlNode *node = assertion; node; node = eckid_xml_walk(assertion, node)) {
        const char *inner = eckid_xml_is(node, ECKID_NS_SAML, "SubjectConfirmationData")
                                ? eckid_xml_attribute(node, "InResponseTo", pool)
                                : NULL;

        if (outer && inner && strcmp(outer, inner) != 0) {
            return bad(pool, "Response and Assertion answer different requests");
        }
    }
    return NULL;
}

static eckid_err_t *check_profile(const xmlNode *response, const xmlNode *assertion,
                                  const eckid_saml_rules_t *rules, apr_pool_t *pool)
{
    ECKID_ERR(check_issuer(response, rules->issuer, false, pool));
    ECKID_ERR(check_issuer(assertion, rules->issuer, true, pool));
    if (strcmp(status_of(response, pool), STATUS_SUCCESS) != 0) {
        return eckid_err_make(pool, ECKID_STATUS, "%s", "it is not Success");
    }
    ECKID_ERR(check_subject(assertion, rules, pool));
    ECKID_ERR(check_conditions(assertion, rules, pool));
    return check_request(response, assertion, pool);
}

eckid_err_t *eckid_saml_verify(eckid_verified_t **out, const eckid_saml_t *saml,
                               const eckid_saml_rules_t *rules, apr_pool_t *pool)
{
    xmlNodePtr response = xmlDocGetRootElement(saml->doc), assertion;
    eckid_verified_t *verified;

    ECKID_ERR(find_assertion(&assertion, response, pool));
    ECKID_ERR(eckid_xmldsig_verify(&verified, response, assertion, &rules->trust, pool));
    ECKID_ERR(check_profile(response, assertion, rules, pool));
    eckid_xml_plain(saml->doc);
    *out = verified;
    return NULL;
}

/* Its attributes */

const char *eckid_saml_name_id(const eckid_verified_t *verified, apr_pool_t *pool)
{
    xmlNodePtr subject = eckid_xml_child(eckid_xmldsig_inner(verified), ECKID_NS_SAML, "Subject");
    xmlNodePtr name_id = eckid_xml_child(subject, ECKID_NS_SAML, "NameID");

    return name_id ? eckid_xml_text(name_id, pool).data : NULL;
}

/* The attributes of all statements one after the other: first with NULL. */
static xmlNodePtr next_attribute(const eckid_verified_t *verified, const xmlNode *attribute)
{
    xmlNodePtr next = attribute ? eckid_xml_next(attribute, ECKID_NS_SAML, "Attribute") : NULL;
    xmlNodePtr statement =
        attribute
            ? eckid_xml_next(attribute->parent, ECKID_NS_SAML, "AttributeStatement")
            : eckid_xml_child(eckid_xmldsig_inner(verified), ECKID_NS_SAML, "AttributeStatement");

    while (!next && statement) {
        next = eckid_xml_child(statement, ECKID_NS_SAML, "Attribute");
        statement = eckid_xml_next(statement, ECKID_NS_SAML, "AttributeStatement");
    }
    return next;
}

static const char *name_of(const xmlNode *attribute, apr_pool_t *pool)
{
    const char *name = eckid_xml_attribute(attribute, "Name", pool);

    return name ? name : "";
}

static bool is_in(const apr_array_header_t *names, const char *name)
{
    for (int i = 0; i < names->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(names, i, const char *), name) == 0) {
            return true;
        }
    }
    return false;
}

apr_array_header_t *eckid_saml_names(const eckid_verified_t *verified, apr_pool_t *pool)
{
    apr_array_header_t *names = apr_array_make(pool, 16, sizeof(const char *));
    xmlNodePtr attribute = NULL;

    while ((attribute = next_attribute(verified, attribute)) != NULL) {
        const char *name = name_of(attribute, pool);

        if (!is_in(names, name)) {
            APR_ARRAY_PUSH(names, const char *) = name;
        }
    }
    return names;
}

apr_array_header_t *eckid_saml_values(const eckid_verified_t *verified, const char *name,
                                      apr_pool_t *pool)
{
    apr_array_header_t *values = apr_array_make(pool, 2, sizeof(eckid_bytes_t));
    xmlNodePtr attribute = NULL;

    while ((attribute = next_attribute(verified, attribute)) != NULL) {
        xmlNodePtr value = eckid_xml_child(attribute, ECKID_NS_SAML, "AttributeValue");

        if (strcmp(name_of(attribute, pool), name) != 0) {
            continue;
        }
        for (; value; value = eckid_xml_next(value, ECKID_NS_SAML, "AttributeValue")) {
            APR_ARRAY_PUSH(values, eckid_bytes_t) = eckid_xml_text(value, pool);
        }
    }
    return values;
}

static void remove_attribute(xmlNodePtr attribute)
{
    xmlNodePtr statement = attribute->parent;

    eckid_xml_remove(attribute);
    if (!eckid_xml_child(statement, ECKID_NS_SAML, "Attribute")) {
        eckid_xml_remove(statement); /* the schema has no empty one */
    }
}

void eckid_saml_remove(eckid_verified_t *verified, const char *name, apr_pool_t *pool)
{
    xmlNodePtr attribute = next_attribute(verified, NULL);

    while (attribute) {
        xmlNodePtr next = next_attribute(verified, attribute);

        if (strcmp(name_of(attribute, pool), name) == 0) {
            remove_attribute(attribute);
        }
        attribute = next;
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

void eckid_saml_rename(eckid_verified_t *verified, const char *name, const eckid_attribute_t *to,
                       apr_pool_t *pool)
{
    xmlNodePtr attribute = NULL;

    while ((attribute = next_attribute(verified, attribute)) != NULL) {
        if (strcmp(name_of(attribute, pool), name) == 0) {
            set_names(attribute, to);
        }
    }
}

static apr_array_header_t *token_names(const void *self, apr_pool_t *pool)
{
    return eckid_saml_names(self, pool);
}

static apr_array_header_t *token_values(const void *self, const char *name, apr_pool_t *pool)
{
    return eckid_saml_values(self, name, pool);
}

static const char *token_subject(const void *self, apr_pool_t *pool)
{
    return eckid_saml_name_id(self, pool);
}

static void token_remove(void *self, const char *name, apr_pool_t *pool)
{
    eckid_saml_remove(self, name, pool);
}

static void token_rename(void *self, const char *name, const eckid_attribute_t *to,
                         apr_pool_t *pool)
{
    eckid_saml_rename(self, name, to, pool);
}

eckid_attributes_t eckid_saml_attributes(eckid_verified_t *verified)
{
    static const eckid_attributes_kind_t kind = {token_names, token_values, token_subject,
                                                 token_remove, token_rename};

    return (eckid_attributes_t){&kind, verified};
}

/* The statement to add to; the last child of the Assertion if it is new (core section 2.3.3). */
static xmlNodePtr get_statement(xmlNodePtr assertion)
{
    xmlNodePtr statement = eckid_xml_child(assertion, ECKID_NS_SAML, "AttributeStatement");

    return statement ? statement
                     : xmlNewChild(assertion, assertion->ns, BAD_CAST "AttributeStatement", NULL);
}

eckid_err_t *eckid_saml_set(eckid_verified_t *verified, const eckid_attribute_t *names,
                            const char *value, apr_pool_t *pool)
{
    xmlNodePtr assertion = eckid_xmldsig_inner(verified);

    eckid_saml_remove(verified, names->name, pool);
    xmlNodePtr attribute =
        xmlNewChild(get_statement(assertion), assertion->ns, BAD_CAST "Attribute", NULL);

    if (!attribute ||
        !xmlNewTextChild(attribute, assertion->ns, BAD_CAST "AttributeValue", BAD_CAST value)) {
        return eckid_err_make(pool, ECKID_INTERNAL, "libxml2 made no element");
    }
    set_names(attribute, names);
    return NULL;
}

eckid_err_t *eckid_saml_seal(eckid_bytes_t *xml, eckid_verified_t *verified, const eckid_key_t *key,
                             apr_pool_t *pool)
{
    ECKID_ERR(eckid_xmldsig_sign(verified, key, pool));
    return eckid_xml_print(xml, eckid_xmldsig_document(verified), pool);
}

/* The request that the verified confirmation answers, or NULL for an unsolicited login. */
static const char *request_of(const eckid_verified_t *login, apr_pool_t *pool)
{
    xmlNodePtr subject = eckid_xml_child(eckid_xmldsig_inner(login), ECKID_NS_SAML, "Subject");
    xmlNodePtr confirmation = eckid_xml_child(subject, ECKID_NS_SAML, "SubjectConfirmation");
    xmlNodePtr details = eckid_xml_child(confirmation, ECKID_NS_SAML, "SubjectConfirmationData");

    return details ? eckid_xml_attribute(details, "InResponseTo", pool) : NULL;
}

static void add_status(xmlNodePtr response, const char *message)
{
    xmlNodePtr status = xmlNewChild(response, NULL, BAD_CAST "Status", NULL);
    xmlNodePtr code = xmlNewChild(status, NULL, BAD_CAST "StatusCode", NULL);

    xmlSetProp(code, BAD_CAST "Value", BAD_CAST STATUS_RESPONDER);
    xmlSetProp(xmlNewChild(code, NULL, BAD_CAST "StatusCode", NULL), BAD_CAST "Value",
               BAD_CAST STATUS_DENIED);
    xmlNewTextChild(status, NULL, BAD_CAST "StatusMessage", BAD_CAST message);
}

eckid_err_t *eckid_saml_refuse(eckid_bytes_t *xml, const eckid_verified_t *login,
                               const char *consumer, const char *id, apr_time_t now,
                               const char *message, const eckid_key_t *key, apr_pool_t *pool)
{
    xmlDocPtr doc = eckid_xml_make(pool);
    xmlNodePtr response = xmlNewDocNode(doc, NULL, BAD_CAST "Response", NULL);
    xmlNodePtr issuer = eckid_xml_child(eckid_xmldsig_inner(login), ECKID_NS_SAML, "Issuer");
    const char *request = request_of(login, pool);

    xmlDocSetRootElement(doc, response);
    xmlSetNs(response, xmlNewNs(response, BAD_CAST ECKID_NS_SAMLP, BAD_CAST "samlp"));
    xmlNsPtr saml = xmlNewNs(response, BAD_CAST ECKID_NS_SAML, BAD_CAST "saml");

    xmlSetProp(response, BAD_CAST "ID", BAD_CAST id);
    xmlSetProp(response, BAD_CAST "Version", BAD_CAST "2.0");
    xmlSetProp(response, BAD_CAST "IssueInstant", BAD_CAST eckid_time_format(now, pool));
    xmlSetProp(response, BAD_CAST "Destination", BAD_CAST consumer);
    if (request) {
        xmlSetProp(response, BAD_CAST "InResponseTo", BAD_CAST request);
    }
    xmlNewTextChild(response, saml, BAD_CAST "Issuer", BAD_CAST eckid_xml_trimmed(issuer, pool));
    add_status(response, message);
    ECKID_ERR(eckid_xmldsig_sign_own(response, key, pool));
    return eckid_xml_print(xml, doc, pool);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a SAML login can be believed, and signing it again after changes. */
#include "saml/eckid_saml_verify.h"
#include "base/eckid_time.h"
#include "base/eckid_url.h"
#include "saml/eckid_saml_decrypt.h"
#include "saml/eckid_saml_attributes.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xml_print.h"
#include "xml/eckid_xmldsig_sign.h"

#define METHOD_BEARER "urn:oasis:names:tc:SAML:2.0:cm:bearer"

static eckid_err_t *bad(apr_pool_t *pool, const char *why)
{
    return eckid_err_make(pool, ECKID_STRUCTURE, "%s", why);
}

static bool is_version_2(const xmlNode *element, apr_pool_t *pool)
{
    const char *version = eckid_xml_attribute(element, "Version", pool);

    return version && strcmp(version, "2.0") == 0;
}

/* Finds the one Assertion, a child of the Response. Those in its Advice are no logins and do not
 * count. */
static eckid_err_t *find_assertion(xmlNodePtr *assertion, const xmlNode *root, apr_pool_t *pool)
{
    const xmlNode *node = root;
    int count = 0;

    while (node) {
        count += eckid_xml_is(node, ECKID_NS_SAML, "Assertion") ||
                 eckid_xml_is(node, ECKID_NS_SAML, "EncryptedAssertion") ||
                 eckid_xml_is(node, ECKID_NS_SAML1, "Assertion");
        node = eckid_saml_message_is_advice(node, root) ? eckid_xml_skip(root, node)
                                                        : eckid_xml_walk(root, node);
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

/* Two URLs of the same path. */
static bool only_host_differs(const char *a, const char *b, apr_pool_t *pool)
{
    const char *first = eckid_url_path(a, pool), *second = eckid_url_path(b, pool);

    return first && second && strcmp(first, second) == 0 &&
           strcmp(eckid_url_normal(a, pool), eckid_url_normal(b, pool)) != 0;
}

/* NULL where the hint of the code says it. */
static const char *advice_for_issuer(const char *found, const char *issuer, apr_pool_t *pool)
{
    if (!found) {
        return "SAML requires one (core section 2.3.3): see the identity provider's log";
    }
    return only_host_differs(found, issuer, pool)
               ? "only scheme and host differ: is it another identity provider, or does this one "
                 "not see its public name? see ProxyPreserveHost and X-Forwarded-Proto in README.md"
               : NULL;
}

static eckid_err_t *check_issuer(const xmlNode *element, const char *issuer, bool required,
                                 apr_pool_t *pool)
{
    xmlNodePtr child = eckid_xml_child(element, ECKID_NS_SAML, "Issuer");
    const char *found = child ? eckid_xml_trimmed(child, pool) : NULL;

    if ((!child && !required) || (found && strcmp(found, issuer) == 0)) {
        return NULL;
    }
    return eckid_err_advise(eckid_err_make(pool, ECKID_ISSUER, "the Issuer of the %s is %s, not %s",
                                           (const char *)element->name,
                                           found ? eckid_url_shown(found, pool) : "not there",
                                           issuer),
                            advice_for_issuer(found, issuer, pool));
}

static eckid_err_t *check_issuers(const xmlNode *response, const xmlNode *assertion,
                                  const char *issuer, apr_pool_t *pool)
{
    ECKID_ERR(check_issuer(response, issuer, false, pool));
    return check_issuer(assertion, issuer, true, pool);
}

/* NotBefore and NotOnOrAfter, where they are present (core section 2.5.1.2). */
static eckid_err_t *check_window(const xmlNode *element, const eckid_saml_rules_t *rules,
                                 apr_pool_t *pool)
{
    const char *from = eckid_xml_token(element, "NotBefore", pool);
    const char *until = eckid_xml_token(element, "NotOnOrAfter", pool);
    apr_time_t from_time = 0, until_time = rules->now + 1;

    if ((from && !eckid_time_parse(&from_time, from)) ||
        (until && !eckid_time_parse(&until_time, until))) {
        return eckid_err_advise(
            bad(pool, "a NotBefore or NotOnOrAfter that is no time with a time zone"),
            "a time such as 2026-08-31T08:30:00Z means the same to every supplier: see how the "
            "identity provider writes them");
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

bool eckid_saml_verify_is_bearer(const xmlNode *confirmation, apr_pool_t *pool)
{
    const char *method = eckid_xml_token(confirmation, "Method", pool);

    return method && strcmp(method, METHOD_BEARER) == 0;
}

static bool is_recipient(const char *url, const eckid_saml_rules_t *rules, apr_pool_t *pool)
{
    return !rules->supplier ||
           eckid_policy_find_consumer(rules->policy, url, pool) == rules->supplier;
}

/* Profiles section 4.1.4.2, on SubjectConfirmationData: for the supplier, now, and in answer to the
 * request that the Response answers, or NULL. */
static eckid_err_t *check_bearer(const xmlNode *confirmation, const char *outer,
                                 const eckid_saml_rules_t *rules, apr_pool_t *pool)
{
    xmlNodePtr details = eckid_xml_child(confirmation, ECKID_NS_SAML, "SubjectConfirmationData");
    const char *recipient = details ? eckid_xml_attribute(details, "Recipient", pool) : NULL;
    const char *inner = details ? eckid_xml_token(details, "InResponseTo", pool) : NULL;

    if (!recipient || !eckid_xml_attribute(details, "NotOnOrAfter", pool)) {
        return bad(pool, "a bearer confirmation without Recipient or NotOnOrAfter");
    }
    if (!is_recipient(recipient, rules, pool)) {
        return bad(pool, "a bearer confirmation for another Recipient");
    }
    if (outer && inner && strcmp(outer, inner) != 0) {
        return bad(pool, "Response and Assertion answer different requests");
    }
    return check_window(details, rules, pool);
}

static const char *request_of(const xmlNode *assertion, apr_pool_t *pool)
{
    return eckid_xml_token(xmlDocGetRootElement(assertion->doc), "InResponseTo", pool);
}

/* At least one bearer confirmation must hold (profiles section 4.1.4.2). The others are of no use
 * to this supplier; they are removed later, so that we do not sign them. */
static eckid_err_t *check_subject(const xmlNode *assertion, const eckid_saml_rules_t *rules,
                                  apr_pool_t *pool)
{
    xmlNodePtr subject = eckid_xml_child(assertion, ECKID_NS_SAML, "Subject");
    xmlNodePtr each = eckid_xml_child(subject, ECKID_NS_SAML, "SubjectConfirmation");
    const char *request = request_of(assertion, pool);
    eckid_err_t *first = NULL;

    for (; each; each = eckid_xml_next(each, ECKID_NS_SAML, "SubjectConfirmation")) {
        if (eckid_saml_verify_is_bearer(each, pool)) {
            eckid_err_t *err = check_bearer(each, request, rules, pool);

            if (!err) {
                return NULL;
            }
            first = first ? first : err;
        }
    }
    return first ? first : bad(pool, "no bearer confirmation");
}

static bool is_audience(const xmlNode *audience, const eckid_saml_rules_t *rules, apr_pool_t *pool)
{
    return !rules->supplier ||
           eckid_policy_find_entity(rules->policy, eckid_xml_trimmed(audience, pool)) ==
               rules->supplier;
}

/* The supplier must be among the audiences of each restriction (core section 2.5.1.4). The others
 * are removed later, so that we sign the login for the supplier alone. */
static eckid_err_t *check_audiences(const xmlNode *restriction, const eckid_saml_rules_t *rules,
                                    apr_pool_t *pool)
{
    xmlNodePtr audience = eckid_xml_child(restriction, ECKID_NS_SAML, "Audience");

    if (!audience) {
        return bad(pool, "an AudienceRestriction without Audience");
    }
    while (audience && !is_audience(audience, rules, pool)) {
        audience = eckid_xml_next(audience, ECKID_NS_SAML, "Audience");
    }
    return audience ? NULL
                    : eckid_err_make(pool, ECKID_MIXED, "an AudienceRestriction leaves %s out",
                                     rules->supplier->name);
}

static eckid_err_t *check_conditions(const xmlNode *assertion, const eckid_saml_rules_t *rules,
                                     apr_pool_t *pool)
{
    xmlNodePtr conditions = eckid_xml_child(assertion, ECKID_NS_SAML, "Conditions");
    xmlNodePtr each = eckid_xml_child(conditions, ECKID_NS_SAML, "AudienceRestriction");

    if (!each) {
        return eckid_err_advise(bad(pool, "no AudienceRestriction"),
                                "SAML requires it (profiles section 4.1.4.2): the identity "
                                "provider must name the supplier's entity ID as Audience");
    }
    for (; each; each = eckid_xml_next(each, ECKID_NS_SAML, "AudienceRestriction")) {
        ECKID_ERR(check_audiences(each, rules, pool));
    }
    if (eckid_xml_next(conditions, ECKID_NS_SAML, "Conditions")) {
        return bad(pool, "several Conditions");
    }
    return check_window(conditions, rules, pool);
}

static eckid_err_t *check_profile(const xmlNode *response, const xmlNode *assertion,
                                  const eckid_saml_rules_t *rules, apr_pool_t *pool)
{
    ECKID_ERR(check_issuers(response, assertion, rules->issuer, pool));
    if (strcmp(eckid_saml_message_status(response, pool), ECKID_SAML_SUCCESS) != 0) {
        return eckid_err_make(pool, ECKID_STATUS, "%s", "it is not Success");
    }
    ECKID_ERR(check_subject(assertion, rules, pool));
    return check_conditions(assertion, rules, pool);
}

/* Outside of its place an EncryptedAttribute could show what is not released. */
static eckid_err_t *check_all_decrypted(const xmlNode *root, apr_pool_t *pool)
{
    const xmlNode *node = root;

    while (node) {
        if (eckid_xml_is(node, ECKID_NS_SAML, "EncryptedAttribute")) {
            return bad(pool, "an EncryptedAttribute in an unexpected place");
        }
        node = eckid_saml_message_is_advice(node, root) ? eckid_xml_skip(root, node)
                                                        : eckid_xml_walk(root, node);
    }
    return NULL;
}

static bool holds_assertion(const xmlNode *advice)
{
    for (const xmlNode *node = advice; node; node = eckid_xml_walk(advice, node)) {
        if (eckid_xml_is(node, ECKID_NS_SAML, "Assertion") ||
            eckid_xml_is(node, ECKID_NS_SAML, "EncryptedAssertion") ||
            eckid_xml_is(node, ECKID_NS_SAML1, "Assertion") ||
            eckid_xml_is(node, ECKID_NS_DSIG, "Signature")) {
            return true;
        }
    }
    return false;
}

static void remove_audiences(const xmlNode *assertion, const eckid_saml_rules_t *rules,
                             apr_pool_t *pool)
{
    xmlNodePtr conditions = eckid_xml_child(assertion, ECKID_NS_SAML, "Conditions"), next;
    xmlNodePtr each = eckid_xml_child(conditions, ECKID_NS_SAML, "AudienceRestriction");

    for (; each; each = eckid_xml_next(each, ECKID_NS_SAML, "AudienceRestriction")) {
        for (xmlNodePtr child = each->children; child; child = next) {
            next = child->next;
            if (eckid_xml_is(child, ECKID_NS_SAML, "Audience") &&
                !is_audience(child, rules, pool)) {
                eckid_xml_remove(child);
            }
        }
    }
}

/* Removes what the supplier must not get or cannot use: an Advice with another assertion,
 * which can show all that is not released, other audiences, and confirmations that do not hold. */
static void remove_unused(xmlNodePtr assertion, const eckid_saml_rules_t *rules, apr_pool_t *pool)
{
    xmlNodePtr subject = eckid_xml_child(assertion, ECKID_NS_SAML, "Subject"), next;
    const char *request = request_of(assertion, pool);

    for (xmlNodePtr child = assertion->children; child; child = next) {
        next = child->next;
        if (eckid_xml_is(child, ECKID_NS_SAML, "Advice") && holds_assertion(child)) {
            eckid_xml_remove(child);
        }
    }
    remove_audiences(assertion, rules, pool);
    for (xmlNodePtr child = subject->children; child; child = next) {
        next = child->next;
        if (eckid_xml_is(child, ECKID_NS_SAML, "SubjectConfirmation") &&
            eckid_saml_verify_is_bearer(child, pool) && check_bearer(child, request, rules, pool)) {
            eckid_xml_remove(child);
        }
    }
}

eckid_err_t *eckid_saml_verify(eckid_verified_t **out, const eckid_saml_message_t *message,
                               const eckid_saml_rules_t *rules, apr_pool_t *pool)
{
    xmlNodePtr response = xmlDocGetRootElement(message->doc), assertion;
    eckid_verified_t *verified;

    ECKID_ERR(find_assertion(&assertion, response, pool));
    eckid_err_t *err = message->verified ? NULL
                                         : eckid_xmldsig_verify(&verified, response, assertion,
                                                                &rules->trust, pool);

    if (err && (err->code == ECKID_UNKNOWN_KEY || err->code == ECKID_SIGNATURE)) {
        /* it says that it is somebody else's, which explains the key */
        ECKID_ERR(check_issuers(response, assertion, rules->issuer, pool));
    }
    ECKID_ERR(err);
    verified = message->verified ? message->verified : verified;
    ECKID_ERR(eckid_saml_decrypt_parts(verified, rules->decryption, pool));
    if (message->has_encrypted || eckid_xmldsig_was_encrypted(verified)) {
        ECKID_ERR(find_assertion(&assertion, response, pool)); /* and none in what was decrypted */
        ECKID_ERR(check_all_decrypted(response, pool));
    }
    ECKID_ERR(check_profile(response, assertion, rules, pool));
    eckid_xml_plain(message->doc, pool);
    remove_unused(assertion, rules, pool);
    *out = verified;
    return NULL;
}

eckid_err_t *eckid_saml_seal(eckid_bytes_t *xml, eckid_verified_t *verified, const eckid_key_t *key,
                             apr_pool_t *pool)
{
    eckid_saml_attributes_tidy(verified);
    ECKID_ERR(eckid_xmldsig_sign(verified, key, pool));
    return eckid_xml_print(xml, eckid_xmldsig_document(verified), pool);
}

eckid_err_t *eckid_saml_seal_encrypted(eckid_bytes_t *xml, eckid_verified_t *verified,
                                       const eckid_key_t *key, const eckid_described_t *reader,
                                       const eckid_moment_t *moment, apr_pool_t *pool)
{
    const eckid_seal_t seal = {
        .encryption = reader->encryption,
        .namespace = ECKID_NS_SAML,
        .name = "EncryptedAssertion",
        .recipient = reader->id,
        .moment = moment,
    };

    eckid_saml_attributes_tidy(verified);
    ECKID_ERR(eckid_xmldsig_sign_encrypted(verified, key, &seal, pool));
    return eckid_xml_print(xml, eckid_xmldsig_document(verified), pool);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a signature may look like: read into types, and refused if it says anything else. */
#include "xml/eckid_signature.h"

xmlNodePtr eckid_signature_of(const xmlNode *element)
{
    return eckid_xml_child(element, ECKID_NS_DSIG, "Signature");
}

#define ID_MAX_BYTES 256

/*
 * An ID that "#ID" can mean in one way only, to every reader. The standard wants an NCName; in the
 * field there are bare UUIDs, which may begin with a digit or stand in braces, and base64. Not
 * accepted is what a URI escapes ("%", bytes beyond ASCII), what could be an XPointer (parentheses)
 * and what could end a string in an XPath (quotes).
 */
static bool is_plain_id(const char *id)
{
    apr_size_t len = strlen(id);

    return len > 0 && len <= ID_MAX_BYTES &&
           strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                      "_-.:+/=~@!$*,;?{}") == len;
}

eckid_err_t *eckid_signature_id(const char **id, const xmlNode *element, apr_pool_t *pool)
{
    *id = eckid_xml_attribute(element, "ID", pool);
    if (*id && is_plain_id(*id)) {
        return NULL;
    }
    return eckid_err_advise(
        eckid_err_make(pool, ECKID_STRUCTURE, "the signed %s has %s", (const char *)element->name,
                       *id ? "an ID that a reference cannot name plainly" : "no ID"),
        *id ? "an ID is a letter or underscore with letters, digits, \"_\", \"-\" and \".\" behind "
              "it, of 256 bytes at most: see how the identity provider makes them"
            : NULL);
}

/* The elements that follow one another under a parent, each once, in this order. */
static eckid_err_t *check_children(const xmlNode *parent, const char *const *names,
                                   apr_pool_t *pool)
{
    for (xmlNodePtr child = parent->children; child; child = child->next) {
        if (child->type != XML_ELEMENT_NODE) {
            continue;
        }
        if (!*names || !eckid_xml_is(child, ECKID_NS_DSIG, *names)) {
            return eckid_err_make(pool, ECKID_STRUCTURE, "%s has an unexpected child",
                                  (const char *)parent->name);
        }
        names++;
    }
    if (*names && strcmp(*names, "KeyInfo") != 0) {
        return eckid_err_make(pool, ECKID_STRUCTURE, "%s has no %s", (const char *)parent->name,
                              *names);
    }
    return NULL;
}

/* The enveloped signature comes first; without a second one Canonical XML follows by itself (XML
 * signature section 4.4.3.2). */
static eckid_err_t *read_transforms(eckid_signature_t *signature, const xmlNode *transforms,
                                    apr_pool_t *pool)
{
    static const char *const two[] = {"Transform", "Transform", NULL};
    xmlNodePtr first = eckid_xml_child(transforms, ECKID_NS_DSIG, "Transform");
    xmlNodePtr second = first ? eckid_xml_next(first, ECKID_NS_DSIG, "Transform") : NULL;
    const char *uri = first ? eckid_xml_attribute(first, "Algorithm", pool) : NULL;

    ECKID_ERR(check_children(transforms, second ? two : two + 1, pool));
    if (!uri || strcmp(uri, ECKID_SIGNATURE_ENVELOPED) != 0) {
        return eckid_signature_unaccepted(first, uri ? uri : "", false, pool);
    }
    if (second) {
        ECKID_ERR(eckid_signature_form_read(&signature->element_form, second, pool));
        /* a reference by "#ID" or "" has left the comments out before any transform (section
         * 4.4.3.3) */
        signature->element_form.comments = false;
    }
    return NULL;
}

static eckid_err_t *read_base64(eckid_bytes_t *bytes, const xmlNode *element, apr_pool_t *pool)
{
    if (!eckid_codec_base64_decode(bytes, eckid_xml_text(element, pool), pool)) {
        return eckid_err_make(pool, ECKID_STRUCTURE, "%s is not base64",
                              (const char *)element->name);
    }
    return NULL;
}

/* SAML core section 5.4.2 asks for "#ID". Some write "", which is the document (XML signature
 * section 4.4.3.3), and so means the element if that is its root; in metadata that need not have an
 * ID. */
static eckid_err_t *check_target(const char *uri, const xmlNode *element, apr_pool_t *pool)
{
    const char *id;
    bool good;

    if (uri && !*uri) {
        good = element == xmlDocGetRootElement(element->doc);
    }
    else {
        ECKID_ERR(eckid_signature_id(&id, element, pool));
        good = uri && *uri == '#' && strcmp(uri + 1, id) == 0;
    }
    return good ? NULL
                : eckid_err_make(pool, ECKID_STRUCTURE,
                                 "a signature that refers to another element");
}

static eckid_err_t *read_reference(eckid_signature_t *signature, const xmlNode *reference,
                                   bool sha1, apr_pool_t *pool)
{
    static const char *const children[] = {"Transforms", "DigestMethod", "DigestValue", NULL};
    const char *uri = eckid_xml_attribute(reference, "URI", pool);

    ECKID_ERR(check_children(reference, children, pool));
    ECKID_ERR(check_target(uri, signature->element, pool));
    ECKID_ERR(
        read_transforms(signature, eckid_xml_child(reference, ECKID_NS_DSIG, "Transforms"), pool));
    ECKID_ERR(eckid_signature_digest_read(&signature->digest_alg,
                                          eckid_xml_child(reference, ECKID_NS_DSIG, "DigestMethod"),
                                          sha1, pool));
    return read_base64(&signature->digest, eckid_xml_child(reference, ECKID_NS_DSIG, "DigestValue"),
                       pool);
}

static eckid_err_t *read_info(eckid_signature_t *signature, bool sha1, apr_pool_t *pool)
{
    static const char *const children[] = {"CanonicalizationMethod", "SignatureMethod", "Reference",
                                           NULL};
    const xmlNode *info = signature->info;

    ECKID_ERR(check_children(info, children, pool));
    ECKID_ERR(eckid_signature_form_read(
        &signature->info_form, eckid_xml_child(info, ECKID_NS_DSIG, "CanonicalizationMethod"),
        pool));
    ECKID_ERR(eckid_signature_method_read(
        &signature->method, eckid_xml_child(info, ECKID_NS_DSIG, "SignatureMethod"), sha1, pool));
    return read_reference(signature, eckid_xml_child(info, ECKID_NS_DSIG, "Reference"), sha1, pool);
}

eckid_err_t *eckid_signature_read(eckid_signature_t *signature, xmlNodePtr element, bool sha1,
                                  apr_pool_t *pool)
{
    static const char *const children[] = {"SignedInfo", "SignatureValue", "KeyInfo", NULL};

    *signature = (eckid_signature_t){.element = element, .node = eckid_signature_of(element)};
    ECKID_ERR(check_children(signature->node, children, pool));
    signature->info = eckid_xml_child(signature->node, ECKID_NS_DSIG, "SignedInfo");
    ECKID_ERR(read_info(signature, sha1, pool));
    return read_base64(&signature->value,
                       eckid_xml_child(signature->node, ECKID_NS_DSIG, "SignatureValue"), pool);
}

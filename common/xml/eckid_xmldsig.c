/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An enveloped XML signature: verify and pin the signed node, remove, sign again. */
#include "xml/eckid_xmldsig.h"
#include "crypto/eckid_key_sign.h"
#include "xml/eckid_c14n.h"
#include "xml/eckid_xml_algorithm.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig_internal.h"

#include <apr_hash.h>
#include <apr_strings.h>

/* Algorithms, by their URIs */

#define DSIG_MORE "http://www.w3.org/2001/04/xmldsig-more#"
#define ENVELOPED ECKID_NS_DSIG "enveloped-signature"

/* An algorithm with what it means to the file it is for. */
typedef struct algorithm_t {
    const char *uri;
    int meaning;
    bool sha1;
} algorithm_t;

/* Bit of a canonicalization method: with comments. */
#define COMMENTS 16

static const algorithm_t c14n_methods[] = {
    {ECKID_C14N_URI_EXCLUSIVE, ECKID_C14N_EXCLUSIVE, false},
    {ECKID_C14N_URI_EXCLUSIVE "WithComments", ECKID_C14N_EXCLUSIVE | COMMENTS, false},
    {ECKID_C14N_URI_1_0, ECKID_C14N_1_0, false},
    {ECKID_C14N_URI_1_0 "#WithComments", ECKID_C14N_1_0 | COMMENTS, false},
    {ECKID_C14N_URI_1_1, ECKID_C14N_1_1, false},
    {ECKID_C14N_URI_1_1 "#WithComments", ECKID_C14N_1_1 | COMMENTS, false},
    {NULL, 0, false},
};

static const algorithm_t signature_methods[] = {
    {DSIG_MORE "rsa-sha256", ECKID_RS256, false},   {DSIG_MORE "rsa-sha384", ECKID_RS384, false},
    {DSIG_MORE "rsa-sha512", ECKID_RS512, false},   {DSIG_MORE "ecdsa-sha256", ECKID_ES256, false},
    {DSIG_MORE "ecdsa-sha384", ECKID_ES384, false}, {DSIG_MORE "ecdsa-sha512", ECKID_ES512, false},
    {ECKID_NS_DSIG "rsa-sha1", ECKID_RS1, true},    {NULL, 0, false},
};

/* RSASSA-PSS with MGF1, the same digest in both places and a salt as long as it (RFC 9231 section
 * 2.3.10). */
#define DSIG_MORE_2007 "http://www.w3.org/2007/05/xmldsig-more#"

static const algorithm_t pss_methods[] = {
    {DSIG_MORE_2007 "sha256-rsa-MGF1", ECKID_SHA256, false},
    {DSIG_MORE_2007 "sha384-rsa-MGF1", ECKID_SHA384, false},
    {DSIG_MORE_2007 "sha512-rsa-MGF1", ECKID_SHA512, false},
    {DSIG_MORE_2007 "sha1-rsa-MGF1", ECKID_SHA1, true},
    {NULL, 0, false},
};

static eckid_err_t *no_algorithm(apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_STRUCTURE, "a signature without a required algorithm");
}

/* Says what it is, and what the identity provider can use in its place. */
static eckid_err_t *unaccepted(const xmlNode *method, const char *uri, bool is_sha1,
                               apr_pool_t *pool)
{
    bool is_form = eckid_xml_is(method, ECKID_NS_DSIG, "CanonicalizationMethod") ||
                   eckid_xml_is(method, ECKID_NS_DSIG, "Transform");
    eckid_err_t *err = eckid_err_make(pool, ECKID_ALGORITHM, "%s is %s", (const char *)method->name,
                                      eckid_xml_algorithm_name(uri, pool));

    return eckid_err_advise(
        err, is_sha1 ? "SHA-1 is broken; EckidAllowSha1 takes it until the identity provider signs "
                       "with SHA-256"
             : is_form ? "let the identity provider use exclusive canonicalization and no other "
                         "transform than enveloped-signature before it"
                       : NULL);
}

static eckid_err_t *find_algorithm(int *meaning, const xmlNode *method, const algorithm_t *allowed,
                                   bool sha1, apr_pool_t *pool)
{
    const char *uri = method ? eckid_xml_attribute(method, "Algorithm", pool) : NULL;

    if (!uri) {
        return no_algorithm(pool);
    }
    while (allowed->uri && strcmp(allowed->uri, uri) != 0) {
        allowed++;
    }
    if (!allowed->uri || (allowed->sha1 && !sha1)) {
        return unaccepted(method, uri, allowed->uri != NULL, pool);
    }
    *meaning = allowed->meaning;
    return NULL;
}

static eckid_err_t *find_digest(eckid_digest_alg_t *digest, const xmlNode *method, bool sha1,
                                apr_pool_t *pool)
{
    const char *uri = method ? eckid_xml_attribute(method, "Algorithm", pool) : NULL;

    if (!uri) {
        return no_algorithm(pool);
    }
    if (!eckid_xml_digest_find(digest, uri)) {
        return unaccepted(method, uri, false, pool);
    }
    return *digest == ECKID_SHA1 && !sha1 ? unaccepted(method, uri, true, pool) : NULL;
}

/* What a signature may look like */

/*
 * An ID that "#ID" can mean in one way only, to every reader. The standard wants an NCName; in the
 * field there are bare UUIDs, which may begin with a digit, and base64. Not accepted is what a URI
 * escapes ("%", bytes beyond ASCII), and what could be an XPointer (parentheses).
 */
static bool is_plain_id(const char *id)
{
    apr_size_t len = strlen(id);

    return len > 0 && len <= 256 &&
           strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:+/=~@") ==
               len;
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

/* Everything a signature says, read into types; what it does not say is refused. */
typedef struct signature_t {
    xmlNodePtr element; /* that it stands in, and is about */
    xmlNodePtr node, info;
    eckid_c14n_t info_form, element_form;
    int alg;
    eckid_digest_alg_t digest_alg;
    bool is_pss; /* then pss stands for alg */
    eckid_key_pss_t pss;
    eckid_bytes_t digest, value;
} signature_t;

/* Exclusive canonicalization, section 4: prefixes that are treated as the inclusive one would. */
static eckid_err_t *read_form(eckid_c14n_t *form, const xmlNode *method, apr_pool_t *pool)
{
    xmlNodePtr child = eckid_xml_child(method, ECKID_C14N_URI_EXCLUSIVE, "InclusiveNamespaces");
    int meaning;

    ECKID_ERR(find_algorithm(&meaning, method, c14n_methods, false, pool));
    form->method = (eckid_c14n_method_t)(meaning & ~COMMENTS);
    form->comments = meaning & COMMENTS;
    form->prefixes = child ? eckid_xml_attribute(child, "PrefixList", pool) : NULL;
    return NULL;
}

/* The enveloped signature comes first; without a second one Canonical XML follows by itself (XML
 * signature section 4.4.3.2). */
static eckid_err_t *read_transforms(signature_t *signature, const xmlNode *transforms,
                                    apr_pool_t *pool)
{
    static const char *const two[] = {"Transform", "Transform", NULL};
    xmlNodePtr first = eckid_xml_child(transforms, ECKID_NS_DSIG, "Transform");
    xmlNodePtr second = first ? eckid_xml_next(first, ECKID_NS_DSIG, "Transform") : NULL;
    const char *uri = first ? eckid_xml_attribute(first, "Algorithm", pool) : NULL;

    ECKID_ERR(check_children(transforms, second ? two : two + 1, pool));
    if (!uri || strcmp(uri, ENVELOPED) != 0) {
        return unaccepted(first, uri ? uri : "", false, pool);
    }
    if (second) {
        ECKID_ERR(read_form(&signature->element_form, second, pool));
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
 * section 4.4.3.3), and so means the element if that is its root. */
static bool names_element(const char *uri, const signature_t *signature, const char *id)
{
    const xmlNode *element = signature->node->parent;

    return uri && (*uri ? *uri == '#' && strcmp(uri + 1, id) == 0
                        : element == xmlDocGetRootElement(element->doc));
}

static eckid_err_t *read_reference(signature_t *signature, const xmlNode *reference, const char *id,
                                   bool sha1, apr_pool_t *pool)
{
    static const char *const children[] = {"Transforms", "DigestMethod", "DigestValue", NULL};
    const char *uri = eckid_xml_attribute(reference, "URI", pool);

    ECKID_ERR(check_children(reference, children, pool));
    if (!names_element(uri, signature, id)) {
        return eckid_err_make(pool, ECKID_STRUCTURE, "a signature that refers to another element");
    }
    ECKID_ERR(
        read_transforms(signature, eckid_xml_child(reference, ECKID_NS_DSIG, "Transforms"), pool));
    ECKID_ERR(find_digest(&signature->digest_alg,
                          eckid_xml_child(reference, ECKID_NS_DSIG, "DigestMethod"), sha1, pool));
    return read_base64(&signature->digest, eckid_xml_child(reference, ECKID_NS_DSIG, "DigestValue"),
                       pool);
}

static int length_of(eckid_digest_alg_t digest)
{
    static const int lengths[] = {
        [ECKID_SHA1] = 20, [ECKID_SHA256] = 32, [ECKID_SHA384] = 48, [ECKID_SHA512] = 64};

    return lengths[digest];
}

/* The digest of a child DigestMethod; fallback where there is none. */
static eckid_err_t *read_digest(eckid_digest_alg_t *digest, const xmlNode *parent,
                                eckid_digest_alg_t fallback, bool sha1, apr_pool_t *pool)
{
    const xmlNode *method = eckid_xml_child(parent, ECKID_NS_DSIG, "DigestMethod");

    *digest = fallback;
    return method ? find_digest(digest, method, sha1, pool) : NULL;
}

static eckid_err_t *bad_pss(apr_pool_t *pool)
{
    return eckid_err_advise(
        eckid_err_make(pool, ECKID_ALGORITHM, "RSASSA-PSS with parameters that are not known"),
        "let the identity provider sign with rsa-sha256, or with PSS and MGF1 by the usual "
        "digests");
}

/* RFC 9231 section 2.3.9: each parameter has a default, SHA-256 and what follows from it. */
static eckid_err_t *read_pss(eckid_key_pss_t *pss, const xmlNode *method, bool sha1,
                             apr_pool_t *pool)
{
    xmlNodePtr params = eckid_xml_child(method, DSIG_MORE_2007, "RSAPSSParams");
    xmlNodePtr mgf = eckid_xml_child(params, DSIG_MORE_2007, "MaskGenerationFunction");
    xmlNodePtr salt = eckid_xml_child(params, DSIG_MORE_2007, "SaltLength");
    xmlNodePtr trailer = eckid_xml_child(params, DSIG_MORE_2007, "TrailerField");
    const char *mgf_uri = mgf ? eckid_xml_attribute(mgf, "Algorithm", pool) : NULL;
    eckid_digest_alg_t digest, mgf1;

    ECKID_ERR(read_digest(&digest, params, ECKID_SHA256, sha1, pool));
    ECKID_ERR(read_digest(&mgf1, mgf, digest, sha1, pool));
    if ((mgf_uri && strcmp(mgf_uri, DSIG_MORE_2007 "MGF1") != 0) ||
        (trailer && strcmp(eckid_xml_trimmed(trailer, pool), "1") != 0)) {
        return bad_pss(pool);
    }
    *pss = (eckid_key_pss_t){digest, mgf1, length_of(digest)};
    if (salt) {
        apr_int64_t length = apr_atoi64(eckid_xml_trimmed(salt, pool));

        if (length < 1 || length > 512) {
            return bad_pss(pool);
        }
        pss->salt = (int)length;
    }
    return NULL;
}

/* What the signature was made by. */
static eckid_err_t *read_method(signature_t *signature, const xmlNode *method, bool sha1,
                                apr_pool_t *pool)
{
    const char *uri = method ? eckid_xml_attribute(method, "Algorithm", pool) : NULL;
    int digest;

    if (!uri || strncmp(uri, DSIG_MORE_2007, strlen(DSIG_MORE_2007)) != 0) {
        return find_algorithm(&signature->alg, method, signature_methods, sha1, pool);
    }
    signature->is_pss = true;
    if (strcmp(uri, DSIG_MORE_2007 "rsa-pss") == 0) {
        return read_pss(&signature->pss, method, sha1, pool);
    }
    ECKID_ERR(find_algorithm(&digest, method, pss_methods, sha1, pool));
    signature->pss = (eckid_key_pss_t){(eckid_digest_alg_t)digest, (eckid_digest_alg_t)digest,
                                       length_of((eckid_digest_alg_t)digest)};
    return NULL;
}

static eckid_err_t *read_info(signature_t *signature, const char *id, bool sha1, apr_pool_t *pool)
{
    static const char *const children[] = {"CanonicalizationMethod", "SignatureMethod", "Reference",
                                           NULL};
    const xmlNode *info = signature->info;

    ECKID_ERR(check_children(info, children, pool));
    ECKID_ERR(read_form(&signature->info_form,
                        eckid_xml_child(info, ECKID_NS_DSIG, "CanonicalizationMethod"), pool));
    ECKID_ERR(read_method(signature, eckid_xml_child(info, ECKID_NS_DSIG, "SignatureMethod"), sha1,
                          pool));
    return read_reference(signature, eckid_xml_child(info, ECKID_NS_DSIG, "Reference"), id, sha1,
                          pool);
}

static eckid_err_t *read_signature(signature_t *signature, const char *id, bool sha1,
                                   apr_pool_t *pool)
{
    static const char *const children[] = {"SignedInfo", "SignatureValue", "KeyInfo", NULL};

    ECKID_ERR(check_children(signature->node, children, pool));
    signature->info = eckid_xml_child(signature->node, ECKID_NS_DSIG, "SignedInfo");
    ECKID_ERR(read_info(signature, id, sha1, pool));
    return read_base64(&signature->value,
                       eckid_xml_child(signature->node, ECKID_NS_DSIG, "SignatureValue"), pool);
}

/* The document as a whole */

/* Counts an attribute that some reader could take for an ID; a second one of that value is refused.
 */
static eckid_err_t *note_ids(apr_hash_t *ids, const xmlNode *element, apr_pool_t *pool)
{
    for (xmlAttrPtr attr = element->properties; attr; attr = attr->next) {
        if (strcasecmp((const char *)attr->name, "ID") != 0) {
            continue;
        }
        const char *value = eckid_xml_text((xmlNodePtr)attr, pool).data;

        if (apr_hash_get(ids, value, APR_HASH_KEY_STRING)) {
            return eckid_err_make(pool, ECKID_STRUCTURE, "two elements with the same ID");
        }
        apr_hash_set(ids, value, APR_HASH_KEY_STRING, element);
    }
    return NULL;
}

/* Whether a node stands in the Advice of the inner element, whose assertions may be signed by their
 * own issuers (core section 2.6.1). None of those signatures says anything about this login. */
static bool is_in_advice(const xmlNode *node, const xmlNode *inner)
{
    while (node && node->parent != inner) {
        node = node->parent;
    }
    return eckid_xml_is(node, ECKID_NS_SAML, "Advice");
}

eckid_err_t *eckid_xmldsig_check_document(const eckid_verified_t *verified, apr_pool_t *pool)
{
    xmlNodePtr top = (xmlNodePtr)verified->outer->doc;
    apr_hash_t *ids = apr_hash_make(pool);
    int signatures = 0;

    for (xmlNodePtr node = top->children; node; node = eckid_xml_walk(top, node)) {
        if (node->type != XML_ELEMENT_NODE) {
            continue;
        }
        ECKID_ERR(note_ids(ids, node, pool));
        signatures +=
            eckid_xml_is(node, ECKID_NS_DSIG, "Signature") && !is_in_advice(node, verified->inner);
    }
    if (signatures != verified->outer_signed + verified->inner_signed) {
        return eckid_err_make(pool, ECKID_STRUCTURE, "a signature in an unexpected place");
    }
    return NULL;
}

static xmlNodePtr signature_of(const xmlNode *element)
{
    return eckid_xml_child(element, ECKID_NS_DSIG, "Signature");
}

bool eckid_xmldsig_is_signed(const xmlNode *element)
{
    return signature_of(element) != NULL;
}

static eckid_err_t *read_id(const char **id, const xmlNode *element, apr_pool_t *pool)
{
    *id = eckid_xml_attribute(element, "ID", pool);
    if (!*id || !is_plain_id(*id)) {
        return eckid_err_make(pool, ECKID_STRUCTURE, "a signed element without a proper ID");
    }
    return NULL;
}

/* Verifying */

/* The certificate that the message itself names: a hint, never a reason to trust. */
static eckid_bytes_t named_certificate(const xmlNode *signature, apr_pool_t *pool)
{
    xmlNodePtr info = eckid_xml_child(signature, ECKID_NS_DSIG, "KeyInfo");
    xmlNodePtr data = eckid_xml_child(info, ECKID_NS_DSIG, "X509Data");
    xmlNodePtr certificate = eckid_xml_child(data, ECKID_NS_DSIG, "X509Certificate");

    return certificate ? eckid_xml_text(certificate, pool) : eckid_bytes("", 0);
}

static bool is_known(const char *fingerprint, const eckid_trust_t *trust)
{
    for (int i = 0; i < trust->keys->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(trust->keys, i, const eckid_key_t *);

        if (eckid_key_fingerprint(key) && strcmp(eckid_key_fingerprint(key), fingerprint) == 0) {
            return true;
        }
    }
    return false;
}

static eckid_err_t *no_key_fits(const signature_t *signature, const eckid_trust_t *trust,
                                apr_pool_t *pool)
{
    const char *fingerprint =
        eckid_key_fingerprint_of(named_certificate(signature->node, pool), pool);

    if (!fingerprint) {
        return eckid_err_make(pool, ECKID_UNKNOWN_KEY,
                              "it names no certificate, and none of the %d keys in the metadata "
                              "fits",
                              trust->keys->nelts);
    }
    if (!is_known(fingerprint, trust)) {
        eckid_err_t *err =
            eckid_err_make(pool, ECKID_UNKNOWN_KEY, "its certificate has SHA-256 %s", fingerprint);

        err->fingerprint = fingerprint;
        return err;
    }
    return eckid_err_advise(
        eckid_err_make(pool, ECKID_SIGNATURE, "by none of the %d keys in the metadata",
                       trust->keys->nelts),
        fingerprint ? NULL /* it names one of these keys, so the text or the signature is changed */
                    : "has the identity provider a new key, and EckidIdpMetadata not? if not, was "
                      "the page changed on its way here?");
}

/* Whether one of the trusted keys made the signature over SignedInfo. */
static eckid_err_t *verify_info(const signature_t *signature, const eckid_trust_t *trust,
                                apr_pool_t *pool)
{
    eckid_bytes_t text;

    ECKID_ERR(eckid_c14n(&text, signature->info, NULL, &signature->info_form, pool));
    for (int i = 0; i < trust->keys->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(trust->keys, i, const eckid_key_t *);

        if (signature->is_pss
                ? eckid_key_verify_pss(key, &signature->pss, signature->value, text)
                : eckid_key_verify(key, (eckid_key_alg_t)signature->alg, signature->value, text)) {
            return NULL;
        }
    }
    return no_key_fits(signature, trust, pool);
}

/* Whether SignedInfo, once it is believed, speaks of the element as it is. */
static eckid_err_t *verify_digest(const signature_t *signature, apr_pool_t *pool)
{
    eckid_bytes_t text;

    ECKID_ERR(
        eckid_c14n(&text, signature->element, signature->node, &signature->element_form, pool));
    if (!eckid_bytes_equal(eckid_digest(signature->digest_alg, text, pool), signature->digest)) {
        return eckid_err_make(pool, ECKID_SIGNATURE, "the %s was changed after it was signed",
                              (const char *)signature->element->name);
    }
    return NULL;
}

eckid_err_t *eckid_xmldsig_verify_element(xmlNodePtr element, const eckid_trust_t *trust,
                                          apr_pool_t *pool)
{
    signature_t signature = {.element = element, .node = signature_of(element)};
    const char *id;

    ECKID_ERR(read_id(&id, element, pool));
    ECKID_ERR(read_signature(&signature, id, trust->sha1, pool));
    ECKID_ERR(verify_info(&signature, trust, pool));
    return verify_digest(&signature, pool);
}

eckid_err_t *eckid_xmldsig_verify(eckid_verified_t **out, xmlNodePtr outer, xmlNodePtr inner,
                                  const eckid_trust_t *trust, apr_pool_t *pool)
{
    eckid_verified_t *verified = apr_pcalloc(pool, sizeof(*verified));

    verified->outer = outer;
    verified->inner = inner;
    verified->outer_signed = eckid_xmldsig_is_signed(outer);
    verified->inner_signed = eckid_xmldsig_is_signed(inner);
    if (!verified->outer_signed && !verified->inner_signed) {
        return eckid_err_make(pool, ECKID_UNSIGNED, "neither the Response nor the Assertion is");
    }
    ECKID_ERR(eckid_xmldsig_check_document(verified, pool));
    if (verified->outer_signed) {
        ECKID_ERR(eckid_xmldsig_verify_element(outer, trust, pool));
    }
    if (verified->inner_signed) {
        ECKID_ERR(eckid_xmldsig_verify_element(inner, trust, pool));
    }
    *out = verified;
    return NULL;
}

eckid_err_t *eckid_xmldsig_verify_root(xmlNodePtr root, const eckid_trust_t *trust,
                                       apr_pool_t *pool)
{
    return eckid_xmldsig_is_signed(root) ? eckid_xmldsig_verify_element(root, trust, pool)
                                         : eckid_err_make(pool, ECKID_UNSIGNED, "its root is not");
}

/* Without a document there is no element with an Algorithm to read, so its URI is looked up. */
static bool find_uri(int *meaning, const char *uri, const algorithm_t *allowed, bool sha1)
{
    while (allowed->uri && strcmp(allowed->uri, uri) != 0) {
        allowed++;
    }
    *meaning = allowed->meaning;
    return allowed->uri && (!allowed->sha1 || sha1);
}

static bool fits_octets(const eckid_octets_t *signed_, int alg, bool is_pss, const eckid_key_t *key)
{
    const eckid_digest_alg_t digest = (eckid_digest_alg_t)alg;
    const eckid_key_pss_t pss = {digest, digest, is_pss ? length_of(digest) : 0};

    return is_pss
               ? eckid_key_verify_pss(key, &pss, signed_->signature, signed_->octets)
               : eckid_key_verify(key, (eckid_key_alg_t)alg, signed_->signature, signed_->octets);
}

eckid_err_t *eckid_xmldsig_verify_octets(const eckid_octets_t *signed_, const eckid_trust_t *trust,
                                         apr_pool_t *pool)
{
    int alg;
    bool is_pss = find_uri(&alg, signed_->algorithm, pss_methods, trust->sha1);

    if (!is_pss && !find_uri(&alg, signed_->algorithm, signature_methods, trust->sha1)) {
        return eckid_err_make(pool, ECKID_ALGORITHM, "SigAlg is %s",
                              eckid_xml_algorithm_name(signed_->algorithm, pool));
    }
    for (int i = 0; i < trust->keys->nelts; i++) {
        if (fits_octets(signed_, alg, is_pss, APR_ARRAY_IDX(trust->keys, i, const eckid_key_t *))) {
            return NULL;
        }
    }
    return eckid_err_make(pool, ECKID_SIGNATURE, "by none of the %d keys in the metadata",
                          trust->keys->nelts);
}

xmlNodePtr eckid_xmldsig_inner(const eckid_verified_t *verified)
{
    return verified->inner;
}

xmlNodePtr eckid_xmldsig_outer(const eckid_verified_t *verified)
{
    return verified->outer_signed ? verified->outer : NULL;
}

bool eckid_xmldsig_was_encrypted(const eckid_verified_t *verified)
{
    return verified->was_encrypted;
}

xmlDocPtr eckid_xmldsig_document(const eckid_verified_t *verified)
{
    return verified->outer->doc;
}

/* Signing */

static const eckid_c14n_t exclusive = {.method = ECKID_C14N_EXCLUSIVE};

static xmlNodePtr add(xmlNodePtr parent, const char *name, const char *algorithm)
{
    return eckid_xml_algorithm_add(parent, parent->ns, name, algorithm);
}

const char *eckid_xmldsig_algorithm(const eckid_key_t *key)
{
    return eckid_key_kind(key) == ECKID_KEY_RSA ? DSIG_MORE "rsa-sha256" : DSIG_MORE "ecdsa-sha256";
}

/* SignedInfo over the element that has that ID, with its digest already in place. */
static xmlNodePtr add_info(xmlNodePtr signature, const char *id, eckid_bytes_t digest,
                           const eckid_key_t *key, apr_pool_t *pool)
{
    xmlNodePtr info = add(signature, "SignedInfo", NULL);

    add(info, "CanonicalizationMethod", ECKID_C14N_URI_EXCLUSIVE);
    add(info, "SignatureMethod", eckid_xmldsig_algorithm(key));
    xmlNodePtr reference = add(info, "Reference", NULL);

    xmlSetProp(reference, BAD_CAST "URI", BAD_CAST apr_pstrcat(pool, "#", id, NULL));
    xmlNodePtr transforms = add(reference, "Transforms", NULL);

    add(transforms, "Transform", ENVELOPED);
    add(transforms, "Transform", ECKID_C14N_URI_EXCLUSIVE);
    add(reference, "DigestMethod", eckid_xml_digest_uri(ECKID_SHA256));
    xmlNodeAddContent(add(reference, "DigestValue", NULL),
                      BAD_CAST eckid_codec_base64(digest, pool).data);
    return info;
}

static void add_key_info(xmlNodePtr signature, const eckid_key_t *key)
{
    xmlNodePtr data = add(add(signature, "KeyInfo", NULL), "X509Data", NULL);

    xmlNodeAddContent(add(data, "X509Certificate", NULL),
                      BAD_CAST eckid_key_certificate_base64(key));
}

/* Fills a Signature, which stands in its place in the element and is empty. */
static eckid_err_t *fill(xmlNodePtr signature, const eckid_key_t *key, apr_pool_t *pool)
{
    xmlNodePtr element = signature->parent;
    eckid_key_alg_t alg = eckid_key_kind(key) == ECKID_KEY_RSA ? ECKID_RS256 : ECKID_ES256;
    eckid_bytes_t text, value;
    const char *id;

    ECKID_ERR(read_id(&id, element, pool));
    ECKID_ERR(eckid_c14n(&text, element, signature, &exclusive, pool));
    xmlNodePtr info = add_info(signature, id, eckid_digest_sha256(text, pool), key, pool);

    ECKID_ERR(eckid_c14n(&text, info, NULL, &exclusive, pool));
    ECKID_ERR(eckid_key_sign(&value, key, alg, text, pool));
    xmlNodeAddContent(add(signature, "SignatureValue", NULL),
                      BAD_CAST eckid_codec_base64(value, pool).data);
    add_key_info(signature, key);
    return NULL;
}

/* An empty Signature that is in no tree yet. */
static xmlNodePtr make_signature(const xmlNode *element)
{
    xmlNodePtr signature = xmlNewDocNode(element->doc, NULL, BAD_CAST "Signature", NULL);

    xmlSetNs(signature, xmlNewNs(signature, BAD_CAST ECKID_NS_DSIG, BAD_CAST "ds"));
    return signature;
}

eckid_err_t *eckid_xmldsig_sign_element(const xmlNode *element, const eckid_key_t *key,
                                        apr_pool_t *pool)
{
    xmlNodePtr signature = make_signature(element);

    xmlFreeNode(xmlReplaceNode(signature_of(element), signature));
    return fill(signature, key, pool);
}

eckid_err_t *eckid_xmldsig_sign(eckid_verified_t *verified, const eckid_key_t *key,
                                apr_pool_t *pool)
{
    if (verified->inner_signed) {
        ECKID_ERR(eckid_xmldsig_sign_element(verified->inner, key, pool));
    }
    return verified->outer_signed ? eckid_xmldsig_sign_element(verified->outer, key, pool) : NULL;
}

static bool holds_assertion(const xmlNode *root)
{
    for (const xmlNode *node = root; node; node = eckid_xml_walk(root, node)) {
        if (eckid_xml_is(node, ECKID_NS_SAML, "Assertion") ||
            eckid_xml_is(node, ECKID_NS_SAML, "EncryptedAssertion") ||
            eckid_xml_is(node, ECKID_NS_SAML1, "Assertion")) {
            return true;
        }
    }
    return false;
}

/* Puts a signature where the schemas want it: after the Issuer of a message, first in metadata. */
static void place(xmlNodePtr root, xmlNodePtr signature)
{
    xmlNodePtr issuer = eckid_xml_child(root, ECKID_NS_SAML, "Issuer");

    if (issuer) {
        xmlAddNextSibling(issuer, signature);
    }
    else if (root->children) {
        xmlAddPrevSibling(root->children, signature);
    }
    else {
        xmlAddChild(root, signature);
    }
}

xmlNodePtr eckid_xmldsig_prepare(xmlNodePtr element)
{
    xmlNodePtr signature = make_signature(element);

    place(element, signature);
    return signature;
}

eckid_err_t *eckid_xmldsig_sign_own(xmlNodePtr root, const eckid_key_t *key, apr_pool_t *pool)
{
    return holds_assertion(root)
               ? eckid_err_make(pool, ECKID_STRUCTURE, "an assertion that was not verified")
               : fill(eckid_xmldsig_prepare(root), key, pool);
}

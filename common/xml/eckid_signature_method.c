/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The algorithms of XML signatures that are accepted, by their URIs. */
#include "xml/eckid_signature_method.h"

#include <apr_strings.h>

#include "xml/eckid_xml_algorithm.h"

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
    {ECKID_NS_DSIG_MORE "rsa-sha256", ECKID_RS256, false},
    {ECKID_NS_DSIG_MORE "rsa-sha384", ECKID_RS384, false},
    {ECKID_NS_DSIG_MORE "rsa-sha512", ECKID_RS512, false},
    {ECKID_NS_DSIG_MORE "ecdsa-sha256", ECKID_ES256, false},
    {ECKID_NS_DSIG_MORE "ecdsa-sha384", ECKID_ES384, false},
    {ECKID_NS_DSIG_MORE "ecdsa-sha512", ECKID_ES512, false},
    {ECKID_NS_DSIG "rsa-sha1", ECKID_RS1, true},
    {NULL, 0, false},
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

/* Of a Transform, which one it is: one that is accepted behind another is not in its place. */
static const char *name_of(const xmlNode *method, apr_pool_t *pool)
{
    const char *name = (const char *)method->name;

    if (!eckid_xml_is(method, ECKID_NS_DSIG, "Transform")) {
        return name;
    }
    return apr_pstrcat(pool,
                       xmlPreviousElementSibling((xmlNodePtr)method) ? "the second " : "the first ",
                       name, NULL);
}

eckid_err_t *eckid_signature_unaccepted(const xmlNode *method, const char *uri, bool is_sha1,
                                        apr_pool_t *pool)
{
    bool is_form = eckid_xml_is(method, ECKID_NS_DSIG, "CanonicalizationMethod") ||
                   eckid_xml_is(method, ECKID_NS_DSIG, "Transform");
    eckid_err_t *err = eckid_err_make(pool, ECKID_ALGORITHM, "%s is %s", name_of(method, pool),
                                      eckid_xml_algorithm_name(uri, pool));

    return eckid_err_advise(
        err, is_sha1 ? "SHA-1 is broken; EckidAllowSha1 takes it until the identity provider signs "
                       "with SHA-256"
             : is_form ? "let the identity provider use exclusive canonicalization and no other "
                         "transform than enveloped-signature before it"
                       : NULL);
}

static const algorithm_t *find(const algorithm_t *allowed, const char *uri)
{
    while (allowed->uri && strcmp(allowed->uri, uri) != 0) {
        allowed++;
    }
    return allowed;
}

static eckid_err_t *find_algorithm(int *meaning, const xmlNode *method, const algorithm_t *allowed,
                                   bool sha1, apr_pool_t *pool)
{
    const char *uri = method ? eckid_xml_attribute(method, "Algorithm", pool) : NULL;

    if (!uri) {
        return no_algorithm(pool);
    }
    allowed = find(allowed, uri);
    if (!allowed->uri || (allowed->sha1 && !sha1)) {
        return eckid_signature_unaccepted(method, uri, allowed->uri != NULL, pool);
    }
    *meaning = allowed->meaning;
    return NULL;
}

eckid_err_t *eckid_signature_digest_read(eckid_digest_alg_t *digest, const xmlNode *method,
                                         bool sha1, apr_pool_t *pool)
{
    const char *uri = method ? eckid_xml_attribute(method, "Algorithm", pool) : NULL;

    if (!uri) {
        return no_algorithm(pool);
    }
    if (!eckid_xml_digest_find(digest, uri)) {
        return eckid_signature_unaccepted(method, uri, false, pool);
    }
    return *digest == ECKID_SHA1 && !sha1 ? eckid_signature_unaccepted(method, uri, true, pool)
                                          : NULL;
}

eckid_err_t *eckid_signature_form_read(eckid_c14n_t *form, const xmlNode *method, apr_pool_t *pool)
{
    xmlNodePtr child = eckid_xml_child(method, ECKID_C14N_URI_EXCLUSIVE, "InclusiveNamespaces");
    int meaning;

    ECKID_ERR(find_algorithm(&meaning, method, c14n_methods, false, pool));
    form->method = (eckid_c14n_method_t)(meaning & ~COMMENTS);
    form->comments = meaning & COMMENTS;
    form->prefixes = child ? eckid_xml_attribute(child, "PrefixList", pool) : NULL;
    return NULL;
}

/* What the signature was made by */

static int length_of(eckid_digest_alg_t digest)
{
    static const int lengths[] = {
        [ECKID_SHA1] = 20, [ECKID_SHA256] = 32, [ECKID_SHA384] = 48, [ECKID_SHA512] = 64};

    return lengths[digest];
}

static eckid_key_pss_t pss_of(int meaning)
{
    const eckid_digest_alg_t digest = (eckid_digest_alg_t)meaning;

    return (eckid_key_pss_t){digest, digest, length_of(digest)};
}

/* The digest of a child DigestMethod; fallback where there is none. */
static eckid_err_t *read_digest(eckid_digest_alg_t *digest, const xmlNode *parent,
                                eckid_digest_alg_t fallback, bool sha1, apr_pool_t *pool)
{
    const xmlNode *method = eckid_xml_child(parent, ECKID_NS_DSIG, "DigestMethod");

    *digest = fallback;
    return method ? eckid_signature_digest_read(digest, method, sha1, pool) : NULL;
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

eckid_err_t *eckid_signature_method_read(eckid_signature_method_t *method, const xmlNode *element,
                                         bool sha1, apr_pool_t *pool)
{
    const char *uri = element ? eckid_xml_attribute(element, "Algorithm", pool) : NULL;
    int meaning;

    *method = (eckid_signature_method_t){.is_pss = false};
    if (!uri || strncmp(uri, DSIG_MORE_2007, strlen(DSIG_MORE_2007)) != 0) {
        ECKID_ERR(find_algorithm(&meaning, element, signature_methods, sha1, pool));
        method->alg = (eckid_key_alg_t)meaning;
        return NULL;
    }
    method->is_pss = true;
    if (strcmp(uri, DSIG_MORE_2007 "rsa-pss") == 0) {
        return read_pss(&method->pss, element, sha1, pool);
    }
    ECKID_ERR(find_algorithm(&meaning, element, pss_methods, sha1, pool));
    method->pss = pss_of(meaning);
    return NULL;
}

bool eckid_signature_method_find(eckid_signature_method_t *method, const char *uri, bool sha1)
{
    const algorithm_t *pss = find(pss_methods, uri);
    const algorithm_t *found = pss->uri ? pss : find(signature_methods, uri);

    *method = (eckid_signature_method_t){.is_pss = pss->uri != NULL};
    if (method->is_pss) {
        method->pss = pss_of(found->meaning);
    }
    else {
        method->alg = (eckid_key_alg_t)found->meaning;
    }
    return found->uri && (!found->sha1 || sha1);
}

bool eckid_signature_method_verify(const eckid_signature_method_t *method, const eckid_key_t *key,
                                   eckid_bytes_t value, eckid_bytes_t text)
{
    return method->is_pss ? eckid_key_verify_pss(key, &method->pss, value, text)
                          : eckid_key_verify(key, method->alg, value, text);
}

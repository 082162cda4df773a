/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The URIs by which XML Signature and XML Encryption name algorithms. */
#include "xml/eckid_xml_algorithm.h"

#include <string.h>
#include <apr_strings.h>

static const char *const uris[] = {
    [ECKID_SHA1] = "http://www.w3.org/2000/09/xmldsig#sha1",
    [ECKID_SHA256] = "http://www.w3.org/2001/04/xmlenc#sha256",
    [ECKID_SHA384] = "http://www.w3.org/2001/04/xmldsig-more#sha384",
    [ECKID_SHA512] = "http://www.w3.org/2001/04/xmlenc#sha512",
};

bool eckid_xml_digest_find(eckid_digest_alg_t *digest, const char *uri)
{
    for (int i = ECKID_SHA1; i <= ECKID_SHA512; i++) {
        if (strcmp(uri, uris[i]) == 0) {
            *digest = (eckid_digest_alg_t)i;
            return true;
        }
    }
    return false;
}

const char *eckid_xml_digest_uri(eckid_digest_alg_t digest)
{
    return uris[digest];
}

const char *eckid_xml_algorithm_name(const char *uri, apr_pool_t *pool)
{
    apr_size_t len = strspn(uri, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                 "-._:/#");

    return len && len <= 100 && !uri[len] ? apr_pstrdup(pool, uri) : "one that is no URI";
}

xmlNodePtr eckid_xml_algorithm_add(xmlNodePtr parent, xmlNsPtr namespace, const char *name,
                                   const char *algorithm)
{
    xmlNodePtr child = xmlNewChild(parent, namespace, BAD_CAST name, NULL);

    if (algorithm) {
        xmlSetProp(child, BAD_CAST "Algorithm", BAD_CAST algorithm);
    }
    return child;
}

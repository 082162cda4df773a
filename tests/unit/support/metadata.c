/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/metadata.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig.h"

const char *metadata_certificate(test_kind_t kind, int number)
{
    return eckid_key_certificate_base64(test_pair(kind, number));
}

const char *metadata_descriptor(const char *use, const char *base64)
{
    return apr_pstrcat(pool, "<m:KeyDescriptor", use,
                       "><d:KeyInfo xmlns:d='" ECKID_NS_DSIG "'><d:X509Data><d:X509Certificate>\n",
                       base64, "\n</d:X509Certificate></d:X509Data></d:KeyInfo></m:KeyDescriptor>",
                       NULL);
}

const char *metadata_entity(const char *id, const char *content)
{
    return apr_pstrcat(pool, "<m:EntityDescriptor xmlns:m='" ECKID_NS_METADATA "' entityID='", id,
                       "'>", content, "</m:EntityDescriptor>", NULL);
}

const char *metadata_idp_role(const char *content)
{
    return apr_pstrcat(pool, "<m:IDPSSODescriptor protocolSupportEnumeration='" ECKID_NS_SAMLP "'>",
                       content, "</m:IDPSSODescriptor>", NULL);
}

const char *metadata_sp_role(const char *content)
{
    return apr_pstrcat(pool, "<m:SPSSODescriptor protocolSupportEnumeration='" ECKID_NS_SAMLP "'>",
                       content, "</m:SPSSODescriptor>", NULL);
}

const char *metadata_entities(const char *content)
{
    return apr_pstrcat(pool, "<m:EntitiesDescriptor xmlns:m='" ECKID_NS_METADATA "'>", content,
                       "</m:EntitiesDescriptor>", NULL);
}

const char *metadata_aggregate(void)
{
    const char *keys = metadata_descriptor("", metadata_certificate(P_256, 0));

    return metadata_entities(
        apr_pstrcat(pool, metadata_entity("https://other.example", metadata_idp_role(keys)),
                    metadata_entities(metadata_entity(METADATA_IDP, metadata_idp_role(keys))),
                    metadata_entity("https://sp.example", metadata_sp_role("")), NULL));
}

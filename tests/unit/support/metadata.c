/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <apr_file_io.h>

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

const char *metadata_file(const char *content)
{
    char *path = apr_pstrdup(pool, "/tmp/eckid-unit-XXXXXX");
    apr_file_t *file;

    ck_assert_int_eq(apr_file_mktemp(&file, path,
                                     APR_CREATE | APR_READ | APR_WRITE | APR_EXCL | APR_DELONCLOSE,
                                     pool),
                     APR_SUCCESS);
    apr_file_write_full(file, content, strlen(content), NULL);
    apr_file_flush(file);
    return path;
}

void metadata_replace(const char *path, const char *content)
{
    const char *next = apr_pstrcat(pool, path, ".new", NULL);
    apr_file_t *file;

    ck_assert_int_eq(
        apr_file_open(&file, next, APR_CREATE | APR_WRITE | APR_TRUNCATE, APR_OS_DEFAULT, pool),
        APR_SUCCESS);
    apr_file_write_full(file, content, strlen(content), NULL);
    apr_file_close(file);
    apr_file_rename(next, path, pool);
}

const char *metadata_idp(const char *id, const apr_array_header_t *keys)
{
    const char *descriptors = "";

    for (int i = 0; i < keys->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(keys, i, const eckid_key_t *);

        descriptors = apr_pstrcat(pool, descriptors,
                                  metadata_descriptor("", eckid_key_certificate_base64(key)), NULL);
    }
    return metadata_entity(id, metadata_idp_role(descriptors));
}

eckid_metadata_t *metadata_source(const char *path)
{
    const eckid_metadata_entity_t only = {ECKID_ROLE_IDP, NULL};
    const eckid_metadata_listener_t nobody = {NULL, NULL};
    eckid_metadata_t *metadata;

    ok(eckid_metadata_from_file(&metadata, path, &only, &nobody, pool));
    return metadata;
}

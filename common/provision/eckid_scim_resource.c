/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People and lists of them as SCIM shows them: without ECK iDs. */
#include "provision/eckid_scim_resource.h"

#include <apr_strings.h>

#include "base/eckid_time.h"

#define LIST_URN "urn:ietf:params:scim:api:messages:2.0:ListResponse"

const char *eckid_scim_resource_url(const eckid_directory_record_t *record,
                                    const eckid_scim_setup_t *setup, apr_pool_t *pool)
{
    return apr_pstrcat(pool, setup->base, setup->schema->endpoint, "/", record->id, NULL);
}

const char *eckid_scim_resource_etag(const eckid_directory_record_t *record, apr_pool_t *pool)
{
    return apr_psprintf(pool, "W/\"%" APR_UINT64_T_FMT "\"", record->version);
}

/* RFC 9110 section 8.8.3: a list of tags. They are compared weakly, as RFC 7644 section 3.14 uses
 * weak ones with If-Match. */
bool eckid_scim_resource_matches(const char *field, const eckid_directory_record_t *record)
{
    char wanted[32];
    int len = apr_snprintf(wanted, sizeof(wanted), "\"%" APR_UINT64_T_FMT "\"", record->version);

    for (const char *at = field; *at;) {
        at += strspn(at, " \t,");
        if (*at == '*') {
            return true;
        }
        at += strncmp(at, "W/", 2) == 0 ? 2 : 0;
        if (strncmp(at, wanted, (size_t)len) == 0) {
            return true;
        }
        at += *at == '"' ? 1 + strcspn(at + 1, "\"") : 0;
        at += strcspn(at, ",");
    }
    return false;
}

static json_t *write_meta(const eckid_directory_record_t *record, const eckid_scim_setup_t *setup,
                          apr_pool_t *pool)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:s}", "resourceType", setup->schema->resource, "created",
                     eckid_time_format(record->created, pool), "lastModified",
                     eckid_time_format(record->changed, pool), "version",
                     eckid_scim_resource_etag(record, pool), "location",
                     eckid_scim_resource_url(record, setup, pool));
}

static void set_text(json_t *resource, const char *name, const char *text,
                     const eckid_scim_query_t *query)
{
    if (text && eckid_scim_query_wants(query, name)) {
        json_object_set_new(resource, name, json_string(text));
    }
}

json_t *eckid_scim_resource(const eckid_directory_record_t *record, const eckid_scim_query_t *query,
                            const eckid_scim_setup_t *setup, apr_pool_t *pool)
{
    const eckid_scim_schema_t *schema = setup->schema;
    const eckid_scim_kind_t *kind = eckid_scim_person_kind(setup->kinds, record->person.kind);
    json_t *resource =
        eckid_json_own(json_pack("{s:[s],s:s}", "schemas", schema->core, "id", record->id), pool);

    if (schema->extension && record->person.has_eckid) {
        json_array_append_new(json_object_get(resource, "schemas"), json_string(schema->extension));
    }
    set_text(resource, "externalId",
             kind ? eckid_scim_person_key(&record->person, kind->type) : NULL, query);
    set_text(resource, "userName",
             eckid_scim_person_key(&record->person, ECKID_SCIM_USER_NAME_TYPE), query);
    if (eckid_scim_query_wants(query, "meta")) {
        json_object_set_new(resource, "meta", write_meta(record, setup, pool));
    }
    return resource;
}

json_t *eckid_scim_resource_list(apr_uint64_t total, apr_uint64_t start,
                                 const apr_array_header_t *values, apr_pool_t *pool)
{
    json_t *resources = json_array();

    for (int i = 0; i < values->nelts; i++) {
        json_array_append(resources, APR_ARRAY_IDX(values, i, json_t *));
    }
    return eckid_json_own(json_pack("{s:[s],s:I,s:I,s:i,s:o}", "schemas", LIST_URN, "totalResults",
                                    (json_int_t)total, "startIndex", (json_int_t)start,
                                    "itemsPerPage", values->nelts, "Resources", resources),
                          pool);
}

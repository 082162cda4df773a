/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shape in which people are pushed: the names of resource, schemas and ECK iD. */
#include "provision/eckid_scim_schema.h"

#include <apr_strings.h>
#include <strings.h>

#define CONFIG_URN "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
#define RESOURCE_TYPE_URN "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
#define SCHEMA_URN "urn:ietf:params:scim:schemas:core:2.0:Schema"

const eckid_scim_schema_t eckid_scim_schema_user = {
    .resource = "User",
    .endpoint = "/Users",
    .core = "urn:ietf:params:scim:schemas:core:2.0:User",
    .extension = "urn:eckid:scim:schemas:extension:2.0:User",
    .attribute = "eckId",
};

const eckid_scim_schema_t eckid_scim_schema_edu_user = {
    .resource = "EduUser",
    .endpoint = "/EduUsers",
    .core = "urn:eckid:scim:schemas:2.0:EduUser",
    .attribute = "eckId",
};

static json_t *meta(const char *type, const char *base, const char *path, apr_pool_t *pool)
{
    return json_pack("{s:s,s:s}", "resourceType", type, "location",
                     apr_pstrcat(pool, base, path, NULL));
}

/* RFC 7643 section 5. */
json_t *eckid_scim_schema_config(const char *base, apr_pool_t *pool)
{
    json_t *schemes = json_pack(
        "[{s:s,s:s,s:s,s:b}]", "type", "oauthbearertoken", "name", "OAuth 2.0 access token",
        "description", "RFC 6750; a TLS client certificate may be asked for as well", "primary", 1);

    return eckid_json_own(
        json_pack("{s:[s],s:{s:b},s:{s:b,s:i,s:i},s:{s:b,s:i},s:{s:b},s:{s:b},s:{s:b},s:o,s:o}",
                  "schemas", CONFIG_URN, "patch", "supported", 1, "bulk", "supported", 0,
                  "maxOperations", 0, "maxPayloadSize", 0, "filter", "supported", 1, "maxResults",
                  200, "changePassword", "supported", 0, "sort", "supported", 0, "etag",
                  "supported", 1, "authenticationSchemes", schemes, "meta",
                  meta("ServiceProviderConfig", base, "/ServiceProviderConfig", pool)),
        pool);
}

/* RFC 7643 section 6. */
json_t *eckid_scim_schema_resource_type(const eckid_scim_schema_t *schema, const char *base,
                                        apr_pool_t *pool)
{
    json_t *type = eckid_json_own(
        json_pack("{s:[s],s:s,s:s,s:s,s:s,s:s,s:o}", "schemas", RESOURCE_TYPE_URN, "id",
                  schema->resource, "name", schema->resource, "description",
                  "A person whose ECK iD is known", "endpoint", schema->endpoint, "schema",
                  schema->core, "meta",
                  meta("ResourceType", base,
                       apr_pstrcat(pool, "/ResourceTypes/", schema->resource, NULL), pool)),
        pool);

    if (schema->extension) {
        json_object_set_new(type, "schemaExtensions",
                            json_pack("[{s:s,s:b}]", "schema", schema->extension, "required", 0));
    }
    return type;
}

/* Schemas, RFC 7643 section 7 */

typedef struct attribute_t {
    const char *name, *description, *mutability, *returned, *uniqueness;
    bool case_exact, required;
} attribute_t;

static json_t *write_attribute(const attribute_t *each)
{
    return json_pack("{s:s,s:s,s:b,s:s,s:b,s:b,s:s,s:s,s:s}", "name", each->name, "type", "string",
                     "multiValued", 0, "description", each->description, "required", each->required,
                     "caseExact", each->case_exact, "mutability", each->mutability, "returned",
                     each->returned, "uniqueness", each->uniqueness);
}

/* An ECK iD is taken and never given back, as a password is. */
static json_t *write_eck_id(const char *name)
{
    const attribute_t attribute = {
        name,        "The ECK iD; taken, and never given back to anybody",
        "writeOnly", "never",
        "none",      true,
        false};

    return write_attribute(&attribute);
}

/* RFC 7643 section 3.1 has externalId in every resource; that it must be there, only a schema can
 * say. */
static json_t *write_core(const eckid_scim_schema_t *schema)
{
    static const attribute_t external_id = {"externalId", "The key by which logins name the person",
                                            "readWrite",  "default",
                                            "server",     true,
                                            true};
    static const attribute_t user_name = {"userName",  "Another name of the person, to search by",
                                          "readWrite", "default",
                                          "server",    true,
                                          false};
    json_t *list = json_array();

    json_array_append_new(list, write_attribute(&external_id));
    json_array_append_new(list, write_attribute(&user_name));
    if (!schema->extension) {
        json_array_append_new(list, write_eck_id(schema->attribute));
    }
    return list;
}

static json_t *write_schema(const char *urn, const char *name, json_t *attributes, const char *base,
                            apr_pool_t *pool)
{
    return eckid_json_own(
        json_pack("{s:[s],s:s,s:s,s:s,s:o,s:o}", "schemas", SCHEMA_URN, "id", urn, "name", name,
                  "description", "What is kept of a person; all else is accepted and dropped",
                  "attributes", attributes, "meta",
                  meta("Schema", base, apr_pstrcat(pool, "/Schemas/", urn, NULL), pool)),
        pool);
}

json_t *eckid_scim_schema_find(const eckid_scim_schema_t *schema, const char *urn, const char *base,
                               apr_pool_t *pool)
{
    if (strcasecmp(urn, schema->core) == 0) {
        return write_schema(schema->core, schema->resource, write_core(schema), base, pool);
    }
    if (schema->extension && strcasecmp(urn, schema->extension) == 0) {
        json_t *list = json_array();

        json_array_append_new(list, write_eck_id(schema->attribute));
        return write_schema(schema->extension, "EckId", list, base, pool);
    }
    return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "provision/eckid_scim_json.h"
#include "provision/eckid_scim_schema.h"

#define BASE "https://idp.school.example/scim"

static const char *text_at(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static const json_t *attribute_of(const json_t *schema, const char *name)
{
    const json_t *list = json_object_get(schema, "attributes"), *each;
    size_t i;

    json_array_foreach(list, i, each)
    {
        if (strcmp(text_at(each, "name"), name) == 0) {
            return each;
        }
    }
    return NULL;
}

START_TEST(bulk_sorting_and_passwords_are_not_offered)
{
    const json_t *config = eckid_scim_schema_config(BASE, pool);
    static const char *const names[] = {"bulk",  "sort",   "changePassword",
                                        "patch", "filter", "etag"};

    for (int i = 0; i < COUNT(names); i++) {
        const json_t *part = json_object_get(config, names[i]);

        ck_assert_msg(json_is_boolean(json_object_get(part, "supported")), "%s", names[i]);
        ck_assert_int_eq(json_is_true(json_object_get(part, "supported")), i >= 3);
    }
    ck_assert_str_eq(text_at(json_object_get(config, "meta"), "location"),
                     BASE "/ServiceProviderConfig");
}
END_TEST

static const struct {
    const eckid_scim_schema_t *schema;
    const char *holder; /* the schema with the ECK iD */
    int extensions;
} rows[] = {
    {&eckid_scim_schema_user, "urn:eckid:scim:schemas:extension:2.0:User", 1},
    {&eckid_scim_schema_edu_user, "urn:eckid:scim:schemas:2.0:EduUser", 0},
};

START_TEST(the_eck_id_is_written_and_never_returned)
{
    const json_t *schema = eckid_scim_schema_find(rows[_i].schema, rows[_i].holder, BASE, pool);
    const json_t *attribute = attribute_of(schema, "eckId");

    ck_assert_str_eq(text_at(attribute, "returned"), "never");
    ck_assert_str_eq(text_at(attribute, "mutability"), "writeOnly");
    ck_assert_str_eq(text_at(schema, "id"), rows[_i].holder);
}
END_TEST

START_TEST(the_resource_type_names_endpoint_and_schemas)
{
    const eckid_scim_schema_t *schema = rows[_i].schema;
    const json_t *type = eckid_scim_schema_resource_type(schema, BASE, pool);

    ck_assert_str_eq(text_at(type, "endpoint"), schema->endpoint);
    ck_assert_str_eq(text_at(type, "schema"), schema->core);
    ck_assert_uint_eq(json_array_size(json_object_get(type, "schemaExtensions")),
                      (unsigned)rows[_i].extensions);
    ck_assert(json_is_true(json_object_get(
        attribute_of(eckid_scim_schema_find(schema, schema->core, BASE, pool), "externalId"),
        "required")));
}
END_TEST

START_TEST(schemas_of_others_are_not_ours)
{
    ck_assert_ptr_null(eckid_scim_schema_find(
        &eckid_scim_schema_edu_user, "urn:ietf:params:scim:schemas:core:2.0:User", BASE, pool));
    ck_assert_ptr_null(eckid_scim_schema_find(&eckid_scim_schema_user, "", BASE, pool));
}
END_TEST

UNIT_SUITE(scim_schema)
{
    Suite *suite = suite_create("scim_schema");
    TCase *tcase = unit_case(suite, "all");

    tcase_add_test(tcase, bulk_sorting_and_passwords_are_not_offered);
    tcase_add_loop_test(tcase, the_eck_id_is_written_and_never_returned, 0, COUNT(rows));
    tcase_add_loop_test(tcase, the_resource_type_names_endpoint_and_schemas, 0, COUNT(rows));
    tcase_add_test(tcase, schemas_of_others_are_not_ours);
    return suite;
}

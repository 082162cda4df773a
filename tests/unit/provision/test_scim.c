/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "base/eckid_json.h"
#include "provision/eckid_scim.h"
#include "support/fakes.h"
#include "support/pushed.h"

#define CORE "urn:ietf:params:scim:schemas:core:2.0:User"
#define BASE "https://idp.school.example/scim"
#define PATCH "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":"

static eckid_directory_t *directory;

static const eckid_scim_setup_t *setup_of(const eckid_school_t *school)
{
    eckid_scim_setup_t *setup = apr_pcalloc(pool, sizeof(*setup));
    apr_array_header_t *kinds = apr_array_make(pool, 1, sizeof(eckid_scim_kind_t));

    APR_ARRAY_PUSH(kinds, eckid_scim_kind_t) = (eckid_scim_kind_t){"student", "NEPRI", NULL};
    *setup = (eckid_scim_setup_t){.schema = &eckid_scim_schema_user,
                                  .kinds = kinds,
                                  .directory = directory,
                                  .school = school,
                                  .source = "magister",
                                  .base = BASE};
    return setup;
}

static eckid_scim_request_t request_of(const char *method, const char *path, const char *body)
{
    return (eckid_scim_request_t){.method = method,
                                  .route = eckid_scim_route(path, &eckid_scim_schema_user, pool),
                                  .content_type = "application/scim+json",
                                  .body = str(body),
                                  .now = PUSHED_NOW};
}

static eckid_scim_response_t serve(const char *method, const char *path, const char *body)
{
    const eckid_scim_request_t request = request_of(method, path, body);

    return eckid_scim_serve(&request, setup_of(&pushed_school), pool);
}

static eckid_scim_response_t serve_query(const char *path, const char *query)
{
    eckid_scim_request_t request = request_of("GET", path, "");

    request.query = query;
    return eckid_scim_serve(&request, setup_of(&pushed_school), pool);
}

static const char *resource(const char *external_id, const char *eck_id)
{
    return apr_pstrcat(pool, "{\"schemas\":[\"" CORE "\"],\"externalId\":\"", external_id, "\"",
                       eck_id ? ",\"eckId\":\"" : "", eck_id ? eck_id : "", eck_id ? "\"}" : "}",
                       NULL);
}

static json_t *body_of(const eckid_scim_response_t *response)
{
    json_t *body;

    ok(eckid_json_parse(&body, response->body, ECKID_FILE, pool));
    ck_assert_ptr_null(strstr(response->body.data, "ketenid.nl"));
    return body;
}

static const char *text_in(const eckid_scim_response_t *response, const char *name)
{
    return json_string_value(json_object_get(body_of(response), name));
}

/* The path of a person who was pushed. */
static const char *push(const char *external_id, const char *eck_id)
{
    eckid_scim_response_t response = serve("POST", "/Users", resource(external_id, eck_id));

    ck_assert_int_eq(response.status, 201);
    return apr_pstrcat(pool, "/Users/", text_in(&response, "id"), NULL);
}

static const eckid_directory_person_t *known(const char *name)
{
    const eckid_directory_record_t *record = pushed_find(directory, name);

    return record ? &record->person : NULL;
}

static const char *error_of(const eckid_scim_response_t *response)
{
    const char *type = text_in(response, "scimType");

    return apr_psprintf(pool, "%d %s", response->status, type ? type : "-");
}

static void make_directory(void)
{
    directory = pushed_directory(DATABASE_SQLITE);
}

START_TEST(who_is_pushed_is_found_by_logins)
{
    eckid_scim_response_t response;

    make_directory();
    response = serve("POST", "/Users", resource("p@school.example", AN_ECKID));
    ck_assert_int_eq(response.status, 201);
    ck_assert(response.wrote);
    ck_assert_str_eq(response.etag, "W/\"1\"");
    ck_assert_str_eq(response.location,
                     apr_pstrcat(pool, BASE "/Users/", text_in(&response, "id"), NULL));
    ck_assert_str_eq(text_in(&response, "externalId"), "p@school.example");
    ck_assert(known("p@school.example")->has_eckid);
    ck_assert_str_eq(known("p@school.example")->eckid.text, AN_ECKID);
    ck_assert_str_eq(pushed_find(directory, "p@school.example")->source, "magister");
}
END_TEST

START_TEST(who_is_pushed_twice_is_a_conflict_and_stays)
{
    eckid_scim_response_t response;

    make_directory();
    push("p@x", AN_ECKID);
    response = serve("POST", "/Users", resource("p@x", NULL));
    ck_assert_str_eq(error_of(&response), "409 uniqueness");
    ck_assert(known("p@x")->has_eckid);
}
END_TEST

START_TEST(one_eck_id_is_not_two_peoples)
{
    eckid_scim_response_t response;

    make_directory();
    push("p@x", AN_ECKID);
    response = serve("POST", "/Users", resource("q@x", AN_ECKID));
    ck_assert_str_eq(error_of(&response), "409 uniqueness");
    ck_assert_ptr_null(known("q@x"));
}
END_TEST

START_TEST(without_an_eck_id_a_person_is_known_to_have_none)
{
    make_directory();
    push("p@x", NULL);
    ck_assert(!known("p@x")->has_eckid);
}
END_TEST

START_TEST(a_put_replaces_all_of_it)
{
    const char *path;
    eckid_scim_response_t response;

    make_directory();
    path = push("p@x", AN_ECKID);
    response = serve("PUT", path, resource("r@x", NULL));
    ck_assert_int_eq(response.status, 200);
    ck_assert_str_eq(response.etag, "W/\"2\"");
    ck_assert_ptr_null(known("p@x"));
    ck_assert(!known("r@x")->has_eckid);
}
END_TEST

START_TEST(a_patch_changes_what_it_says)
{
    const char *path;
    eckid_scim_response_t response;

    make_directory();
    path = push("p@x", AN_ECKID);
    response =
        serve("PATCH", path, PATCH "[{\"op\":\"add\",\"path\":\"userName\",\"value\":\"u\"}]}");
    ck_assert_int_eq(response.status, 200);
    ck_assert_str_eq(text_in(&response, "userName"), "u");
    ck_assert(known("p@x")->has_eckid);
    response = serve("PATCH", path, PATCH "[{\"op\":\"remove\",\"path\":\"eckId\"}]}");
    ck_assert_int_eq(response.status, 200);
    ck_assert(!known("p@x")->has_eckid);
}
END_TEST

START_TEST(who_is_deleted_is_gone)
{
    const char *path;
    eckid_scim_response_t response;

    make_directory();
    path = push("p@x", AN_ECKID);
    response = serve("DELETE", path, "");
    ck_assert_int_eq(response.status, 204);
    ck_assert_uint_eq(response.body.len, 0);
    ck_assert_ptr_null(known("p@x"));
    ck_assert_int_eq(serve("DELETE", path, "").status, 404);
    ck_assert_int_eq(serve("GET", path, "").status, 404);
}
END_TEST

/* A pupil who moves: the new school pushes the same ECK iD, and the old one deletes its own. */
START_TEST(people_of_another_school_are_not_there)
{
    const char *path;

    make_directory();
    path = push("p@x", AN_ECKID);
    static const char *const methods[] = {"GET", "DELETE", "PUT", "PATCH"};

    for (int i = 0; i < COUNT(methods); i++) {
        const char *body =
            i == 3 ? PATCH "[{\"op\":\"remove\",\"path\":\"eckId\"}]}" : resource("p@x", NULL);
        const eckid_scim_request_t request = request_of(methods[i], path, body);

        ck_assert_int_eq(eckid_scim_serve(&request, setup_of(&pushed_other), pool).status, 404);
    }
    ck_assert(known("p@x")->has_eckid);
    const eckid_scim_request_t request = request_of("POST", "/Users", resource("p@x", AN_ECKID));

    ck_assert_int_eq(eckid_scim_serve(&request, setup_of(&pushed_other), pool).status, 201);
}
END_TEST

static const struct {
    const char *if_match;
    int status;
} matches[] = {{"W/\"1\"", 200}, {"*", 200}, {"\"1\", W/\"9\"", 200}, {"W/\"2\"", 412}, {"x", 412}};

START_TEST(a_change_can_ask_for_a_version)
{
    eckid_scim_request_t request;

    make_directory();
    request = request_of("PUT", push("p@x", AN_ECKID), resource("p@x", NULL));
    request.if_match = matches[_i].if_match;
    ck_assert_int_eq(eckid_scim_serve(&request, setup_of(&pushed_school), pool).status,
                     matches[_i].status);
    ck_assert_int_eq(known("p@x")->has_eckid, matches[_i].status == 412);
    request.method = "DELETE";
    request.if_match = "W/\"7\"";
    ck_assert_int_eq(eckid_scim_serve(&request, setup_of(&pushed_school), pool).status, 412);
}
END_TEST

START_TEST(what_is_known_already_is_not_sent_again)
{
    eckid_scim_request_t request;
    eckid_scim_response_t response;

    make_directory();
    request = request_of("GET", push("p@x", AN_ECKID), "");
    request.if_none_match = "W/\"1\"";
    response = eckid_scim_serve(&request, setup_of(&pushed_school), pool);
    ck_assert_int_eq(response.status, 304);
    ck_assert_uint_eq(response.body.len, 0);
    request.if_none_match = "W/\"2\"";
    ck_assert_int_eq(eckid_scim_serve(&request, setup_of(&pushed_school), pool).status, 200);
}
END_TEST

static const struct {
    const char *query;
    int total, items;
} searches[] = {
    {NULL, 3, 3},
    {"filter=externalId%20eq%20%22p@x%22", 1, 1},
    {"filter=userName%20eq%20%22u%22", 1, 1},
    {"filter=userName%20eq%20%22p@x%22", 0, 0},
    {"filter=externalId%20eq%20%22P@x%22", 0, 0},
    {"filter=externalId%20eq%20%22p@x%22&startIndex=2", 1, 0},
    {"filter=externalId%20eq%20%22p@x%22&count=0", 1, 0},
    {"startIndex=2&count=1", 3, 1},
    {"startIndex=9", 3, 0},
    {"count=0", 3, 0},
};

START_TEST(searches_find_and_count_people)
{
    json_t *list;
    eckid_scim_response_t response;

    make_directory();
    push("p@x", AN_ECKID);
    push("q@x", NULL);
    ck_assert_int_eq(serve("POST", "/Users",
                           "{\"schemas\":[\"" CORE "\"],\"externalId\":\"r@x\",\"userName\":\"u\"}")
                         .status,
                     201);
    response = serve_query("/Users", searches[_i].query);
    ck_assert_int_eq(response.status, 200);
    list = body_of(&response);
    ck_assert_int_eq(json_integer_value(json_object_get(list, "totalResults")), searches[_i].total);
    ck_assert_uint_eq(json_array_size(json_object_get(list, "Resources")),
                      (unsigned)searches[_i].items);
}
END_TEST

START_TEST(a_search_may_be_posted_so_that_no_url_holds_a_name)
{
    eckid_scim_response_t response;

    make_directory();
    push("p@x", AN_ECKID);
    response = serve("POST", "/.search",
                     "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:SearchRequest\"],"
                     "\"filter\":\"externalId eq \\\"p@x\\\"\"}");
    ck_assert_int_eq(response.status, 200);
    ck_assert_int_eq(json_integer_value(json_object_get(body_of(&response), "totalResults")), 1);
}
END_TEST

static const struct {
    const char *method, *path, *error;
} refusals[] = {
    {"POST", "/Users/7", "405 -"},
    {"PUT", "/Users", "405 -"},
    {"DELETE", "/Users", "405 -"},
    {"POST", "/Schemas", "405 -"},
    {"DELETE", "/ServiceProviderConfig", "405 -"},
    {"PATCH", "/ResourceTypes", "405 -"},
    {"GET", "/.search", "405 -"},
    {"GET", "/Users/7", "404 -"},
    {"GET", "/Groups", "404 -"},
    {"GET", "/Schemas/urn:x", "404 -"},
    {"GET", "/ResourceTypes/Group", "404 -"},
    {"POST", "/Bulk", "501 -"},
    {"GET", "/Me", "501 -"},
    {"POST", "/Users", "400 invalidSyntax"},
    {"PUT", "/Users/7", "400 invalidSyntax"},
    {"PATCH", "/Users/7", "400 invalidSyntax"},
    {"POST", "/.search", "400 invalidSyntax"},
};

START_TEST(refusals_have_a_body_of_scim)
{
    eckid_scim_response_t response;

    make_directory();
    response = serve(refusals[_i].method, refusals[_i].path, "");
    ck_assert_str_eq(error_of(&response), refusals[_i].error);
    ck_assert_ptr_nonnull(response.cause);
    ck_assert_str_eq(text_in(&response, "status"), apr_itoa(pool, response.status));
    ck_assert((response.status == 405) == (response.allow != NULL));
}
END_TEST

START_TEST(only_json_is_read)
{
    eckid_scim_request_t request;
    static const char *const types[] = {"application/json; charset=utf-8", "text/plain",
                                        "application/xml", NULL};

    make_directory();
    for (int i = 0; i < COUNT(types); i++) {
        request = request_of("POST", "/Users", resource("p@x", NULL));
        request.content_type = types[i] ? types[i] : "";
        ck_assert_int_eq(eckid_scim_serve(&request, setup_of(&pushed_school), pool).status,
                         i ? 415 : 201);
    }
}
END_TEST

static const char *const offers[] = {"/ServiceProviderConfig",
                                     "/ResourceTypes",
                                     "/ResourceTypes/User",
                                     "/Schemas",
                                     "/Schemas/" CORE,
                                     "/Schemas/urn:eckid:scim:schemas:"
                                     "extension:2.0:User"};

START_TEST(what_is_offered_is_shown_and_not_searched)
{
    eckid_scim_response_t response = serve("GET", offers[_i], "");

    ck_assert_int_eq(response.status, 200);
    body_of(&response);
    ck_assert_int_eq(serve_query(offers[_i], "filter=x").status, 403);
}
END_TEST

START_TEST(a_database_that_is_away_is_no_absence)
{
    directory = pushed_open("sqlite:/nowhere/at/all.db", PUSHED_SECRET, NULL);
    ck_assert_int_eq(serve("GET", "/Users/0123456789abcdef0123456789abcdef", "").status, 503);
    ck_assert_int_eq(serve_query("/Users", "filter=externalId%20eq%20%22p%22").status, 503);
    ck_assert_int_eq(serve("POST", "/Users", resource("p@x", NULL)).status, 503);
}
END_TEST

UNIT_SUITE(scim)
{
    Suite *suite = suite_create("scim");
    TCase *tcase = databases_case(suite, "all");

    tcase_add_test(tcase, who_is_pushed_is_found_by_logins);
    tcase_add_test(tcase, who_is_pushed_twice_is_a_conflict_and_stays);
    tcase_add_test(tcase, one_eck_id_is_not_two_peoples);
    tcase_add_test(tcase, without_an_eck_id_a_person_is_known_to_have_none);
    tcase_add_test(tcase, a_put_replaces_all_of_it);
    tcase_add_test(tcase, a_patch_changes_what_it_says);
    tcase_add_test(tcase, who_is_deleted_is_gone);
    tcase_add_test(tcase, people_of_another_school_are_not_there);
    tcase_add_loop_test(tcase, a_change_can_ask_for_a_version, 0, COUNT(matches));
    tcase_add_test(tcase, what_is_known_already_is_not_sent_again);
    tcase_add_loop_test(tcase, searches_find_and_count_people, 0, COUNT(searches));
    tcase_add_test(tcase, a_search_may_be_posted_so_that_no_url_holds_a_name);
    tcase_add_loop_test(tcase, refusals_have_a_body_of_scim, 0, COUNT(refusals));
    tcase_add_test(tcase, only_json_is_read);
    tcase_add_loop_test(tcase, what_is_offered_is_shown_and_not_searched, 0, COUNT(offers));
    tcase_add_test(tcase, a_database_that_is_away_is_no_absence);
    return suite;
}

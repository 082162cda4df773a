/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_file_io.h>
#include <apr_strings.h>

#include "saml/eckid_metadata.h"
#include "support/maker.h"
#include "support/metadata.h"
#include "xml/eckid_xml_namespaces.h"

#define LATER(n) (apr_time_from_sec(1000) + (n)*ECKID_METADATA_INTERVAL)

static const eckid_metadata_entity_t only = {ECKID_ROLE_IDP, NULL};

/* A file, and what was told of it. */
typedef struct scene_t {
    const char *path;
    eckid_metadata_t *metadata;
    int read, refused;
} scene_t;

static void on_news(void *self, const eckid_metadata_t *metadata,
                    const apr_array_header_t *expiries, const eckid_err_t *err, apr_pool_t *own)
{
    scene_t *scene = self;

    (void)metadata, (void)own;
    scene->read += err == NULL;
    scene->refused += err != NULL;
    ck_assert((expiries == NULL) == (err != NULL));
}

static const char *content(int key)
{
    return metadata_entity(
        "urn:i", metadata_idp_role(metadata_descriptor("", metadata_certificate(P_256, key))));
}

static scene_t *open_file(void)
{
    scene_t *scene = apr_pcalloc(pool, sizeof(*scene));
    const eckid_metadata_listener_t listener = {on_news, scene};

    scene->path = metadata_file(content(0));
    ok(eckid_metadata_from_file(&scene->metadata, scene->path, &only, &listener, pool));
    return scene;
}

static bool has_key(const eckid_idp_t *idp, int key)
{
    return eckid_key_same(APR_ARRAY_IDX(idp->keys, 0, const eckid_key_t *), test_pair(P_256, key));
}

static const eckid_idp_t *at(const scene_t *scene, apr_time_t now)
{
    eckid_metadata_wait_t wait = {.now = now};
    const eckid_metadata_view_t *view;

    ok(eckid_metadata_get(&view, scene->metadata, &wait, pool));
    return view->idp;
}

START_TEST(a_changed_file_is_read_again)
{
    scene_t *scene = open_file();

    ck_assert(has_key(at(scene, LATER(0)), 0));
    ck_assert_int_eq(scene->read, 0);
    metadata_replace(scene->path, content(1));
    /* not looked at again before the interval is over */
    ck_assert(has_key(at(scene, LATER(1) - 1), 0));
    ck_assert(has_key(at(scene, LATER(1)), 1));
    ck_assert(has_key(at(scene, LATER(2)), 1));
    ck_assert_int_eq(scene->read, 1);
    ck_assert_int_eq(scene->refused, 0);
}
END_TEST

static const char *const bad_contents[] = {"", "<html>", NULL};

START_TEST(a_bad_file_leaves_the_last_good_one_and_is_told_once)
{
    scene_t *scene = open_file();

    at(scene, LATER(0));
    if (bad_contents[_i]) {
        metadata_replace(scene->path, bad_contents[_i]);
    }
    else {
        apr_file_remove(scene->path, pool);
    }
    ck_assert(has_key(at(scene, LATER(1)), 0));
    ck_assert(has_key(at(scene, LATER(2)), 0));
    ck_assert_int_eq(scene->refused, 1);
    metadata_replace(scene->path, content(2));
    ck_assert(has_key(at(scene, LATER(3)), 2));
    ck_assert_int_eq(scene->read, 1);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_named)
{
    const eckid_metadata_listener_t nobody = {NULL, NULL};
    eckid_metadata_t *metadata;
    eckid_err_t *err =
        eckid_metadata_from_file(&metadata, "/nonexistent/idp.xml", &only, &nobody, pool);

    refused(err, ECKID_FILE);
    ck_assert_ptr_nonnull(strstr(err->detail, "/nonexistent/idp.xml"));
}
END_TEST

START_TEST(a_login_in_progress_keeps_its_own)
{
    scene_t *scene = open_file();
    eckid_metadata_wait_t wait = {.now = LATER(0)};
    const eckid_metadata_view_t *old;
    apr_pool_t *login;

    apr_pool_create(&login, pool);
    ok(eckid_metadata_get(&old, scene->metadata, &wait, login));
    metadata_replace(scene->path, content(1));
    at(scene, LATER(1));
    ck_assert(has_key(old->idp, 0));
    apr_pool_destroy(login);
}
END_TEST

START_TEST(what_has_ended_is_used_on)
{
    scene_t *scene = open_file();
    const char *keys = metadata_descriptor("", metadata_certificate(P_256, 1));

    metadata_replace(scene->path, metadata_entity("urn:i' validUntil='1970-01-01T00:16:45Z",
                                                  metadata_idp_role(keys)));
    ck_assert(has_key(at(scene, LATER(1)), 1));
    ck_assert(has_key(at(scene, LATER(9)), 1));
    ck_assert(has_key(eckid_metadata_last(scene->metadata, pool)->idp, 1));
}
END_TEST

/* At a login by an unknown key. */
static const eckid_idp_t *renewed(const scene_t *scene, apr_time_t now)
{
    eckid_metadata_wait_t wait = {.now = now};
    const eckid_metadata_view_t *view;

    ok(eckid_metadata_renew(&view, scene->metadata, &wait, pool));
    return view->idp;
}

START_TEST(an_unknown_key_has_the_file_checked_once_in_a_window)
{
    scene_t *scene = open_file();

    at(scene, LATER(0));
    metadata_replace(scene->path, content(1));
    ck_assert(has_key(renewed(scene, LATER(0)), 1));
    metadata_replace(scene->path, content(2));
    ck_assert(has_key(renewed(scene, LATER(0) + ECKID_METADATA_WINDOW - 1), 1));
    ck_assert(has_key(renewed(scene, LATER(0) + ECKID_METADATA_WINDOW), 2));
}
END_TEST

/* A server, and metadata from its URL. */
#define URL "https://idp.example/metadata?x"
#define NOW apr_time_from_sec(1788165000) /* 2026-08-31T08:30:00Z */
#define MINUTE apr_time_from_sec(60)

typedef struct server_t {
    scene_t scene;
    int status; /* 0: it does not answer */
    const char *body, *etag, *last_modified;
    int calls;
    eckid_http_request_t last;
    const char *refusal; /* the last one that was told */
} server_t;

static eckid_err_t *answer(void *self, eckid_http_response_t **out,
                           const eckid_http_request_t *request, apr_pool_t *own)
{
    server_t *server = self;
    eckid_http_response_t *response = apr_pcalloc(own, sizeof(*response));

    server->calls++;
    server->last = *request;
    server->last.headers = apr_table_copy(pool, request->headers);
    if (!server->status) {
        return eckid_err_make(own, ECKID_TIMEOUT, "timed out");
    }
    response->status = server->status;
    response->headers = apr_table_make(own, 2);
    if (server->etag) {
        apr_table_setn(response->headers, "ETag", server->etag);
    }
    if (server->last_modified) {
        apr_table_setn(response->headers, "Last-Modified", server->last_modified);
    }
    response->body = str(server->body ? server->body : "");
    *out = response;
    return NULL;
}

static void on_server_news(void *self, const eckid_metadata_t *metadata,
                           const apr_array_header_t *expiries, const eckid_err_t *err,
                           apr_pool_t *own)
{
    server_t *server = self;

    on_news(&server->scene, metadata, expiries, err, own);
    if (err) {
        server->refusal = apr_pstrdup(pool, err->detail);
    }
}

static server_t *serve(const char *body, const char *base, const eckid_key_t *signer)
{
    server_t *server = apr_pcalloc(pool, sizeof(*server));
    const eckid_transport_t transport = {answer, server};
    const eckid_metadata_listener_t listener = {on_server_news, server};
    eckid_metadata_url_t url;

    server->status = 200;
    server->body = body;
    ok(eckid_metadata_url_make(&url, URL, base, signer, &transport, pool));
    ok(eckid_metadata_from_url(&server->scene.metadata, &url, MINUTE, &only, &listener, pool));
    return server;
}

static const char *sent(const server_t *server, const char *field)
{
    return apr_table_get(server->last.headers, field);
}

START_TEST(a_url_is_fetched_on_first_need)
{
    server_t *server = serve(content(0), NULL, NULL);

    ck_assert_ptr_null(eckid_metadata_last(server->scene.metadata, pool));
    ck_assert_int_eq(server->calls, 0);
    ck_assert(has_key(at(&server->scene, NOW), 0));
    ck_assert(has_key(at(&server->scene, NOW + ECKID_METADATA_MAX_AGE - 1), 0));
    ck_assert_int_eq(server->calls, 1);
    ck_assert_str_eq(server->last.url, URL);
    ck_assert_str_eq(sent(server, "Host"), "idp.example");
    ck_assert_ptr_null(sent(server, "X-Forwarded-Host"));
    ck_assert_ptr_null(sent(server, "If-None-Match"));
}
END_TEST

START_TEST(a_backend_is_asked_as_through_a_proxy)
{
    server_t *server = serve(content(0), "http://127.0.0.1:8080", NULL);

    at(&server->scene, NOW);
    ck_assert_str_eq(server->last.url, "http://127.0.0.1:8080/metadata?x");
    ck_assert_str_eq(sent(server, "Host"), "idp.example");
    ck_assert_str_eq(sent(server, "X-Forwarded-Host"), "idp.example");
    ck_assert_str_eq(sent(server, "X-Forwarded-Proto"), "https");
    ck_assert_str_eq(sent(server, ECKID_BACKEND_FIELD), "https://idp.example");
}
END_TEST

START_TEST(what_has_not_changed_is_not_sent_again)
{
    server_t *server = serve(content(0), NULL, NULL);

    server->etag = "\"1\"";
    server->last_modified = "Mon, 31 Aug 2026 08:30:00 GMT";
    at(&server->scene, NOW);
    server->status = 304;
    ck_assert(has_key(at(&server->scene, NOW + ECKID_METADATA_MAX_AGE), 0));
    ck_assert_int_eq(server->calls, 2);
    ck_assert_str_eq(sent(server, "If-None-Match"), "\"1\"");
    ck_assert_str_eq(sent(server, "If-Modified-Since"), server->last_modified);
    ck_assert_int_eq(server->scene.read, 1);
    /* its validator serves for the next time too */
    at(&server->scene, NOW + 2 * ECKID_METADATA_MAX_AGE);
    ck_assert_str_eq(sent(server, "If-None-Match"), "\"1\"");
    ck_assert_int_eq(server->scene.refused, 0);
}
END_TEST

static const char *aged(const char *attributes, int key)
{
    const char *keys = metadata_descriptor("", metadata_certificate(P_256, key));

    return metadata_entity(apr_pstrcat(pool, "urn:i' ", attributes, " x='", NULL),
                           metadata_idp_role(keys));
}

static const struct {
    const char *attributes;
    apr_interval_time_t due;
} ages[] = {
    {"", ECKID_METADATA_MAX_AGE},
    {"cacheDuration='PT10M'", 10 * MINUTE},
    {"cacheDuration='PT6H'", 360 * MINUTE},
    {"cacheDuration='P7D'", ECKID_METADATA_CACHE_MAX},
    {"cacheDuration='PT1S'", ECKID_METADATA_CACHE_MIN},
    {"cacheDuration='often'", ECKID_METADATA_MAX_AGE},
    {"validUntil='2026-08-31T08:50:00Z'", 15 * MINUTE},
    {"validUntil='2026-08-31T08:30:01Z'", ECKID_METADATA_CACHE_MIN},
    {"validUntil='2027-08-31T08:30:00Z'", ECKID_METADATA_MAX_AGE},
    {"validUntil='2026-08-31T08:50:00Z' cacheDuration='PT5M'", 5 * MINUTE},
};

START_TEST(it_is_fetched_again_as_it_says)
{
    server_t *server = serve(aged(ages[_i].attributes, 0), NULL, NULL);

    at(&server->scene, NOW);
    at(&server->scene, NOW + ages[_i].due - 1);
    ck_assert_int_eq(server->calls, 1);
    server->body = content(1);
    ck_assert(has_key(at(&server->scene, NOW + ages[_i].due), 1));
    ck_assert_int_eq(server->calls, 2);
}
END_TEST

static const char *published(const char *instant, const char *until, int key)
{
    const char *keys = metadata_descriptor("", metadata_certificate(P_256, key));

    return metadata_entity(apr_pstrcat(pool, "urn:i' validUntil='", until, NULL),
                           apr_pstrcat(pool,
                                       "<m:Extensions><p:PublicationInfo xmlns:p='" ECKID_NS_RPI
                                       "' publisher='p' creationInstant='",
                                       instant, "'/></m:Extensions>", metadata_idp_role(keys),
                                       NULL));
}

/* What comes after the first one, and the check that refuses it. */
static const struct {
    int status;
    const char *refusal;
} later[] = {
    {0, "timed out"},
    {404, "it answered 404"},
    {301, "it answered 301"},
    {508, "it is this server itself that answers"},
    {304, "it answered 304"}, /* nothing was known of its version */
    {200, "is empty"},
};

START_TEST(a_failure_leaves_the_last_good_one)
{
    server_t *server = serve(content(0), NULL, NULL);
    apr_time_t now = NOW + ECKID_METADATA_MAX_AGE;

    at(&server->scene, NOW);
    server->status = later[_i].status;
    server->body = "";
    ck_assert(has_key(at(&server->scene, now), 0));
    ck_assert_int_eq(server->scene.refused, 1);
    ck_assert_ptr_nonnull(strstr(server->refusal, URL));
    ck_assert_msg(strstr(server->refusal, later[_i].refusal) != NULL, "%s", server->refusal);
    /* and is not tried again for a while */
    at(&server->scene, now + ECKID_METADATA_RETRY - 1);
    ck_assert_int_eq(server->calls, 2);
    server->status = 200;
    server->body = content(1);
    ck_assert(has_key(at(&server->scene, now + ECKID_METADATA_RETRY), 1));
}
END_TEST

#define MAY "2026-05-01T00:00:00Z"
#define JUNE "2026-06-01T00:00:00Z"
#define NEXT_MAY "2027-05-01T00:00:00Z"
#define NEXT_JUNE "2027-06-01T00:00:00Z"

static const struct {
    const char *created, *until, *later_created, *later_until, *refusal;
} orders[] = {
    {MAY, NEXT_MAY, JUNE, NEXT_JUNE, NULL},
    {MAY, NEXT_MAY, MAY, NEXT_MAY, NULL},
    {JUNE, NEXT_JUNE, MAY, NEXT_MAY, "creationInstant"},
    {"", NEXT_JUNE, "", NEXT_MAY, "validUntil"},
    {"", NEXT_MAY, "", NEXT_JUNE, NULL},
    {MAY, NEXT_JUNE, JUNE, NEXT_MAY, NULL}, /* a shorter validity from now on */
    {MAY, NEXT_MAY, JUNE, MAY, "is past"},
};

START_TEST(what_is_older_is_refused)
{
    server_t *server = serve(published(orders[_i].created, orders[_i].until, 0), NULL, NULL);

    at(&server->scene, NOW);
    server->body = published(orders[_i].later_created, orders[_i].later_until, 1);
    ck_assert(has_key(at(&server->scene, NOW + ECKID_METADATA_MAX_AGE), !orders[_i].refusal));
    ck_assert_int_eq(server->scene.refused, orders[_i].refusal != NULL);
    ck_assert(!orders[_i].refusal || strstr(server->refusal, orders[_i].refusal));
}
END_TEST

START_TEST(while_nothing_is_known_it_is_tried_often)
{
    server_t *server = serve("", NULL, NULL);
    eckid_metadata_wait_t first = {.now = NOW}, second = {.now = NOW + 1};
    const eckid_metadata_view_t *view;
    eckid_err_t *err;

    refused(eckid_metadata_get(&view, server->scene.metadata, &first, pool), ECKID_METADATA);
    err = eckid_metadata_get(&view, server->scene.metadata, &second, pool);
    refused(err, ECKID_METADATA);
    ck_assert_str_eq(err->detail, "nothing is known of " URL " yet");
    ck_assert_int_eq(server->calls, 1);
    server->body = content(0);
    ck_assert(has_key(at(&server->scene, NOW + ECKID_METADATA_RETRY_FIRST), 0));
}
END_TEST

START_TEST(an_unknown_key_has_the_url_fetched_once_in_a_window)
{
    server_t *server = serve(content(0), NULL, NULL);

    at(&server->scene, NOW);
    server->body = content(1);
    ck_assert(has_key(renewed(&server->scene, NOW + 1), 1));
    server->body = content(2);
    ck_assert(has_key(renewed(&server->scene, NOW + ECKID_METADATA_WINDOW), 1));
    ck_assert(has_key(renewed(&server->scene, NOW + 1 + ECKID_METADATA_WINDOW), 2));
    ck_assert_int_eq(server->calls, 3);
}
END_TEST

START_TEST(what_is_short_by_habit_is_no_warning)
{
    server_t *server = serve(aged("validUntil='2026-09-02T08:30:00Z'", 0), NULL, NULL);

    at(&server->scene, NOW);
    const eckid_expiry_t *own = &APR_ARRAY_IDX(
        eckid_metadata_last(server->scene.metadata, pool)->expiries, 0, eckid_expiry_t);

    ck_assert_int_eq(eckid_expiry_stage(own, NOW + MINUTE), ECKID_EXPIRY_FAR);
    ck_assert_int_eq(eckid_expiry_stage(own, NOW + 30 * 60 * MINUTE), ECKID_EXPIRY_DAY);
}
END_TEST

UNIT_SUITE(metadata)
{
    Suite *suite = suite_create("metadata");
    TCase *tcase = unit_case(suite, "metadata");

    tcase_add_test(tcase, a_changed_file_is_read_again);
    tcase_add_loop_test(tcase, a_bad_file_leaves_the_last_good_one_and_is_told_once, 0,
                        COUNT(bad_contents));
    tcase_add_test(tcase, a_file_that_is_not_there_is_named);
    tcase_add_test(tcase, a_login_in_progress_keeps_its_own);
    tcase_add_test(tcase, what_has_ended_is_used_on);
    tcase_add_test(tcase, a_url_is_fetched_on_first_need);
    tcase_add_test(tcase, a_backend_is_asked_as_through_a_proxy);
    tcase_add_test(tcase, what_has_not_changed_is_not_sent_again);
    tcase_add_loop_test(tcase, it_is_fetched_again_as_it_says, 0, COUNT(ages));
    tcase_add_loop_test(tcase, a_failure_leaves_the_last_good_one, 0, COUNT(later));
    tcase_add_loop_test(tcase, what_is_older_is_refused, 0, COUNT(orders));
    tcase_add_test(tcase, while_nothing_is_known_it_is_tried_often);
    tcase_add_test(tcase, an_unknown_key_has_the_url_fetched_once_in_a_window);
    tcase_add_test(tcase, what_is_short_by_habit_is_no_warning);
    tcase_add_test(tcase, an_unknown_key_has_the_file_checked_once_in_a_window);
    return suite;
}

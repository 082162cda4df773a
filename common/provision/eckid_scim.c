/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SCIM 2.0 service provider (RFC 7643, 7644) for one resource: people whose ECK iD is pushed. */
#include "provision/eckid_scim.h"

#include <apr_strings.h>

#include "http/eckid_http.h"
#include "provision/eckid_scim_error.h"
#include "provision/eckid_scim_json.h"
#include "provision/eckid_scim_resource.h"

/* How often a change begins anew when others change the same person meanwhile. */
#define TRIES 4

/* A request while it is served. */
typedef struct call_t {
    const eckid_scim_request_t *request;
    const eckid_scim_setup_t *setup;
    eckid_scim_query_t query;
    eckid_scim_response_t response;
    apr_pool_t *pool;
} call_t;

static eckid_err_t *fail(const call_t *call, eckid_code_t code, const char *why)
{
    return eckid_err_make(call->pool, code, "%s", why);
}

/* Parts */

static eckid_err_t *read_body(json_t **body, const call_t *call)
{
    const eckid_scim_request_t *request = call->request;

    if (!eckid_http_is_json(request->content_type, call->pool)) {
        return fail(call, ECKID_SCIM_MEDIA, "");
    }
    return eckid_scim_json_parse(body, request->body, call->pool);
}

static void answer(call_t *call, int status, const json_t *body)
{
    call->response.status = status;
    call->response.body = eckid_json_print(body, call->pool);
}

static void answer_with(call_t *call, int status, const eckid_directory_record_t *record)
{
    call->response.etag = eckid_scim_resource_etag(record, call->pool);
    call->response.location = eckid_scim_resource_url(record, call->setup, call->pool);
    answer(call, status, eckid_scim_resource(record, &call->query, call->setup, call->pool));
}

static eckid_err_t *absent(const call_t *call)
{
    return fail(call, ECKID_SCIM_ABSENT, "");
}

/* Somebody else's people are as absent as those who never were there. */
static bool is_ours(const call_t *call, const eckid_directory_record_t *record)
{
    const eckid_school_t *school = call->setup->school;

    return record && strcmp(record->school.type, school->type) == 0 &&
           strcmp(record->school.value, school->value) == 0 &&
           eckid_scim_person_kind(call->setup->kinds, record->person.kind);
}

/* The person whom the URL names. */
static eckid_err_t *get(const eckid_directory_record_t **record, const call_t *call)
{
    ECKID_ERR(
        eckid_directory_get(record, call->setup->directory, call->request->route.id, call->pool));
    return is_ours(call, *record) ? NULL : absent(call);
}

static eckid_err_t *check_version(const call_t *call, const eckid_directory_record_t *record)
{
    const char *if_match = call->request->if_match;

    return !if_match || eckid_scim_resource_matches(if_match, record)
               ? NULL
               : fail(call, ECKID_VERSION_CHANGED, "");
}

/* One person */

static eckid_err_t *do_get(call_t *call)
{
    const char *if_none_match = call->request->if_none_match;
    const eckid_directory_record_t *record;

    ECKID_ERR(get(&record, call));
    answer_with(call, 200, record);
    if (if_none_match && eckid_scim_resource_matches(if_none_match, record)) {
        call->response.status = 304;
        call->response.body.len = 0;
    }
    return NULL;
}

/* The directory says at which school two people are the same. The log says that in its own way. */
static eckid_err_t *taken(const call_t *call, eckid_err_t *err)
{
    if (err->code == ECKID_KEY_TAKEN) {
        return eckid_err_advise(fail(call, err->code, ""),
                                "search by externalId or userName, and change by the id");
    }
    return err->code == ECKID_ECKID_TAKEN ? fail(call, err->code, "") : err;
}

/* RFC 7644 section 3.3: who is there already is a conflict, and not changed. */
static eckid_err_t *do_create(call_t *call)
{
    const eckid_scim_setup_t *setup = call->setup;
    const eckid_directory_record_t *record;
    eckid_directory_person_t person;
    eckid_scim_change_t change;
    json_t *body;

    ECKID_ERR(read_body(&body, call));
    ECKID_ERR(eckid_scim_change_from_resource(&change, body, setup->schema, call->pool));
    ECKID_ERR(eckid_scim_person_make(&person, NULL, &change, setup->kinds, call->pool));
    eckid_err_t *err = eckid_directory_create(&record, setup->directory, setup->school, &person,
                                              setup->source, call->request->now, call->pool);

    ECKID_ERR(err ? taken(call, err) : NULL);
    call->response.wrote = true;
    answer_with(call, 201, record);
    return NULL;
}

static eckid_err_t *try_change(const eckid_directory_record_t **record, const call_t *call,
                               const eckid_scim_change_t *change)
{
    const eckid_scim_setup_t *setup = call->setup;
    const eckid_directory_record_t *before;
    eckid_directory_person_t person;

    ECKID_ERR(get(&before, call));
    ECKID_ERR(check_version(call, before));
    ECKID_ERR(eckid_scim_person_make(&person, &before->person, change, setup->kinds, call->pool));
    eckid_err_t *err = eckid_directory_replace(record, setup->directory, before->id,
                                               before->version, setup->school, &person,
                                               setup->source, call->request->now, call->pool);

    if (err) {
        return taken(call, err);
    }
    return *record ? NULL : absent(call);
}

/* A change of what was read must not undo what another one has changed meanwhile. */
static eckid_err_t *change_person(call_t *call, const eckid_scim_change_t *change)
{
    const eckid_directory_record_t *record;
    eckid_err_t *err;
    int tries = TRIES;

    do {
        err = try_change(&record, call, change);
    } while (err && err->code == ECKID_VERSION_CHANGED && !call->request->if_match && --tries);
    ECKID_ERR(err);
    call->response.wrote = true;
    answer_with(call, 200, record);
    return NULL;
}

static eckid_err_t *do_replace(call_t *call)
{
    eckid_scim_change_t change;
    json_t *body;

    ECKID_ERR(read_body(&body, call));
    ECKID_ERR(eckid_scim_change_from_resource(&change, body, call->setup->schema, call->pool));
    return change_person(call, &change);
}

static eckid_err_t *do_patch(call_t *call)
{
    eckid_scim_change_t change;
    json_t *body;

    ECKID_ERR(read_body(&body, call));
    ECKID_ERR(eckid_scim_change_from_patch(&change, body, call->setup->schema, call->pool));
    return change_person(call, &change);
}

static eckid_err_t *do_delete(call_t *call)
{
    const eckid_directory_record_t *record;
    apr_uint64_t removed;

    ECKID_ERR(get(&record, call));
    ECKID_ERR(check_version(call, record));
    ECKID_ERR(eckid_directory_remove(&removed, call->setup->directory, record->id,
                                     call->request->if_match ? record->version : 0, call->pool));
    if (!removed) {
        return absent(call);
    }
    call->response.wrote = true;
    call->response.status = 204;
    return NULL;
}

/* Searches */

static void push(apr_array_header_t *values, const call_t *call,
                 const eckid_directory_record_t *record)
{
    APR_ARRAY_PUSH(values, json_t *) =
        eckid_scim_resource(record, &call->query, call->setup, call->pool);
}

/* The same name may be that of one person of each kind. */
static eckid_err_t *find_named(apr_array_header_t *values, const call_t *call)
{
    const eckid_scim_setup_t *setup = call->setup;
    const eckid_scim_filter_t *filter = &call->query.filter;

    for (int i = 0; i < setup->kinds->nelts; i++) {
        const eckid_scim_kind_t *kind = &APR_ARRAY_IDX(setup->kinds, i, eckid_scim_kind_t);
        const eckid_directory_key_t key = {
            filter->by == ECKID_SCIM_BY_USER_NAME ? ECKID_SCIM_USER_NAME_TYPE : kind->type,
            filter->value};
        const eckid_directory_record_t *record;

        ECKID_ERR(eckid_directory_find(&record, setup->directory, setup->school, kind->name, &key,
                                       call->pool));
        if (record) {
            push(values, call, record);
        }
    }
    return NULL;
}

static eckid_err_t *search_named(call_t *call)
{
    apr_array_header_t *all = apr_array_make(call->pool, 2, sizeof(json_t *));
    apr_array_header_t *page = apr_array_make(call->pool, 2, sizeof(json_t *));
    const eckid_scim_query_t *query = &call->query;

    ECKID_ERR(find_named(all, call));
    for (apr_uint64_t i = query->start - 1; i < (apr_uint64_t)all->nelts; i++) {
        if (page->nelts < query->count) {
            APR_ARRAY_PUSH(page, json_t *) = APR_ARRAY_IDX(all, i, json_t *);
        }
    }
    answer(call, 200,
           eckid_scim_resource_list((apr_uint64_t)all->nelts, query->start, page, call->pool));
    return NULL;
}

static eckid_err_t *search_all(call_t *call)
{
    const eckid_scim_setup_t *setup = call->setup;
    const apr_array_header_t *kinds = setup->kinds;
    const char *kind = kinds->nelts == 1 ? APR_ARRAY_IDX(kinds, 0, eckid_scim_kind_t).name : NULL;
    apr_array_header_t *values = apr_array_make(call->pool, 8, sizeof(json_t *));
    apr_array_header_t *records = NULL;
    const eckid_scim_query_t *query = &call->query;
    apr_uint64_t total;

    ECKID_ERR(eckid_directory_count(&total, setup->directory, setup->school, kind, call->pool));
    if (query->count) {
        ECKID_ERR(eckid_directory_list(&records, setup->directory, setup->school, kind,
                                       query->start - 1, query->count, call->pool));
    }
    for (int i = 0; records && i < records->nelts; i++) {
        push(values, call, APR_ARRAY_IDX(records, i, const eckid_directory_record_t *));
    }
    answer(call, 200, eckid_scim_resource_list(total, query->start, values, call->pool));
    return NULL;
}

static eckid_err_t *search(call_t *call)
{
    return call->query.has_filter ? search_named(call) : search_all(call);
}

static eckid_err_t *do_search(call_t *call)
{
    json_t *body;

    ECKID_ERR(read_body(&body, call));
    ECKID_ERR(eckid_scim_query_read_body(&call->query, body, call->setup->schema, call->pool));
    return search(call);
}

/* What is offered */

/* One of a list, or the list. A value that is NULL is none of ours. */
static eckid_err_t *answer_one_or_all(call_t *call, json_t *one, const apr_array_header_t *all)
{
    if (!call->request->route.id) {
        answer(call, 200, eckid_scim_resource_list((apr_uint64_t)all->nelts, 1, all, call->pool));
        return NULL;
    }
    if (!one) {
        return absent(call);
    }
    answer(call, 200, one);
    return NULL;
}

static eckid_err_t *do_types(call_t *call)
{
    const eckid_scim_schema_t *schema = call->setup->schema;
    const char *id = call->request->route.id;
    apr_array_header_t *all = apr_array_make(call->pool, 1, sizeof(json_t *));
    json_t *type = eckid_scim_schema_resource_type(schema, call->setup->base, call->pool);

    APR_ARRAY_PUSH(all, json_t *) = type;
    return answer_one_or_all(call, id && strcmp(id, schema->resource) == 0 ? type : NULL, all);
}

static eckid_err_t *do_schemas(call_t *call)
{
    const eckid_scim_schema_t *schema = call->setup->schema;
    const char *base = call->setup->base, *id = call->request->route.id;
    apr_array_header_t *all = apr_array_make(call->pool, 2, sizeof(json_t *));

    APR_ARRAY_PUSH(all, json_t *) = eckid_scim_schema_find(schema, schema->core, base, call->pool);
    if (schema->extension) {
        APR_ARRAY_PUSH(all, json_t *) =
            eckid_scim_schema_find(schema, schema->extension, base, call->pool);
    }
    return answer_one_or_all(call, id ? eckid_scim_schema_find(schema, id, base, call->pool) : NULL,
                             all);
}

static eckid_err_t *do_config(call_t *call)
{
    answer(call, 200, eckid_scim_schema_config(call->setup->base, call->pool));
    return NULL;
}

/* All there is: RFC 7644 section 3.2. */
static const struct {
    eckid_scim_place_t place;
    bool one; /* whether an id is named */
    const char *method;
    eckid_err_t *(*serve)(call_t *call);
} methods[] = {
    {ECKID_SCIM_PEOPLE, false, "GET", search},      {ECKID_SCIM_PEOPLE, false, "POST", do_create},
    {ECKID_SCIM_PEOPLE, true, "GET", do_get},       {ECKID_SCIM_PEOPLE, true, "PUT", do_replace},
    {ECKID_SCIM_PEOPLE, true, "PATCH", do_patch},   {ECKID_SCIM_PEOPLE, true, "DELETE", do_delete},
    {ECKID_SCIM_SEARCH, false, "POST", do_search},  {ECKID_SCIM_CONFIG, false, "GET", do_config},
    {ECKID_SCIM_TYPES, false, "GET", do_types},     {ECKID_SCIM_TYPES, true, "GET", do_types},
    {ECKID_SCIM_SCHEMAS, false, "GET", do_schemas}, {ECKID_SCIM_SCHEMAS, true, "GET", do_schemas},
};

#define METHODS ((int)(sizeof(methods) / sizeof(*methods)))

/* RFC 9110 section 10.2.1. */
static eckid_err_t *refuse_method(call_t *call, bool one)
{
    const char *allow = NULL;

    for (int i = 0; i < METHODS; i++) {
        if (methods[i].place == call->request->route.place && methods[i].one == one) {
            allow = allow ? apr_pstrcat(call->pool, allow, ", ", methods[i].method, NULL)
                          : methods[i].method;
        }
    }
    call->response.allow = allow;
    return fail(call, ECKID_SCIM_METHOD, "");
}

/* RFC 7644 section 4: what is offered is not searched. */
static eckid_err_t *read_query(call_t *call)
{
    const eckid_scim_request_t *request = call->request;
    bool is_about_people = request->route.place == ECKID_SCIM_PEOPLE;

    if (is_about_people || !request->query) {
        return eckid_scim_query_read(&call->query, request->query, call->setup->schema, call->pool);
    }
    return strstr(request->query, "filter=") ? fail(call, ECKID_SCIM_DISCOVERY, "") : NULL;
}

static eckid_err_t *serve(call_t *call)
{
    const eckid_scim_route_t *route = &call->request->route;
    bool one = route->id != NULL;

    if (route->place == ECKID_SCIM_NOWHERE) {
        return absent(call);
    }
    if (route->place == ECKID_SCIM_NOT_OFFERED) {
        return fail(call, ECKID_SCIM_UNSUPPORTED, "");
    }
    ECKID_ERR(read_query(call));
    for (int i = 0; i < METHODS; i++) {
        if (methods[i].place == route->place && methods[i].one == one &&
            strcmp(methods[i].method, call->request->method) == 0) {
            return methods[i].serve(call);
        }
    }
    return refuse_method(call, one);
}

eckid_scim_response_t eckid_scim_refuse(eckid_err_t *cause, apr_pool_t *pool)
{
    return (eckid_scim_response_t){.status = eckid_scim_error_status(cause),
                                   .body = eckid_scim_error_body(cause, pool),
                                   .cause = cause};
}

eckid_scim_response_t eckid_scim_serve(const eckid_scim_request_t *request,
                                       const eckid_scim_setup_t *setup, apr_pool_t *pool)
{
    call_t call = {.request = request, .setup = setup, .pool = pool};
    eckid_err_t *err = serve(&call);

    if (err) {
        const char *allow = call.response.allow;

        call.response = eckid_scim_refuse(err, pool);
        call.response.allow = allow;
    }
    return call.response;
}

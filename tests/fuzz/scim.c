/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hostile bytes for what is pushed by SCIM, and for the claims of those who push. */
#include "scim.h"

#include <apr_strings.h>
#include <stdlib.h>

#include "access/eckid_bearer.h"
#include "provision/eckid_scim_change.h"
#include "provision/eckid_scim_path.h"
#include "provision/eckid_scim_query.h"
#include "provision/eckid_scim_resource.h"

static void insist(bool condition)
{
    if (!condition) {
        abort();
    }
}

static const char *text_of(eckid_bytes_t input, apr_pool_t *pool)
{
    return apr_pstrmemdup(pool, input.data, input.len);
}

/* Only good values come out of it. */
static void check_change(const eckid_scim_change_t *change)
{
    const eckid_scim_said_t *names[] = {&change->external_id, &change->user_name};
    eckid_eck_id_t again;

    for (int i = 0; i < 2; i++) {
        insist(names[i]->verb != ECKID_SCIM_SET ||
               (*names[i]->text && strlen(names[i]->text) <= ECKID_SCIM_NAME_MAX &&
                !strpbrk(names[i]->text, "\r\n\t\x7f")));
    }
    insist(change->eck_id_verb != ECKID_SCIM_SET ||
           eckid_eck_id_parse(&again, eckid_bytes_str(change->eck_id.text), false));
}

void fuzz_scim_body(eckid_bytes_t input, apr_pool_t *pool)
{
    static const eckid_scim_schema_t *const schemas[] = {&eckid_scim_schema_user,
                                                         &eckid_scim_schema_edu_user};
    eckid_scim_change_t change;
    eckid_scim_query_t query;
    json_t *body;

    if (eckid_scim_json_parse(&body, input, pool)) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        if (!eckid_scim_change_from_resource(&change, body, schemas[i], pool)) {
            check_change(&change);
        }
        if (!eckid_scim_change_from_patch(&change, body, schemas[i], pool)) {
            check_change(&change);
        }
        eckid_scim_query_read_body(&query, body, schemas[i], pool);
    }
}

/* What it asks for can be asked for again, in plain words. */
void fuzz_scim_filter(eckid_bytes_t input, apr_pool_t *pool)
{
    const char *text = text_of(input, pool);
    eckid_scim_filter_t filter, again;

    insist(eckid_scim_filter_span(text, pool) <= strlen(text));
    if (eckid_scim_filter_read(&filter, text, &eckid_scim_schema_user, pool)) {
        return;
    }
    insist(*filter.value);
    json_t *value = eckid_json_own(json_pack("[s]", filter.value), pool);
    const char *list = eckid_json_print(value, pool).data;
    const char *plain = apr_psprintf(
        pool, "%s eq %.*s", filter.by == ECKID_SCIM_BY_USER_NAME ? "userName" : "externalId",
        (int)strlen(list) - 2, list + 1);

    if (strlen(plain) <= ECKID_SCIM_FILTER_MAX) {
        insist(!eckid_scim_filter_read(&again, plain, &eckid_scim_schema_user, pool));
        insist(again.by == filter.by && strcmp(again.value, filter.value) == 0);
    }
}

/* What names the ECK iD ends with its name; and what is dropped does not. */
void fuzz_scim_path(eckid_bytes_t input, apr_pool_t *pool)
{
    const char *text = text_of(input, pool);
    eckid_scim_target_t target;

    if (!eckid_scim_path_read(&target, text, &eckid_scim_schema_user, pool)) {
        apr_size_t len = strlen(text);
        bool names_it = len >= 5 && strcasecmp(text + len - 5, "eckId") == 0;

        insist(target != ECKID_SCIM_ECK_ID || names_it);
        insist(target != ECKID_SCIM_DROPPED || strcasecmp(text, "eckId") != 0);
    }
}

void fuzz_scim_query(eckid_bytes_t input, apr_pool_t *pool)
{
    const char *text = text_of(input, pool);
    const eckid_directory_record_t record = {.version = 7};
    eckid_scim_query_t query;
    eckid_scim_route_t route = eckid_scim_route(text, &eckid_scim_schema_user, pool);

    insist(!route.id || !strchr(route.id, '/'));
    eckid_scim_resource_matches(text, &record);
    if (!eckid_scim_query_read(&query, text, &eckid_scim_schema_user, pool)) {
        insist(query.start >= 1 && query.count >= 0 && query.count <= ECKID_SCIM_PAGE_MAX);
        insist(!query.wanted || !query.unwanted);
    }
}

/* What is accepted has the issuer, the audience and a client. */
void fuzz_bearer(eckid_bytes_t input, apr_pool_t *pool)
{
    const eckid_bearer_rules_t rules = {"i", "a", "s", 0};
    eckid_bearer_grant_t grant;
    json_t *claims;

    eckid_bearer_token(text_of(input, pool));
    if (!eckid_json_parse(&claims, input, ECKID_PUSH_TOKEN, pool) &&
        !eckid_bearer_claims_check(&grant, claims, &rules, false, apr_time_from_sec(1000), pool)) {
        insist(strcmp(json_string_value(json_object_get(claims, "iss")), "i") == 0);
        insist(*grant.client_id && grant.until > apr_time_from_sec(1000));
    }
}

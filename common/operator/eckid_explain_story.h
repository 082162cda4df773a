/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told of one login, step by step: who it is, what goes out, what a refusal reads. */
#ifndef ECKID_EXPLAIN_STORY_H
#define ECKID_EXPLAIN_STORY_H

#include "oidc/eckid_oidc_login.h"
#include "operator/eckid_explain.h"

/* One login that is explained. */
typedef struct eckid_explain_story_t {
    const eckid_explain_request_t *request;
    const eckid_rules_t *rules;
    const eckid_explain_lines_t *lines;
    const eckid_moment_t *moment;
    eckid_oidc_login_t login;      /* also for SAML: what both have in common is in it */
    eckid_attributes_t attributes; /* of the login; kind is NULL with a key alone */
    bool is_saml;
    json_t *steps;
    apr_pool_t *pool;
} eckid_explain_story_t;

/* Adds a step, with the line of the directive that it is due to: see eckid_explain_lines_t. Without
 * a supplier there is none; directive and word may be NULL. */
void eckid_explain_tell(const eckid_explain_story_t *story, const char *name, const char *text,
                        const char *directive, const char *word);

/* The supplier and its block, if there is one. */
void eckid_explain_tell_supplier(const eckid_explain_story_t *story);

/* That the decision is a refusal, and what is read of it. */
void eckid_explain_tell_refusal(const eckid_explain_story_t *story);

/* Looks the person up and tells what becomes of the login: the result's name. */
const char *eckid_explain_tell_login(eckid_explain_story_t *story);

/* The whole story: an object of the list of logins. */
json_t *eckid_explain_conclude(const eckid_explain_story_t *story, const char *result);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options --key of eckid-import: how keys are made of what a file has. */
#include "import_rules.h"

#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>

static _Noreturn void stop(const char *rule, const char *why)
{
    fprintf(stderr, "--key \"%s\": %s\n", rule, why);
    exit(2);
}

static eckid_bulk_rule_t make(const char *text, apr_pool_t *pool)
{
    char *words[4], *rest = apr_pstrdup(pool, text), *next;
    eckid_match_t *match;
    eckid_bulk_rule_t rule = {.kind = NULL};
    int count = 0;

    for (; count < 4 && (words[count] = apr_strtok(rest, " \t", &next)); count++) {
        rest = NULL;
    }
    if (count < 4 || apr_strtok(NULL, " \t", &next)) {
        stop(text, "a field, an expression, a template and a type are expected, such as \"key "
                   "^(.*)$ $1 ASI\"");
    }
    char *colon = strchr(words[0], ':');

    if (colon) {
        *colon = '\0';
        rule.kind = words[0];
    }
    rule.field = colon ? colon + 1 : words[0];
    rule.type = words[3];
    eckid_err_t *err = eckid_match_make(&match, words[1], words[2], pool);

    if (err) {
        stop(text, eckid_err_text(err, pool));
    }
    rule.match = match;
    return rule;
}

apr_array_header_t *import_rules(const apr_array_header_t *texts, apr_pool_t *pool)
{
    apr_array_header_t *rules = apr_array_make(pool, 2, sizeof(eckid_bulk_rule_t));

    for (int i = 0; i < texts->nelts; i++) {
        APR_ARRAY_PUSH(rules, eckid_bulk_rule_t) =
            make(APR_ARRAY_IDX(texts, i, const char *), pool);
    }
    return rules;
}

apr_array_header_t *import_rules_fields(const apr_array_header_t *rules, apr_pool_t *pool)
{
    apr_array_header_t *fields = apr_array_make(pool, 2, sizeof(const char *));

    for (int i = 0; i < rules->nelts; i++) {
        APR_ARRAY_PUSH(fields, const char *) = APR_ARRAY_IDX(rules, i, eckid_bulk_rule_t).field;
    }
    return fields;
}

const char *import_rules_text(const apr_array_header_t *texts, apr_pool_t *pool)
{
    return apr_array_pstrcat(pool, texts, '\n');
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the user logged in, as far as the authentication module tells, against what is asked for. */
#include "bridge/eckid_authn_context.h"

static bool holds(const eckid_context_rule_t *rule, const eckid_environment_t *environment)
{
    const char *value = rule->variable ? eckid_environment_get(environment, rule->variable) : NULL;

    return !rule->variable || (value && eckid_match_is(rule->match, eckid_bytes_str(value)));
}

/* The place of a class among the rules; -1 if it has none. */
static int rank_of(const apr_array_header_t *rules, const char *class)
{
    for (int i = 0; i < rules->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(rules, i, eckid_context_rule_t).class, class) == 0) {
            return i;
        }
    }
    return -1;
}

/* Whether a rule is asked for. MINIMUM needs one of the classes to be no stronger, BETTER all of
 * them to be weaker, MAXIMUM one of them to be no weaker. */
static bool is_wanted(int rule, const apr_array_header_t *rules, eckid_comparison_t comparison,
                      const apr_array_header_t *classes)
{
    bool any = classes->nelts == 0, all = true;

    for (int i = 0; i < classes->nelts; i++) {
        int rank = rank_of(rules, APR_ARRAY_IDX(classes, i, const char *));
        bool fits = comparison == ECKID_CONTEXT_EXACT     ? rule == rank
                    : comparison == ECKID_CONTEXT_MINIMUM ? rule >= rank
                    : comparison == ECKID_CONTEXT_BETTER  ? rule > rank
                                                          : rule <= rank;

        any = any || (rank >= 0 && fits);
        all = all && rank >= 0 && fits;
    }
    return comparison == ECKID_CONTEXT_BETTER ? all : any;
}

static bool asks_for(const apr_array_header_t *classes, const char *class)
{
    bool found = classes->nelts == 0;

    for (int i = 0; i < classes->nelts; i++) {
        found = found || strcmp(APR_ARRAY_IDX(classes, i, const char *), class) == 0;
    }
    return found;
}

const char *eckid_authn_context_choose(const apr_array_header_t *rules,
                                       eckid_comparison_t comparison,
                                       const apr_array_header_t *classes,
                                       const eckid_environment_t *environment)
{
    for (int i = rules->nelts - 1; i >= 0; i--) {
        const eckid_context_rule_t *rule = &APR_ARRAY_IDX(rules, i, eckid_context_rule_t);

        if (is_wanted(i, rules, comparison, classes) && holds(rule, environment)) {
            return rule->class;
        }
    }
    return comparison != ECKID_CONTEXT_BETTER && asks_for(classes, ECKID_AUTHN_CONTEXT_UNSPECIFIED)
               ? ECKID_AUTHN_CONTEXT_UNSPECIFIED
               : NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A regular expression for a whole value, and a template that makes a new value from the match. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/eckid_match.h"
#include "base/eckid_spares.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <pcre2.h>

/* Far more steps than a reasonable expression needs for 256 bytes, yet too few to delay a
 * worker. */
#define STEPS_MAX 20000

struct eckid_match_t {
    bool is_plain; /* the expression matches itself and nothing else */
    pcre2_code *code;
    pcre2_match_context *limits;
    eckid_spares_t *groups; /* match data, with the room for the steps of its longest match */
    const char *expression, *template;
};

static apr_status_t cleanup(void *self)
{
    eckid_match_t *match = self;

    pcre2_match_context_free(match->limits);
    pcre2_code_free(match->code);
    return APR_SUCCESS;
}

static void free_groups(void *groups)
{
    pcre2_match_data_free(groups);
}

static eckid_err_t *compile(eckid_match_t *match, const char *expression, apr_pool_t *pool)
{
    int error;
    PCRE2_SIZE offset;
    PCRE2_UCHAR text[128];

    match->code = pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED,
                                PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED |
                                    PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C,
                                &error, &offset, NULL);
    if (!match->code) {
        pcre2_get_error_message(error, text, sizeof(text));
        return eckid_err_make(pool, ECKID_EXPRESSION, "%s at offset %d of \"%s\"", text,
                              (int)offset, expression);
    }
    return NULL;
}

/* The next "$" of a template, or its end. */
static const char *next_dollar(const char *template)
{
    return template + strcspn(template, "$");
}

/* Without a group in it, a template would make the same result of every value. */
static bool has_place(const char *template)
{
    const char *at = next_dollar(template);

    while (*at && !apr_isdigit(at[1])) {
        at = next_dollar(at + 2);
    }
    return *at != '\0';
}

static eckid_err_t *check_template(const eckid_match_t *match, apr_pool_t *pool)
{
    uint32_t groups = 0;

    pcre2_pattern_info(match->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    for (const char *at = next_dollar(match->template); *at; at = next_dollar(at + 2)) {
        if (at[1] == '$') {
            continue;
        }
        if (!apr_isdigit(at[1])) {
            return eckid_err_make(pool, ECKID_EXPRESSION,
                                  "in the template \"%s\" a $ must be followed by a digit or $",
                                  match->template);
        }
        if ((uint32_t)(at[1] - '0') > groups) {
            return eckid_err_make(pool, ECKID_EXPRESSION,
                                  "the template \"%s\" uses $%c, the expression has %u groups",
                                  match->template, at[1], groups);
        }
    }
    return has_place(match->template)
               ? NULL
               : eckid_err_make(
                     pool, ECKID_EXPRESSION,
                     "the template \"%s\" makes the same result of every value; it needs one of "
                     "$0 to $9",
                     match->template);
}

eckid_err_t *eckid_match_make(eckid_match_t **out, const char *expression, const char *template,
                              apr_pool_t *pool)
{
    eckid_match_t *match = apr_pcalloc(pool, sizeof(*match));

    match->expression = apr_pstrdup(pool, expression);
    match->is_plain = !strpbrk(expression, "\\^$.[]|()?*+{}");
    match->template = apr_pstrdup(pool, template ? template : "$0");
    ECKID_ERR(compile(match, expression, pool));
    match->limits = pcre2_match_context_create(NULL);
    apr_pool_cleanup_register(pool, match, cleanup, apr_pool_cleanup_null);
    match->groups = eckid_spares_make(free_groups, pool);
    pcre2_set_match_limit(match->limits, STEPS_MAX);
    pcre2_set_depth_limit(match->limits, STEPS_MAX);
    ECKID_ERR(check_template(match, pool));
    *out = match;
    return NULL;
}

const char *eckid_match_expression(const eckid_match_t *match)
{
    return match->expression;
}

static pcre2_match_data *take_groups(const eckid_match_t *match)
{
    pcre2_match_data *spare = eckid_spares_take(match->groups);

    return spare ? spare : pcre2_match_data_create_from_pattern(match->code, NULL);
}

/* Matches the value. Returns the groups, which the caller must give back, or NULL if it does not
 * match. */
static pcre2_match_data *run(const eckid_match_t *match, eckid_bytes_t value)
{
    if (value.len > ECKID_MATCH_MAX || memchr(value.data, '\0', value.len)) {
        return NULL;
    }
    pcre2_match_data *groups = take_groups(match);

    if (groups && pcre2_match(match->code, (PCRE2_SPTR)value.data, value.len, 0, 0, groups,
                              match->limits) < 0) {
        eckid_spares_give(match->groups, groups);
        return NULL;
    }
    return groups;
}

bool eckid_match_is(const eckid_match_t *match, eckid_bytes_t value)
{
    if (match->is_plain) {
        return value.len <= ECKID_MATCH_MAX &&
               eckid_bytes_equal(value, eckid_bytes_str(match->expression));
    }
    pcre2_match_data *groups = run(match, value);

    eckid_spares_give(match->groups, groups);
    return groups != NULL;
}

/* The text of a group; empty if the group is not part of the match. */
static eckid_bytes_t group_text(pcre2_match_data *groups, int number, eckid_bytes_t value)
{
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(groups) + 2 * number;

    if (ends[0] == PCRE2_UNSET) {
        return eckid_bytes("", 0);
    }
    return eckid_bytes(value.data + ends[0], ends[1] - ends[0]);
}

static const char *fill(const char *template, pcre2_match_data *groups, eckid_bytes_t value,
                        apr_pool_t *pool)
{
    const char *made = "";

    for (;;) {
        const char *dollar = next_dollar(template);

        made = apr_pstrcat(pool, made, apr_pstrmemdup(pool, template, dollar - template), NULL);
        if (!*dollar) {
            return made;
        }
        eckid_bytes_t text =
            dollar[1] == '$' ? eckid_bytes_str("$") : group_text(groups, dollar[1] - '0', value);

        made = apr_pstrcat(pool, made, apr_pstrmemdup(pool, text.data, text.len), NULL);
        template = dollar + 2;
    }
}

bool eckid_match_apply(const char **made, const eckid_match_t *match, eckid_bytes_t value,
                       apr_pool_t *pool)
{
    pcre2_match_data *groups = run(match, value);

    if (!groups) {
        return false;
    }
    const char *text = fill(match->template, groups, value, pool);

    eckid_spares_give(match->groups, groups);
    if (!*text || strlen(text) > ECKID_MATCH_MAX) {
        return false;
    }
    *made = text;
    return true;
}

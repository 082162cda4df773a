/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text with placeholders such as "{student}". */
#include "contract/eckid_contract_template.h"

#include <apr_strings.h>
#include <apr_tables.h>

static const char *const names[ECKID_PLACEHOLDERS] = {
    [ECKID_BASE] = "{base}",
    [ECKID_STUDENT] = "{student}",
    [ECKID_STUDENT_TYPE] = "{student-type}",
    [ECKID_SCHOOL] = "{school}",
    [ECKID_SCHOOL_TYPE] = "{school-type}",
    [ECKID_SCHOOL_YEAR] = "{school-year}",
};

const char *eckid_contract_template_name(eckid_contract_placeholder_t placeholder)
{
    return names[placeholder];
}

/* The placeholder with which the text begins, or ECKID_PLACEHOLDERS if there is none. */
static int placeholder_at(const char *text)
{
    int i = 0;

    while (i < ECKID_PLACEHOLDERS && strncmp(text, names[i], strlen(names[i])) != 0) {
        i++;
    }
    return i;
}

bool eckid_contract_template_check(unsigned *uses, apr_size_t *at, const char *text)
{
    const char *brace = text + strcspn(text, "{");

    while (*brace) {
        int found = placeholder_at(brace);

        if (found < ECKID_PLACEHOLDERS) {
            *uses |= 1u << found;
        }
        else if (brace[1] != '{') {
            *at = (apr_size_t)(brace - text);
            return false;
        }
        brace += found < ECKID_PLACEHOLDERS ? strlen(names[found]) : 2;
        brace += strcspn(brace, "{");
    }
    return true;
}

static const char *value_of(int placeholder, const eckid_contract_values_t *values, bool percent,
                            apr_pool_t *pool)
{
    const char *value = values->of[placeholder] ? values->of[placeholder] : "";

    return percent && placeholder != ECKID_BASE ? eckid_codec_percent(eckid_bytes_str(value), pool)
                                                : value;
}

const char *eckid_contract_template_fill(const char *text, const eckid_contract_values_t *values,
                                         bool percent, apr_pool_t *pool)
{
    apr_array_header_t *parts = apr_array_make(pool, 8, sizeof(const char *));

    while (*text) {
        apr_size_t plain = strcspn(text, "{");
        int found = placeholder_at(text + plain);

        APR_ARRAY_PUSH(parts, const char *) = apr_pstrmemdup(pool, text, plain);
        text += plain;
        if (found < ECKID_PLACEHOLDERS) {
            APR_ARRAY_PUSH(parts, const char *) = value_of(found, values, percent, pool);
            text += strlen(names[found]);
        }
        else if (*text) {
            APR_ARRAY_PUSH(parts, const char *) = "{";
            text += 2;
        }
    }
    return apr_array_pstrcat(pool, parts, '\0');
}

static int fill_object(json_t *filled, const json_t *model, const eckid_contract_values_t *values,
                       apr_pool_t *pool)
{
    const char *name;
    json_t *value;
    int failed = 0;

    json_object_foreach((json_t *)model, name, value)
    {
        failed |=
            json_object_set_new(filled, name, eckid_contract_template_json(value, values, pool));
    }
    return failed;
}

static int fill_array(json_t *filled, const json_t *model, const eckid_contract_values_t *values,
                      apr_pool_t *pool)
{
    int failed = 0;

    for (size_t i = 0; i < json_array_size(model); i++) {
        json_t *entry = eckid_contract_template_json(json_array_get(model, i), values, pool);

        failed |= json_array_append_new(filled, entry);
    }
    return failed;
}

json_t *eckid_contract_template_json(const json_t *model, const eckid_contract_values_t *values,
                                     apr_pool_t *pool)
{
    json_t *filled;

    if (json_is_string(model)) {
        return json_string(
            eckid_contract_template_fill(json_string_value(model), values, false, pool));
    }
    if (!json_is_object(model) && !json_is_array(model)) {
        return json_deep_copy(model);
    }
    filled = json_is_object(model) ? json_object() : json_array();
    if ((json_is_object(model) ? fill_object : fill_array)(filled, model, values, pool)) {
        json_decref(filled);
        return NULL;
    }
    return filled;
}

#define AUGUST 7 /* struct tm counts months from 0 */

const char *eckid_contract_template_school_year(apr_time_t now, apr_pool_t *pool)
{
    apr_time_exp_t date;

    apr_time_exp_gmt(&date, now);
    int first = date.tm_year + 1900 - (date.tm_mon < AUGUST);

    return apr_psprintf(pool, "%d-%d", first, first + 1);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What another configuration would change, of two explanations of the same logins. */
#include "operator/eckid_explain_compare.h"

#include <apr_strings.h>
#include <string.h>

#include "base/eckid_words.h"

static const char *text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));

    return text ? text : "";
}

static bool is_equal(const json_t *one, const json_t *other, const char *member)
{
    return strcmp(text_of(one, member), text_of(other, member)) == 0;
}

/* Which logins belong together */

/* A login that was captured is one for each virtual host, whomever it is found to be for. */
static bool is_counterpart(const json_t *login, const json_t *other)
{
    bool is_captured = json_is_true(json_object_get(login, "captured"));

    return is_equal(login, other, "at") &&
           (is_captured || (is_equal(login, other, "supplier") && is_equal(login, other, "over")));
}

/* Takes the first one out of the list; NULL if there is none. The pool owns it. */
static json_t *take_counterpart(json_t *others, const json_t *login, apr_pool_t *pool)
{
    json_t *other;
    size_t i;

    json_array_foreach(others, i, other)
    {
        if (is_counterpart(login, other)) {
            eckid_json_own(json_incref(other), pool);
            json_array_remove(others, i);
            return other;
        }
    }
    return NULL;
}

static bool has_host(const json_t *logins, const char *host)
{
    const json_t *login;
    size_t i;

    json_array_foreach(logins, i, login)
    {
        if (strcmp(text_of(login, "at"), host) == 0) {
            return true;
        }
    }
    return false;
}

/* The logins of an answer, each with its virtual host; of that of the other alone, if it has one.
 */
static json_t *logins_of(const json_t *answer, const json_t *other, apr_pool_t *pool)
{
    json_t *logins = eckid_json_own(json_array(), pool), *login;
    const json_t *all = json_object_get(answer, "logins");
    const char *only = text_of(other, "at");
    bool all_hosts = !*only || !has_host(all, only);
    json_t *at = json_object_get(answer, "at");
    size_t i;

    json_array_foreach(all, i, login)
    {
        if (at) {
            json_object_set(login, "at", at);
        }
        if (all_hosts || strcmp(text_of(login, "at"), only) == 0) {
            json_array_append(logins, login);
        }
    }
    return logins;
}

/* What differs */

/* Steps that are not about the login, but about the moment at which it is asked about; and those
 * that end with what a server said. */
static const char *const passing[] = {"captured", "cache", NULL};
static const char *const asking[] = {"ECK iD", "verified", NULL};

static bool is_named(const json_t *step, const char *const *names)
{
    return eckid_words_have(names, text_of(step, "name"));
}

/* The text of a step, which is the code alone of an error that a server gave: what is told of it
 * says how long it took, or how often it failed before. */
static const char *lasting_text_of(const json_t *step, apr_pool_t *pool)
{
    const char *text = text_of(step, "text");
    bool is_code = is_named(step, asking) && strncmp(text, "ECK", 3) == 0;

    return is_code ? apr_pstrndup(pool, text, sizeof("ECK0000") - 1) : text;
}

/* What makes two steps read the same, as lengths do. */
static const char *key_of_text(const json_t *step, apr_pool_t *pool)
{
    return apr_pstrcat(pool, text_of(step, "name"), "\n", lasting_text_of(step, pool), NULL);
}

/* What makes two steps the same. */
static const char *key_of_step(const json_t *step, apr_pool_t *pool)
{
    return apr_pstrcat(pool, key_of_text(step, pool), "\n", text_of(step, "value"), NULL);
}

/* What makes two lines the same; "" if none decides. */
static const char *key_of_line(const json_t *step, apr_pool_t *pool)
{
    (void)pool;
    return text_of(step, "directive");
}

typedef const char *(*key_of_t)(const json_t *, apr_pool_t *);

static apr_hash_t *keys_of(const json_t *steps, key_of_t key_of, apr_pool_t *pool)
{
    apr_hash_t *set = apr_hash_make(pool);
    const json_t *step;
    size_t i;

    json_array_foreach(steps, i, step)
    {
        eckid_word_set_add(set, key_of(step, pool));
    }
    return set;
}

static void add_change(json_t *changes, const char *sign, const json_t *step, const char *text)
{
    json_array_append_new(
        changes, json_pack("{s:s,s:s,s:s,s:s*,s:s*}", "sign", sign, "name", text_of(step, "name"),
                           "text", text, "value", json_string_value(json_object_get(step, "value")),
                           "line", json_string_value(json_object_get(step, "line"))));
}

static void add_line(json_t *changes, const char *sign, const json_t *step)
{
    json_array_append_new(changes,
                          json_pack("{s:s,s:s,s:s,s:s}", "sign", sign, "name", "line", "text",
                                    text_of(step, "directive"), "line", text_of(step, "line")));
}

/* What these steps have and the others have not: first the steps, then the lines. */
static void add_changes(json_t *changes, const char *sign, const json_t *steps,
                        const json_t *others, apr_pool_t *pool)
{
    apr_hash_t *same = keys_of(others, key_of_step, pool);
    apr_hash_t *alike = keys_of(others, key_of_text, pool);
    apr_hash_t *told = keys_of(others, key_of_line, pool);
    const json_t *step;
    size_t i;

    json_array_foreach(steps, i, step)
    {
        if (!is_named(step, passing) && !eckid_word_set_has(same, key_of_step(step, pool))) {
            const char *text = text_of(step, "text");
            bool is_alike = eckid_word_set_has(alike, key_of_text(step, pool));

            add_change(changes, sign, step,
                       is_alike ? apr_pstrcat(pool, text, ", another value", NULL) : text);
        }
    }
    json_array_foreach(steps, i, step)
    {
        const char *line = key_of_line(step, pool);

        if (*line && !eckid_word_set_has(told, line)) {
            add_line(changes, sign, step);
            eckid_word_set_add(told, line);
        }
    }
}

/* One of both may be NULL; the other one is told by its result alone then. */
static json_t *compare(const json_t *before, const json_t *after, apr_pool_t *pool)
{
    const json_t *any = json_object_get(before, "supplier") || !after ? before : after;
    json_t *changes = json_array();

    if (before && after) {
        const json_t *steps = json_object_get(before, "steps");
        const json_t *others = json_object_get(after, "steps");

        add_changes(changes, "-", steps, others, pool);
        add_changes(changes, "+", others, steps, pool);
    }
    return json_pack("{s:s*,s:s,s:s*,s:s*,s:s*,s:o}", "supplier",
                     json_string_value(json_object_get(any, "supplier")), "over",
                     text_of(any, "over"), "at", json_string_value(json_object_get(any, "at")),
                     "before", json_string_value(json_object_get(before, "result")), "after",
                     json_string_value(json_object_get(after, "result")), "changes", changes);
}

json_t *eckid_explain_compare(json_t *before, json_t *after, apr_pool_t *pool)
{
    json_t *differences = eckid_json_own(json_array(), pool);
    json_t *others = logins_of(after, before, pool), *login;
    size_t i;

    json_array_foreach(logins_of(before, after, pool), i, login)
    {
        json_array_append_new(differences,
                              compare(login, take_counterpart(others, login, pool), pool));
    }
    json_array_foreach(others, i, login)
    {
        json_array_append_new(differences, compare(NULL, login, pool));
    }
    return differences;
}

bool eckid_explain_is_same(const json_t *difference)
{
    return json_array_size(json_object_get(difference, "changes")) == 0 &&
           strcmp(text_of(difference, "before"), text_of(difference, "after")) == 0;
}

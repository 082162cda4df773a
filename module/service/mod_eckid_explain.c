/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explains logins: at a desk of the running server, or by a configuration that is only read. */
#include "service/mod_eckid_explain.h"

#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <stdio.h>

#include "conf/mod_eckid_count.h"
#include "conf/mod_eckid_host.h"
#include "operator/eckid_explain.h"

/* The lines of the configuration */

/* Whether one of the arguments is the word. */
static bool has_word(const char *arguments, const char *word, apr_pool_t *pool)
{
    const char *one = "";

    while (*arguments && strcmp(one, word) != 0) {
        one = ap_getword_conf(pool, &arguments);
    }
    return strcmp(one, word) == 0;
}

/* Among these lines of one section. */
static const ap_directive_t *find_among(const ap_directive_t *line, const char *directive,
                                        const char *word, apr_pool_t *pool)
{
    while (line && (ap_cstr_casecmp(line->directive, directive) != 0 ||
                    (word && !has_word(line->args, word, pool)))) {
        line = line->next;
    }
    return line;
}

/* In the block of the supplier, or in the sections around it. For eckid_explain. */
static bool find_line(const void *self, eckid_explain_line_t *line,
                      const eckid_supplier_t *supplier, const char *directive, const char *word,
                      apr_pool_t *pool)
{
    const ap_directive_t *block = mod_eckid_find_source(supplier->entity_ids);
    const ap_directive_t *found = block;

    (void)self;
    if (block && strcmp(directive, "<EckidSupplier") != 0) {
        found = find_among(block->first_child, directive, word, pool);
        for (const ap_directive_t *each = block; !found && each; each = each->parent) {
            const ap_directive_t *first = each->parent ? each->parent->first_child : ap_conftree;

            found = find_among(first, directive, word, pool);
        }
    }
    if (found) {
        line->place = apr_psprintf(pool, "%s:%d", found->filename, found->line_num);
        line->text = apr_pstrcat(pool, found->directive, " ", found->args, NULL);
    }
    return found != NULL;
}

static const eckid_explain_lines_t lines = {find_line, NULL};

/* Where the engine is not on, what follows is what would be: the first step of each login says so.
 */
static void add_mode(json_t *logins, const mod_eckid_dir_t *dir, bool values, apr_pool_t *pool)
{
    const ap_directive_t *at = dir->engine_at;
    json_t *login;
    size_t i;

    json_array_foreach(logins, i, login)
    {
        json_t *step = json_pack("{s:s,s:s}", "name", "EckidEngine", "text",
                                 dir->engine == MOD_ECKID_OBSERVE
                                     ? "observe: what follows is only logged"
                                     : "off here: what follows happens only where it is on");

        if (at) {
            const char *place = apr_psprintf(pool, "%s:%d", at->filename, at->line_num);
            const char *text = apr_pstrcat(pool, at->directive, " ", at->args, NULL);

            json_object_set_new(step, "line", json_string(place));
            json_object_set_new(step, "directive", values ? json_string(text) : NULL);
        }
        json_array_insert_new(json_object_get(login, "steps"), 0, step);
    }
}

/* Explains by the settings of one place. */
static eckid_err_t *explain(json_t *logins, const eckid_explain_request_t *request,
                            const eckid_gateway_t *gateway, const mod_eckid_dir_t *dir,
                            const eckid_moment_t *moment, apr_pool_t *pool)
{
    ECKID_ERR(eckid_explain(logins, request, gateway, &lines, moment, pool));
    if (dir->engine != MOD_ECKID_ON) {
        add_mode(logins, dir, request->values, pool);
    }
    return NULL;
}

/* At a desk */

eckid_err_t *mod_eckid_explain(eckid_bytes_t *text, request_rec *r, const eckid_gateway_t *gateway,
                               eckid_bytes_t body, const eckid_moment_t *moment)
{
    json_t *logins = json_array();
    json_t *answer = eckid_json_own(
        json_pack("{s:s,s:o}", "at", mod_eckid_count_host(r->server, r->pool), "logins", logins),
        r->pool);
    eckid_explain_request_t request;

    ECKID_ERR(eckid_explain_read(&request, body, r->pool));
    ECKID_ERR(explain(logins, &request, gateway, mod_eckid_dir(r), moment, r->pool));
    *text = eckid_json_print(answer, r->pool);
    return NULL;
}

/* By a configuration that is only read */

/* What is asked, and what was answered so far. */
typedef struct question_t {
    eckid_explain_request_t request;
    eckid_moment_t moment;
    json_t *logins;
    eckid_err_t *err; /* of the last virtual host that had no answer; or NULL */
    apr_pool_t *pool;
} question_t;

static eckid_err_t *read_input(eckid_bytes_t *input, apr_pool_t *pool)
{
    char *text = apr_palloc(pool, ECKID_EXPLAIN_REQUEST_MAX + 1);

    *input = eckid_bytes(text, fread(text, 1, ECKID_EXPLAIN_REQUEST_MAX + 1, stdin));
    return input->len > ECKID_EXPLAIN_REQUEST_MAX
               ? eckid_err_make(pool, ECKID_ADMIN_REQUEST, "it is too long")
               : NULL;
}

/* As much of a request as a gateway is made of. */
static request_rec *make_request(server_rec *server, const mod_eckid_dir_t *dir, apr_pool_t *pool)
{
    request_rec *r = apr_pcalloc(pool, sizeof(*r));

    r->pool = pool;
    r->server = server;
    r->unparsed_uri = apr_pstrdup(pool, "/");
    r->headers_in = apr_table_make(pool, 1);
    r->request_config = ap_create_request_config(pool);
    r->per_dir_config = ap_create_request_config(pool);
    ap_set_module_config(r->per_dir_config, &eckid_module, (void *)dir);
    return r;
}

/* A login that names nobody here may be one of another virtual host. */
static bool is_stranger(const json_t *login)
{
    return strcmp(json_string_value(json_object_get(login, "result")),
                  eckid_result_name(ECKID_RESULT_PASSED)) == 0;
}

/* Locations of one virtual host often have the same settings for a supplier. */
static bool is_known(const json_t *logins, const json_t *login)
{
    const json_t *other;
    size_t i;

    json_array_foreach(logins, i, other)
    {
        if (json_equal(other, login)) {
            return true;
        }
    }
    return false;
}

static void add_login(question_t *question, const server_rec *server, json_t *login)
{
    if (is_stranger(login) && json_array_size(question->logins)) {
        return;
    }
    if (json_array_size(question->logins) == 1 &&
        is_stranger(json_array_get(question->logins, 0))) {
        json_array_clear(question->logins);
    }
    json_object_set_new(login, "at", json_string(mod_eckid_count_host(server, question->pool)));
    if (!is_known(question->logins, login)) {
        json_array_append(question->logins, login);
    }
}

static eckid_err_t *ask_host(question_t *question, server_rec *server, const mod_eckid_dir_t *dir)
{
    json_t *found = eckid_json_own(json_array(), question->pool), *login;
    const eckid_gateway_t *gateway;
    size_t i;

    ECKID_ERR(mod_eckid_gateway(&gateway, make_request(server, dir, question->pool), dir,
                                question->moment.now));
    ECKID_ERR(explain(found, &question->request, gateway, dir, &question->moment, question->pool));
    json_array_foreach(found, i, login)
    {
        add_login(question, server, login);
    }
    return NULL;
}

static void ask_all(question_t *question, server_rec *server)
{
    for (; server; server = server->next) {
        const apr_array_header_t *settings = mod_eckid_host_all(server, question->pool);

        for (int i = 0; i < settings->nelts; i++) {
            eckid_err_t *err =
                ask_host(question, server, APR_ARRAY_IDX(settings, i, const mod_eckid_dir_t *));

            question->err = err ? err : question->err;
        }
    }
}

static eckid_err_t *answer(json_t *logins, server_rec *server, apr_pool_t *pool)
{
    question_t question = {.logins = logins, .pool = pool};
    eckid_bytes_t input;

    if (!eckid_moment_now(&question.moment)) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no randomness");
    }
    ECKID_ERR(read_input(&input, pool));
    ECKID_ERR(eckid_explain_read(&question.request, input, pool));
    ask_all(&question, server);
    if (json_array_size(logins)) {
        return NULL;
    }
    return question.err ? question.err
                        : eckid_err_make(pool, ECKID_ADMIN_REQUEST, "EckidEngine is nowhere on");
}

bool mod_eckid_explain_is_wanted(void)
{
    return ap_exists_config_define("ECKID_EXPLAIN");
}

void mod_eckid_explain_once(apr_pool_t *pconf, server_rec *main_server)
{
    json_t *object = eckid_json_own(json_object(), pconf), *logins = json_array();
    eckid_err_t *err = answer(logins, main_server, pconf);

    json_object_set_new(object, "logins", logins);
    if (err) {
        json_object_set_new(object, "error", json_string(eckid_err_text(err, pconf)));
    }
    puts(eckid_json_print(object, pconf).data);
}

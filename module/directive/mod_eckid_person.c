/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about the people who have ECK iDs. */
#include "directive/mod_eckid_person.h"

#include <apr_lib.h>
#include <apr_strings.h>

#include "conf/mod_eckid_kinds.h"
#include "decision/eckid_policy.h"
#include "las/eckid_las.h"

#define KIND_MAX 32

const char *mod_eckid_person_check_kind(const cmd_parms *cmd, const char *name)
{
    const char *at = name;

    while (apr_islower(*at) || (at > name && (apr_isdigit(*at) || *at == '-'))) {
        at++;
    }
    return *name && !*at && at - name <= KIND_MAX
               ? NULL
               : apr_psprintf(cmd->pool,
                              "%s: a kind of people is called by a word of small letters, such as "
                              "employee, but not \"%s\"",
                              cmd->directive->directive, name);
}

/* Words with commas between them are a list to who wrote them, and one value to the expression. */
static const char *check_alternatives(const cmd_parms *cmd, const char *expression)
{
    const char *comma = strchr(expression, ',');
    char *better = apr_pstrdup(cmd->pool, expression);

    for (const char *at = expression; *at; at++) {
        if (!apr_isalnum(*at) && !strchr("-_,", *at)) {
            return NULL;
        }
        better[at - expression] = *at == ',' ? '|' : *at;
    }
    return comma
               ? apr_psprintf(cmd->pool,
                              "%s: \"%s\" matches one value that has the comma in it; write %s for "
                              "either, or [,] for a comma that is meant",
                              cmd->directive->directive, expression, better)
               : NULL;
}

static const char *add_condition(cmd_parms *cmd, mod_eckid_dir_t *dir, const char *kind_name,
                                 const char *attribute, const char *expression)
{
    eckid_condition_t condition = {.attribute = attribute};
    eckid_match_t *match;
    const char *wrong = check_alternatives(cmd, expression);

    if (wrong) {
        return wrong;
    }
    TRY(eckid_match_make(&match, expression, NULL, cmd->pool));
    condition.match = match;
    mod_eckid_kind_t *kind = mod_eckid_kinds_get(&dir->kinds, kind_name, cmd->pool);

    if (!kind->conditions) {
        kind->conditions = apr_array_make(cmd->pool, 1, sizeof(condition));
    }
    APR_ARRAY_PUSH(kind->conditions, eckid_condition_t) = condition;
    return NULL;
}

const char *mod_eckid_person_student_if(cmd_parms *cmd, void *conf, const char *attribute,
                                        const char *expression)
{
    CHECK_LINE();
    return add_condition(cmd, conf, NULL, attribute, expression);
}

const char *mod_eckid_person_if(cmd_parms *cmd, void *conf, const char *kind, const char *attribute,
                                const char *expression)
{
    CHECK_LINE();
    const char *wrong = mod_eckid_person_check_kind(cmd, kind);

    return wrong ? wrong : add_condition(cmd, conf, kind, attribute, expression);
}

static const char *set_key(cmd_parms *cmd, mod_eckid_dir_t *dir, const char *name,
                           char *const argv[])
{
    eckid_match_t *match;
    mod_eckid_kind_t *kind = mod_eckid_kinds_get(&dir->kinds, name, cmd->pool);

    if (kind->key) {
        return apr_psprintf(cmd->pool,
                            "%s: it was already stated how the key of a person of this "
                            "kind is made, so one of the two would have no effect",
                            cmd->directive->directive);
    }
    TRY(eckid_match_make(&match, argv[1], argv[2], cmd->pool));
    eckid_kind_t *key = apr_pcalloc(cmd->pool, sizeof(*key));

    key->source = strcmp(argv[0], "NameID") == 0 ? NULL : argv[0];
    key->match = match;
    key->type = argv[3];
    kind->key = key;
    mod_eckid_note_source(match, cmd->directive);
    return NULL;
}

const char *mod_eckid_person_student_key(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    CHECK_LINE();
    CHECK_ONCE(conf);
    if (argc != 4) {
        return "EckidStudentKey: four arguments are expected: an attribute or NameID, an "
               "expression, a template and the type, such as: "
               "employeeNumber ^([0-9]+)$ $1@1.school.example NEPPI";
    }
    return set_key(cmd, conf, NULL, argv);
}

const char *mod_eckid_person_key(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    CHECK_LINE();
    if (argc != 5) {
        return "EckidPersonKey: five arguments are expected: a kind of people, an attribute or "
               "NameID, an expression, a template and the type, such as: "
               "employee employeeNumber ^([0-9]+)$ $1@1.school.example NEPPI";
    }
    const char *wrong = mod_eckid_person_check_kind(cmd, argv[0]);

    return wrong ? wrong : set_key(cmd, conf, argv[0], argv + 1);
}

/* Checks of the whole */

/* The state of a check. */
typedef struct look_t {
    const mod_eckid_dir_t *dir;
    apr_array_header_t *mistakes; /* const char * */
    apr_pool_t *pool;
} look_t;

static void add(look_t *look, const char *text)
{
    APR_ARRAY_PUSH(look->mistakes, const char *) = text;
}

static const mod_eckid_kind_t *kind_at(const look_t *look, int i)
{
    return &APR_ARRAY_IDX(look->dir->kinds, i, mod_eckid_kind_t);
}

/* The two directives of a kind, as the operator writes them: "EckidPersonKey employee". */
static const char *line_of(const mod_eckid_kind_t *kind, const char *end, apr_pool_t *pool)
{
    return kind->name ? apr_pstrcat(pool, "EckidPerson", end, " ", kind->name, NULL)
                      : apr_pstrcat(pool, "EckidStudent", end, NULL);
}

static void check_keys(look_t *look)
{
    for (int i = 0; i < look->dir->kinds->nelts; i++) {
        const mod_eckid_kind_t *kind = kind_at(look, i);

        if (!kind->key) {
            add(look,
                apr_psprintf(look->pool,
                             "%s has no effect without %s, which makes the key by which the "
                             "LAS knows such a person",
                             line_of(kind, "If", look->pool), line_of(kind, "Key", look->pool)));
        }
    }
}

static bool has_condition(const mod_eckid_kind_t *kind, const eckid_condition_t *wanted)
{
    for (int i = 0; kind->conditions && i < kind->conditions->nelts; i++) {
        const eckid_condition_t *one = &APR_ARRAY_IDX(kind->conditions, i, eckid_condition_t);

        if (strcmp(one->attribute, wanted->attribute) == 0 &&
            strcmp(eckid_match_expression(one->match), eckid_match_expression(wanted->match)) ==
                0) {
            return true;
        }
    }
    return false;
}

/* Whether everybody who is of the later kind is of the earlier one too, as far as the texts of the
 * conditions show it. */
static bool takes_all_of(const mod_eckid_kind_t *earlier, const mod_eckid_kind_t *later)
{
    for (int i = 0; earlier->conditions && i < earlier->conditions->nelts; i++) {
        if (!has_condition(later, &APR_ARRAY_IDX(earlier->conditions, i, eckid_condition_t))) {
            return false;
        }
    }
    return earlier->key && later->key;
}

static void check_order(look_t *look)
{
    for (int i = 0; i < look->dir->kinds->nelts; i++) {
        for (int j = 0; j < i; j++) {
            if (takes_all_of(kind_at(look, j), kind_at(look, i))) {
                add(look,
                    apr_psprintf(look->pool,
                                 "nobody is of the kind %s: the first kind whose conditions hold "
                                 "counts, and those of %s always hold too. Write %s, or put the "
                                 "lines about the kind with more conditions first",
                                 eckid_kind_name(kind_at(look, i)->name),
                                 eckid_kind_name(kind_at(look, j)->name),
                                 line_of(kind_at(look, j), "If", look->pool)));
                break;
            }
        }
    }
}

static void demand(look_t *look, const char *kind, const char *where)
{
    if (!mod_eckid_kinds_has(look->dir, kind)) {
        add(look,
            apr_psprintf(look->pool, "%s names the kind %s, but there is no EckidPersonKey %s",
                         where, kind, kind));
    }
}

static void check_suppliers(look_t *look)
{
    const apr_array_header_t *all = look->dir->policy ? look->dir->policy->suppliers : NULL;

    for (int i = 0; all && i < all->nelts; i++) {
        const apr_array_header_t *actions = APR_ARRAY_IDX(all, i, eckid_supplier_t *)->on_kind;

        for (int j = 0; j < actions->nelts; j++) {
            demand(look, eckid_kind_name(APR_ARRAY_IDX(actions, j, eckid_kind_action_t).kind),
                   "EckidOn");
        }
    }
}

static void check_questions(look_t *look, const mod_eckid_las_t *las)
{
    for (int i = 0; las->questions && i < las->questions->nelts; i++) {
        demand(look, APR_ARRAY_IDX(las->questions, i, eckid_las_question_t).kind,
               "EckidLasContract");
    }
}

const apr_array_header_t *mod_eckid_person_mistakes(const mod_eckid_dir_t *dir, apr_pool_t *pool)
{
    look_t look = {dir, apr_array_make(pool, 2, sizeof(const char *)), pool};
    apr_hash_index_t *i = dir->named ? apr_hash_first(pool, dir->named) : NULL;

    if (!mod_eckid_kinds_any(dir)) {
        return look.mistakes; /* the whole demands one */
    }
    check_keys(&look);
    check_order(&look);
    check_suppliers(&look);
    check_questions(&look, &dir->las);
    for (; i; i = apr_hash_next(i)) {
        check_questions(&look, apr_hash_this_val(i));
    }
    return look.mistakes;
}

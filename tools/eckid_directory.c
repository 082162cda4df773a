/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eckid-directory: makes, shows and cleans the directory of who was pushed or imported. */
#include "directory_client.h"
#include "usage.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>

#define BATCH 200 /* records sealed in one transaction: pushes go on between them */
#define PAUSE apr_time_from_msec(10) /* in which who waits with a push comes first */

static const char usage[] =
    "usage: eckid-directory [OPTIONS] COMMAND\n"
    "\n"
    "  create            makes the database and its tables\n"
    "  migrate           brings the tables of an older version to this one\n"
    "  status            shows who is there: numbers by school, kind and source, types of keys\n"
    "  remove-person     removes a person from all schools; the key comes from standard input\n"
    "  remove-school TYPE VALUE\n"
    "                    removes everybody of a school, such as V_ID 11ZZ03\n"
    "  purge             shows how many were not confirmed for --days; --remove removes them\n"
    "  reseal            seals with --secret what --previous has sealed\n"
    "\n" DIRECTORY_USAGE "  --kind KIND       of the person to remove (student)\n"
    "  --type TYPE       of the key, such as NEPRI\n"
    "  --days N          for purge and status (400)\n"
    "  --remove          with purge\n"
    "Status: 0 done, 1 there was nothing to do, 2 it failed.";

typedef struct options_t {
    directory_options_t directory;
    const char *kind, *type;
    int days;
    bool remove;
    char **arguments; /* behind the command, ended by NULL */
} options_t;

/* What a command works with. */
typedef struct work_t {
    const options_t *options;
    eckid_directory_t *directory;
    apr_pool_t *pool;
} work_t;

static _Noreturn void show_usage(void)
{
    fprintf(stderr, "%s\n", usage);
    exit(2);
}

/* create, migrate */

static int make(const work_t *work)
{
    int from, to;

    directory_client_demand(eckid_directory_migrate(&from, &to, work->directory, work->pool),
                            work->pool);
    printf(from == to ? "the tables have version %d already\n" : "made the tables of version %d\n",
           to);
    return from == to;
}

/* status */

static apr_time_t limit_of(const options_t *options)
{
    return apr_time_now() - apr_time_from_sec((apr_int64_t)options->days * 86400);
}

static const char *day_of(apr_time_t time, apr_pool_t *pool)
{
    apr_time_exp_t parts;

    apr_time_exp_gmt(&parts, time);
    return apr_psprintf(pool, "%04d-%02d-%02d", parts.tm_year + 1900, parts.tm_mon + 1,
                        parts.tm_mday);
}

static void show_part(const eckid_directory_part_t *part, apr_pool_t *pool)
{
    printf("%s %s: %" APR_UINT64_T_FMT " of kind %s from %s, %" APR_UINT64_T_FMT
           " without ECK iD; confirmed %s to %s; key types of the last: %s\n",
           part->school.type, part->school.value, part->people, part->kind, part->source,
           part->without_eckid, day_of(part->oldest, pool), day_of(part->newest, pool),
           part->types->nelts ? apr_array_pstrcat(pool, part->types, ' ') : "none that opens");
}

static int show_status(const work_t *work)
{
    apr_array_header_t *parts;
    apr_uint64_t old;

    directory_client_demand(eckid_directory_check(work->directory, work->pool), work->pool);
    directory_client_demand(eckid_directory_status(&parts, work->directory, work->pool),
                            work->pool);
    for (int i = 0; i < parts->nelts; i++) {
        show_part(&APR_ARRAY_IDX(parts, i, eckid_directory_part_t), work->pool);
    }
    directory_client_demand(eckid_directory_unconfirmed(&old, work->directory, NULL,
                                                        limit_of(work->options), work->pool),
                            work->pool);
    printf("%" APR_UINT64_T_FMT " not confirmed for %d days\n", old, work->options->days);
    return parts->nelts == 0;
}

/* remove-person */

static bool read_key(char *buffer, int room)
{
    if (!fgets(buffer, room, stdin)) {
        return false;
    }
    buffer[strcspn(buffer, "\r\n")] = '\0';
    return *buffer != '\0';
}

static apr_uint64_t remove_at(const work_t *work, const eckid_school_t *school,
                              const eckid_directory_key_t *key)
{
    const eckid_directory_record_t *record;
    apr_uint64_t removed = 0;

    directory_client_demand(eckid_directory_find(&record, work->directory, school,
                                                 work->options->kind, key, work->pool),
                            work->pool);
    if (record) {
        directory_client_demand(
            eckid_directory_remove(&removed, work->directory, record->id, 0, work->pool),
            work->pool);
    }
    return removed;
}

static int remove_person(const work_t *work)
{
    char value[ECKID_DIRECTORY_KEY_MAX + 2];
    apr_array_header_t *schools;
    apr_uint64_t removed = 0;

    if (!work->options->type || !read_key(value, sizeof(value))) {
        fprintf(stderr, "--type and a key on standard input are needed\n");
        return 2;
    }
    const eckid_directory_key_t key = {work->options->type, value};

    directory_client_demand(eckid_directory_schools(&schools, work->directory, work->pool),
                            work->pool);
    for (int i = 0; i < schools->nelts; i++) {
        removed += remove_at(work, &APR_ARRAY_IDX(schools, i, eckid_school_t), &key);
    }
    printf("%" APR_UINT64_T_FMT " removed\n", removed);
    return removed == 0;
}

/* remove-school, purge */

static int remove_school(const work_t *work)
{
    char **arguments = work->options->arguments;
    apr_uint64_t removed;

    if (!arguments[0] || !arguments[1] || arguments[2]) {
        show_usage();
    }
    const eckid_school_t school = {arguments[0], arguments[1]};

    directory_client_demand(
        eckid_directory_remove_school(&removed, work->directory, &school, work->pool), work->pool);
    printf("%" APR_UINT64_T_FMT " removed\n", removed);
    return removed == 0;
}

static int purge(const work_t *work)
{
    apr_time_t limit = limit_of(work->options);
    apr_uint64_t count;

    directory_client_demand(
        work->options->remove
            ? eckid_directory_purge(&count, work->directory, NULL, limit, work->pool)
            : eckid_directory_unconfirmed(&count, work->directory, NULL, limit, work->pool),
        work->pool);
    printf("%" APR_UINT64_T_FMT " not confirmed for %d days%s\n", count, work->options->days,
           work->options->remove ? ", removed" : "; --remove removes them");
    return count == 0;
}

/* reseal */

static int reseal(const work_t *work)
{
    apr_uint64_t sealed, all = 0;

    do {
        apr_pool_t *batch;

        apr_pool_create(&batch, work->pool);
        directory_client_demand(eckid_directory_reseal(&sealed, work->directory, BATCH, batch),
                                batch);
        apr_pool_destroy(batch);
        all += sealed;
        apr_sleep(PAUSE);
    } while (sealed);
    printf("%" APR_UINT64_T_FMT " sealed anew\n", all);
    return 0;
}

static const struct {
    const char *name;
    int (*run)(const work_t *work);
} commands[] = {
    {"create", make},
    {"migrate", make},
    {"status", show_status},
    {"remove-person", remove_person},
    {"remove-school", remove_school},
    {"purge", purge},
    {"reseal", reseal},
};

static void take(options_t *options, int letter, const char *argument)
{
    switch (letter) {
    case 'k':
        options->kind = argument;
        break;
    case 't':
        options->type = argument;
        break;
    case 'd':
        options->days = atoi(argument);
        break;
    case 'r':
        options->remove = true;
        break;
    default:
        if (!directory_client_option(&options->directory, letter, argument)) {
            show_usage();
        }
    }
}

static const char *read_options(options_t *options, int argc, char **argv)
{
    static const struct option known[] = {
        DIRECTORY_OPTIONS,
        {"kind", required_argument, NULL, 'k'},
        {"type", required_argument, NULL, 't'},
        {"days", required_argument, NULL, 'd'},
        {"remove", no_argument, NULL, 'r'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int letter;

    *options = (options_t){.directory = directory_client_defaults, .kind = "student", .days = 400};
    while ((letter = getopt_long(argc, argv, "", known, NULL)) != -1) {
        take(options, letter, optarg);
    }
    if (optind >= argc || options->days < 1) {
        show_usage();
    }
    options->arguments = argv + optind + 1;
    return argv[optind];
}

int main(int argc, char **argv)
{
    options_t options;
    work_t work = {.options = &options};

    usage_answer(argc, argv, "eckid-directory", usage);
    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&work.pool, NULL);
    const char *name = read_options(&options, argc, argv);

    for (unsigned i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
        if (strcmp(commands[i].name, name) == 0) {
            work.directory = directory_client_open(&options.directory, work.pool);
            return commands[i].run(&work);
        }
    }
    show_usage();
}

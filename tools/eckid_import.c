/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eckid-import: brings everybody of a school from a file into the directory. */
#include <apr_general.h>
#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "directory_client.h"
#include "import_rules.h"
#include "provision/eckid_csv.h"
#include "provision/eckid_import.h"
#include "provision/eckid_uwlr.h"

static const char usage[] =
    "usage: eckid-import [OPTIONS] --school TYPE:VALUE FILE\n"
    "\n"
    "Brings everybody of a school from FILE into the directory, all or nothing. FILE is UWLR or\n"
    "EDEXML, or CSV if its name ends in .csv.\n"
    "  --school SCHOOL   as in EckidSchool: V_ID:11ZZ03\n"
    "  --dry-run         only say what would change\n"
    "  --share PERCENT   stop if more of those known would change or be gone (10)\n"
    "  --yes             do it even so\n"
    "  --key \"[KIND:]FIELD EXPRESSION TEMPLATE TYPE\"\n"
    "                    how a key is made, as in EckidStudentKey; may be repeated\n"
    "                    (key ^(.*)$ $1 ASI)\n"
    "  --in-file SCHOOL  what FILE calls the school, if not VALUE: BRIN, BRIN and branch, or\n"
    "                    schoolkey; - for a file that does not say it\n"
    "  --year YEAR       the school year that FILE must be of, such as 2026-2027 (this one);\n"
    "                    - for any\n"
    "  --source NAME     who brings these people (uwlr, csv): who is gone from it is removed\n"
    "  --separator CHAR  of CSV (,)\n"
    "  --pilot           ECK iDs of the pilot label are accepted\n" DIRECTORY_USAGE
    "Status: 0 done, 1 refused, 2 the database or the file fails, 3 stopped: too much would "
    "change.";

typedef struct options_t {
    directory_options_t directory;
    const char *school, *in_file, *year, *source, *file;
    apr_array_header_t *keys; /* const char * */
    char separator;
    int share;
    bool dry, forced, pilot;
} options_t;

static _Noreturn void stop(int status, const char *text)
{
    fprintf(stderr, "%s\n", text);
    exit(status);
}

/* Options */

static const struct option long_options[] = {
    {"school", required_argument, NULL, 's'},
    {"dry-run", no_argument, NULL, 'n'},
    {"share", required_argument, NULL, 'p'},
    {"yes", no_argument, NULL, 'y'},
    {"key", required_argument, NULL, 'k'},
    {"in-file", required_argument, NULL, 'i'},
    {"year", required_argument, NULL, 'j'},
    {"source", required_argument, NULL, 'o'},
    {"pilot", no_argument, NULL, 't'},
    {"separator", required_argument, NULL, 'c'},
    {"help", no_argument, NULL, 'h'},
    DIRECTORY_OPTIONS,
    {NULL, 0, NULL, 0},
};

static void take_flag(options_t *options, int letter)
{
    switch (letter) {
    case 'n':
        options->dry = true;
        break;
    case 'y':
        options->forced = true;
        break;
    case 't':
        options->pilot = true;
        break;
    default:
        stop(2, usage);
    }
}

static void take_number(options_t *options, int letter, const char *text)
{
    char *end;
    long number = strtol(text, &end, 10);

    if (letter == 'p') {
        if (!*text || *end || number < 0 || number > 100) {
            stop(2, "--share is a number from 0 to 100");
        }
        options->share = (int)number;
    }
    else {
        if (strlen(text) != 1 || strchr("\"\r\n", *text)) {
            stop(2, "--separator is one character, such as \";\"");
        }
        options->separator = *text;
    }
}

static void take(options_t *options, int letter, const char *text)
{
    const struct {
        char letter;
        const char **to;
    } texts[] = {{'s', &options->school},
                 {'i', &options->in_file},
                 {'j', &options->year},
                 {'o', &options->source}};

    if (directory_client_option(&options->directory, letter, text)) {
        return;
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        if (texts[i].letter == letter) {
            *texts[i].to = text;
            return;
        }
    }
    if (letter == 'k') {
        APR_ARRAY_PUSH(options->keys, const char *) = text;
    }
    else if (letter == 'p' || letter == 'c') {
        take_number(options, letter, text);
    }
    else {
        take_flag(options, letter);
    }
}

static void read_options(options_t *options, int argc, char **argv, apr_pool_t *pool)
{
    int letter;

    *options = (options_t){.directory = directory_client_defaults,
                           .separator = ',',
                           .share = 10,
                           .keys = apr_array_make(pool, 1, sizeof(const char *))};
    while ((letter = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        take(options, letter, optarg);
    }
    if (!options->school || optind != argc - 1) {
        stop(2, usage);
    }
    options->file = argv[optind];
}

/* Files */

static int read_file(void *self, char *buffer, int room)
{
    ssize_t len;

    do {
        len = read(*(const int *)self, buffer, (size_t)room);
    } while (len < 0 && errno == EINTR);
    return (int)len;
}

static bool rewind_file(void *self)
{
    return lseek(*(const int *)self, 0, SEEK_SET) == 0;
}

static eckid_err_t *read_uwlr(eckid_bulk_found_t *found, const eckid_bulk_input_t *input,
                              const eckid_bulk_sink_t *sink, void *format, apr_pool_t *pool)
{
    return eckid_uwlr_read(found, input, format, sink, pool);
}

/* What a CSV file is read by. */
typedef struct csv_t {
    eckid_bulk_expected_t expected; /* first, as for UWLR */
    const apr_array_header_t *wanted;
    char separator;
} csv_t;

static eckid_err_t *read_csv(eckid_bulk_found_t *found, const eckid_bulk_input_t *input,
                             const eckid_bulk_sink_t *sink, void *format, apr_pool_t *pool)
{
    const csv_t *csv = format;

    return eckid_csv_read(found, input, &csv->expected, csv->wanted, csv->separator, sink, pool);
}

static bool is_csv(const char *name)
{
    size_t len = strlen(name);

    return len > 4 && strcasecmp(name + len - 4, ".csv") == 0;
}

/* The settings */

static eckid_school_t parse_school(const char *text, apr_pool_t *pool)
{
    const char *colon = strchr(text, ':');

    if (!colon || colon == text || !colon[1]) {
        stop(2, "--school is type and value, as in EckidSchool: V_ID:11ZZ03");
    }
    return (eckid_school_t){apr_pstrmemdup(pool, text, (apr_size_t)(colon - text)), colon + 1};
}

/* The school year begins on the first of August. */
static const char *this_year(apr_pool_t *pool)
{
    apr_time_exp_t now;

    apr_time_exp_lt(&now, apr_time_now());
    int first = 1900 + now.tm_year - (now.tm_mon < 7);

    return apr_psprintf(pool, "%d-%d", first, first + 1);
}

static const char *unless_dash(const char *text)
{
    return strcmp(text, "-") == 0 ? NULL : text;
}

static eckid_bulk_expected_t expected_of(const options_t *options, const eckid_school_t *school,
                                         apr_pool_t *pool)
{
    return (eckid_bulk_expected_t){
        .school = options->in_file ? unless_dash(options->in_file) : school->value,
        .year = options->year ? unless_dash(options->year) : this_year(pool)};
}

/* Telling */

static void show_progress(void *self, apr_uint64_t people, bool is_check)
{
    (void)self;
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%s %" APR_UINT64_T_FMT " people", is_check ? "checked" : "brought in",
                people);
    }
}

static void end_progress(void)
{
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r\033[K");
    }
}

static void show(const eckid_import_result_t *result, const options_t *options)
{
    const eckid_directory_changes_t *changes = &result->changes;

    printf("people in the file: %" APR_UINT64_T_FMT ", of these without ECK iD: %" APR_UINT64_T_FMT
           ", passed over as they have no key: %" APR_UINT64_T_FMT "\n",
           result->people, result->without_eckid, result->without_key);
    if (result->resumed) {
        printf("continued behind the first %" APR_UINT64_T_FMT " of an earlier run\n",
               result->resumed);
    }
    printf("%s: new %" APR_UINT64_T_FMT ", changed %" APR_UINT64_T_FMT ", gone %" APR_UINT64_T_FMT
           ", the same %" APR_UINT64_T_FMT "; before: %" APR_UINT64_T_FMT "\n",
           result->done ? "done" : "would be", changes->added, changes->changed, changes->gone,
           changes->same, changes->before);
    if (result->held) {
        printf("stopped: more than %d%% of those known would change or be gone; if that is right, "
               "run it again with --yes\n",
               options->share);
    }
}

static int fail(const eckid_err_t *err, apr_pool_t *pool)
{
    fprintf(stderr, "ECK%04d: %s\n", (int)err->code, eckid_err_text(err, pool));
    return err->code == ECKID_DIRECTORY || err->code == ECKID_DIRECTORY_SCHEMA ||
                   err->code == ECKID_FILE
               ? 2
               : 1;
}

static int end(const eckid_err_t *err, const eckid_import_result_t *result,
               const options_t *options, apr_pool_t *pool)
{
    end_progress();
    if (err) {
        return fail(err, pool);
    }
    if (result->unchanged) {
        printf("the file says that nothing has changed; so nothing was done\n");
        return 0;
    }
    show(result, options);
    return result->held ? 3 : 0;
}

static int work(const options_t *options, apr_pool_t *pool)
{
    const eckid_school_t school = parse_school(options->school, pool);
    const bool csv = is_csv(options->file);
    apr_array_header_t *rules = import_rules(options->keys, pool);
    csv_t format = {expected_of(options, &school, pool), import_rules_fields(rules, pool),
                    options->separator};
    int descriptor = open(options->file, O_RDONLY | O_CLOEXEC);
    const eckid_import_file_t file = {.input = {options->file, read_file, &descriptor},
                                      .rewind = rewind_file,
                                      .read = csv ? read_csv : read_uwlr,
                                      .format = &format};
    const eckid_import_setup_t setup = {.directory =
                                            directory_client_open(&options->directory, pool),
                                        .school = &school,
                                        .source = options->source ? options->source
                                                  : csv           ? "csv"
                                                                  : "uwlr",
                                        .rules = rules,
                                        .settings = import_rules_text(options->keys, pool),
                                        .pilot = options->pilot,
                                        .dry = options->dry,
                                        .forced = options->forced,
                                        .share = options->share,
                                        .progress = show_progress};
    eckid_import_result_t result;

    if (descriptor < 0) {
        stop(2, apr_psprintf(pool, "%s cannot be read", options->file));
    }
    directory_client_demand(eckid_directory_check(setup.directory, pool), pool);
    return end(eckid_import_run(&result, &file, &setup, apr_time_now(), pool), &result, options,
               pool);
}

int main(int argc, char **argv)
{
    apr_pool_t *pool;
    options_t options;

    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    read_options(&options, argc, argv, pool);
    return work(&options, pool);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where eckid-import has its people from: a file in one of the formats, or what a LAS sent. */
#include "import_source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "provision/eckid_csv.h"
#include "provision/eckid_eduv_list.h"
#include "provision/eckid_uwlr.h"

/* Formats */

static const char *const usual[] = {"key ^(.*)$ $1 ASI", NULL};
static const char *const eduv[] = {"NEPPI ^(.*)$ $1 NEPPI", "NEPRI ^(.*)$ $1 NEPRI",
                                   "BPI ^(.*)$ $1 BPI",     "eduID ^(.*)$ $1 eduID",
                                   "ASI ^(.*)$ $1 ASI",     NULL};

static eckid_err_t *read_as(eckid_bulk_found_t *found, const eckid_bulk_input_t *input,
                            const eckid_bulk_sink_t *sink, void *format, apr_pool_t *pool)
{
    const import_reading_t *reading = format;

    switch (reading->format) {
    case IMPORT_CSV:
        return eckid_csv_read(found, input, &reading->expected, reading->wanted, reading->separator,
                              sink, pool);
    case IMPORT_EDUV:
        return eckid_eduv_list_read(found, input, reading->kind, sink, pool);
    default:
        return eckid_uwlr_read(found, input, &reading->expected, sink, pool);
    }
}

static bool ends_with(const char *name, const char *end)
{
    size_t len = strlen(name), end_len = strlen(end);

    return len > end_len && strcasecmp(name + len - end_len, end) == 0;
}

import_format_t import_source_format(const char *name)
{
    return ends_with(name, ".csv")    ? IMPORT_CSV
           : ends_with(name, ".json") ? IMPORT_EDUV
                                      : IMPORT_UWLR;
}

const char *import_source_name(import_format_t format)
{
    static const char *const names[] = {
        [IMPORT_UWLR] = "uwlr", [IMPORT_CSV] = "csv", [IMPORT_EDUV] = "edu-v"};

    return names[format];
}

const char *const *import_source_keys(import_format_t format)
{
    return format == IMPORT_EDUV ? eduv : usual;
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

eckid_err_t *import_source_open(eckid_import_file_t *file, const char *name,
                                import_reading_t *reading, apr_pool_t *pool)
{
    int *descriptor = apr_palloc(pool, sizeof(*descriptor));

    *descriptor = open(name, O_RDONLY | O_CLOEXEC);
    *file = (eckid_import_file_t){.input = {name, read_file, descriptor},
                                  .rewind = rewind_file,
                                  .read = read_as,
                                  .format = reading};
    return *descriptor < 0 ? eckid_err_make(pool, ECKID_FILE, "%s", name) : NULL;
}

void import_source_spool(eckid_import_file_t *file, const char *name, eckid_spool_t *spool,
                         import_reading_t *reading)
{
    *file = (eckid_import_file_t){.input = {name, eckid_spool_read, spool},
                                  .rewind = eckid_spool_rewind,
                                  .read = read_as,
                                  .format = reading};
}

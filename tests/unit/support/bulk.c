/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/bulk.h"

#include <apr_strings.h>

#include "unit.h"

static int read_piece(void *self, char *buffer, int room)
{
    bulk_file_t *file = self;
    apr_size_t len = file->len - file->at;

    len = len < (apr_size_t)room ? len : (apr_size_t)room;
    len = len < file->piece ? len : file->piece;
    memcpy(buffer, file->text + file->at, len);
    file->at += len;
    return (int)len;
}

eckid_bulk_input_t bulk_input(bulk_file_t *file, const char *text, apr_size_t piece)
{
    *file = (bulk_file_t){.text = text, .len = strlen(text), .piece = piece};
    return (eckid_bulk_input_t){"FILE", read_piece, file};
}

bool bulk_rewind(void *self)
{
    bulk_file_t *file = self;

    file->at = 0;
    if (file->reads++ && file->other) {
        file->text = file->other;
        file->len = strlen(file->other);
    }
    return true;
}

static eckid_err_t *add(void *self, const eckid_bulk_row_t *row, apr_pool_t *p)
{
    bulk_rows_t *rows = self;

    rows->count++;
    rows->text = apr_psprintf(pool, "%s%s%d %s", rows->text ? rows->text : "",
                              rows->text ? "\n" : "", (int)row->line, row->kind);
    for (int i = 0; i < row->count; i++) {
        rows->text = apr_pstrcat(pool, rows->text, " ", row->fields[i].name, "=",
                                 row->fields[i].value, NULL);
    }
    rows->text = apr_pstrcat(pool, rows->text, row->eckid ? " " : "", row->eckid, NULL);
    return rows->fails ? eckid_err_make(p, rows->fails, "%s", "as told") : NULL;
}

eckid_bulk_sink_t bulk_sink(bulk_rows_t *rows)
{
    *rows = (bulk_rows_t){.text = NULL};
    return (eckid_bulk_sink_t){add, rows};
}

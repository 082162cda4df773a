/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watches a page that is too long to hold: what may be sent on, and when to stop. */
#include "html/eckid_page_stream.h"
#include "html/eckid_form.h"
#include "base/eckid_inflate.h"
#include "html/eckid_saml_scan.h"

/* A page goes on in steps of at least so many bytes, while it is compressed. */
#define STEP 8192

/* How many steps wait until what they inflate to is settled. */
#define STEPS_MAX 64

/* So many bytes of the body inflate to so many of the page. */
typedef struct step_t {
    apr_off_t fed, read;
} step_t;

struct eckid_page_stream_t {
    eckid_form_reader_t *reader; /* or NULL */
    eckid_saml_scan_t scan;
    eckid_token_runs_t *runs;  /* or NULL */
    eckid_inflate_t *inflater; /* or NULL */
    step_t at;                 /* all that was fed */
    step_t steps[STEPS_MAX];   /* the older ones, which are not settled; the oldest first */
    int steps_len;
    apr_off_t settled; /* bytes of the body */
    apr_pool_t *pool;
};

static eckid_err_t *read_plain(void *self, eckid_bytes_t plain)
{
    eckid_page_stream_t *stream = self;

    stream->at.read += (apr_off_t)plain.len;
    if (stream->reader) {
        ECKID_ERR(eckid_form_feed(stream->reader, plain));
    }
    if ((stream->reader && eckid_form_seen(stream->reader)) ||
        eckid_saml_scan_feed(&stream->scan, NULL, plain) != ECKID_SAML_SCAN_NONE) {
        return eckid_err_make(stream->pool, ECKID_TOO_LONG, "%s", "");
    }
    return stream->runs ? eckid_token_runs_feed(stream->runs, plain) : NULL;
}

eckid_page_stream_t *eckid_page_stream_xml(bool gzip, apr_pool_t *pool)
{
    eckid_page_stream_t *stream = apr_pcalloc(pool, sizeof(*stream));

    stream->pool = pool;
    stream->inflater = gzip ? eckid_inflate_make(ECKID_GZIP, read_plain, stream, pool) : NULL;
    return stream;
}

eckid_page_stream_t *eckid_page_stream_page(bool gzip, apr_size_t tag_max, apr_pool_t *pool)
{
    eckid_page_stream_t *stream = eckid_page_stream_xml(gzip, pool);

    stream->reader = eckid_form_reader(tag_max, pool);
    return stream;
}

void eckid_page_stream_judge(eckid_page_stream_t *stream, eckid_token_runs_judge_t *judge,
                             void *self)
{
    stream->runs = eckid_token_runs_make(judge, self, stream->pool);
}

/* How much of the page, inflated, may be sent on. */
static apr_off_t settled_plain(const eckid_page_stream_t *stream)
{
    apr_off_t plain = stream->reader ? eckid_form_settled(stream->reader) : stream->at.read;
    apr_off_t judged = stream->runs ? eckid_token_runs_settled(stream->runs) : plain;

    return judged < plain ? judged : plain;
}

/* Notes where the body is now. The last step grows until it is long enough. */
static void note_step(eckid_page_stream_t *stream)
{
    const int len = stream->steps_len;
    bool is_short = len > 1 && stream->steps[len - 1].read - stream->steps[len - 2].read < STEP;

    stream->steps_len -= is_short || len == STEPS_MAX;
    stream->steps[stream->steps_len++] = stream->at;
}

/* Compressed bytes are settled once everything they inflate to is settled. */
static void settle(eckid_page_stream_t *stream)
{
    const apr_off_t plain = settled_plain(stream);
    int passed = 0;

    if (!stream->inflater) {
        stream->settled = plain;
        return;
    }
    note_step(stream);
    while (passed < stream->steps_len && stream->steps[passed].read <= plain) {
        stream->settled = stream->steps[passed++].fed;
    }
    stream->steps_len -= passed;
    memmove(stream->steps, stream->steps + passed, (size_t)stream->steps_len * sizeof(step_t));
}

eckid_err_t *eckid_page_stream_feed(eckid_page_stream_t *stream, eckid_bytes_t piece)
{
    ECKID_ERR(stream->inflater ? eckid_inflate_feed(stream->inflater, piece)
                               : read_plain(stream, piece));
    stream->at.fed += (apr_off_t)piece.len;
    settle(stream);
    return NULL;
}

eckid_err_t *eckid_page_stream_end(const eckid_page_stream_t *stream)
{
    const eckid_form_t *form;

    if (stream->inflater && !eckid_inflate_ended(stream->inflater)) {
        return eckid_err_make(stream->pool, ECKID_CODING, "the compressed data is incomplete");
    }
    if (stream->runs) {
        ECKID_ERR(eckid_token_runs_end(stream->runs));
    }
    return stream->reader ? eckid_form_end(&form, stream->reader) : NULL;
}

apr_off_t eckid_page_stream_settled(const eckid_page_stream_t *stream)
{
    return stream->settled;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The status as a page, in Dutch or English, for whoever keeps the school's logins going. */
#include "operator/eckid_status_page.h"

#include <apr_strings.h>

#include "base/eckid_time.h"

/* Every text of the page, in both languages. */
#define TEXTS(X)                                                                                   \
    X(TITLE, "Hoe het gaat met mod_eckid", "How mod_eckid is doing")                               \
    X(SINCE, "Geteld sinds", "Counted since")                                                      \
    X(HEALTH_OK, "De systemen waar logins van afhangen, geven antwoord.",                          \
      "The systems that logins depend on answer.")                                                 \
    X(HEALTH_LAS, "De leerlingadministratie (LAS) geeft geen antwoord.",                           \
      "The administration system (LAS) gives no answer.")                                          \
    X(HEALTH_DIRECTORY, "De database met leerlingen (EckidDirectory) geeft geen antwoord.",        \
      "The database of students (EckidDirectory) gives no answer.")                                \
    X(HEALTH_SOURCE, "Van de inlogdienst is nog niets bekend.",                                    \
      "Nothing is known of the identity provider yet.")                                            \
    X(SUPPLIERS, "Leveranciers", "Suppliers")                                                      \
    X(OTHERS, "Overige diensten", "Other services")                                                \
    X(OBSERVED, "alleen meegekeken", "only observed")                                              \
    X(LOGINS, "logins", "logins")                                                                  \
    X(FILLED, "met ECK iD", "with ECK iD")                                                         \
    X(WITHOUT, "zonder", "without")                                                                \
    X(REFUSED, "geweigerd", "refused")                                                             \
    X(PASSED, "onveranderd door", "passed unchanged")                                              \
    X(FROM_CACHE, "uit de cache", "from the cache")                                                \
    X(FROM_DIRECTORY, "uit de directory", "from the directory")                                    \
    X(MOST_WITHIN, "9 van de 10 vragen aan het LAS binnen", "9 of 10 questions to the LAS within") \
    X(LONGER, "langer dan 5 s", "more than 5 s")                                                   \
    X(LOGOUTS_BEGUN, "keer uitloggen begonnen", "logouts begun")                                   \
    X(LOGOUTS_WHOLE, "daarvan overal uitgelogd", "of these ended everywhere")                      \
    X(LOGOUTS_PARTIAL, "daarvan niet overal uitgelogd", "of these not ended everywhere")           \
    X(LOGOUTS_REFUSED, "keer uitloggen geweigerd", "logouts refused")                              \
    X(LAS, "Leerlingadministratie (LAS)", "Administration system (LAS)")                           \
    X(ANSWERS, "antwoordt", "answers")                                                             \
    X(GIVEN_UP, "even met rust gelaten na fouten", "left alone for a moment after failures")       \
    X(CALLS, "vragen onderweg, van hooguit", "calls under way, of at most")                        \
    X(WAITING, "wachten op hun beurt", "waiting for their turn")                                   \
    X(FAILURES, "fouten op rij", "failures in a row")                                              \
    X(SOURCES, "Wat wordt gelezen", "What is read")                                                \
    X(NEVER, "nog niet sinds de laatste herstart", "not yet since the last reload")                \
    X(LAST, "voor het laatst goed bevonden:", "last found to be good:")                            \
    X(FAILED, "de laatste poging mislukte:", "the last attempt failed:")                           \
    X(ENDS, "Wat afloopt", "What ends")                                                            \
    X(DAYS, "dagen", "days")                                                                       \
    X(ENDED, "afgelopen", "ended")

typedef enum text_t {
#define X(name, dutch, english) TEXT_##name,
    TEXTS(X)
#undef X
        TEXT_COUNT
} text_t;

typedef struct page_t {
    const eckid_status_t *status;
    bool is_english;
    apr_array_header_t *parts; /* const char * */
    apr_pool_t *pool;
} page_t;

static const char *text(const page_t *page, text_t which)
{
    static const char *const texts[TEXT_COUNT][2] = {
#define X(name, dutch, english) {dutch, english},
        TEXTS(X)
#undef X
    };

    return texts[which][page->is_english];
}

static void put(page_t *page, const char *part)
{
    APR_ARRAY_PUSH(page->parts, const char *) = part;
}

static void put_escaped(page_t *page, const char *part)
{
    put(page, eckid_codec_html(part, page->pool));
}

static void put_heading(page_t *page, text_t which)
{
    put(page, apr_pstrcat(page->pool, "<h2>", text(page, which), "</h2>\n", NULL));
}

/* A number with what it counts; nothing that is zero, unless it is always wanted. */
static void put_number(page_t *page, apr_uint64_t number, text_t what, bool always)
{
    if (number || always) {
        put(page, apr_psprintf(page->pool, "<li><b>%" APR_UINT64_T_FMT "</b> %s</li>\n", number,
                               text(page, what)));
    }
}

/* Suppliers */

/* The bound within which nine of ten lookups ended; NULL without lookups. */
static const char *usual_time(const page_t *page, const eckid_histogram_t *histogram)
{
    apr_uint64_t count = eckid_status_lookups(histogram), so_far = 0;

    for (int i = 0; count && i < ECKID_COUNTERS_BUCKETS - 1; i++) {
        so_far += atomic_load(&histogram->buckets[i]);
        if (so_far * 10 >= count * 9) {
            return apr_psprintf(page->pool, "%s%d ms", i == 0 ? "&lt; " : "",
                                (int)((eckid_counters_bounds[i] + 999) / 1000));
        }
    }
    return count ? text(page, TEXT_LONGER) : NULL;
}

static void put_lookups(page_t *page, const eckid_counters_row_t *row)
{
    const char *usual = usual_time(page, &row->lookups[ECKID_FROM_LAS]);

    put_number(page,
               eckid_status_lookups(&row->lookups[ECKID_FROM_CACHE]) +
                   eckid_status_lookups(&row->lookups[ECKID_FROM_STALE]),
               TEXT_FROM_CACHE, false);
    put_number(page, eckid_status_lookups(&row->lookups[ECKID_FROM_DIRECTORY]), TEXT_FROM_DIRECTORY,
               false);
    if (usual) {
        put(page, apr_pstrcat(page->pool, "<li>", text(page, TEXT_MOST_WITHIN), " <b>", usual,
                              "</b></li>\n", NULL));
    }
}

static void put_refusals(page_t *page, const eckid_counters_row_t *row)
{
    for (int i = 0; i < ECKID_COUNTERS_CODES; i++) {
        apr_uint64_t count = atomic_load(&row->refusals[i]);
        eckid_code_t code = eckid_counters_code(i);

        if (count) {
            put(page, apr_psprintf(page->pool,
                                   "<li class=\"bad\"><b>%" APR_UINT64_T_FMT
                                   "</b> ECK%04d <span lang=\"en\">%s</span></li>\n",
                                   count, (int)code, eckid_err_fact(code)));
        }
    }
}

static void put_logouts(page_t *page, const eckid_counters_row_t *row)
{
    static const text_t texts[ECKID_LOGOUTS] = {TEXT_LOGOUTS_BEGUN, TEXT_LOGOUTS_WHOLE,
                                                TEXT_LOGOUTS_PARTIAL, TEXT_LOGOUTS_REFUSED};

    for (int i = 0; i < ECKID_LOGOUTS; i++) {
        put_number(page, atomic_load(&row->logouts[i]), texts[i], false);
    }
}

static void put_row(page_t *page, const eckid_status_row_t *row)
{
    const eckid_status_totals_t totals = eckid_status_totals(row->counters);
    bool is_none = !*row->supplier;

    put(page, "<section><h3>");
    put_escaped(page, is_none ? text(page, TEXT_OTHERS) : row->supplier);
    put(page, "</h3>\n<p class=\"small\">");
    put_escaped(page, row->host);
    if (row->observed) {
        put(page, apr_pstrcat(page->pool, ", ", text(page, TEXT_OBSERVED), NULL));
    }
    put(page, "</p>\n<ul>\n");
    if (!is_none) {
        put_number(page, totals.logins, TEXT_LOGINS, true);
        put_number(page, totals.results[ECKID_RESULT_FILLED], TEXT_FILLED, true);
        put_number(page, totals.results[ECKID_RESULT_WITHOUT], TEXT_WITHOUT, false);
    }
    put_number(page, totals.results[ECKID_RESULT_PASSED], TEXT_PASSED, is_none);
    put_number(page, totals.results[ECKID_RESULT_REFUSED], TEXT_REFUSED, !is_none);
    put_lookups(page, row->counters);
    put_refusals(page, row->counters);
    put_logouts(page, row->counters);
    put(page, "</ul></section>\n");
}

static void put_rows(page_t *page)
{
    const apr_array_header_t *rows = page->status->rows;

    put_heading(page, TEXT_SUPPLIERS);
    for (int none = 0; none < 2; none++) { /* what is for no supplier comes last */
        for (int i = 0; i < rows->nelts; i++) {
            const eckid_status_row_t *row = &APR_ARRAY_IDX(rows, i, eckid_status_row_t);

            if ((*row->supplier == '\0') == (none == 1)) {
                put_row(page, row);
            }
        }
    }
}

/* LASes */

static void put_lases(page_t *page)
{
    const apr_array_header_t *lases = page->status->lases;

    if (lases->nelts) {
        put_heading(page, TEXT_LAS);
    }
    for (int i = 0; i < lases->nelts; i++) {
        const eckid_status_las_t *las = &APR_ARRAY_IDX(lases, i, eckid_status_las_t);

        put(page, "<section><h3>");
        put_escaped(page, las->name);
        put(page, apr_psprintf(page->pool, "</h3>\n<ul>\n<li%s>%s</li>\n",
                               las->state.open ? " class=\"bad\"" : "",
                               text(page, las->state.open ? TEXT_GIVEN_UP : TEXT_ANSWERS)));
        put(page, apr_psprintf(page->pool, "<li><b>%d</b> %s <b>%d</b></li>\n", las->state.calls,
                               text(page, TEXT_CALLS), las->state.allowed));
        put_number(page, (apr_uint64_t)las->state.waiting, TEXT_WAITING, true);
        put_number(page, (apr_uint64_t)las->state.failures, TEXT_FAILURES, false);
        put(page, "</ul></section>\n");
    }
}

/* What is fetched, and what ends */

static void put_source(page_t *page, const eckid_status_source_t *source)
{
    put(page, "<section><h3>");
    put_escaped(page, source->name);
    put(page, apr_pstrcat(page->pool, "</h3>\n<ul>\n<li>",
                          text(page, source->fetched ? TEXT_LAST : TEXT_NEVER), " ",
                          source->fetched ? eckid_time_format(source->fetched, page->pool) : "",
                          "</li>\n", NULL));
    if (source->failure) {
        put(page, apr_psprintf(page->pool,
                               "<li class=\"bad\">%s ECK%04d <span lang=\"en\">%s</span></li>\n",
                               text(page, TEXT_FAILED), (int)source->failure,
                               eckid_err_fact(source->failure)));
    }
    put(page, "</ul></section>\n");
}

static void put_sources(page_t *page)
{
    const apr_array_header_t *sources = page->status->sources;

    if (sources->nelts) {
        put_heading(page, TEXT_SOURCES);
    }
    for (int i = 0; i < sources->nelts; i++) {
        put_source(page, &APR_ARRAY_IDX(sources, i, eckid_status_source_t));
    }
}

static void put_ends(page_t *page)
{
    const apr_array_header_t *ends = page->status->ends;

    if (!ends->nelts) {
        return;
    }
    put_heading(page, TEXT_ENDS);
    put(page, "<section><ul>\n");
    for (int i = 0; i < ends->nelts; i++) {
        const eckid_status_end_t *end = &APR_ARRAY_IDX(ends, i, eckid_status_end_t);
        long days = eckid_status_days(end->until, page->status->now);

        put(page, days < 30 ? "<li class=\"bad\">" : "<li>");
        put(page, days < 0
                      ? apr_pstrcat(page->pool, "<b>", text(page, TEXT_ENDED), "</b> ", NULL)
                      : apr_psprintf(page->pool, "<b>%ld</b> %s: ", days, text(page, TEXT_DAYS)));
        put(page, "<span lang=\"en\">");
        put_escaped(page, end->what);
        put(page, "</span></li>\n");
    }
    put(page, "</ul></section>\n");
}

/* The whole */

static void put_head(page_t *page, const eckid_refusal_look_t *look)
{
    put(page, apr_pstrcat(
                  page->pool, "<!DOCTYPE html>\n<html lang=\"", page->is_english ? "en" : "nl",
                  "\">\n<head><meta charset=\"utf-8\">"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<title>",
                  text(page, TEXT_TITLE),
                  "</title>\n<style>body{font:1rem/1.5 sans-serif;margin:0;color:#111;"
                  "background:#f4f4f4}header,main{padding:1rem max(1rem,50% - 28rem)}"
                  "header{font-weight:bold;color:",
                  look->color ? look->color : "#fff",
                  ";background:", look->background ? look->background : "#333",
                  "}h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.2rem;margin:1.5rem 0 .5rem}"
                  "section{background:#fff;border-radius:.5rem;padding:.75rem 1rem;margin:.5rem 0}"
                  "h3{font-size:1rem;margin:0;overflow-wrap:anywhere}.small{margin:0;color:#555;"
                  "font-size:.9rem}ul{list-style:none;margin:.25rem 0 0;padding:0;display:flex;"
                  "flex-wrap:wrap;gap:.25rem 1.25rem}li{overflow-wrap:anywhere}.bad{color:#a40000}"
                  ".health{font-weight:bold}</style></head>\n<body>\n",
                  NULL));
    if (look->school) {
        put(page, "<header>");
        put_escaped(page, look->school);
        put(page, "</header>\n");
    }
}

static void put_health(page_t *page)
{
    int status;
    const char *word = eckid_status_health(&status, page->status, true);
    text_t which = status == 200                    ? TEXT_HEALTH_OK
                   : strcmp(word, "las") == 0       ? TEXT_HEALTH_LAS
                   : strcmp(word, "directory") == 0 ? TEXT_HEALTH_DIRECTORY
                                                    : TEXT_HEALTH_SOURCE;

    put(page, apr_pstrcat(page->pool, "<main>\n<h1>", text(page, TEXT_TITLE),
                          "</h1>\n<p class=\"health", status == 200 ? "" : " bad", "\">",
                          text(page, which), "</p>\n<p class=\"small\">", text(page, TEXT_SINCE),
                          " ", eckid_time_format(page->status->since, page->pool), "</p>\n", NULL));
}

eckid_bytes_t eckid_status_page(const eckid_status_t *status, const eckid_refusal_look_t *look,
                                const char *accept_language, apr_pool_t *pool)
{
    page_t page = {status, eckid_refusal_page_is_english(accept_language),
                   apr_array_make(pool, 64, sizeof(const char *)), pool};

    put_head(&page, look);
    put_health(&page);
    put_rows(&page);
    put_lases(&page);
    put_sources(&page);
    put_ends(&page);
    put(&page, "</main>\n</body>\n</html>\n");
    return eckid_bytes_str(apr_array_pstrcat(pool, page.parts, 0));
}

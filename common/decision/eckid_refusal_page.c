/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page a browser gets for a refused login: short, in Dutch or English, and it says what to
 * do. */
#include "decision/eckid_refusal_page.h"

#include <stdlib.h>
#include <apr_strings.h>

typedef struct text_t {
    int status;
    const char *title;
    const char *what; /* "%s" is the administration where people of a kind are registered */
    const char *todo;
} text_t;

static const text_t dutch[] = {
    {503, "Inloggen lukt nu even niet", "De %s van de school geeft op dit moment geen antwoord.",
     "Probeer het over een paar minuten opnieuw. Lukt het dan nog niet, meld het dan bij de "
     "helpdesk van je school."},
    {502, "Inloggen is niet gelukt",
     "Er ging iets mis tussen de inlogdienst van de school en deze dienst.",
     "Sluit alle vensters van de browser en log opnieuw in. Lukt het weer niet, meld het dan bij "
     "de "
     "helpdesk van je school."},
    {400, "Inloggen is niet gelukt",
     "De dienst waar je wilde inloggen heeft iets gevraagd dat niet klopt, of je hebt een oude "
     "link "
     "gebruikt.",
     "Ga terug naar de dienst en begin opnieuw. Lukt het weer niet, meld het dan bij de helpdesk "
     "van "
     "je school."},
    {403, "Je kunt hier nog niet inloggen",
     "In de %s van de school ontbreekt iets dat deze dienst nodig heeft.",
     "Meld het bij de helpdesk van je school. Opnieuw proberen helpt niet."},
};

static const text_t english[] = {
    {503, "Logging in is not possible right now", "The school's %s is not answering at the moment.",
     "Try again in a few minutes. If it still does not work, tell your school's helpdesk."},
    {502, "Logging in did not work",
     "Something went wrong between the school's login service and this service.",
     "Close all windows of the browser and log in again. If it fails again, tell your school's "
     "helpdesk."},
    {400, "Logging in did not work",
     "The service where you wanted to log in asked for something that is not right, or you used an "
     "old link.",
     "Go back to the service and begin again. If it fails again, tell your school's helpdesk."},
    {403, "You cannot log in here yet", "The school's %s lacks something that this service needs.",
     "Tell your school's helpdesk. Trying again will not help."},
};

static const char *administration_of(const char *kind, bool is_english)
{
    if (eckid_kind_same(kind, ECKID_KIND_STUDENT)) {
        return is_english ? "student administration" : "leerlingadministratie";
    }
    if (eckid_kind_same(kind, ECKID_KIND_EMPLOYEE)) {
        return is_english ? "staff administration" : "personeelsadministratie";
    }
    return is_english ? "administration" : "administratie";
}

/* The administration is not to blame for a copy of it that is kept here, nor for an identity
 * provider whose keys cannot be fetched. NULL if it is. */
static const char *not_the_administration(eckid_outcome_t outcome, bool is_english)
{
    if (outcome == ECKID_LAS_FAILED) {
        return NULL;
    }
    if (outcome == ECKID_DIRECTORY_FAILED) {
        return is_english ? "The school's login service cannot read its data at the moment."
                          : "De inlogdienst van de school kan zijn gegevens op dit moment niet "
                            "lezen.";
    }
    return is_english ? "The school's login service is not working at the moment."
                      : "De inlogdienst van de school werkt op dit moment niet.";
}

static const char *what_of(const text_t *text, const char *kind, bool is_english, apr_pool_t *pool)
{
    const char *place = strstr(text->what, "%s");

    return place ? apr_pstrcat(pool,
                               apr_pstrmemdup(pool, text->what, (apr_size_t)(place - text->what)),
                               administration_of(kind, is_english), place + 2, NULL)
                 : text->what;
}

/* The last one where there is none for the status. */
static const text_t *find_text(const text_t *texts, int status)
{
    while (texts->status != status && texts->status != 403) {
        texts++;
    }
    return texts;
}

/* The weight of a language in Accept-Language, in thousandths; -1 if it is not listed. */
static int weight_of(const char *accept, const char *language)
{
    int best = -1;

    while (accept && *accept) {
        apr_size_t len = strcspn(accept, ",");
        eckid_bytes_t range = eckid_codec_trim(eckid_bytes(accept, len));
        const char *q = memchr(range.data, '=', range.len);

        if (range.len >= 2 && strncasecmp(range.data, language, 2) == 0 &&
            (range.len == 2 || strchr("-; ", range.data[2]))) {
            double given = q ? strtod(q + 1, NULL) : 1;
            int weight = given >= 0 && given <= 1 ? (int)(given * 1000) : 0; /* NaN counts as 0 */

            best = weight > best ? weight : best;
        }
        accept += len + (accept[len] == ',');
    }
    return best;
}

bool eckid_refusal_page_is_english(const char *accept_language)
{
    return weight_of(accept_language, "en") > weight_of(accept_language, "nl");
}

/* The element with that text; nothing without text. */
static const char *element(const char *name, const char *text, apr_pool_t *pool)
{
    return text ? apr_pstrcat(pool, "<", name, ">", eckid_codec_html(text, pool), "</", name, ">\n",
                              NULL)
                : "";
}

static const char *head_of(const char *title, const eckid_refusal_look_t *look, apr_pool_t *pool)
{
    return apr_pstrcat(pool,
                       "<head><meta charset=\"utf-8\">"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
                       element("title", title, pool),
                       "<style>body{font:1.1rem/1.5 sans-serif;margin:0;color:#111;background:#fff}"
                       "header,main{padding:1rem max(1rem,50% - 18rem)}code{font-size:1.2em}"
                       "header{font-weight:bold;color:",
                       look->color ? look->color : "#fff",
                       ";background:", look->background ? look->background : "#333",
                       "}</style></head>\n", NULL);
}

static const char *happened(int status, eckid_outcome_t outcome, const char *kind, bool is_english,
                            apr_pool_t *pool)
{
    const char *other = status == 503 ? not_the_administration(outcome, is_english) : NULL;

    return other ? other
                 : what_of(find_text(is_english ? english : dutch, status), kind, is_english, pool);
}

const char *eckid_refusal_page_says(int status, eckid_outcome_t outcome, const char *kind,
                                    bool is_english, apr_pool_t *pool)
{
    const text_t *text = find_text(is_english ? english : dutch, status);

    return apr_pstrcat(pool, text->title, ". ", happened(status, outcome, kind, is_english, pool),
                       " ", text->todo, NULL);
}

eckid_bytes_t eckid_refusal_page_frame(const char *title, const char *main, bool is_english,
                                       const eckid_refusal_look_t *look, apr_pool_t *pool)
{
    return eckid_bytes_str(apr_pstrcat(
        pool, "<!DOCTYPE html>\n<html lang=\"", is_english ? "en" : "nl", "\">\n",
        head_of(title, look, pool), "<body>\n", element("header", look->school, pool), "<main>\n",
        element("h1", title, pool), main, "</main>\n</body>\n</html>\n", NULL));
}

const char *eckid_refusal_page_reference(const char *reference, bool is_english, apr_pool_t *pool)
{
    return apr_pstrcat(pool, "<p>", is_english ? "Reference" : "Code", ": <code>", reference,
                       "</code></p>\n", NULL);
}

eckid_bytes_t eckid_refusal_page(int status, eckid_outcome_t outcome, const char *kind,
                                 const char *accept_language, const eckid_refusal_look_t *look,
                                 const char *reference, apr_pool_t *pool)
{
    bool is_english = eckid_refusal_page_is_english(accept_language);
    const text_t *text = find_text(is_english ? english : dutch, status);
    const char *what = happened(status, outcome, kind, is_english, pool);

    return eckid_refusal_page_frame(
        text->title,
        apr_pstrcat(pool, element("p", what, pool), element("p", text->todo, pool),
                    element("p", look->helpdesk, pool),
                    eckid_refusal_page_reference(reference, is_english, pool), NULL),
        is_english, look, pool);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of a logout: whether the user wants it, and how it ended. */
#include "bridge/eckid_logout_page.h"

#include <apr_strings.h>

static const struct {
    const char *title, *text;
} dutch[] =
    {
        [ECKID_LOGOUT_PAGE_ASK] =
            {"Uitloggen", "Je wordt uitgelogd bij alle diensten waar je in deze browser via "
                          "school bent ingelogd."},
        [ECKID_LOGOUT_PAGE_DONE] = {"Je bent uitgelogd",
                                    "Sluit op een computer die je deelt ook alle vensters van de "
                                    "browser."},
        [ECKID_LOGOUT_PAGE_PARTIAL] =
            {"Je bent niet overal uitgelogd",
             "Niet elke dienst heeft laten weten dat je daar bent uitgelogd. "
             "Sluit alle vensters van de browser."},
        [ECKID_LOGOUT_PAGE_REFUSED] =
            {"Uitloggen is niet gelukt",
             "Sluit alle vensters van de browser. Gebeurt dit vaker, meld "
             "het dan bij de helpdesk van je school."},
},
  english[] = {
      [ECKID_LOGOUT_PAGE_ASK] = {"Log out",
                                 "You will be logged out of all services where you are logged in "
                                 "with this browser through your school."},
      [ECKID_LOGOUT_PAGE_DONE] = {"You are logged out",
                                  "On a computer that you share, close all windows of the browser "
                                  "too."},
      [ECKID_LOGOUT_PAGE_PARTIAL] =
          {"You are not logged out everywhere",
           "Not every service has confirmed that you are logged out there. "
           "Close all windows of the browser."},
      [ECKID_LOGOUT_PAGE_REFUSED] =
          {"Logging out did not work",
           "Close all windows of the browser. If this happens again, tell "
           "your school's helpdesk."},
};

static const char *form_of(const eckid_logout_page_t *page, bool is_english, apr_pool_t *pool)
{
    return page->action
               ? apr_pstrcat(pool, "<form method=\"post\" action=\"",
                             eckid_codec_html(page->action, pool),
                             "\"><input type=\"hidden\" name=\"token\" value=\"",
                             eckid_codec_html(page->token, pool), "\"><button>",
                             is_english ? "Log out" : "Uitloggen", "</button></form>\n", NULL)
               : "";
}

static const char *link_of(const eckid_logout_page_t *page, bool is_english, apr_pool_t *pool)
{
    return page->go_on
               ? apr_pstrcat(pool, "<p><a href=\"", eckid_codec_html(page->go_on, pool), "\">",
                             is_english ? "Go on logging out of the other services"
                                        : "Verder uitloggen bij de andere diensten",
                             "</a></p>\n", NULL)
               : "";
}

eckid_bytes_t eckid_logout_page(eckid_logout_page_kind_t kind, const eckid_logout_page_t *page,
                                const char *accept_language, const eckid_refusal_look_t *look,
                                apr_pool_t *pool)
{
    bool is_english = eckid_refusal_page_is_english(accept_language);
    const char *title = is_english ? english[kind].title : dutch[kind].title;
    const char *text = is_english ? english[kind].text : dutch[kind].text;
    const char *main = apr_pstrcat(
        pool, "<p>", eckid_codec_html(text, pool), "</p>\n", form_of(page, is_english, pool),
        link_of(page, is_english, pool),
        page->reference ? eckid_refusal_page_reference(page->reference, is_english, pool) : "",
        NULL);

    return eckid_refusal_page_frame(title, main, is_english, look, pool);
}

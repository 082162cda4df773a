/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where else lists stand: in commands, in logouts of our own provider, in cookies. */
#include "places.h"

#include <apr_strings.h>
#include <libxml/parser.h>

#include "bridge/eckid_bridge_session.h"
#include "bridge/eckid_logout_message.h"
#include "operator/eckid_captured.h"
#include "operator/eckid_explain.h"
#include "operator/eckid_explain_compare.h"
#include "unit.h"

static bool find_line(const void *self, eckid_explain_line_t *line,
                      const eckid_supplier_t *supplier, const char *directive, const char *word,
                      apr_pool_t *p)
{
    (void)self, (void)supplier, (void)word, (void)p;
    line->place = line->text = directive;
    return true;
}

/* Explains the logins that a body asks for. */
static const char *explain(json_t *logins, const scene_t *scene, eckid_bytes_t body, apr_pool_t *p)
{
    static const eckid_explain_lines_t lines = {find_line, NULL};
    eckid_explain_request_t request;
    eckid_err_t *err = eckid_explain_read(&request, body, p);

    err = err ? err
              : eckid_explain(logins, &request, &scene->oidc->gateway, &lines, scene->moment, p);
    return err ? eckid_err_text(err, p) : "explained";
}

static const char *judge_explain(const scene_t *scene, eckid_bytes_t body, apr_pool_t *p)
{
    return explain(eckid_json_own(json_array(), p), scene, body, p);
}

#define COMMAND_MAX (128 * 1024) /* bytes: it may be longer, but valgrind takes its time */

/* Cut in front of an element, and closed. */
static eckid_bytes_t command(const char *text, const char *end, apr_size_t most)
{
    apr_size_t len = strlen(text), max = most - strlen(end);
    char *kept = apr_pstrmemdup(pool, text, len < max ? len : max);

    if (len > max) {
        *strrchr(kept, ',') = '\0';
    }
    return str(apr_pstrcat(pool, kept, end, NULL));
}

static eckid_bytes_t make_many_values(const char *text)
{
    return command(text, "]}}", COMMAND_MAX);
}

const place_t in_explain_values = {make_many_values, judge_explain};

static eckid_bytes_t make_many_attributes(const char *text)
{
    return command(text, "}}", COMMAND_MAX);
}

const place_t in_explain_attributes = {make_many_attributes, judge_explain};

static const char *judge_captured(const scene_t *scene, eckid_bytes_t text, apr_pool_t *p)
{
    eckid_captured_t captured;
    eckid_err_t *err = eckid_captured_open(
        &captured, &scene->oidc->gateway, apr_pstrmemdup(p, text.data, text.len), scene->moment, p);

    return err ? eckid_err_text(err, p) : "opened";
}

const place_t in_captured = {as_it_is, judge_captured};

/* Explained, and compared with what somebody without attributes would get. */
static const char *judge_compared(const scene_t *scene, eckid_bytes_t body, apr_pool_t *p)
{
    const eckid_bytes_t bodies[] = {body, str("{\"do\":\"explain\",\"key\":\"1\"}")};
    const char *outcomes[2];
    json_t *answers[2];

    for (int i = 0; i < 2; i++) {
        json_t *logins = json_array();

        outcomes[i] = explain(logins, scene, bodies[i], p);
        answers[i] = eckid_json_own(json_pack("{s:o}", "logins", logins), p);
    }
    eckid_explain_compare(answers[0], answers[1], p);
    return outcomes[0];
}

/* Two answers are in memory, and what differs. */
static eckid_bytes_t make_some_attributes(const char *text)
{
    return command(text, "}}", COMMAND_MAX / 2);
}

const place_t in_compared_attributes = {make_some_attributes, judge_compared};

/* What a browser brings to our own identity provider for a logout */

static const char *judge_logout(const scene_t *scene, eckid_bytes_t xml, apr_pool_t *p)
{
    eckid_logout_request_t *request;
    xmlDocPtr doc;
    eckid_err_t *err = eckid_xml_parse(&doc, xml, p);

    (void)scene;
    err = err ? err : eckid_logout_request_read(&request, xmlDocGetRootElement(doc), p);
    return err ? eckid_err_text(err, p) : "read";
}

const place_t in_logout = {as_it_is, judge_logout};

static const char *judge_cookies(const scene_t *scene, eckid_bytes_t field, apr_pool_t *p)
{
    const eckid_bridge_seal_t seal = {
        eckid_secret_make(str("a secret of more than thirty-two bytes"), p), NULL, "issuer"};

    eckid_bridge_sessions_read(eckid_bridge_cookies_read(field.data, p), &seal, scene->moment->now,
                               p);
    return "read";
}

const place_t in_cookies = {as_it_is, judge_cookies};

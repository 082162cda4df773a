/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "operator/eckid_explain_compare.h"

/* An answer, of the list of logins. */
static json_t *answer(const char *logins)
{
    json_t *object;

    ok(eckid_json_parse(&object, str(logins), ECKID_ADMIN_REQUEST, pool));
    return object;
}

static json_t *compare(const char *before, const char *after)
{
    return eckid_explain_compare(answer(before), answer(after), pool);
}

static bool all_same(const json_t *differences)
{
    const json_t *difference;
    bool same = true;
    size_t i;

    json_array_foreach(differences, i, difference)
    {
        same = same && eckid_explain_is_same(difference);
    }
    return same;
}

#define STEP(name, text, value, line, directive)                                                   \
    "{\"name\":\"" name "\",\"text\":\"" text "\",\"value\":\"" value "\",\"line\":\"" line        \
    "\",\"directive\":\"" directive "\"}"
#define LOGIN(result, steps)                                                                       \
    "{\"supplier\":\"books\",\"over\":\"SAML\",\"at\":\"idp\",\"result\":\"" result                \
    "\",\"steps\":[" steps "]}"
#define ANSWER(logins) "{\"logins\":[" logins "]}"
#define UID STEP("released", "uid: 1 value: 5 bytes", "uid: 1 value: x", "a:1", "EckidRelease uid")

static const struct {
    const char *before, *after;
    bool same;
} moments[] = {
    {STEP("ECK iD", "ECK0311: no answer, after 0 ms", "", "a:1", "EckidLas"),
     STEP("ECK iD", "ECK0311: no answer, after 3 ms", "", "a:1", "EckidLas"), true},
    {STEP("ECK iD", "ECK0311: no answer, after 0 ms", "", "a:1", "EckidLas"),
     STEP("ECK iD", "ECK0311: it failed several times in a row", "", "a:1", "EckidLas"), true},
    {STEP("ECK iD", "ECK0311: no answer", "", "a:1", "EckidLas"),
     STEP("ECK iD", "ECK0312: no answer", "", "a:1", "EckidLas"), false},
    {STEP("ECK iD", "ECK0311: no answer", "", "a:1", "EckidLas"),
     STEP("ECK iD", "there is one", "", "a:1", "EckidLas"), false},
    {STEP("ECK iD", "ECK0311: no answer", "", "a:1", "EckidLas"),
     STEP("ECK iD", "ECK0311: no answer", "", "a:2", "EckidLas other"), false},
    {STEP("ECK iD", "there is one", "", "", ""),
     STEP("ECK iD", "not in this token, which the browser sees", "", "", ""), false},
    {STEP("verified", "ECK0241: no answer, after 0 ms", "", "", ""),
     STEP("verified", "ECK0241: no answer, after 3 ms", "", "", ""), true},
    {STEP("person", "ECK0201: no uid", "", "", ""), STEP("person", "ECK0201: no mail", "", "", ""),
     false},
};

START_TEST(how_a_server_failed_at_that_moment_is_no_change)
{
    ck_assert(
        all_same(compare(apr_psprintf(pool, ANSWER(LOGIN("refused", "%s")), moments[_i].before),
                         apr_psprintf(pool, ANSWER(LOGIN("refused", "%s")), moments[_i].after))) ==
        moments[_i].same);
}
END_TEST

static const struct {
    const char *after, *told;
} changes[] = {
    {ANSWER(LOGIN("eck-id", UID)), "[]"},
    {ANSWER(LOGIN("eck-id", STEP("released", "uid: 1 value: 5 bytes", "uid: 1 value: x", "b:7",
                                 "EckidRelease uid"))),
     "[]"}, /* the same line at another place */
    {ANSWER(LOGIN("eck-id", UID "," STEP("captured", "made", "", "", ""))), "[]"},
    {ANSWER(LOGIN("eck-id", UID "," STEP("cache", "hit", "", "", ""))), "[]"},
    {ANSWER(LOGIN("eck-id", STEP("removed", "uid", "", "a:1", "EckidRelease uid"))),
     "[-released uid: 1 value: 5 bytes][+removed uid]"},
    {ANSWER(LOGIN("eck-id", STEP("released", "uid: 1 value: 5 bytes", "uid: 1 value: y", "a:1",
                                 "EckidRelease uid"))),
     "[-released uid: 1 value: 5 bytes, another value]"
     "[+released uid: 1 value: 5 bytes, another value]"},
    {ANSWER(LOGIN("eck-id", STEP("released", "uid: 1 value: 5 bytes", "uid: 1 value: x", "a:1",
                                 "EckidRelease all"))),
     "[-line EckidRelease uid][+line EckidRelease all]"},
    {ANSWER(LOGIN("eck-id", UID "," STEP("set", "eckId", "", "a:2", "EckidName eckId") "," STEP(
                                "absent", "mail", "", "a:2", "EckidName eckId"))),
     "[+set eckId][+absent mail][+line EckidName eckId]"},
};

START_TEST(what_differs_is_told)
{
    const json_t *change;
    const char *told = "";
    size_t i;

    const json_t *differences = compare(ANSWER(LOGIN("eck-id", UID)), changes[_i].after);

    ck_assert_uint_eq(json_array_size(differences), 1);
    json_array_foreach(json_object_get(json_array_get(differences, 0), "changes"), i, change)
    {
        told = apr_pstrcat(pool, told, "[", json_string_value(json_object_get(change, "sign")),
                           json_string_value(json_object_get(change, "name")), " ",
                           json_string_value(json_object_get(change, "text")), "]", NULL);
    }
    ck_assert_str_eq(*told ? told : "[]", changes[_i].told);
    ck_assert(all_same(differences) == (*told == '\0'));
}
END_TEST

#define OTHER(member, value) "{\"supplier\":\"books\",\"over\":\"SAML\",\"" member "\":" value ","
#define END "\"result\":\"without\",\"steps\":[]}"

static const struct {
    const char *before, *after, *results;
} pairs[] = {
    {ANSWER(LOGIN("eck-id", "")), ANSWER(LOGIN("refused", "")), "[eck-id refused]"},
    {ANSWER(LOGIN("eck-id", "")), "{\"logins\":[],\"error\":\"none\"}", "[eck-id -]"},
    {ANSWER(""), ANSWER(LOGIN("eck-id", "")), "[- eck-id]"},
    {ANSWER(OTHER("at", "\"a\"") END "," OTHER("at", "\"b\"") END),
     ANSWER(OTHER("at", "\"b\"") END "," OTHER("at", "\"a\"") END),
     "[without without][without without]"},
    {ANSWER(OTHER("at", "\"a\"") END),
     ANSWER("{\"supplier\":\"books\",\"over\":\"OpenID Connect\",\"at\":\"a\"," END),
     "[without -][- without]"},
    /* the same captured login, whoever it is taken to be for */
    {ANSWER("{\"captured\":true,\"over\":\"SAML\",\"result\":\"passed\",\"steps\":[]}"),
     ANSWER(OTHER("captured", "true") END), "[passed without]"},
    /* that of the desk, in its virtual host, alone */
    {"{\"at\":\"a\",\"logins\":[" OTHER("captured", "false") END "]}",
     ANSWER(OTHER("at", "\"a\"") END "," OTHER("at", "\"b\"") END), "[without without]"},
    {"{\"at\":\"a\",\"logins\":[" OTHER("captured", "false") END "]}",
     ANSWER(OTHER("at", "\"b\"") END), "[without -][- without]"},
};

START_TEST(logins_are_compared_with_their_counterparts)
{
    const json_t *differences = compare(pairs[_i].before, pairs[_i].after), *each;
    const char *told = "";
    size_t i;

    json_array_foreach(differences, i, each)
    {
        const char *before = json_string_value(json_object_get(each, "before"));
        const char *after = json_string_value(json_object_get(each, "after"));

        told = apr_pstrcat(pool, told, "[", before ? before : "-", " ", after ? after : "-", "]",
                           NULL);
    }
    ck_assert_str_eq(told, pairs[_i].results);
    ck_assert(all_same(differences) == (strstr(told, "[without without]") == told));
}
END_TEST

UNIT_SUITE(explain_compare)
{
    Suite *suite = suite_create("explain_compare");
    TCase *tcase = unit_case(suite, "compare");

    tcase_add_loop_test(tcase, how_a_server_failed_at_that_moment_is_no_change, 0, COUNT(moments));
    tcase_add_loop_test(tcase, what_differs_is_told, 0, COUNT(changes));
    tcase_add_loop_test(tcase, logins_are_compared_with_their_counterparts, 0, COUNT(pairs));
    return suite;
}

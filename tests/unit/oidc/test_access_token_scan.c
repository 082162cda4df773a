/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "oidc/eckid_access_token_scan.h"

#define TOKEN "3f1a9d2c77b04d0f9a5566aa"

static const struct {
    const char *text;
    bool found;
} texts[] = {
    {"{\"access_token\":\"" TOKEN "\"}", true},
    {"{\"access_token\" : \"" TOKEN "\"}", true},
    {"{access_token:'" TOKEN "',token_type:'Bearer'}", true},
    {"data.access_token = '" TOKEN "';", true},
    {"data.access_token = `" TOKEN "`;", true},
    {"data['access_token']='" TOKEN "';", true},
    {"access_token=" TOKEN, true},
    {"#state=s&access_token=" TOKEN "&x", true},
    {"access_token%3D" TOKEN, true},
    {"access_token%253D" TOKEN, true},
    {"access%5Ftoken=" TOKEN, true},
    {"{&quot;access_token&quot;:&quot;" TOKEN "&quot;}", true},
    {"{\\\"access_token\\\":\\\"" TOKEN "\\\"}", true},
    {"access_token\\x3d" TOKEN, true},
    {"{\"access_token\":\"\\u0033f1a9d2c77b04d0f9a5566aa\"}", true},
    {"\"accessToken\":\"" TOKEN "\"", true},
    {"\"refresh_token\":\"" TOKEN "\"", true},
    {"data-refresh-token=\"" TOKEN "\"", true},
    {"access_token=a access_token=" TOKEN, true},
    /* none */
    {"", false},
    {"access_token", false},
    {"access_token=", false},
    {"access_token=\"", false},
    {"{\"access_token\":\"short1\"}", false},
    {"{\"access_token\":\"Dit is het toegangstoken 1\"}", false},
    {"{\"access_token\":\"thisIsTheWordForATokenInDutch\"}", false},
    {"x.access_token=getAccessTokenOrElseNull2(", true}, /* it errs on that side */
    {"x.access_token = getAccessTokenOrElseNull2(", false},
    {"{\"registration_access_token\":\"" TOKEN "\"}", false},
    {"{\"my_access_token\":\"" TOKEN "\"}", false},
    {"<input name=\"access_token\" value=\"" TOKEN "\">", false}, /* read as a field */
    {"{\"token\":\"" TOKEN "\"}", false},
};

START_TEST(a_token_is_found_behind_its_name)
{
    ck_assert(eckid_access_token_scan(str(texts[_i].text), pool) == texts[_i].found);
}
END_TEST

static const struct {
    const char *name;
    bool is_one;
} names[] = {
    {"access_token", true},   {"accessToken", true},
    {"ACCESS_TOKEN", true},   {"refresh-token", true},
    {"Refresh Token", true},  {"device_secret", true},
    {"token", false},         {"access_tokens", false},
    {"xaccess_token", false}, {"", false},
    {"access", false},        {"_", false},
};

START_TEST(names_of_tokens_in_any_spelling)
{
    ck_assert(eckid_access_token_scan_is_name(names[_i].name) == names[_i].is_one);
}
END_TEST

UNIT_SUITE(access_token_scan)
{
    Suite *suite = suite_create("access_token_scan");
    TCase *tcase = unit_case(suite, "access_token_scan");

    tcase_add_loop_test(tcase, a_token_is_found_behind_its_name, 0, COUNT(texts));
    tcase_add_loop_test(tcase, names_of_tokens_in_any_spelling, 0, COUNT(names));
    return suite;
}

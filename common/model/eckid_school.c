/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shape of the identifier of a school. */
#include "model/eckid_school.h"

#include <apr_lib.h>
#include <stdbool.h>
#include <string.h>

/* Digit or capital, or both, of each character: 11ZZ03. A branch can have a letter too. */
static bool is_branch(const char *text)
{
    static const char shape[] = "99AA**";
    bool good = strlen(text) == sizeof(shape) - 1;

    for (int i = 0; good && shape[i]; i++) {
        bool digit = apr_isdigit(text[i]), capital = apr_isupper(text[i]);

        good = shape[i] == '9' ? digit : shape[i] == 'A' ? capital : digit || capital;
    }
    return good;
}

const char *eckid_school_fault(const eckid_school_t *school)
{
    return strcmp(school->type, "V_ID") != 0 || is_branch(school->value)
               ? NULL
               : "a V_ID is a vestigingscode: the BRIN of four characters and the two of the "
                 "branch, in capitals, such as 11ZZ03";
}

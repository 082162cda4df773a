/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An ECK iD: a type whose values are always well-formed. */
#ifndef ECKID_ECK_ID_H
#define ECKID_ECK_ID_H

#include "base/eckid_codec.h"

/* "https://ketenid.nl/", a label, "/", 128 lower-case hexadecimal digits. */
#define ECKID_ECK_ID_MAX 160

typedef struct eckid_eck_id_t {
    char text[ECKID_ECK_ID_MAX + 1];
} eckid_eck_id_t;

/*
 * Accepts the value unchanged or not at all. The label must be "201703", the production one, or
 * "pilot" if the operator allows it. A label that starts with "sp" marks a stampseudoniem, which
 * must never leave the LAS, and is rejected.
 */
bool eckid_eck_id_parse(eckid_eck_id_t *value, eckid_bytes_t text, bool pilot);

#endif

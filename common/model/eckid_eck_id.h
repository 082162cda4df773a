/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An ECK iD: a type that can only hold a well-formed one. */
#ifndef ECKID_ECK_ID_H
#define ECKID_ECK_ID_H

#include "base/eckid_codec.h"

/* "https://ketenid.nl/", a label, "/", 128 lower-case hexadecimal digits. */
#define ECKID_ECK_ID_MAX 160

typedef struct eckid_eck_id_t {
    char text[ECKID_ECK_ID_MAX + 1];
} eckid_eck_id_t;

/*
 * Takes the value octet for octet or not at all. Labels: "201703", the production one, and "pilot"
 * where the operator allows it. Never one that starts with "sp": that is a stampseudoniem, which
 * must not leave the LAS.
 */
bool eckid_eck_id_parse(eckid_eck_id_t *value, eckid_bytes_t text, bool pilot);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An ECK iD: a type whose values are always well-formed. */
#include "model/eckid_eck_id.h"

#define HEX_DIGITS 128

static bool starts_with(eckid_bytes_t text, const char *prefix)
{
    apr_size_t len = strlen(prefix);

    return text.len >= len && memcmp(text.data, prefix, len) == 0;
}

static bool is_hex(eckid_bytes_t text)
{
    for (apr_size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return false;
        }
    }
    return true;
}

bool eckid_eck_id_parse(eckid_eck_id_t *value, eckid_bytes_t text, bool pilot)
{
    static const char *const labels[] = {"https://ketenid.nl/201703/", "https://ketenid.nl/pilot/"};

    for (int i = 0; i < (pilot ? 2 : 1); i++) {
        apr_size_t len = strlen(labels[i]);

        if (text.len == len + HEX_DIGITS && starts_with(text, labels[i]) &&
            is_hex(eckid_bytes(text.data + len, HEX_DIGITS))) {
            memcpy(value->text, text.data, text.len);
            value->text[text.len] = '\0';
            return true;
        }
    }
    return false;
}

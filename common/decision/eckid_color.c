/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A color of a page, and whether text in it can be read on another. */
#include "decision/eckid_color.h"

#include <apr_lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool eckid_color_parse(eckid_color_t *color, const char *text)
{
    if (text[0] != '#' || strlen(text) != 7) {
        return false;
    }
    for (int i = 1; i < 7; i++) {
        if (!apr_isxdigit(text[i])) {
            return false;
        }
    }
    unsigned long all = strtoul(text + 1, NULL, 16);

    *color = (eckid_color_t){(unsigned char)(all >> 16), (unsigned char)(all >> 8 & 255),
                             (unsigned char)(all & 255)};
    return true;
}

static double linear(unsigned char channel)
{
    double share = channel / 255.0;

    return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4);
}

/* Relative luminance, as WCAG defines it. */
static double luminance(eckid_color_t color)
{
    return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue);
}

double eckid_color_contrast(eckid_color_t one, eckid_color_t other)
{
    double a = luminance(one), b = luminance(other);

    return a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
}

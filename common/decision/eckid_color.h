/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A color of a page, and whether text in it can be read on another. */
#ifndef ECKID_COLOR_H
#define ECKID_COLOR_H

#include <stdbool.h>

typedef struct eckid_color_t {
    unsigned char red, green, blue;
} eckid_color_t;

/* Reads "#rrggbb" (CSS Color 4 section 5.2); false if it is anything else. */
bool eckid_color_parse(eckid_color_t *color, const char *text);

/* The contrast ratio of two colors, from 1 to 21 (WCAG 2.2). */
double eckid_color_contrast(eckid_color_t one, eckid_color_t other);

/* What text must have at least (WCAG 2.2 section 1.4.3, level AA). */
#define ECKID_COLOR_CONTRAST_MIN 4.5

#endif

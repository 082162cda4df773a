/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explains a login by the gateway of a scene. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "support/web.h"

/* Told is what eckid_explain says about the body of a request, as JSON. The line of a step shows
 * what was asked for: a directive, and a word or nothing. */
eckid_err_t *explain_body(const char **told, const web_scene_t *scene, const char *body);

#endif

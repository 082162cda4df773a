/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What it costs to judge a list: instructions, memory, time. */
#ifndef MEASURE_H
#define MEASURE_H

#include "list.h"

/* Has valgrind's callgrind count the instructions of one judgement for no elements, for size bytes
 * of them, and for twice as many: a dump each, named after the list and its bytes. */
void measure_count(const scene_t *scene, const list_t *list, apr_size_t size);

/* Prints the kibibytes of memory that one judgement took at its peak, by the kernel's account, and
 * what became of it. */
void measure_memory(const scene_t *scene, const list_t *list, apr_size_t size);

/* Prints the milliseconds of CPU of one judgement, to be looked at: no test depends on them. */
void measure_time(const scene_t *scene, const list_t *list, apr_size_t size);

#endif

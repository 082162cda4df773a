/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watches that no tag of an XML document grows without end: parsers compare all attributes of one.
 */
#include "provision/eckid_markup.h"

typedef enum state_t {
    TEXT,
    OPENED, /* behind "<" */
    TAG,    /* or a declaration */
    DOUBLE_QUOTED,
    SINGLE_QUOTED,
    DECLARATION, /* behind "<!" */
    DASHED,      /* behind "<!-" */
    COMMENT,     /* until "-->" */
    CDATA,       /* until "]]>" */
    INSTRUCTION  /* until "?>" */
} state_t;

/* What ends a section in which quotes and "<" mean nothing: so many of a character before ">". */
static const struct {
    char before;
    int count;
} ends[] = {[COMMENT] = {'-', 2}, [CDATA] = {']', 2}, [INSTRUCTION] = {'?', 1}};

static state_t within_tag(char c)
{
    return c == '>' ? TEXT : c == '"' ? DOUBLE_QUOTED : c == '\'' ? SINGLE_QUOTED : TAG;
}

static state_t within_section(eckid_markup_t *markup, state_t state, char c)
{
    if (c == '>' && markup->run >= ends[state].count) {
        return TEXT;
    }
    markup->run = c != ends[state].before ? 0 : markup->run < 2 ? markup->run + 1 : 2;
    return state;
}

static state_t next_state(eckid_markup_t *markup, state_t state, char c)
{
    switch (state) {
    case TEXT:
        markup->run = 0;
        return c == '<' ? OPENED : TEXT;
    case OPENED:
        return c == '!' ? DECLARATION : c == '?' ? INSTRUCTION : within_tag(c);
    case DECLARATION:
        return c == '-' ? DASHED : c == '[' ? CDATA : within_tag(c);
    case DASHED:
        return c == '-' ? COMMENT : within_tag(c);
    case TAG:
        return within_tag(c);
    case DOUBLE_QUOTED:
        return c == '"' ? TAG : DOUBLE_QUOTED;
    case SINGLE_QUOTED:
        return c == '\'' ? TAG : SINGLE_QUOTED;
    default:
        return within_section(markup, state, c);
    }
}

bool eckid_markup_is_bounded(eckid_markup_t *markup, eckid_bytes_t next)
{
    state_t state = (state_t)markup->state;

    for (apr_size_t i = 0; i < next.len; i++) {
        state = next_state(markup, state, next.data[i]);
        markup->len = state == TEXT || state >= COMMENT ? 0 : markup->len + 1;
        if (markup->len > ECKID_MARKUP_MAX) {
            return false;
        }
    }
    markup->state = (int)state;
    return true;
}

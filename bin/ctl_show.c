/* SPDX-License-Identifier: ISC */
/* ctl_show - mailwicketctl show: a row a connection (R9.1). */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "ctl_session.h"

/* All is gathered first and printed then: whoever reads slowly holds nobody up. */
struct show {
    struct table table;
    FILE *json;
    uint64_t now;
    unsigned shown;
};

static bool gather_row(void *context, const struct session *s)
{
    struct show *show = context;

    session_row(&show->table, s, show->now);
    return true;
}

static bool gather_json(void *context, const struct session *s)
{
    struct show *show = context;

    fputs(show->shown++ ? ",\n " : "[", show->json);
    session_json(show->json, s, show->now);
    return true;
}

static int show_table(struct state *s)
{
    struct show show = {.table = {session_columns, SESSION_COLUMNS, NULL, 0}, .now = clock_ms()};
    int code = CTL_GOOD;

    if (state_each(s, gather_row, &show) == 0)
        table_print(&show.table, table_width(), stdout);
    else
        code = ctl_state_failed();
    table_free(&show.table);
    return code;
}

static int show_json(struct state *s)
{
    char *text = NULL;
    size_t size;
    struct show show = {.json = open_memstream(&text, &size), .now = clock_ms()};
    int code = CTL_GOOD;

    if (!show.json)
        return ctl_state_failed();
    int rc = state_each(s, gather_json, &show);
    if (rc != 0)
        code = ctl_state_failed();
    if (fclose(show.json) != 0)
        code = ctl_state_failed();
    if (code == CTL_GOOD)
        printf("%s]\n", show.shown ? text : "[");
    free(text);
    return code;
}

int ctl_show(struct ctl *c, int argc, char **argv)
{
    bool json = argc == 2 && strcmp(argv[1], "--json") == 0;

    if (argc != 1 && !json)
        return CTL_USAGE;
    struct state *s = ctl_state(c);
    if (!s)
        return CTL_NO;
    int code = json ? show_json(s) : show_table(s);
    state_close(s);
    return code;
}

#include "ere.h"

#include <string.h>

#include "utf8.h"

struct threads {
    int16_t at[ECSP_ERE_MAX_STEPS];
    int count;
};

struct run {
    const struct ecsp_ere *ere;
    uint16_t seen[ECSP_ERE_MAX_STEPS]; /* position, counted from 1, at which a step was added */
    uint16_t position;
    int at_end;
    int matched;
};

/* Adds a step and all it leads to without reading. Each step enters the list once a position. */
static void add(struct run *run, struct threads *list, int begin)
{
    int16_t stack[ECSP_ERE_MAX_STEPS + 1];
    int depth = 0;
    stack[depth++] = (int16_t)begin;
    while (depth > 0) {
        int at = stack[--depth];
        if (run->seen[at] == run->position) {
            continue;
        }
        run->seen[at] = run->position;
        const struct ecsp_ere_step *step = &run->ere->steps[at];
        switch (step->op) {
        case ECSP_ERE_SPLIT:
            stack[depth++] = (int16_t)(at + step->second);
            stack[depth++] = (int16_t)(at + step->first);
            break;
        case ECSP_ERE_JUMP:
            stack[depth++] = (int16_t)(at + step->first);
            break;
        case ECSP_ERE_BEGIN:
        case ECSP_ERE_END:
            if (step->op == ECSP_ERE_BEGIN ? run->position == 1 : run->at_end) {
                stack[depth++] = (int16_t)(at + 1);
            }
            break;
        case ECSP_ERE_MATCH:
            run->matched = 1;
            break;
        default:
            list->at[list->count++] = (int16_t)at;
            break;
        }
    }
}

static int reads(const struct ecsp_ere *ere, const struct ecsp_ere_step *step, uint32_t point)
{
    if (step->op != ECSP_ERE_SET) {
        return step->op == ECSP_ERE_ANY || step->code_point == point;
    }
    int found = 0;
    for (int i = step->first; i < step->first + step->second && !found; i++) {
        found = point >= ere->ranges[i].low && point <= ere->ranges[i].high;
    }
    return found != step->negated;
}

int ecsp_ere_match(const struct ecsp_ere *ere, struct ecsp_str text)
{
    struct threads lists[2];
    struct run run;
    if (text.len > ECSP_ERE_MAX_TEXT) {
        return -1;
    }
    memset(run.seen, 0, sizeof run.seen);
    run.ere = ere;
    run.position = 1;
    run.at_end = text.len == 0;
    run.matched = 0;
    lists[0].count = 0;
    add(&run, &lists[0], 0);
    for (int current = 0; text.len > 0 && !run.matched; current = !current) {
        uint32_t point;
        size_t len = ecsp_utf8_read(text, &point);
        if (len == 0) {
            return -1;
        }
        text.data += len;
        text.len -= len;
        run.position++;
        run.at_end = text.len == 0;
        struct threads *next = &lists[!current];
        next->count = 0;
        for (int i = 0; i < lists[current].count; i++) {
            int at = lists[current].at[i];
            if (reads(ere, &ere->steps[at], point)) {
                add(&run, next, at + 1);
            }
        }
        add(&run, next, 0); /* a match may begin anywhere */
    }
    return run.matched;
}

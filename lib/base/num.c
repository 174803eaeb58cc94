/* SPDX-License-Identifier: ISC */
/* num - PURE; see num.h. */
#include "num.h"

bool num_parse(struct span s, uint64_t max, uint64_t *value)
{
    uint64_t v = 0;

    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(s.p[i] - '0');
        if (digit > max || v > (max - digit) / 10)
            return false;
        v = v * 10 + digit;
    }
    *value = v;
    return true;
}

struct span num_format(char room[NUM_DIGITS], uint64_t value)
{
    size_t at = NUM_DIGITS;

    do {
        room[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    return span_of(room + at, NUM_DIGITS - at);
}

/* splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators"): good enough for a story. */
#include "dice.h"

void dice_init(struct dice *dice, uint64_t seed)
{
    dice->state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

uint64_t dice_throw(struct dice *dice)
{
    uint64_t x = dice->state += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

int64_t dice_between(struct dice *dice, int64_t from, int64_t to)
{
    return from + (int64_t)(dice_throw(dice) % (uint64_t)(to - from));
}

bool dice_chance(struct dice *dice, unsigned per_mille)
{
    return dice_throw(dice) % 1000 < per_mille;
}

int64_t dice_span(struct dice *dice, int64_t from, int64_t to)
{
    int64_t most = from;

    while (most < to && dice_chance(dice, 800))
        most *= 2;
    return dice_between(dice, from, (most < to ? most : to) + 1);
}

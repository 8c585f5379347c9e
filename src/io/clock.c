/*
 * The state of the host's clock, as chrony, systemd-timesyncd and ntpd report it to the kernel. Only looked at:
 * setting it takes a capability that the daemon does not have.
 */
#include "io/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>

bool clock_is_synchronised(char why[CLOCK_WHY_MAX])
{
    struct timex clock = { .modes = 0 };
    int state = adjtimex(&clock);

    if (state < 0)
        snprintf(why, CLOCK_WHY_MAX, "the kernel does not say whether the clock of this host is synchronised (%s)",
                 strerror(errno));
    else if (state == TIME_ERROR || clock.status & STA_UNSYNC)
        snprintf(why, CLOCK_WHY_MAX, "the clock of this host is not synchronised");
    else
        return true;
    return false;
}

/* Settings of any bytes: findings or settings, never a crash. Seeds are in settings/ beside this file. */
#define _GNU_SOURCE
#include "config/config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int descriptor = memfd_create("erwatch.yaml", MFD_CLOEXEC);
    struct diag *diag = diag_new();
    FILE *nowhere = fopen("/dev/null", "w");
    char path[64];

    if (descriptor < 0 || nowhere == NULL || write(descriptor, data, size) != (ssize_t)size)
        abort();
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    struct settings *settings = settings_load(path, diag);
    if ((settings != NULL) != (diag_errors(diag) == 0))
        abort();
    if (settings != NULL)
        settings_print(settings, nowhere);
    diag_print(diag, nowhere);
    settings_free(settings);
    diag_free(diag);
    (void)fclose(nowhere);
    (void)close(descriptor);
    return 0;
}

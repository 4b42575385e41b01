#ifndef GPUWRIGHT_TOOL_FABRIC_CONFIGURATION_H
#define GPUWRIGHT_TOOL_FABRIC_CONFIGURATION_H

#include "machine.h"

/* What FILE.lib/fabricmanager.cfg says, `path` being FILE. False: the daemon cannot start with it, `why` says what is wrong. */
bool fabric_configuration_read(const char *path, struct fm_configuration *out, char *why, size_t size);

#endif

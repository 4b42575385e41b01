#ifndef GPUWRIGHT_TOOL_FABRIC_MANAGER_H
#define GPUWRIGHT_TOOL_FABRIC_MANAGER_H

#include "arguments.h"

/* `fabric-manager start|stop|restart|kill`. */
bool command_fabric_manager(struct machine *machine, const char *path, struct arguments *arguments, struct failure *failure);
/* The service reads its file anew when the host boots. */
void fabric_manager_reread(struct machine *machine, const char *path);

#endif

/* One loaded copy of libnvfm: whether it is initialised, its worker thread, its connections. Process state; any thread may use it. */
#ifndef GPUWRIGHT_NVFM_SESSION_H
#define GPUWRIGHT_NVFM_SESSION_H

#define FM_API __attribute__((visibility("default")))
#include "machine.h"
#include "nvfm.h"

/* The machine beside this library; NULL when there is none or it cannot be opened. */
struct machine *session_machine(void);
bool session_initialised(void);
/* Both answer a return code. */
int session_begin(void);
int session_end(void);

/* A new handle on the daemon's run; 0: there is no room. */
uintptr_t session_connect(uint32_t run);
/* False: it is no handle, or not any more. */
bool session_disconnect(uintptr_t handle);
bool session_has(uintptr_t handle, uint32_t *run);

#endif

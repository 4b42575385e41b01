/* A call on its way to the daemon: what it meets in the library, and what becomes of it until it is answered. */
#ifndef GPUWRIGHT_NVFM_REQUEST_H
#define GPUWRIGHT_NVFM_REQUEST_H

#include "session.h"

/* What the daemon does with a request; the machine is locked. */
typedef enum fm_outcome serve_request(struct machine *machine, void *context);

/* The faults of a function that asks the daemon for nothing. 0, or the code of a failing fault. */
int meet_faults(const char *function);
/* Sends it and waits for the answer, as long as the real library does. */
int ask_daemon(const char *function, fmHandle_t handle, serve_request *serve, void *context);
int64_t monotonic_milliseconds(void);

#endif

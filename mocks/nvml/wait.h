/* Waiting on an event set: without the machine's lock, and without work while nothing happens. */
#ifndef GPUWRIGHT_NVML_WAIT_H
#define GPUWRIGHT_NVML_WAIT_H

#include "event-sets.h"

/* Takes what there is: a return code of the vendor interface, NVML_ERROR_TIMEOUT where there is nothing yet. */
typedef int take_from_set(struct event_set *set, struct call *call, void *out);

/* Takes as soon as there is something, or else gives NVML_ERROR_TIMEOUT. Ends early when the set, or the library, is done with. */
int wait_on(struct event_set *set, struct call *call, unsigned milliseconds, take_from_set *take, void *out);

#endif

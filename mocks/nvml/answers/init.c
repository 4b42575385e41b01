#include "api.h"
#include "instance.h"

nvmlReturn_t nvmlInit(void) { return (nvmlReturn_t)instance_init(__func__, 0); }
nvmlReturn_t nvmlInit_v2(void) { return (nvmlReturn_t)instance_init(__func__, 0); }
nvmlReturn_t nvmlInitWithFlags(unsigned int flags) { return (nvmlReturn_t)instance_init(__func__, flags); }
nvmlReturn_t nvmlShutdown(void) { return (nvmlReturn_t)instance_shutdown(__func__); }

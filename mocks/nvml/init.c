#include "api.h"
#include "instance.h"

nvmlReturn_t nvmlInit(void) { return (nvmlReturn_t)instance_init(__func__); }
nvmlReturn_t nvmlInit_v2(void) { return (nvmlReturn_t)instance_init(__func__); }
nvmlReturn_t nvmlInitWithFlags(unsigned int flags) {
  (void)flags; /* they only say how much to attach, which here happens at init whatever they are */
  return (nvmlReturn_t)instance_init(__func__);
}
nvmlReturn_t nvmlShutdown(void) { return (nvmlReturn_t)instance_shutdown(__func__); }
